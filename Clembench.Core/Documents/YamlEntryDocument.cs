using Clembench.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clembench.Documents;

/// <summary>A YAML text whose root is a sequence of entries, or one entry. Block sequences can be edited.</summary>
internal sealed class YamlEntryDocument : EntryDocument
{
    private readonly YamlNode? _root;
    private readonly IReadOnlyList<YamlNode> _nodes;

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
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count > 1)
                throw new TextSyntaxException("The file has more than one YAML document.", (int)stream.Documents[1].RootNode.Start.Index);
            var root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
            return new YamlEntryDocument(text, root is YamlScalarNode { Value: null or "" } ? null : root);
        }
        catch (YamlException error)
        {
            throw new TextSyntaxException(error.InnerException?.Message ?? error.Message, (int)error.Start.Index, error);
        }
    }

    /// <inheritdoc />
    public override int Locate(int index, string member) =>
        _nodes[index] is YamlMappingNode map && map.Children.Keys.FirstOrDefault(key => (key as YamlScalarNode)?.Value == member) is { } key
            ? (int)map.Children[key].Start.Index
            : Entries[index].Start;

    /// <inheritdoc />
    public override string Add(JsonMap entry, bool first)
    {
        if (_nodes.Count == 0)
            return Text + (Text.Length == 0 || Text.EndsWith('\n') ? "" : NewLine) + YamlText.Item(entry, "", NewLine) + NewLine;
        RequireBlockSequence();
        var indent = Indent(_nodes[0]);
        var item = YamlText.Item(entry, indent, NewLine);
        if (first)
            return Text.Insert(LineStart(_nodes[0]), item + NewLine);
        var end = LineEnd(_nodes[^1]);
        return Text.Insert(end, NewLine + item);
    }

    /// <inheritdoc />
    public override string Replace(int index, JsonMap entry)
    {
        RequireBlockSequence();
        var (start, end) = (LineStart(_nodes[index]), LineEnd(_nodes[index]));
        return string.Concat(Text.AsSpan(0, start), YamlText.Item(entry, Indent(_nodes[index]), NewLine), Text.AsSpan(end));
    }

    /// <inheritdoc />
    public override string Remove(int index)
    {
        RequireBlockSequence();
        var (start, end) = (LineStart(_nodes[index]), LineEnd(_nodes[index]));
        if (end < Text.Length)
            end = Text.IndexOf('\n', end) + 1;
        else if (start > 0)
            start -= NewLine.Length;
        return Text.Remove(start, end - start);
    }

    private string NewLine => JsonContainer.LineEnd(Text);

    private void RequireBlockSequence()
    {
        if (_root is not YamlSequenceNode { Style: not YamlDotNet.Core.Events.SequenceStyle.Flow })
            throw new TextSyntaxException("Only a YAML file whose root is a list of '- ' items can be changed.", (int)_root!.Start.Index);
    }

    // An item's lines: from the one with its dash to the last one with content of its own.
    private int LineStart(YamlNode node) => Dash(node) is var dash && dash == 0 ? 0 : Text.LastIndexOf('\n', dash - 1) + 1;

    private string Indent(YamlNode node) => Text[LineStart(node)..Dash(node)];

    private int LineEnd(YamlNode node)
    {
        var last = Math.Max(LastContent(node), Dash(node));
        var end = Text.IndexOf('\n', last);
        if (end < 0)
            return Text.Length;
        return end > 0 && Text[end - 1] == '\r' ? end - 1 : end;
    }

    private int Dash(YamlNode node) => Text.LastIndexOf('-', Math.Max((int)node.Start.Index - 1, 0));

    // The marks of a collection reach to the next token, over the comments in between; those of a scalar do not.
    private int LastContent(YamlNode node) => node switch
    {
        YamlMappingNode { Style: not YamlDotNet.Core.Events.MappingStyle.Flow } map => map.Children.SelectMany(pair => new[] { pair.Key, pair.Value }).Max(LastContent),
        YamlSequenceNode { Style: not YamlDotNet.Core.Events.SequenceStyle.Flow, Children.Count: > 0 } list => list.Children.Max(LastContent),
        _ => Trimmed((int)node.Start.Index, (int)node.End.Index),
    };

    private int Trimmed(int start, int end)
    {
        end = Math.Min(end, Text.Length);
        while (end > start && char.IsWhiteSpace(Text[end - 1]))
            end--;
        return Math.Max(end - 1, start);
    }
}
