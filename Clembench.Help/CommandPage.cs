using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Clembench.Help;

/// <summary>
/// The page of a cmdlet: platyPS's Markdown without what the cmdlet's declaration says (syntax, types, positions).
/// </summary>
/// <remarks>
/// <c># Verb-Noun</c>; then <c>## SYNOPSIS</c>, <c>DESCRIPTION</c>, <c>EXAMPLES</c> (<c>### title</c>, each with one block
/// of code), <c>PARAMETERS</c> (<c>### -Name</c>), <c>INPUTS</c> and <c>OUTPUTS</c> (<c>### Type</c>), <c>NOTES</c> and
/// <c>RELATED LINKS</c> (a list of links).
/// </remarks>
public sealed record CommandPage(
    string File,
    string Name,
    IReadOnlyList<string> Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<CommandPage.Example> Examples,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Inputs,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Outputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<CommandPage.Link> Links)
{
    private static readonly string[] Sections =
        ["SYNOPSIS", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    /// <summary>An example.</summary>
    /// <param name="Title">Its heading.</param>
    /// <param name="Introduction">The paragraphs before the code.</param>
    /// <param name="Code">The code.</param>
    /// <param name="Remarks">The paragraphs after the code.</param>
    public sealed record Example(string Title, IReadOnlyList<string> Introduction, string Code, IReadOnlyList<string> Remarks);

    /// <summary>A link to something related.</summary>
    /// <param name="Text">What is shown: of another cmdlet or topic the name.</param>
    /// <param name="Address">A web address; empty where the text is a name that Get-Help knows.</param>
    public sealed record Link(string Text, string Address);

    /// <summary>Reads a page.</summary>
    /// <param name="file">The Markdown file.</param>
    /// <exception cref="HelpSourceException">The file is not such a page.</exception>
    public static CommandPage Read(string file)
    {
        var document = Markdown.Parse(System.IO.File.ReadAllText(file), MarkdownText.Pipeline);
        var blocks = document.ToList();
        HelpSourceException At(Block? block, string message) => new(file, (block?.Line ?? 0) + 1, message);

        var name = Path.GetFileNameWithoutExtension(file);
        if (blocks is not [HeadingBlock { Level: 1 } title, ..] || MarkdownText.Inline(title.Inline) != name)
            throw At(blocks.FirstOrDefault(), $"the page begins with the heading '# {name}'");

        var sections = Split(blocks[1..], 2);
        foreach (var (heading, _) in sections)
        {
            if (heading is null || !Sections.Contains(MarkdownText.Inline(heading.Inline)))
                throw At(heading ?? blocks[1], $"a section is one of {string.Join(", ", Sections)}");
        }

        IReadOnlyList<Block> Section(string wanted) =>
            sections.Where(section => MarkdownText.Inline(section.Heading!.Inline) == wanted).Select(section => section.Blocks).FirstOrDefault() ?? [];
        IReadOnlyList<string> Text(IEnumerable<Block> section) => [.. section.Select(block => MarkdownText.Paragraph(block)
            ?? throw At(block, $"a {block.GetType().Name} is not supported here: paragraphs, lists and blocks of code are"))];
        Dictionary<string, IReadOnlyList<string>> Entries(string wanted, Func<string, string> key)
        {
            var entries = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (var (heading, content) in Split(Section(wanted), 3))
            {
                if (heading is null)
                    throw At(content[0], $"a paragraph of {wanted} stands below a heading '### …'");
                if (!entries.TryAdd(key(MarkdownText.Inline(heading.Inline)), Text(content)))
                    throw At(heading, "the heading is there twice");
            }

            return entries;
        }

        Example ToExample(HeadingBlock? heading, IReadOnlyList<Block> content)
        {
            var code = content.OfType<FencedCodeBlock>().ToArray();
            if (heading is null || code.Length != 1)
                throw At(heading ?? content[0], "an example is a heading '### …' and one block of code");
            return new(
                MarkdownText.Inline(heading.Inline), Text(content.TakeWhile(block => block != code[0])), MarkdownText.Code(code[0]),
                Text(content.SkipWhile(block => block != code[0]).Skip(1)));
        }

        return new(
            file, name, Text(Section("SYNOPSIS")), Text(Section("DESCRIPTION")),
            [.. Split(Section("EXAMPLES"), 3).Select(example => ToExample(example.Heading, example.Blocks))],
            Entries("PARAMETERS", heading => heading.StartsWith('-') ? heading[1..] : heading), Entries("INPUTS", type => type), Entries("OUTPUTS", type => type),
            Text(Section("NOTES")),
            [.. Section("RELATED LINKS").SelectMany(block => block.Descendants<LinkInline>()).Select(link => new Link(
                MarkdownText.Inline(link), link.Url is { } url && url.Contains("://", StringComparison.Ordinal) ? url : ""))]);
    }

    // Blocks by the headings of a level that they stand below; null for those that stand above the first one.
    private static List<(HeadingBlock? Heading, List<Block> Blocks)> Split(IReadOnlyList<Block> blocks, int level)
    {
        var parts = new List<(HeadingBlock? Heading, List<Block> Blocks)>();
        foreach (var block in blocks)
        {
            if (block is HeadingBlock heading && heading.Level == level)
            {
                parts.Add((heading, []));
                continue;
            }

            if (parts.Count == 0)
                parts.Add((null, []));
            parts[^1].Blocks.Add(block);
        }

        return parts;
    }
}
