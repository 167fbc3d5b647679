using Clembench.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;
using YamlDotNet.RepresentationModel;

namespace Clembench.Documents;

/// <summary>A YAML text whose root is a sequence of entries, or one entry. Block sequences can be edited.</summary>
internal sealed class YamlEntryDocument : EntryDocument
{
    private readonly YamlNode? _root;
    private readonly IReadOnlyList<YamlNode> _nodes;
    private List<YamlItem>? _items;

    private YamlEntryDocument(string text, YamlNode? root)
        : base(text)
    {
        _root = root;
        _nodes = root switch
        {
            null => [],
            YamlSequenceNode sequence => [.. sequence.Children],
            YamlMappingNode single => [single],
            _ => throw new TextSyntaxException("The root is neither a list of entries nor an entry.", (int)root.Start.Index),
        };
        Entries = [.. _nodes.Select(node => new DocumentEntry(YamlValue.ToPlain(node), (int)node.Start.Index))];
    }

    /// <inheritdoc />
    public override IReadOnlyList<DocumentEntry> Entries { get; }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text; nothing but white space and comments is an empty list.</param>
    /// <returns>The document.</returns>
    /// <exception cref="TextSyntaxException">The text is not YAML, or its root is neither a sequence nor a mapping.</exception>
    public static YamlEntryDocument Parse(string text)
    {
        var stream = YamlSource.Load(text);
        if (stream.Documents.Count > 1)
            throw new TextSyntaxException("The file has more than one YAML document.", (int)stream.Documents[1].RootNode.Start.Index);
        var root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        return new YamlEntryDocument(text, root is YamlScalarNode { Value: null or "" } ? null : root);
    }

    /// <inheritdoc />
    public override int Locate(int index, string member) =>
        _nodes[index] is YamlMappingNode map && map.Children.Keys.FirstOrDefault(key => (key as YamlScalarNode)?.Value == member) is { } key
            ? (int)map.Children[key].Start.Index
            : Entries[index].Start;

    /// <inheritdoc />
    public override string Add(JsonMap entry, bool first)
    {
        if (_root is null)
            return Text + (Text.Length == 0 || Text.EndsWith('\n') ? "" : NewLine) + YamlText.Item(entry, "", NewLine) + NewLine;
        RequireBlockSequence();
        var indent = Indent(first ? 0 : _nodes.Count - 1);
        var item = YamlText.Item(entry, indent, NewLine);
        if (first)
            return Text.Insert(LineStart(0), item + NewLine);
        var end = LineEnd(_nodes.Count - 1);
        return Text.Insert(end, NewLine + item);
    }

    /// <inheritdoc />
    public override string Replace(int index, JsonMap entry)
    {
        RequireBlockSequence();
        return string.Concat(Text.AsSpan(0, LineStart(index)), YamlText.Item(entry, Indent(index), NewLine), Text.AsSpan(LineEnd(index)));
    }

    /// <inheritdoc />
    public override string Remove(int index)
    {
        RequireBlockSequence();
        // The line feed before the last entry stays: it may be part of the value above, a text in '|' style.
        var (start, end) = (Items[index].Dash - Indent(index).Length, LineEnd(index));
        if (end < Text.Length)
            end = Text.IndexOf('\n', end) + 1;
        return Text.Remove(start, end - start);
    }

    private List<YamlItem> Items => _items ??= FindItems();

    private string NewLine => JsonContainer.LineEnd(Text);

    private void RequireBlockSequence()
    {
        if (_root is not YamlSequenceNode { Style: not YamlDotNet.Core.Events.SequenceStyle.Flow })
            throw new TextSyntaxException("Only a YAML file whose root is a list of '- ' items can be changed.", (int)_root!.Start.Index);
        if (Items.Count != _nodes.Count)
            throw new TextSyntaxException("The items of the list cannot be told apart.", (int)_root.Start.Index);
    }

    // An item's lines: from the one with its dash to the last one with content of its own.
    private int LineStart(int index) => Items[index].Dash is var dash && dash == 0 ? 0 : Text.LastIndexOf('\n', dash - 1) + 1;

    private string Indent(int index)
    {
        var indent = Text[LineStart(index)..Items[index].Dash];
        return indent.AsSpan().IsWhiteSpace()
            ? indent
            : throw new TextSyntaxException("The item does not begin on a line of its own.", Items[index].Dash);
    }

    private int LineEnd(int index)
    {
        var end = Text.IndexOf('\n', Items[index].LastContent);
        if (end < 0)
            return Text.Length;
        return end > 0 && Text[end - 1] == '\r' ? end - 1 : end;
    }

    // The scanner knows a dash from one in a comment or a text. Nodes do not know theirs, and a node that an alias
    // refers to does not know where the alias stands.
    private List<YamlItem> FindItems()
    {
        var items = new List<YamlItem>();
        var scanner = new Scanner(new StringReader(Text));
        var depth = 0;
        while (scanner.MoveNext())
        {
            var token = scanner.Current!;
            switch (token)
            {
                case BlockSequenceStart or BlockMappingStart:
                    depth++;
                    continue;
                case BlockEnd:
                    depth--;
                    continue;
                case BlockEntry when depth == 1:
                    items.Add(new YamlItem((int)token.Start.Index, (int)token.Start.Index));
                    continue;
            }

            if (depth > 0 && items.Count > 0 && LastContent(token) is { } last)
                items[^1] = items[^1] with { LastContent = Math.Max(last, items[^1].LastContent) };
        }

        return items;
    }

    // The marks of a block scalar reach over the empty lines behind it.
    private int? LastContent(Token token)
    {
        var (start, end) = ((int)token.Start.Index, Math.Min((int)token.End.Index, Text.Length));
        while (end > start && char.IsWhiteSpace(Text[end - 1]))
            end--;
        return end > start ? end - 1 : null;
    }

    private readonly record struct YamlItem(int Dash, int LastContent);
}
