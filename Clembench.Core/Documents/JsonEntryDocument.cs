using Clembench.Json;

namespace Clembench.Documents;

/// <summary>A JSON text (comments and trailing commas allowed) whose root is an array of entries, or one entry.</summary>
internal sealed class JsonEntryDocument : EntryDocument
{
    private readonly JsonContainer _container;

    private JsonEntryDocument(JsonContainer container)
        : base(container.Text)
    {
        _container = container;
        Entries = container.Root == JsonRoot.Object
            ? [new DocumentEntry(new JsonMap(container.Items.Select(item => KeyValuePair.Create(item.Name!, item.Value))), container.Open)]
            : [.. container.Items.Select(item => new DocumentEntry(item.Value, item.Start))];
    }

    /// <inheritdoc />
    public override IReadOnlyList<DocumentEntry> Entries { get; }

    private bool IsSingle => _container.Root == JsonRoot.Object;

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text; nothing but white space and comments is an empty list.</param>
    /// <returns>The document.</returns>
    /// <exception cref="TextSyntaxException">The text is not JSON, or its root is neither an array nor an object.</exception>
    public static JsonEntryDocument Parse(string text)
    {
        var container = JsonContainer.Parse(text);
        if (container.Root == JsonRoot.Scalar)
            throw new TextSyntaxException("The root is neither a list of entries nor an entry.", container.Open);
        // Which of the two counts is the parser's choice, and the author meant one of them: YAML does not allow it either.
        return container.FindRepeatedName() is var (name, offset)
            ? throw new TextSyntaxException($"The name '{name}' stands twice in one object.", offset)
            : new JsonEntryDocument(container);
    }

    /// <inheritdoc />
    public override int Locate(int index, string member) => IsSingle
        ? _container.Locate(_container.Open, _container.Close + 1, member)
        : _container.Locate(_container.Items[index].Start, _container.Items[index].End, member);

    /// <inheritdoc />
    public override string Add(JsonMap entry, bool first)
    {
        if (_container.Root == JsonRoot.Nothing)
            return Text + (Text.Length == 0 || Text.EndsWith('\n') ? "" : "\n") + "[\n  " + JsonText.Format(entry, NewFile) + "\n]\n";
        if (IsSingle)
            return AddToSingle(entry, first);
        var item = JsonText.Format(entry, _container.StyleForNewItem());
        return TextEdit.Apply(Text, first ? _container.Prepend(item) : _container.Append(item));
    }

    /// <inheritdoc />
    public override string Replace(int index, JsonMap entry) => IsSingle
        ? TextEdit.Apply(Text, [new TextEdit(_container.Open, _container.Close + 1 - _container.Open, JsonText.Format(entry, NewFile with { Indent = "" }))])
        : TextEdit.Apply(Text, _container.Replace(index, JsonText.Format(entry, _container.StyleOf(index))));

    /// <inheritdoc />
    public override string Remove(int index) => IsSingle
        ? TextEdit.Apply(Text, [new TextEdit(_container.Open, _container.Close + 1 - _container.Open, "[]")])
        : TextEdit.Apply(Text, _container.Remove(index));

    private JsonStyle NewFile => new("  ", "  ", JsonContainer.LineEnd(Text), OneLine: false);

    // A file that is one entry becomes a list; the entry's own text stays as it is between the new brackets.
    private string AddToSingle(JsonMap entry, bool first)
    {
        var newLine = NewFile.NewLine;
        var item = JsonText.Format(entry, NewFile with { Indent = "" });
        return TextEdit.Apply(Text, first
            ? [TextEdit.Insert(_container.Open, $"[{newLine}{item},{newLine}"), TextEdit.Insert(_container.Close + 1, $"{newLine}]")]
            : [TextEdit.Insert(_container.Open, $"[{newLine}"), TextEdit.Insert(_container.Close + 1, $",{newLine}{item}{newLine}]")]);
    }
}
