using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.PowerShell.Hosting;

/// <summary>Turns the values of scripts into JSON, without losing or adding anything.</summary>
internal static class ScriptJson
{
    private const int DeepestLevel = 200;

    /// <summary>Converts a value.</summary>
    /// <param name="value">A string, number, boolean, null, array, dictionary or custom object, of such again.</param>
    /// <returns>An element of its own lifetime.</returns>
    /// <exception cref="ArgumentException">A value has no JSON form, or refers to itself.</exception>
    public static JsonElement ToElement(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Compact))
            Write(writer, value, 0);
        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = DeepestLevel + 2 });
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, object? value, int level)
    {
        if (level > DeepestLevel)
            throw new ArgumentException($"it is nested deeper than {DeepestLevel} levels, or holds itself.");
        switch (value)
        {
            case PSObject { BaseObject: PSCustomObject } custom:
                WriteObject(writer, custom.Properties.Select(property => (property.Name, (object?)property.Value)), level);
                break;
            case PSObject wrapped:
                Write(writer, wrapped.BaseObject, level);
                break;
            case double or float when !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                throw new ArgumentException("JSON has no NaN and no infinity.");
            case null or string or bool or double or float or decimal or BigInteger or JsonElement
                or sbyte or byte or short or ushort or int or uint or long or ulong:
                JsonData.Write(writer, value);
                break;
            case DateTime time:
                writer.WriteStringValue(time.ToString("o", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time.ToString("o", CultureInfo.InvariantCulture));
                break;
            case char or Enum or Guid or Uri or Version:
                writer.WriteStringValue(value.ToString());
                break;
            case IReadOnlyDictionary<string, object?> map:
                WriteObject(writer, map.Select(member => (member.Key, member.Value)), level);
                break;
            case IDictionary map:
                WriteObject(writer, map.Cast<DictionaryEntry>().Select(member => (member.Key.ToString()!, member.Value)), level);
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                    Write(writer, item, level + 1);
                writer.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"a value of type {value.GetType()} has no JSON form.");
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, IEnumerable<(string Name, object? Value)> members, int level)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            Write(writer, value, level + 1);
        }
        writer.WriteEndObject();
    }
}
