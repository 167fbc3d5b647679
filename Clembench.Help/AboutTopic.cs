using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace Clembench.Help;

/// <summary>A topic that <c>Get-Help about_…</c> shows: text of at most 80 columns, tables and code apart.</summary>
/// <param name="Name">Its name, such as about_Clembench.</param>
/// <param name="Text">Its text.</param>
public sealed record AboutTopic(string Name, string Text)
{
    private const int Width = 80;
    private const string Indent = "    ";

    /// <summary>Reads a topic: <c># about_Name</c>, <c>## Short description</c>, <c>## Long description</c> and further headings.</summary>
    /// <param name="file">The Markdown file.</param>
    /// <exception cref="HelpSourceException">The file is not such a topic.</exception>
    public static AboutTopic Read(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var blocks = Markdown.Parse(File.ReadAllText(file), MarkdownText.Pipeline).ToList();
        // The engine takes the fifth line for the synopsis.
        if (blocks is not [HeadingBlock { Level: 1 } title, HeadingBlock { Level: 2 } first, ParagraphBlock synopsis, ..]
            || MarkdownText.Inline(title.Inline) != name || MarkdownText.Inline(first.Inline) != "Short description"
            || Lines(synopsis) is not { Count: 1 })
            throw new HelpSourceException(file, 1, $"the topic begins with the headings '# {name}' and '## Short description', and a line of at most {Width - Indent.Length} characters");

        var text = new StringBuilder().Append("TOPIC\n").Append(Indent).Append(name).Append('\n');
        foreach (var block in blocks[1..])
        {
            if (block is HeadingBlock heading)
            {
                var words = MarkdownText.Inline(heading.Inline);
                text.Append('\n').Append(heading.Level == 2 ? words.ToUpperInvariant() : $"  {words}").Append('\n');
                continue;
            }

            if (block.Parent is { } parent && parent.IndexOf(block) is > 0 and var index && parent[index - 1] is not HeadingBlock)
                text.Append('\n');
            foreach (var line in Lines(block) ?? throw new HelpSourceException(file, block.Line + 1, $"a {block.GetType().Name} is not supported"))
                text.Append(line.Length == 0 ? "" : Indent).Append(line).Append('\n');
        }

        return new(name, text.ToString());
    }

    private static IReadOnlyList<string>? Lines(Block block) => block switch
    {
        ListBlock list => [.. list.Cast<ListItemBlock>().SelectMany((item, index) =>
        {
            var mark = list.IsOrdered ? $"{index + 1}. " : "- ";
            var blank = new string(' ', mark.Length);
            return item.SelectMany(inner => Wrap(MarkdownText.Paragraph(inner)!, Width - Indent.Length - mark.Length))
                .Select((line, number) => (number == 0 ? mark : blank) + line);
        })],
        CodeBlock or Table => MarkdownText.Paragraph(block)!.Split('\n'),
        _ => MarkdownText.Paragraph(block) is { } text ? Wrap(text, Width - Indent.Length) : null,
    };

    private static List<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }

        lines.Add(line.ToString());
        return lines;
    }
}
