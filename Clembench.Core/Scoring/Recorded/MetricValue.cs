using System.Globalization;
using System.Numerics;
using Clembench.Json;

namespace Clembench.Scoring.Recorded;

/// <summary>What kind of value a metric has in a file; tables of pandas print an integer and a fraction differently.</summary>
public enum MetricKind
{
    /// <summary>A number without a fraction.</summary>
    Whole,

    /// <summary>A number with a fraction, or NaN.</summary>
    Fractional,

    /// <summary>A truth value.</summary>
    Boolean,

    /// <summary>A text, or a list or dictionary as text.</summary>
    Text,

    /// <summary>Nothing (null).</summary>
    Missing,
}

/// <summary>The value of a metric, as it was recorded.</summary>
/// <param name="Kind">The kind of value.</param>
/// <param name="Number">The value of a number; 1 or 0 of a truth value; NaN else.</param>
/// <param name="Text">The text of a text; null else.</param>
public readonly record struct MetricValue(MetricKind Kind, double Number, string? Text)
{
    /// <summary>Makes one of a plain value.</summary>
    /// <param name="value">The value (see <see cref="JsonMap"/>).</param>
    /// <returns>The metric's value.</returns>
    public static MetricValue Of(object? value) => value switch
    {
        long number => new(MetricKind.Whole, number, null),
        double number => new(MetricKind.Fractional, number, null),
        bool truth => new(MetricKind.Boolean, truth ? 1 : 0, null),
        string text => new(MetricKind.Text, double.NaN, text),
        null => new(MetricKind.Missing, double.NaN, null),
        // The conversion of BigInteger cuts where reading rounds.
        BigInteger number => new(MetricKind.Whole, double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), null),
        _ => new(MetricKind.Text, double.NaN, JsonData.ToJson(value)),
    };

    /// <summary>The value as pandas reads it where it has to be a number.</summary>
    /// <returns>The number, NaN where nothing is recorded, or null where it is a text that is no number.</returns>
    public double? AsNumber() => Kind != MetricKind.Text ? Number
        : double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
