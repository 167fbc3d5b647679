namespace Clembench.Templates.Jinja;

/// <summary>Placeholder text: words of Cicero, at random.</summary>
internal static class Lipsum
{
    private static readonly string[] Words =
        ("lorem ipsum dolor sit amet consectetur adipisci velit sed quia non numquam eius modi tempora incidunt ut labore et dolore magnam aliquam "
        + "quaerat voluptatem enim ad minima veniam quis nostrum exercitationem ullam corporis suscipit laboriosam nisi aliquid ex ea commodi consequatur").Split(' ');

    public static Value Generate(Runtime rt, int paragraphs, bool html, int min, int max)
    {
        using var text = rt.NewText();
        for (var paragraph = 0; paragraph < paragraphs; paragraph++)
        {
            if (paragraph > 0)
                text.Append(html ? "\n" : "\n\n");
            text.Append(html ? "<p>" : "");
            var count = max > min ? Random.Shared.Next(min, max) : throw Errors.Value("empty range for randrange()");
            var sentenceLeft = 0;
            for (var i = 0; i < count; i++)
            {
                rt.Step();
                var word = Words[Random.Shared.Next(Words.Length)];
                if (i > 0)
                    text.Append(sentenceLeft == 0 ? ". " : " ");
                text.Append(sentenceLeft == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word);
                sentenceLeft = sentenceLeft == 0 ? Random.Shared.Next(4, 16) : sentenceLeft - 1;
            }

            text.Append(html ? ".</p>" : ".");
        }

        var result = text.Take(rt);
        return html ? Markup.Mark(result) : result;
    }
}
