using System.Globalization;
using System.Text.RegularExpressions;

namespace Clembench.Backends.Http;

/// <summary>
/// What services say about their limits beside an answer: OpenAI's <c>x-ratelimit-remaining-requests</c> with
/// <c>x-ratelimit-reset-requests</c> (<c>1m30s</c>), Anthropic's <c>anthropic-ratelimit-requests-remaining</c> with
/// <c>-reset</c> (a time in RFC 3339), Mistral's <c>x-ratelimit-remaining-req-minute</c> (without a reset: within the
/// minute), and the same for tokens.
/// </summary>
internal static partial class RateLimitHeaders
{
    private static readonly (string Remaining, string? Reset, bool CountsTokens)[] Limits =
    [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", false),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", true),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset", false),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset", true),
        ("x-ratelimit-remaining-req-minute", null, false),
        ("x-ratelimit-remaining-tokens-minute", null, true),
    ];

    /// <summary>Reads the scarcest of the limits.</summary>
    /// <param name="header">Gives a header's value by its name; null where it is not there.</param>
    /// <param name="tokensOfCall">The tokens that the answered call took; null where unknown, and then only a limit with no token left counts.</param>
    /// <param name="now">The time here.</param>
    /// <returns>The limit that fewest calls fit into; null where no header says anything.</returns>
    public static RateAllowance? Read(Func<string, string?> header, long? tokensOfCall, DateTimeOffset now)
    {
        RateAllowance? scarcest = null;
        foreach (var (remaining, reset, countsTokens) in Limits)
        {
            if (!long.TryParse(header(remaining), NumberStyles.None, CultureInfo.InvariantCulture, out var left)
                || (reset is null ? TimeSpan.FromMinutes(1) : Wait(header(reset), now)) is not { } wait || wait <= TimeSpan.Zero)
            {
                continue;
            }

            var calls = !countsTokens || left == 0 ? left : tokensOfCall is > 0 and var tokens ? left / tokens : long.MaxValue;
            if (scarcest is not { } known || calls < known.CallsLeft || (calls == known.CallsLeft && wait > known.ResetsIn))
                scarcest = new RateAllowance(calls, wait);
        }

        return scarcest;
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
