using System.Text.RegularExpressions;
using Clembench.HuggingFace.Tokenizers.Models;

namespace Clembench.HuggingFace.Tokenizers;

/// <summary>What no plain text gives: the ids, and the model without them.</summary>
internal sealed record RefusedTokens(IReadOnlySet<int> Ids, ITokenModel Model);

/// <summary>
/// Which added tokens a message must not forge. Those that the file calls special are not all: DeepSeek-V3 has
/// <c>&lt;｜User｜&gt;</c> and Command-R <c>&lt;|USER_TOKEN|&gt;</c> as ordinary added tokens. Nor can it be all added tokens:
/// many files add runs of spaces, HTML tags and <c>&lt;think&gt;</c>, which are to be found in what people and models write.
/// So it is the special ones, those of the form <c>&lt;|…|&gt;</c>, and of the others the bracketed ones that the template writes.
/// </summary>
internal sealed partial class TurnMarkers
{
    // A tokenizer is used with one template, which writes the same few tokens each time.
    private const int KnownLimit = 8;
    private readonly ITokenModel _model;
    private readonly Dictionary<string, RefusedTokens> _known = new(StringComparer.Ordinal);
    private readonly HashSet<int> _always;
    private readonly HashSet<int> _candidates;

    public TurnMarkers(IReadOnlyList<AddedToken> tokens, ITokenModel model)
    {
        _model = model;
        _always = tokens.Where(token => token.Special || Form().IsMatch(token.Content)).Select(token => token.Id).ToHashSet();
        _candidates = tokens.Where(token => !_always.Contains(token.Id) && IsBracketed(token.Content.Trim().Trim(WordwiseModel.Space)))
            .Select(token => token.Id).ToHashSet();
    }

    /// <summary>Whether there are tokens that are refused only where the template writes them.</summary>
    public bool DependOnText => _candidates.Count > 0;

    /// <summary>What is refused in the plain spans of a text.</summary>
    /// <param name="outside">The added tokens that the text has outside of them.</param>
    public RefusedTokens Refused(IEnumerable<AddedToken> outside)
    {
        var further = outside.Select(token => token.Id).Where(_candidates.Contains).Distinct().Order().ToArray();
        var key = string.Join(' ', further);
        lock (_known)
        {
            if (_known.TryGetValue(key, out var known))
                return known;
            if (_known.Count >= KnownLimit)
                _known.Clear();
            HashSet<int> ids = [.. _always, .. further];
            return _known[key] = new RefusedTokens(ids, ids.Count == 0 ? _model : _model.Without(ids));
        }
    }

    // A word that was added to a vocabulary is no marker, though the template has it; nor are tags that models write in answers.
    private static bool IsBracketed(string token) =>
        token.Length > 2 && IsMark(token[0]) && IsMark(token[^1]) && token.Any(char.IsLetter) && !Tag().IsMatch(token);

    private static bool IsMark(char c) => char.IsPunctuation(c) || char.IsSymbol(c);

    [GeneratedRegex(@"^<[|｜].*[|｜]>$", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex(@"^</?(?:think|thought|reason|tool|function|answer)\w*>$")]
    private static partial Regex Tag();
}
