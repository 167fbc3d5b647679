using System.Text.Json;

namespace Clembench.Json;

/// <summary>
/// Reads JSON as Python's json module writes it: the bare tokens <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>
/// are numbers there, which strict JSON (and so <see cref="JsonDocument"/>) does not know.
/// </summary>
public static class PythonJson
{
    /// <summary>Reads a value into plain values.</summary>
    /// <param name="utf8">The text, without a byte order mark.</param>
    /// <returns>A plain value (see <see cref="JsonMap"/>); the bare tokens become doubles.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static object? Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!PythonNumbers.MayHave(utf8.Span))
            return Parse(utf8.Span, null);
        var copy = utf8.ToArray();
        return Parse(copy, PythonNumbers.Overwrite(copy));
    }

    private static object? Parse(ReadOnlySpan<byte> strict, PythonNumbers? numbers)
    {
        var reader = new Utf8JsonReader(strict);
        reader.Read();
        var value = PlainReader.Read(ref reader, numbers);
        // Only white space may follow; anything else is refused here.
        reader.Read();
        return value;
    }
}
