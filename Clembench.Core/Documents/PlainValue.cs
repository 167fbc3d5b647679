using System.Numerics;
using Clembench.Json;

namespace Clembench.Documents;

/// <summary>Comparisons of the plain values that <see cref="JsonMap"/> holds.</summary>
internal static class PlainValue
{
    /// <summary>
    /// Whether two values are the same data: numbers by value (1 equals 1.0), objects whatever the order of their
    /// members, lists item by item.
    /// </summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (JsonMap a, JsonMap b) => a.Count == b.Count && a.All(p => b.TryGetValue(p.Key, out var other) && AreEqual(p.Value, other)),
        (object?[] a, object?[] b) => a.Length == b.Length && a.Zip(b).All(p => AreEqual(p.First, p.Second)),
        _ when IsNumber(left) && IsNumber(right) => NumbersAreEqual(left, right),
        _ => left.Equals(right),
    };

    private static bool IsNumber(object value) => value is long or double or decimal or BigInteger;

    private static bool NumbersAreEqual(object left, object right) =>
        left.GetType() == right.GetType() ? left.Equals(right)
        : ToExact(left) is { } a && ToExact(right) is { } b ? a == b
        : ToDouble(left).Equals(ToDouble(right));

    private static BigInteger? ToExact(object number) => number switch
    {
        long value => value,
        BigInteger value => value,
        double value when double.IsInteger(value) => new BigInteger(value),
        decimal value when decimal.IsInteger(value) => new BigInteger(value),
        _ => null,
    };

    private static double ToDouble(object number) => number switch
    {
        BigInteger value => (double)value,
        _ => Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture),
    };
}
