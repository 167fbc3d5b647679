using System.Text.Json;
using Clembench.Json;

namespace Clembench.Backends.Http;

/// <summary>Looks into bodies that may be of any form.</summary>
internal static class JsonMembers
{
    /// <summary>A member of an object.</summary>
    /// <param name="element">Any element.</param>
    /// <param name="name">The member's name.</param>
    /// <returns>The member; undefined where there is none.</returns>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The items of an array.</summary>
    /// <param name="element">Any element.</param>
    /// <returns>The items; none where it is no array.</returns>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : Enumerable.Empty<JsonElement>();

    /// <summary>A text.</summary>
    /// <param name="element">Any element.</param>
    /// <returns>
    /// The text; null where it is none. Half of a surrogate pair, which stands for no text that could be shown or sent
    /// back, is U+FFFD in it.
    /// </returns>
    public static string? Text(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return null;
        var text = JsonData.ToText(element);
        return text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') < 0 ? text
            : string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
    }

    /// <summary>A whole number.</summary>
    /// <param name="element">Any element.</param>
    /// <returns>The number; null where it is none.</returns>
    public static long? Whole(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number
            ? element.TryGetInt64(out var number) ? number
                // Cohere writes its counts of tokens as 12.0.
                : element.TryGetDouble(out var real) && real == Math.Floor(real) && Math.Abs(real) < 1e15 ? (long)real : null
            : null;

    /// <summary>Whether an error stands in place of what was asked for.</summary>
    /// <param name="element">A response or a part of it.</param>
    /// <returns>The verdict.</returns>
    public static bool HasError(JsonElement element) =>
        element.Member("error").ValueKind is JsonValueKind.Object or JsonValueKind.String;

    /// <summary>The sum of what is known.</summary>
    /// <param name="numbers">Numbers, of which some may be unknown.</param>
    /// <returns>The sum; null where none is known.</returns>
    public static long? Sum(params ReadOnlySpan<long?> numbers)
    {
        long? sum = null;
        foreach (var number in numbers)
            sum = number is null ? sum : (sum ?? 0) + number;
        return sum;
    }
}
