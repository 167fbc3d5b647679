using System.Buffers;
using System.Text.Json;

namespace Clembench.Json;

/// <summary>
/// Reads JSON as Python's json module writes it: the bare tokens <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>
/// are numbers there, which strict JSON (and so <see cref="JsonDocument"/>) does not know.
/// </summary>
public static class PythonJson
{
    private static readonly (byte[] Token, double Value)[] Tokens =
        [("NaN"u8.ToArray(), double.NaN), ("-Infinity"u8.ToArray(), double.NegativeInfinity), ("Infinity"u8.ToArray(), double.PositiveInfinity)];

    /// <summary>Reads a value into plain values.</summary>
    /// <param name="utf8">The text, without a byte order mark.</param>
    /// <returns>A plain value (see <see cref="JsonMap"/>); the bare tokens become doubles.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static object? Parse(ReadOnlyMemory<byte> utf8)
    {
        // Most files have none of the tokens; a first look decides whether they have to be told apart at all.
        if (utf8.Span.IndexOf("NaN"u8) < 0 && utf8.Span.IndexOf("Infinity"u8) < 0)
        {
            using var strict = JsonDocument.Parse(utf8);
            return JsonData.ToPlain(strict.RootElement);
        }

        var numbers = new List<double>();
        using var document = JsonDocument.Parse(NumberTokens(utf8.Span, numbers));
        return numbers.Count == 0 ? JsonData.ToPlain(document.RootElement) : Restore(JsonData.ToPlain(document.RootElement), numbers);
    }

    // Replaces each bare token by a string that no file contains by chance: a private-use character and an index.
    private static ReadOnlyMemory<byte> NumberTokens(ReadOnlySpan<byte> text, List<double> numbers)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 64);
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var current = text[i];
            if (inString)
            {
                if (current == '\\' && i + 1 < text.Length)
                {
                    output.Write(text.Slice(i++, 2));
                    continue;
                }

                inString = current != '"';
            }
            else if (current == '"')
            {
                inString = true;
            }
            else if (Match(text[i..]) is { } match)
            {
                output.Write(System.Text.Encoding.UTF8.GetBytes($"\"{Marker}{numbers.Count}\""));
                numbers.Add(match.Value);
                i += match.Token.Length - 1;
                continue;
            }

            output.Write([current]);
        }

        return output.WrittenMemory;
    }

    private const char Marker = '\uE000';

    private static (byte[] Token, double Value)? Match(ReadOnlySpan<byte> text)
    {
        foreach (var token in Tokens)
        {
            if (text.StartsWith(token.Token))
                return token;
        }

        return null;
    }

    private static object? Restore(object? value, List<double> numbers) => value switch
    {
        string { Length: > 1 } text when text[0] == Marker && int.TryParse(text.AsSpan(1), out var index) && index < numbers.Count => numbers[index],
        JsonMap map => new JsonMap(map.Select(m => KeyValuePair.Create(m.Key, Restore(m.Value, numbers)))),
        object?[] list => Array.ConvertAll(list, item => Restore(item, numbers)),
        _ => value,
    };
}
