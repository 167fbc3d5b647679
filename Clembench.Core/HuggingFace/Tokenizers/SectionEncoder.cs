using Clembench.Common;
using Clembench.HuggingFace.Tokenizers.Loading;
using Clembench.HuggingFace.Tokenizers.Models;
using Clembench.HuggingFace.Tokenizers.PreTokenizers;

namespace Clembench.HuggingFace.Tokenizers;

/// <summary>
/// The way from text to ids: added tokens are cut out, what is between them is normalized, added tokens that are looked for
/// in normalized text are cut out, what is between those is split into pieces, and the model gives each piece its ids.
/// </summary>
internal sealed class SectionEncoder
{
    private readonly TokenizerParts _parts;
    private readonly AddedTokenFinder _verbatim;
    private readonly AddedTokenFinder _normalized;
    private readonly TurnMarkers _markers;
    private readonly bool _looksForFirst;

    public SectionEncoder(TokenizerParts parts)
    {
        _parts = parts;
        _verbatim = new AddedTokenFinder(parts.AddedTokens.Where(t => !t.Normalized).Select(t => (t.Content, t)));
        _normalized = new AddedTokenFinder(parts.AddedTokens.Where(t => t.Normalized).Select(t => (Normalize(t.Content), t)));
        _looksForFirst = parts.PreTokenizers.OfType<MetaspacePreTokenizer>().Any(p => p.LooksForFirst);
        _markers = new TurnMarkers(parts.AddedTokens, parts.Model);
    }

    public List<int> Encode(string text, PlainSpans plain, CancellationToken cancellationToken) =>
        TokenizerFault.Bounded(_parts.Source, text.Length, () => EncodeWhole(text, plain), cancellationToken);

    private List<int> EncodeWhole(string text, PlainSpans plain)
    {
        var ids = new List<int>((text.Length / 3) + 4);
        text = WithoutLoneSurrogates(text);
        try
        {
            var refused = _markers.Refused(plain.IsEmpty ? [] : FindOutside(text, plain));
            _verbatim.Cut(
                text,
                (token, start, end) => !refused.Ids.Contains(token.Id) || !plain.Touches(start, end),
                (token, start, end) =>
                {
                    if (token is not null)
                        ids.Add(token.Id);
                    else
                        EncodeSection(text, start, end, plain, refused, ids);
                });
        }
        catch (UnknownTokenException e)
        {
            throw new ClemException(
                "Clem.Tokenizer.UnknownToken", ErrorKind.InvalidData,
                $"{_parts.Source}: the vocabulary has no token for all of '{ModelReader.Shown(e.Piece)}', and none for unknown characters.",
                "Use a tokenizer whose vocabulary has these characters.", _parts.Source, e);
        }
        return ids;
    }

    private string Normalize(string text) => _parts.Normalizer?.Normalize(text) ?? text;

    private void EncodeSection(string text, int start, int end, PlainSpans plain, RefusedTokens refused, List<int> ids)
    {
        var section = start == 0 && end == text.Length ? text : text[start..end];
        var normalized = Normalize(section);
        var touchesPlain = plain.Touches(start, end);
        var model = touchesPlain ? refused.Model : _parts.Model;
        var isFirst = start == 0 && !(_looksForFirst && _parts.Normalizer?.DropsStart(section) == true);
        if (_normalized.IsEmpty)
        {
            EncodePieces(Piece.Of(normalized, isFirst), model, ids);
            return;
        }
        NormalizedGap[]? gaps = null;
        _normalized.Cut(
            normalized,
            (token, from, to) => !touchesPlain || !refused.Ids.Contains(token.Id)
                || IsOutside(gaps ??= [.. NormalizeGaps(plain, text, start, end)], normalized.AsSpan(from, to - from), from),
            (token, from, to) =>
            {
                if (token is not null)
                    ids.Add(token.Id);
                else
                    EncodePieces(Piece.Of(normalized[from..to], isFirst && from == 0), model, ids);
            });
    }

    /// <summary>The added tokens that stand outside the plain spans: those that a template writes.</summary>
    private List<AddedToken> FindOutside(string text, PlainSpans plain)
    {
        var found = new List<AddedToken>();
        if (!_markers.DependOnText)
            return found;
        _verbatim.Cut(text, (_, start, end) => !plain.Touches(start, end), (token, _, _) => Add(token));
        if (!_normalized.IsEmpty)
        {
            foreach (var (start, end) in plain.Gaps(0, text.Length))
                _normalized.Cut(Normalize(text[start..end]), (_, _, _) => true, (token, _, _) => Add(token));
        }
        return found;

        void Add(AddedToken? token)
        {
            if (token is not null)
                found.Add(token);
        }
    }

    /// <summary>
    /// Whether a token that was found in the normalized text comes from outside the plain spans. Normalizers do not tell where
    /// a character comes from: the token must lie where one of the gaps between the spans is once all before it is
    /// normalized, and the gap alone must contain it too.
    /// </summary>
    private static bool IsOutside(NormalizedGap[] gaps, ReadOnlySpan<char> token, int from)
    {
        foreach (var gap in gaps)
        {
            if (gap.Start <= from && from + token.Length <= gap.End && gap.Text.AsSpan().Contains(token, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    // Once for a section: normalizing all that stands before each gap takes as long as the section is.
    private IEnumerable<NormalizedGap> NormalizeGaps(PlainSpans plain, string text, int start, int end) =>
        plain.Gaps(start, end).Select(gap => new NormalizedGap(
            Normalize(text[start..gap.Start]).Length, Normalize(text[start..gap.End]).Length, Normalize(text[gap.Start..gap.End])));

    private sealed record NormalizedGap(int Start, int End, string Text);

    private void EncodePieces(Piece section, ITokenModel model, List<int> ids)
    {
        if (section.Length == 0)
            return;
        List<Piece> pieces = [section];
        foreach (var step in _parts.PreTokenizers)
        {
            var next = new List<Piece>(Math.Max(pieces.Count, section.Length / 4));
            foreach (var piece in pieces)
                step.Split(piece, next);
            pieces = next;
        }
        foreach (var piece in pieces)
            model.Encode(piece.Text, ids);
    }

    private static string WithoutLoneSurrogates(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else
                return Mend(text);
        }
        return text;
    }

    private static string Mend(string text) => string.Create(text.Length, text, static (mended, text) =>
    {
        text.CopyTo(mended);
        for (var i = 0; i < mended.Length; i++)
        {
            if (!char.IsSurrogate(mended[i]))
                continue;
            if (char.IsHighSurrogate(mended[i]) && i + 1 < mended.Length && char.IsLowSurrogate(mended[i + 1]))
                i++;
            else
                mended[i] = '\uFFFD';
        }
    });
}
