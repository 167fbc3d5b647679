using System.Globalization;

namespace Clembench.Backends.Http;

/// <summary>How long a server asks to wait: <c>retry-after-ms</c>, or <c>Retry-After</c> in seconds or as a date.</summary>
internal static class RetryAfterHeader
{
    /// <summary>Reads the wait from an answer's headers.</summary>
    /// <param name="header">Gives a header's value by its name; null where it is not there.</param>
    /// <param name="now">The time here, for a date where the server does not tell its own time.</param>
    /// <returns>The wait, never negative; null where the server does not ask for one.</returns>
    public static TimeSpan? Read(Func<string, string?> header, DateTimeOffset now)
    {
        if (Number(header("retry-after-ms")) is { } milliseconds)
            return Wait(milliseconds / 1000);
        var value = header("Retry-After");
        if (Number(value) is { } seconds)
            return Wait(seconds);
        if (Date(value) is not { } until)
            return null;

        // The server's own clock is the one that the date was taken from.
        return Wait((until - (Date(header("Date")) ?? now)).TotalSeconds);
    }

    private static double? Number(string? value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number : null;

    private static DateTimeOffset? Date(string? value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private static TimeSpan Wait(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(365).TotalSeconds));
}
