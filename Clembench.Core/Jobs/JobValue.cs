using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.Jobs;

/// <summary>Checks and reads what people say of a job.</summary>
public static partial class JobValue
{
    /// <summary>Reads a time as Slurm writes it.</summary>
    /// <param name="text"><c>minutes</c>, <c>minutes:seconds</c>, <c>hours:minutes:seconds</c>, <c>days-hours</c>, <c>days-hours:minutes</c> or <c>days-hours:minutes:seconds</c>.</param>
    /// <returns>The time.</returns>
    /// <exception cref="ClemException">The text is no such time, or none at all.</exception>
    public static TimeSpan ParseTime(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Time().Match(text) is { Success: true } match)
        {
            var numbers = match.Groups["part"].Captures.Select(part => int.Parse(part.ValueSpan, CultureInfo.InvariantCulture)).ToArray();
            var time = (match.Groups["days"], numbers) switch
            {
                ({ Success: true } days, [var hours, .. var rest]) =>
                    new TimeSpan(int.Parse(days.ValueSpan, CultureInfo.InvariantCulture), hours, rest is [var minutes, ..] ? minutes : 0, rest is [_, var seconds] ? seconds : 0),
                (_, [var minutes]) => TimeSpan.FromMinutes(minutes),
                (_, [var minutes, var seconds]) => new TimeSpan(0, minutes, seconds),
                _ => new TimeSpan(numbers[0], numbers[1], numbers[2]),
            };
            if (time > TimeSpan.Zero)
                return time;
        }

        throw new ClemException(
            "Clem.Job.BadTime", ErrorKind.InvalidArgument, $"'{text}' is not a time for a task.",
            "Give it as Slurm does: 90 (minutes), 1:30:00 (hours, minutes, seconds), or 2-12 (days and hours).", text);
    }

    /// <summary>Reads an amount of memory.</summary>
    /// <param name="text">Bytes, or a number with <c>K</c>, <c>M</c>, <c>G</c> or <c>T</c> (powers of 1,024; <c>GB</c> and <c>Gi</c> mean the same).</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="ClemException">The text is no amount, or less than a mebibyte.</exception>
    public static long ParseMemory(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Size().Match(text) is { Success: true } match
            && decimal.TryParse(match.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var unit = match.Groups["unit"].Value.ToUpperInvariant() is { Length: > 0 } letter ? 1L << (10 * ("KMGT".IndexOf(letter, StringComparison.Ordinal) + 1)) : 1L;
            // A number alone is what PowerShell makes of 4GB. One that is far too small was meant in another unit.
            if (number * unit is >= 1 << 20 and <= long.MaxValue and var bytes)
                return (long)bytes;
        }

        throw new ClemException(
            "Clem.Job.BadMemory", ErrorKind.InvalidArgument, $"'{text}' is not an amount of memory for a task.",
            "Give a number with its unit, such as 4000M or 16G.", text);
    }

    /// <summary>Refuses a text that would not stay on its line.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ClemException">It has a control character, or half a surrogate pair.</exception>
    internal static void CheckText(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune) || Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
            {
                throw new ClemException(
                    "Clem.Job.BadText", ErrorKind.InvalidArgument,
                    $"'{Transcripts.VisibleText.ToSymbolsOnOneLine(text)}' has the character U+{(int)text[at]:X4}, which cannot stand in a job.", "Use another name.", text);
            }

            at += rune.Utf16SequenceLength;
        }
    }

    /// <summary>Refuses a value that the scheduler would not take as one word.</summary>
    /// <param name="value">The value; null for none.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <param name="form">What it must look like.</param>
    /// <param name="advice">The same in words.</param>
    /// <exception cref="ClemException">It does not look like that.</exception>
    internal static void Check(string? value, string what, Regex form, string advice)
    {
        if (value is not null && !form.IsMatch(value))
            throw new ClemException("Clem.Job.BadValue", ErrorKind.InvalidArgument, $"'{Transcripts.VisibleText.ToSymbolsOnOneLine(value)}' cannot be {what}.", advice, value);
    }

    [GeneratedRegex(@"^(?:(?<days>\d{1,4})-(?<part>\d{1,4})(?::(?<part>\d{1,2})){0,2}|(?<part>\d{1,8})(?::(?<part>\d{1,2})){0,2})\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"^(?<number>\d{1,15}(\.\d{1,6})?)(?:(?<unit>[KMGT])(?:i?B?))?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
