using System.Collections;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Clembench.Json;

/// <summary>Conversions between JSON and the plain values that scripts work with (see <see cref="JsonMap"/>).</summary>
public static partial class JsonData
{
    private const int MostDigits = 4_300;

    /// <summary>Converts a JSON element into plain values.</summary>
    /// <param name="element">The element.</param>
    /// <returns>
    /// A plain value; a number without fraction is a long, or a BigInteger where it is too large for one. One of more digits than Python's json
    /// reads (4,300) is an infinity: to turn it into a number would take time out of all proportion.
    /// </returns>
    public static object? ToPlain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonMap(element.EnumerateObject().Select(p => KeyValuePair.Create(ToName(p), ToPlain(p.Value)))),
        JsonValueKind.Array => element.EnumerateArray().Select(ToPlain).ToArray(),
        JsonValueKind.String => ToText(element),
        JsonValueKind.Number => ToNumber(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Converts plain values (dictionaries, lists, strings, numbers, booleans, null) into a JSON element.</summary>
    /// <param name="value">The value; a <see cref="JsonElement"/> is returned as it is.</param>
    /// <returns>An element of its own lifetime.</returns>
    /// <exception cref="ArgumentException">A value of a type that JSON has no form for.</exception>
    public static JsonElement ToElement(object? value)
    {
        if (value is JsonElement element)
            return element;
        using var document = JsonDocument.Parse(ToUtf8(value));
        return document.RootElement.Clone();
    }

    /// <summary>Writes plain values as compact JSON text.</summary>
    /// <param name="value">The value.</param>
    /// <returns>JSON text.</returns>
    public static string ToJson(object? value) =>
        ThreadBuffer.Write(JsonFormat.Compact, value, Write, static utf8 => System.Text.Encoding.UTF8.GetString(utf8));

    /// <summary>Writes plain values as compact JSON.</summary>
    /// <param name="value">The value.</param>
    /// <returns>JSON in UTF-8.</returns>
    public static byte[] ToUtf8(object? value) => ThreadBuffer.Write(JsonFormat.Compact, value, Write, static utf8 => utf8.ToArray());

    /// <summary>Writes a plain value.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">A value of a type that JSON has no form for.</exception>
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case double number: JsonFormat.WriteNumber(writer, number); break;
            case float number: JsonFormat.WriteNumber(writer, number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case BigInteger number: writer.WriteRawValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture)); break;
            case long number: writer.WriteNumberValue(number); break;
            case sbyte or byte or short or ushort or int or uint:
                writer.WriteNumberValue(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case DateTime time: writer.WriteStringValue(time); break;
            case JsonElement element: JsonFormat.WriteExact(writer, element); break;
            case JsonMap { Few: { } few }:
                writer.WriteStartObject();
                for (var i = 0; i < few.Count; i++)
                {
                    writer.WritePropertyName(few[i].Key);
                    Write(writer, few[i].Value);
                }
                writer.WriteEndObject();
                break;
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (name, member) in map)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }
                writer.WriteEndObject();
                break;
            case IDictionary map:
                writer.WriteStartObject();
                foreach (DictionaryEntry entry in map)
                {
                    writer.WritePropertyName(entry.Key.ToString()!);
                    Write(writer, entry.Value);
                }
                writer.WriteEndObject();
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"A value of type {value.GetType()} has no JSON form.", nameof(value));
        }
    }

    /// <summary>The text of a string element, also where it holds half of a surrogate pair, which is kept.</summary>
    /// <param name="element">A string.</param>
    /// <returns>The text, which then is no Unicode text.</returns>
    internal static string ToText(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(System.Text.Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element)[1..^1]));
        }
    }

    /// <summary>The name of a member, also where it holds half of a surrogate pair, which is kept.</summary>
    /// <param name="member">The member.</param>
    /// <returns>The name, which then is no Unicode text.</returns>
    internal static string ToName(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return Unescape(System.Text.Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member)));
        }
    }

    /// <summary>The text of the string or name that a reader stands at, also where it holds half of a surrogate pair, which is kept.</summary>
    /// <param name="reader">The reader, over one span.</param>
    /// <returns>The text, which then is no Unicode text.</returns>
    internal static string ToText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    // A surrogate without its pair: no Unicode text, but Python and models write it, so it is kept.
    private static string Unescape(string raw) => Escapes().Replace(raw, escape => escape.Value[1] switch
    {
        'u' => ((char)Convert.ToInt32(escape.Value[2..], 16)).ToString(),
        'b' => "\b",
        'f' => "\f",
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        var literal => literal.ToString(),
    });

    [System.Text.RegularExpressions.GeneratedRegex(@"\\(?:u[0-9a-fA-F]{4}|.)")]
    private static partial System.Text.RegularExpressions.Regex Escapes();

    private static object ToNumber(JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (raw.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0)
            return element.GetDouble();
        return element.TryGetInt64(out var integer) ? integer : ToLarge(raw);
    }

    private static object ToLarge(ReadOnlySpan<byte> digits) => digits.Length > MostDigits + 1
        ? digits[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity
        : BigInteger.Parse(System.Text.Encoding.ASCII.GetString(digits), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The number that a reader stands at.</summary>
    /// <param name="reader">The reader, over one span.</param>
    /// <returns>A long, a BigInteger where it is too large for one, or a double.</returns>
    internal static object ToNumber(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0)
            return reader.GetDouble();
        return reader.TryGetInt64(out var integer) ? integer : ToLarge(reader.ValueSpan);
    }
}
