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

    /// <summary>How long the body asks to wait; null where it does not.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Whether the key itself is refused, where the status does not say so.</summary>
    public bool IsKeyRefused { get; private init; }

    /// <summary>Whether a filter refuses the conversation.</summary>
    public bool IsFiltered => Code is "content_filter";

    /// <summary>Whether the error is that the conversation does not fit the context.</summary>
    public bool IsContextExceeded => Code is "context_length_exceeded" or "exceed_context_size_error"
        || ContextWords().IsMatch(Text);

    /// <summary>Whether no call will succeed until somebody pays.</summary>
    public bool IsQuotaExceeded => Code is "insufficient_quota" or "billing_hard_limit_reached" or "billing_error"
        || NoCreditWords().IsMatch(Text);

    /// <summary>Reads an answer's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="mask">Takes the secret out.</param>
    /// <returns>What the server says.</returns>
    public static ServerMessage Read(ReadOnlyMemory<byte> body, SecretMask mask)
    {
        try
        {
            using var document = JsonDocument.Parse(body, JsonFormat.Deep);
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
        var error = body.Member("error") is { ValueKind: JsonValueKind.Object } inner ? inner : body;
        var text = NotEmpty(error.Member("message")) ?? NotEmpty(body.Member("error")) ?? NotEmpty(body.Member("detail"))
            ?? JsonData.ToJson(body);
        var details = error.Member("details").Items().ToArray();
        return new ServerMessage(Tidy(text, mask))
        {
            Code = NotEmpty(error.Member("code")) ?? NotEmpty(error.Member("type")) ?? NotEmpty(error.Member("status")),
            Status = error.Member("code").Whole() is >= 100 and < 600 and var status ? (int)status : null,
            ContextSize = error.Member("n_ctx").Whole() ?? Match(ContextSizeWords(), text),
            TokensUsed = error.Member("n_prompt_tokens").Whole() ?? Match(TokensUsedWords(), text),
            RetryAfter = details.Select(detail => Duration(detail.Member("retryDelay"))).FirstOrDefault(wait => wait is not null),
            IsKeyRefused = details.Any(detail => detail.Member("reason").Text() == "API_KEY_INVALID"),
        };
    }

    private static string? NotEmpty(JsonElement element) => element.Text() is { Length: > 0 } text ? text : null;

    // A duration as protobuf's JSON form writes it: 3.5s
    private static TimeSpan? Duration(JsonElement element) =>
        element.Text() is { } text && text.EndsWith('s')
        && double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e9
            ? TimeSpan.FromSeconds(seconds) : null;

    private static long? Match(Regex words, string text) =>
        words.Match(text) is { Success: true } match
        && long.TryParse(match.Groups.Values.Skip(1).First(group => group.Success).ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    // The secret is masked before the text is cut, so that no half of it is left; what a server sends must not steer
    // the terminal that it is shown on.
    private static string Tidy(string text, SecretMask mask)
    {
        var tidy = Blanks().Replace(mask.InMessage(text), " ").Trim();
        return tidy.Length <= LongestText ? tidy : string.Concat(tidy.AsSpan(0, LongestText), "…");
    }

    [GeneratedRegex(
        @"maximum context length|context (window|length|size|limit)|prompt is too long|too many (input )?tokens"
        + "|exceeds the maximum number of tokens", RegexOptions.IgnoreCase)]
    private static partial Regex ContextWords();

    [GeneratedRegex(
        @"([\d,]+) maximum context length|context (?:length|window|size)\D{0,30}?([\d,]+)|tokens > ([\d,]+) maximum|context limit: [\d+ ]+> ([\d,]+)"
        + @"|maximum number of tokens allowed \(([\d,]+)\)|prompt cannot exceed ([\d,]+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContextSizeWords();

    [GeneratedRegex(
        @"(?:requested|resulted in|contains?(?: at least)?)\D{0,20}?([\d,]+) (?:input )?tokens|too long: ([\d,]+) tokens"
        + @"|input token count \(([\d,]+)\)|prompt cannot exceed [\d,]+ - received ([\d,]+)", RegexOptions.IgnoreCase)]
    private static partial Regex TokensUsedWords();

    [GeneratedRegex(@"credit balance is too low", RegexOptions.IgnoreCase)]
    private static partial Regex NoCreditWords();

    [GeneratedRegex(@"<[^<>]{0,1000}>")]
    private static partial Regex MarkupTags();

    [GeneratedRegex(@"[\s\p{Cc}\p{Cf}]+")]
    private static partial Regex Blanks();
}
