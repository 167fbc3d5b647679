using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Clembench.Json;

namespace Clembench.Backends.Http;

/// <summary>What a server says about an error, in the forms that are about.</summary>
/// <param name="Text">What it says, without control characters, on one line; empty where it says nothing.</param>
internal sealed partial record ServerMessage(string Text)
{
    private const int LongestText = 500;

    /// <summary>The server's own word for the error, such as <c>insufficient_quota</c>.</summary>
    public string? Code { get; private init; }

    /// <summary>The status that the body names, where the error comes in an answer that claims success.</summary>
    public int? Status { get; private init; }

    /// <summary>How many tokens were asked for, where the error is about the context.</summary>
    public long? TokensUsed { get; private init; }

    /// <summary>The size of the context, where the error is about it.</summary>
    public long? ContextSize { get; private init; }

    /// <summary>Whether the error is that the conversation does not fit the context.</summary>
    public bool IsContextExceeded => Code is "context_length_exceeded" or "exceed_context_size_error"
        || ContextWords().IsMatch(Text);

    /// <summary>Whether no call will succeed until somebody pays.</summary>
    public bool IsQuotaExceeded => Code is "insufficient_quota" or "billing_hard_limit_reached";

    /// <summary>Reads an answer's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="mask">Takes the secret out.</param>
    /// <returns>What the server says.</returns>
    public static ServerMessage Read(ReadOnlyMemory<byte> body, SecretMask mask)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, mask);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not JSON: a gateway's page, or nothing.
            return new ServerMessage(Tidy(MarkupTags().Replace(Encoding.UTF8.GetString(body.Span), " "), mask));
        }
    }

    /// <summary>Reads an answer's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="mask">Takes the secret out.</param>
    /// <returns>What the server says.</returns>
    public static ServerMessage Read(JsonElement body, SecretMask mask)
    {
        var error = Member(body, "error") is { ValueKind: JsonValueKind.Object } inner ? inner : body;
        var text = TextOf(Member(error, "message")) ?? TextOf(Member(body, "error")) ?? TextOf(Member(body, "detail"))
            ?? JsonData.ToJson(body);
        return new ServerMessage(Tidy(text, mask))
        {
            Code = TextOf(Member(error, "code")) ?? TextOf(Member(error, "type")),
            Status = Number(Member(error, "code")) is >= 100 and < 600 and var status ? (int)status : null,
            ContextSize = Number(Member(error, "n_ctx")) ?? Match(ContextSizeWords(), text),
            TokensUsed = Number(Member(error, "n_prompt_tokens")) ?? Match(TokensUsedWords(), text),
        };
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? TextOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text ? text : null;

    private static long? Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : null;

    private static long? Match(Regex words, string text) =>
        words.Match(text) is { Success: true } match
        && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    // The secret is masked before the text is cut, so that no half of it is left; what a server sends must not steer
    // the terminal that it is shown on.
    private static string Tidy(string text, SecretMask mask)
    {
        var tidy = Blanks().Replace(mask.InMessage(text), " ").Trim();
        return tidy.Length <= LongestText ? tidy : string.Concat(tidy.AsSpan(0, LongestText), "…");
    }

    [GeneratedRegex(@"maximum context length|context (window|length|size)|prompt is too long|too many (input )?tokens", RegexOptions.IgnoreCase)]
    private static partial Regex ContextWords();

    [GeneratedRegex(@"context (?:length|window|size)\D{0,30}?([\d,]+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContextSizeWords();

    [GeneratedRegex(@"(?:requested|resulted in|contains?(?: at least)?)\D{0,20}?([\d,]+) (?:input )?tokens", RegexOptions.IgnoreCase)]
    private static partial Regex TokensUsedWords();

    [GeneratedRegex(@"<[^<>]{0,1000}>")]
    private static partial Regex MarkupTags();

    [GeneratedRegex(@"[\s\p{Cc}\p{Cf}]+")]
    private static partial Regex Blanks();
}
