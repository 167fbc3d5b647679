using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.Backends.Http;

/// <summary>Keeps a secret out of messages and records, also where a server echoes it.</summary>
/// <param name="secret">The secret; null where there is none.</param>
internal sealed class SecretMask(string? secret)
{
    private const string Stars = "****";

    // Local servers are given placeholders such as "EMPTY" or "x": a word that short is no secret, and masking it
    // would change what the record says was sent.
    private const int ShortestInRecords = 8;
    private const int ShortestInMessages = 4;

    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(secret ?? "");

    /// <summary>A text without the secret.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, with stars for the secret.</returns>
    public string InMessage(string text) =>
        secret is { Length: >= ShortestInMessages } ? text.Replace(secret, Stars, StringComparison.Ordinal) : text;

    /// <summary>A JSON value without the secret.</summary>
    /// <param name="element">The value.</param>
    /// <returns>The very value, or a copy of it with stars for the secret.</returns>
    public JsonElement InRecord(JsonElement element)
    {
        if (secret is not { Length: >= ShortestInRecords } || element.ValueKind == JsonValueKind.Undefined)
            return element;

        // A text with escapes may hold the secret in escaped form, so it is looked at string by string.
        var utf8 = JsonMarshal.GetRawUtf8Value(element);
        return utf8.IndexOf(_utf8) >= 0 || (utf8.Contains((byte)'\\') && Holds(element)) ? Copy(element) : element;
    }

    /// <summary>Whether a text holds the secret.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it does.</returns>
    public bool IsIn(string text) => secret is { Length: >= ShortestInMessages } && text.Contains(secret, StringComparison.Ordinal);

    private bool Holds(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => HoldsSecret(JsonData.ToText(element)),
        JsonValueKind.Object => element.EnumerateObject().Any(member => HoldsSecret(member.Name) || Holds(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(Holds),
        _ => false,
    };

    private bool HoldsSecret(string text) => text.Contains(secret!, StringComparison.Ordinal);

    private JsonElement Copy(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Compact))
            Write(writer, element);
        using var document = JsonDocument.Parse(buffer.WrittenMemory, JsonFormat.Deep);
        return document.RootElement.Clone();
    }

    private void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(InMessage(member.Name));
                    Write(writer, member.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String when HoldsSecret(JsonData.ToText(element)):
                writer.WriteStringValue(InMessage(element.Text()!));
                break;
            default:
                // In its very own text: half of a surrogate pair cannot be written in any other way.
                writer.WriteRawValue(element.GetRawText(), skipInputValidation: true);
                break;
        }
    }
}
