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
    public static object? Parse(ReadOnlyMemory<byte> utf8) => Parse(utf8.Span, null);

    /// <summary>Reads a value into plain values, all but one member of the root.</summary>
    /// <param name="utf8">The text, without a byte order mark.</param>
    /// <param name="form">The member that has a form of its own.</param>
    /// <returns>A plain value.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    internal static object? Parse(ReadOnlySpan<byte> utf8, PlainReader.OwnForm? form)
    {
        if (!PythonNumbers.MayHave(utf8))
            return Parse(utf8, null, form);
        var copy = utf8.ToArray();
        return Parse(copy, PythonNumbers.Overwrite(copy), form);
    }

    private static object? Parse(ReadOnlySpan<byte> strict, PythonNumbers? numbers, PlainReader.OwnForm? form)
    {
        var reader = new Utf8JsonReader(strict);
        reader.Read();
        var value = PlainReader.Read(ref reader, numbers, form);
        // Only white space may follow; anything else is refused here.
        reader.Read();
        return value;
    }
}
