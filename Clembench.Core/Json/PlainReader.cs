using System.Text;
using System.Text.Json;

namespace Clembench.Json;

/// <summary>
/// Reads JSON into plain values (see <see cref="JsonMap"/>), for the many small files of a results tree: short texts that come again
/// and again (names of members, of players, of kinds of events) are one text each, and what is gathered is gathered in one place.
/// </summary>
internal sealed class PlainReader
{
    private const int LongestKept = 24;

    [ThreadStatic]
    private static PlainReader? _ofThread;

    private readonly string?[] _kept = new string?[512];
    private readonly List<KeyValuePair<string, object?>> _members = [];
    private readonly List<object?> _items = [];

    private PlainReader()
    {
    }

    /// <summary>Reads the value that a reader stands at.</summary>
    /// <param name="reader">The reader; afterwards it stands at the value's end.</param>
    /// <param name="numbers">The bare tokens of Python's that were overwritten in the text.</param>
    /// <returns>A plain value.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static object? Read(ref Utf8JsonReader reader, PythonNumbers? numbers)
    {
        var ofThread = _ofThread ??= new PlainReader();
        try
        {
            return ofThread.ReadValue(ref reader, numbers);
        }
        finally
        {
            ofThread._members.Clear();
            ofThread._items.Clear();
        }
    }

    private object? ReadValue(ref Utf8JsonReader reader, PythonNumbers? numbers)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var firstMember = _members.Count;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = ReadText(ref reader);
                    reader.Read();
                    _members.Add(new(name, ReadValue(ref reader, numbers)));
                }

                return JsonMap.Own(TakeFrom(_members, firstMember));
            case JsonTokenType.StartArray:
                var firstItem = _items.Count;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    _items.Add(ReadValue(ref reader, numbers));
                return TakeFrom(_items, firstItem);
            case JsonTokenType.String:
                return ReadText(ref reader);
            case JsonTokenType.Number:
                return numbers is not null && numbers.TryGet(reader, out var bare) ? bare : JsonData.ToNumber(ref reader);
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                return null;
        }
    }

    private static T[] TakeFrom<T>(List<T> gathered, int first)
    {
        var count = gathered.Count - first;
        if (count == 0)
            return [];
        var taken = new T[count];
        gathered.CopyTo(first, taken, 0, count);
        gathered.RemoveRange(first, count);
        return taken;
    }

    private string ReadText(ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped || text.Length is 0 or > LongestKept)
            return JsonData.ToText(ref reader);
        ref var kept = ref _kept[((((text.Length * 31) + text[0]) * 31) + text[^1] + (text[text.Length / 2] * 7)) % _kept.Length];
        if (kept is not null && Ascii.Equals(text, kept))
            return kept;
        return kept = JsonData.ToText(ref reader);
    }
}
