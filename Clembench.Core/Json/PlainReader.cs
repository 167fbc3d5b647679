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
    private PythonNumbers? _numbers;
    private OwnForm? _form;

    private PlainReader()
    {
    }

    /// <summary>Reads a member's value into something else than plain values.</summary>
    /// <param name="plain">Reads what is plain after all.</param>
    /// <param name="reader">The reader, at the value; afterwards it stands at the value's end.</param>
    /// <returns>What was read.</returns>
    internal delegate object? MemberReader(PlainReader plain, ref Utf8JsonReader reader);

    /// <summary>Reads the value that a reader stands at.</summary>
    /// <param name="reader">The reader; afterwards it stands at the value's end.</param>
    /// <param name="numbers">The bare tokens of Python's that were overwritten in the text.</param>
    /// <param name="form">The member of the root that has a form of its own; null where there is none.</param>
    /// <returns>A plain value.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static object? Read(ref Utf8JsonReader reader, PythonNumbers? numbers, OwnForm? form = null)
    {
        var ofThread = _ofThread ??= new PlainReader();
        (ofThread._numbers, ofThread._form) = (numbers, form);
        try
        {
            return ofThread.ReadValue(ref reader);
        }
        finally
        {
            ofThread._members.Clear();
            ofThread._items.Clear();
            (ofThread._numbers, ofThread._form) = (null, null);
        }
    }

    /// <summary>Reads the value that the reader stands at.</summary>
    /// <param name="reader">The reader; afterwards it stands at the value's end.</param>
    /// <returns>A plain value.</returns>
    internal object? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return JsonMap.Own(ReadMembers(ref reader));
            case JsonTokenType.StartArray:
                var firstItem = _items.Count;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    _items.Add(ReadValue(ref reader));
                return TakeFrom(_items, firstItem);
            case JsonTokenType.String:
                return ReadText(ref reader);
            case JsonTokenType.Number:
                return _numbers is not null && _numbers.TryGet(reader, out var bare) ? bare : JsonData.ToNumber(ref reader);
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                return null;
        }
    }

    /// <summary>Reads the members of the object that the reader stands at, as they are written: a name may stand twice.</summary>
    /// <param name="reader">The reader; afterwards it stands at the object's end.</param>
    /// <returns>The members, which nobody else holds.</returns>
    internal KeyValuePair<string, object?>[] ReadMembers(ref Utf8JsonReader reader)
    {
        var first = _members.Count;
        var form = reader.CurrentDepth == 0 ? _form : null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadText(ref reader);
            reader.Read();
            _members.Add(new(name, form is not null && form.Name == name ? form.Read(this, ref reader) : ReadValue(ref reader)));
        }

        return TakeFrom(_members, first);
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

    /// <summary>Reads the string or name that the reader stands at.</summary>
    /// <param name="reader">The reader.</param>
    /// <returns>The text.</returns>
    internal string ReadText(ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped || text.Length is 0 or > LongestKept)
            return JsonData.ToText(ref reader);
        ref var kept = ref _kept[((((text.Length * 31) + text[0]) * 31) + text[^1] + (text[text.Length / 2] * 7)) % _kept.Length];
        if (kept is not null && Ascii.Equals(text, kept))
            return kept;
        return kept = JsonData.ToText(ref reader);
    }

    /// <summary>A member of the root that is read in a form of its own.</summary>
    /// <param name="Name">The member's name.</param>
    /// <param name="Read">Reads its value.</param>
    internal sealed record OwnForm(string Name, MemberReader Read);
}
