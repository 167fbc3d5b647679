using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Clembench.Help;

/// <summary>Markdown as the plain text that a terminal shows.</summary>
public static class MarkdownText
{
    /// <summary>What is understood beside CommonMark: tables.</summary>
    public static MarkdownPipeline Pipeline { get; } = new MarkdownPipelineBuilder().UsePipeTables().Build();

    /// <summary>The text of inlines, on one line: without marks of emphasis, of code and of links.</summary>
    public static string Inline(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines ?? [])
        {
            text.Append(inline switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                AutolinkInline link => link.Url,
                LineBreakInline => " ",
                LinkInline { Url: { } url } link when url.Contains("://", StringComparison.Ordinal) && Inline(link) != url => $"{Inline(link)} ({url})",
                ContainerInline container => Inline(container),
                _ => throw new NotSupportedException($"A {inline.GetType().Name} has no plain text."),
            });
        }

        return text.ToString();
    }

    /// <summary>The lines of a block of code.</summary>
    public static string Code(LeafBlock block) => block.Lines.ToString().TrimEnd();

    /// <summary>A block as one paragraph of help: a list as lines that begin with <c>- </c>, code indented by four blanks.</summary>
    /// <returns>The text, which may have several lines; null for a block of another kind.</returns>
    public static string? Paragraph(Block block) => block switch
    {
        ParagraphBlock paragraph => Inline(paragraph.Inline),
        ListBlock list => string.Join('\n', list.Cast<ListItemBlock>().Select((item, index) =>
            $"{(list.IsOrdered ? $"{index + 1}. " : "- ")}{string.Join("\n  ", item.Select(Paragraph))}")),
        CodeBlock code => string.Join('\n', Code(code).Split('\n').Select(line => line.Length == 0 ? line : $"    {line}")),
        Table table => string.Join('\n', Rows(table)),
        _ => null,
    };

    /// <summary>The rows of a table, in columns as wide as their widest cell; the header is parted by a line.</summary>
    public static IEnumerable<string> Rows(Table table)
    {
        string[][] rows = [.. table.Cast<TableRow>().Select(row => row.Cast<TableCell>().Select(cell => string.Join(' ', cell.Select(Paragraph))).ToArray())];
        int[] widths = [.. Enumerable.Range(0, rows.Max(row => row.Length)).Select(column => rows.Max(row => row.ElementAtOrDefault(column)?.Length ?? 0))];
        string Line(IEnumerable<string> cells) => string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
        var header = table.OfType<TableRow>().FirstOrDefault()?.IsHeader is true && rows[0].Any(cell => cell.Length > 0);
        for (var i = rows[0].All(cell => cell.Length == 0) ? 1 : 0; i < rows.Length; i++)
        {
            yield return Line(rows[i]);
            if (i == 0 && header)
                yield return Line(widths.Select(width => new string('-', width)));
        }
    }
}
