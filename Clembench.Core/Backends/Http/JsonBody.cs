using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Clembench.Json;

namespace Clembench.Backends.Http;

/// <summary>Reads the JSON bodies that services send.</summary>
internal static class JsonBody
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The bytes as received.</param>
    /// <param name="mask">Takes the secret out, where the server echoes it.</param>
    /// <returns>An element of its own lifetime; null where the bytes are not JSON.</returns>
    public static JsonElement? TryRead(ReadOnlyMemory<byte> body, SecretMask mask)
    {
        if (body.Span.StartsWith("\ufeff"u8))
            body = body[3..];
        if (!Utf8.IsValid(body.Span))
            return null;
        try
        {
            using var document = JsonDocument.Parse(body, JsonFormat.Deep);
            if (NamesAreTexts(document.RootElement))
                return mask.InRecord(document.RootElement.Clone());
            using var mended = JsonDocument.Parse(WithoutLoneSurrogates(body), JsonFormat.Deep);
            return mask.InRecord(mended.RootElement.Clone());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A model can be cut between the halves of a surrogate pair, and Python's json then writes half a character as an
    // escape. In a value it is kept; but an object with such a name can be neither looked into nor written.
    private static bool NamesAreTexts(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().All(member => member.Name is not null && NamesAreTexts(member.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(NamesAreTexts),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> WithoutLoneSurrogates(ReadOnlyMemory<byte> body)
    {
        var json = body.Span;
        byte[]? mended = null;
        for (var at = 0; at < json.Length;)
        {
            var backslash = json[at..].IndexOf((byte)'\\');
            if (backslash < 0)
                break;
            at += backslash;
            if (!TryReadEscape(json[at..], out var unit))
            {
                at += 2;
            }
            else if (char.IsHighSurrogate(unit) && TryReadEscape(json[(at + 6)..], out var next) && char.IsLowSurrogate(next))
            {
                at += 12;
            }
            else
            {
                if (char.IsSurrogate(unit))
                {
                    mended ??= body.ToArray();
                    "\\ufffd"u8.CopyTo(mended.AsSpan(at));
                }
                at += 6;
            }
        }

        return mended ?? body;
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> json, out char unit)
    {
        unit = default;
        if (json.Length < 6 || json[0] != '\\' || json[1] != 'u'
            || !ushort.TryParse(json[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            return false;
        }

        unit = (char)code;
        return true;
    }
}
