using System.Globalization;
using System.Text.RegularExpressions;

namespace Clembench.Backends.Http;

/// <summary>
/// What services say about their limits beside an answer: OpenAI's <c>x-ratelimit-remaining-requests</c> with
/// <c>x-ratelimit-reset-requests</c> (<c>1m30s</c>), Anthropic's <c>anthropic-ratelimit-requests-remaining</c> with
/// <c>-reset</c> (a time in RFC 3339), and the same for tokens.
/// </summary>
internal static partial class RateLimitHeaders
{
    private static readonly (string Remaining, string Reset)[] Pairs =
    [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
    ];

    /// <summary>Reads how long nothing is left.</summary>
    /// <param name="header">Gives a header's value by its name; null where it is not there.</param>
    /// <param name="now">The time here.</param>
    /// <returns>The longest of the waits until something is left again; null where there is something left.</returns>
    public static TimeSpan? ReadExhausted(Func<string, string?> header, DateTimeOffset now)
    {
        TimeSpan? longest = null;
        foreach (var (remaining, reset) in Pairs)
        {
            if (header(remaining) is "0" && Wait(header(reset), now) is { } wait && wait > (longest ?? TimeSpan.Zero))
                longest = wait;
        }

        return longest;
    }

    private static TimeSpan? Wait(string? reset, DateTimeOffset now)
    {
        if (reset is null)
            return null;
        if (Duration().Match(reset) is { Success: true, Length: > 0 } match)
        {
            double Part(int group) => match.Groups[group].Success ? double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
            return TimeSpan.FromSeconds(Part(1) * 3600 + Part(2) * 60 + Part(3) + Part(4) / 1000);
        }

        return DateTimeOffset.TryParse(reset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) ? until - now : null;
    }

    [GeneratedRegex(@"^(?:(\d{1,4})h)?(?:(\d{1,5})m(?!s))?(?:(\d{1,6}(?:\.\d{1,9})?)s?)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?$")]
    private static partial Regex Duration();
}
