using System.Text.Json;

namespace Clembench.Json;

/// <summary>The names of an object's members. JSON can escape half of a surrogate pair, which no text of .NET's JSON reader may hold.</summary>
internal static class JsonNames
{
    /// <summary>The name of a member.</summary>
    /// <param name="property">The member.</param>
    /// <returns>The name; null where it holds half of a surrogate pair.</returns>
    public static string? NameOrNull(this JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a reader stands at a name.</summary>
    /// <param name="reader">The reader, over one span, at the name of a member.</param>
    /// <param name="name">The name that is asked for.</param>
    /// <returns>The verdict; one that holds half of a surrogate pair is none that anybody asks for.</returns>
    public static bool IsNamed(ref Utf8JsonReader reader, string name) =>
        reader.ValueIsEscaped ? JsonData.ToText(ref reader) == name : reader.ValueTextEquals(name);

    /// <summary>Finds a member.</summary>
    /// <param name="map">The object.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="value">Its value, of the last where the name is there twice.</param>
    /// <returns>Whether it is there.</returns>
    public static bool TryGetMember(this JsonElement map, string name, out JsonElement value)
    {
        try
        {
            return map.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException) when (map.ValueKind == JsonValueKind.Object)
        {
            // On its way it came across another member whose name is no text.
            var found = map.EnumerateObject().LastOrDefault(member => member.NameOrNull() == name);
            value = found.Value;
            return value.ValueKind != JsonValueKind.Undefined;
        }
    }
}
