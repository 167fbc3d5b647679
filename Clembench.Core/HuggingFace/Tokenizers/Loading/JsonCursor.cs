using System.Text.Json;
using Clembench.Json;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>A value in a tokenizer.json with its path from the file's root, so that every error can say where.</summary>
internal readonly struct JsonCursor(JsonElement element, string path, string source)
{
    public JsonElement Element { get; } = element;

    public string Path { get; } = path;

    public string Source { get; } = source;

    public bool IsNull => Element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public Common.ClemException Wrong(string cause, Exception? inner = null) => TokenizerFault.Wrong(Source, Path, cause, inner);

    private Common.ClemException WrongKind(string expected) =>
        Wrong($"{expected} is expected here, not {(IsNull ? "null or nothing" : Element.ValueKind.ToString().ToLowerInvariant())}");

    /// <summary>A member; one that is missing reads as null.</summary>
    public JsonCursor this[string name]
    {
        get
        {
            if (Element.ValueKind != JsonValueKind.Object)
                throw WrongKind("an object");
            Element.TryGetMember(name, out var value);
            return new JsonCursor(value, $"{Path}.{name}", Source);
        }
    }

    public string Type => this["type"].Text();

    public string Text()
    {
        if (Element.ValueKind != JsonValueKind.String)
            throw WrongKind("a string");
        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Wrong("the string holds half of a surrogate pair", e);
        }
    }

    public string? TextOrNull() => IsNull ? null : Text();

    /// <summary>A text that is one character.</summary>
    public char Character()
    {
        var text = Text();
        return text.Length == 1 ? text[0] : throw Wrong("one character of the basic plane is expected here");
    }

    public bool Flag() => Element.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? Element.GetBoolean() : throw WrongKind("true or false");

    public bool Flag(bool byDefault) => IsNull ? byDefault : Flag();

    public int Count() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var number) && number >= 0
        ? number : throw WrongKind("a whole number from 0 to 2147483647");

    public int Count(int byDefault) => IsNull ? byDefault : Count();

    public double Number() => Element.ValueKind == JsonValueKind.Number
        ? LibraryNumber.Read(Element.GetRawText()) ?? throw Wrong("the number is too large") : throw WrongKind("a number");

    public int Length => Element.ValueKind == JsonValueKind.Array ? Element.GetArrayLength() : throw WrongKind("an array");

    public IEnumerable<JsonCursor> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
            throw WrongKind("an array");
        var (path, source) = (Path, Source);
        return Element.EnumerateArray().Select((item, i) => new JsonCursor(item, $"{path}[{i}]", source));
    }

    public IEnumerable<(string Name, JsonCursor Value)> Members()
    {
        if (Element.ValueKind != JsonValueKind.Object)
            throw WrongKind("an object");
        var (path, source) = (Path, Source);
        return Element.EnumerateObject().Select(p => (NameOf(p, path, source), new JsonCursor(p.Value, $"{path}.*", source)));
    }

    private static string NameOf(JsonProperty property, string path, string source) =>
        property.NameOrNull() ?? throw TokenizerFault.Wrong(source, path, "a name holds half of a surrogate pair");
}
