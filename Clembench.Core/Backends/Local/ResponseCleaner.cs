using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>
/// Turns the text that a local model generated, with its EOS token, into the message that the game gets, as the entry
/// says: <c>output_split_prefix</c>, the pad token, <c>eos_to_cull</c>, <c>cot_start_tag</c> and <c>cot_end_tag</c>, white
/// space, in clemcore's order. Safe for any number of threads.
/// </summary>
public sealed class ResponseCleaner
{
    private readonly ModelEntry _entry;
    private readonly string? _splitPrefix;
    private readonly string? _padToken;
    private readonly string? _eosToken;
    private readonly EosPattern? _eos;
    private readonly string? _cotStart;
    private readonly EosPattern? _cotEnd;

    /// <summary>Reads what an entry says about the model's output.</summary>
    /// <param name="entry">The entry; settings are read from <c>model_config</c> or from its top level.</param>
    /// <param name="padToken">The text of the tokenizer's pad token, where it has one.</param>
    /// <param name="eosToken">The text of the token that ends an answer: removed at its end where the entry has no <c>eos_to_cull</c>.</param>
    /// <exception cref="ClemException">A setting is of the wrong type, or <c>cot_output</c> has no <c>cot_end_tag</c>.</exception>
    public ResponseCleaner(ModelEntry entry, string? padToken = null, string? eosToken = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _entry = entry;
        _padToken = NullIfEmpty(padToken);
        _splitPrefix = GetText("output_split_prefix");
        _eos = GetText("eos_to_cull") is { } eos ? EosPattern.Parse(eos) : null;
        _eosToken = _eos is null ? NullIfEmpty(eosToken) : null;
        if (!ThinksAloud(entry))
            return;
        _cotStart = GetText("cot_start_tag");
        _cotEnd = EosPattern.Parse(GetText("cot_end_tag") ?? throw new ClemException(
            "Clem.Model.InvalidEntry",
            ErrorKind.InvalidData,
            $"'{entry.Name}' has cot_output, but no cot_end_tag: nothing says where the reasoning ends and the answer begins.",
            "Give the entry the text that stands before the answer, such as \"cot_end_tag\": \"</think>\", or remove cot_output.",
            entry));
    }

    /// <summary>Whether an entry's model writes its reasoning before the answer (<c>cot_output</c>).</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>Whether it does.</returns>
    public static bool ThinksAloud(ModelEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.GetSetting("cot_output") is true;
    }

    /// <summary>Cleans a text.</summary>
    /// <param name="generated">All that was generated, control tokens spelled out; without the prompt.</param>
    /// <param name="shorten">
    /// Cuts an answer that has more tokens than the session allows; called for models with <c>cot_output</c> alone, since the
    /// others stop generating there. Null cuts nothing.
    /// </param>
    /// <returns>The message, and the reasoning before it. A reasoning that came to no end leaves an empty message.</returns>
    /// <exception cref="ClemException">A regular expression of the entry takes too long on this text.</exception>
    public CleanedResponse Clean(string generated, Func<string, string>? shorten = null)
    {
        ArgumentNullException.ThrowIfNull(generated);
        var text = generated;
        if (_splitPrefix is not null && text.LastIndexOf(_splitPrefix, StringComparison.Ordinal) is >= 0 and var at)
            text = text[(at + _splitPrefix.Length)..];
        text = CullEos(RemovePadding(text));
        if (_cotEnd is null)
            return new CleanedResponse(Strip(text));

        if (_cotStart is not null)
            text = text.Replace(_cotStart, "", StringComparison.Ordinal);
        var (thought, answer) = SplitAtEnd(text);
        return new CleanedResponse(Strip(shorten is null ? answer : shorten(answer)), thought);
    }

    private string RemovePadding(string text) =>
        _padToken is not null && Strip(text) is var bare && (bare.StartsWith(_padToken, StringComparison.Ordinal) || bare.EndsWith(_padToken, StringComparison.Ordinal))
            ? text.Replace(_padToken, "", StringComparison.Ordinal)
            : text;

    private string CullEos(string text) =>
        _eos is not null ? Match("eos_to_cull", () => _eos.Expression.Replace(text, ""))
        : _eosToken is not null && Strip(text) is var bare && bare.EndsWith(_eosToken, StringComparison.Ordinal) ? bare[..^_eosToken.Length]
        : text;

    private (string Thought, string Answer) SplitAtEnd(string text) => Match("cot_end_tag", () =>
    {
        var tags = _cotEnd!.Expression.Matches(text);
        return tags.Count == 0 ? (text, "") : (text[..tags[0].Index], text[(tags[^1].Index + tags[^1].Length)..]);
    });

    private T Match<T>(string key, Func<T> match)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ClemException(
                "Clem.Model.PatternTooSlow",
                ErrorKind.InvalidData,
                $"The regular expression in {key} of '{_entry.Name}' takes longer than a second on one answer of the model.",
                $"Write {key} without nested repetitions; usually it is a plain text such as \"</s>\".",
                _entry,
                e);
        }
    }

    private string? GetText(string key) => _entry.GetSetting(key) switch
    {
        null => null,
        string text => NullIfEmpty(text),
        _ => throw new ClemException(
            "Clem.Model.InvalidEntry",
            ErrorKind.InvalidData,
            $"{key} of '{_entry.Name}' is not a text.",
            $"Write {key} in quotes.",
            _entry),
    };

    private static string? NullIfEmpty(string? text) => text is "" ? null : text;

    // Python's str.strip() counts the four separators of ASCII as white space too.
    private static string Strip(string text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && IsSpace(text[start]))
            start++;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        return text[start..end];
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
}
