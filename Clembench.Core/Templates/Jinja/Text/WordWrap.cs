namespace Clembench.Templates.Jinja;

/// <summary>Python's <c>textwrap.wrap</c>, for each line of a text.</summary>
internal static class WordWrap
{
    public static Value Wrap(Runtime rt, in Value text, int width, bool breakLongWords, string newLine, bool breakOnHyphens)
    {
        if (width <= 0)
            throw Errors.Value($"invalid width {width} (must be > 0)");
        var wrapped = new List<string>();
        foreach (var line in Splitting.Lines(rt, text, keepEnds: false))
        {
            rt.Charge(line.Text.Length >> 2);
            var lines = WrapLine(rt, line.Text, width, breakLongWords, breakOnHyphens);
            rt.ChargeText(lines.Sum(l => (long)l.Length) + (long)newLine.Length * lines.Count);
            wrapped.Add(string.Join(newLine, lines));
        }

        rt.ChargeText((long)newLine.Length * wrapped.Count);
        return rt.Derived(string.Join(newLine, wrapped), [text]);
    }

    private static List<string> WrapLine(Runtime rt, string line, int width, bool breakLongWords, bool breakOnHyphens)
    {
        var chunks = new Stack<ReadOnlyMemory<char>>(Enumerable.Reverse(Chunks(line, breakOnHyphens)).Select(chunk => chunk.AsMemory()));
        var lines = new List<string>();
        var current = new List<ReadOnlyMemory<char>>();
        while (chunks.Count > 0)
        {
            rt.Step();
            current.Clear();
            var length = 0;
            if (lines.Count > 0 && IsBlank(chunks.Peek().Span))
                chunks.Pop();
            while (chunks.Count > 0 && !CodePoints.Exceeds(chunks.Peek().Span, width - length))
            {
                length += CodePoints.Count(chunks.Peek().Span);
                current.Add(chunks.Pop());
            }

            if (chunks.Count > 0 && CodePoints.Exceeds(chunks.Peek().Span, width))
            {
                // A word longer than a line: broken where the line ends, or alone on a line.
                var left = width - length;
                if (breakLongWords)
                {
                    var word = chunks.Pop();
                    var end = CodePoints.Offset(word.Span[..(int)Math.Min(word.Length, 2L * Math.Max(1, left))], Math.Max(1, left));
                    if (breakOnHyphens && left < word.Length && word.Span[..Math.Max(0, left)].LastIndexOf('-') is var hyphen and > 0 && word.Span[..hyphen].ContainsAnyExcept('-'))
                        end = hyphen + 1;
                    if (left < 1 && current.Count > 0)
                        end = 0;
                    if (end > 0)
                        current.Add(word[..end]);
                    if (end < word.Length)
                        chunks.Push(word[end..]);
                }
                else if (current.Count == 0)
                {
                    current.Add(chunks.Pop());
                }
            }

            if (current.Count > 0 && IsBlank(current[^1].Span))
                current.RemoveAt(current.Count - 1);
            if (current.Count > 0)
                lines.Add(string.Concat(current));
        }

        return lines;
    }

    private static List<string> Chunks(string line, bool breakOnHyphens)
    {
        var chunks = new List<string>();
        for (var start = 0; start < line.Length;)
        {
            var end = start;
            var blank = IsBlank(line[start]);
            while (end < line.Length && IsBlank(line[end]) == blank)
                end++;
            if (blank || !breakOnHyphens)
                chunks.Add(line[start..end]);
            else
                AddHyphenated(chunks, line[start..end]);
            start = end;
        }

        return chunks;
    }

    // A word may be broken behind a hyphen between letters, and around a dash of two or more.
    private static void AddHyphenated(List<string> chunks, string word)
    {
        var start = 0;
        for (var i = 1; i < word.Length; i++)
        {
            if (word[i] != '-')
                continue;
            if (i + 1 < word.Length && word[i + 1] == '-')
            {
                var end = i;
                while (end < word.Length && word[end] == '-')
                    end++;
                if (end < word.Length && (IsLetter(word[i - 1]) || char.IsDigit(word[i - 1]) || IsPunctuation(word[i - 1])) && IsWord(word[end]))
                {
                    chunks.Add(word[start..i]);
                    chunks.Add(word[i..end]);
                    start = end;
                }

                i = end;
                continue;
            }

            if (i >= start + 2 && IsLetter(word[i - 1]) && (IsLetter(word[i - 2]) || word[i - 2] == '-')
                && i + 2 < word.Length && IsLetter(word[i + 1]) && (IsLetter(word[i + 2]) || word[i + 2] == '-'))
            {
                chunks.Add(word[start..(i + 1)]);
                start = i + 1;
            }
        }

        if (start < word.Length)
            chunks.Add(word[start..]);
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';

    private static bool IsBlank(ReadOnlySpan<char> text) => PyChar.IsAllSpace(text);

    private static bool IsLetter(char c) => char.IsLetter(c) || c == '_';

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static bool IsPunctuation(char c) => c is '!' or '"' or '\'' or '&' or '.' or ',' or '?';
}
