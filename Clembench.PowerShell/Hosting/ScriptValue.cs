using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Json;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.PowerShell.Hosting;

/// <summary>Turns the values of scripts into the plain values of the engine and into JSON, without losing or adding anything.</summary>
internal static class ScriptValue
{
    /// <summary>What to do about a value that has no JSON form.</summary>
    public const string Advice = "Use strings, numbers, booleans, dates, $null, arrays, hashtables and custom objects.";

    private const int DeepestLevel = 200;

    /// <summary>Converts a value.</summary>
    /// <param name="value">A string, number, boolean, date, null, array, dictionary or custom object, of such again.</param>
    /// <returns>Plain values (see <see cref="JsonMap"/>).</returns>
    /// <exception cref="ArgumentException">A value has no JSON form, or holds itself.</exception>
    public static object? ToPlain(object? value) => Convert(value, exact: false, 0);

    /// <summary>Converts the hashtable of a parameter.</summary>
    /// <param name="map">The hashtable.</param>
    /// <param name="id">The identifier of the error where it cannot be converted.</param>
    /// <param name="subject">What the error is to call it.</param>
    /// <returns>Its members as plain values.</returns>
    /// <exception cref="ClemException">A value has no JSON form, or holds itself.</exception>
    public static JsonMap ToMap(IDictionary map, string id, string subject)
    {
        try
        {
            return (JsonMap)ToPlain(map)!;
        }
        catch (ArgumentException error)
        {
            throw new ClemException(id, ErrorKind.InvalidArgument, $"{subject} cannot be written as JSON: {error.Message}", Advice, innerException: error);
        }
    }

    /// <summary>Converts a value that is to be recorded: numbers and elements keep the form that they have.</summary>
    /// <param name="value">A string, number, boolean, date, null, array, dictionary or custom object, of such again.</param>
    /// <returns>An element of its own lifetime.</returns>
    /// <exception cref="ArgumentException">A value has no JSON form, or holds itself.</exception>
    public static JsonElement ToElement(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Compact))
            JsonData.Write(writer, Convert(value, exact: true, 0));
        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = DeepestLevel + 2 });
        return document.RootElement.Clone();
    }

    private static object? Convert(object? value, bool exact, int level)
    {
        if (level > DeepestLevel)
            throw new ArgumentException($"it is nested deeper than {DeepestLevel} levels, or holds itself.");
        switch (value)
        {
            case PSObject { BaseObject: PSCustomObject } custom:
                return Map(custom.Properties.Select(property => (property.Name, (object?)property.Value)), exact, level);
            case PSObject wrapped:
                return Convert(wrapped.BaseObject, exact, level);
            case null or string or bool or long:
                return value;
            case sbyte or byte or short or ushort or int or uint:
                return System.Convert.ToInt64(value, CultureInfo.InvariantCulture);
            case ulong number:
                return Whole(number);
            case BigInteger number:
                return Whole(number);
            case decimal number:
                return exact ? number : (double)number;
            case double or float:
                var real = System.Convert.ToDouble(value, CultureInfo.InvariantCulture);
                return double.IsFinite(real) ? real : throw new ArgumentException("JSON has no NaN and no infinity.");
            case JsonElement element:
                return exact ? element : JsonData.ToPlain(element);
            case SwitchParameter present:
                return present.IsPresent;
            case DateTime time:
                return time.ToString("o", CultureInfo.InvariantCulture);
            case DateTimeOffset time:
                return time.ToString("o", CultureInfo.InvariantCulture);
            case char or Enum or Guid or Uri or Version:
                return value.ToString();
            case IReadOnlyDictionary<string, object?> map:
                return Map(map.Select(member => (member.Key, member.Value)), exact, level);
            case IDictionary map:
                return Map(map.Cast<DictionaryEntry>().Select(member => (member.Key.ToString()!, member.Value)), exact, level);
            case IEnumerable list:
                return list.Cast<object?>().Select(item => Convert(item, exact, level + 1)).ToArray();
            default:
                throw new ArgumentException($"a value of type {value.GetType()} has no JSON form.");
        }
    }

    private static object Whole(BigInteger number) => number >= long.MinValue && number <= long.MaxValue ? (long)number : number;

    private static JsonMap Map(IEnumerable<(string Name, object? Value)> members, bool exact, int level) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, Convert(member.Value, exact, level + 1))));
}
