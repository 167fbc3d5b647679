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
            rt.Charge(line.Text.Length * 2L);
            var lines = WrapLine(rt, line.Text, width, breakLongWords, breakOnHyphens);
            rt.ChargeText(line.Text.Length + (long)newLine.Length * lines.Count);
            wrapped.Add(string.Join(newLine, lines));
        }

        rt.ChargeText((long)newLine.Length * wrapped.Count);

        return rt.Derived(string.Join(newLine, wrapped), [text]);
    }

    private static List<string> WrapLine(Runtime rt, string line, int width, bool breakLongWords, bool breakOnHyphens)
    {
        var chunks = new Stack<Range>(Enumerable.Reverse(Chunks(line, breakOnHyphens)));
        var lines = new List<string>();
        while (chunks.Count > 0)
        {
            rt.Charge(2);
            if (lines.Count > 0 && PyChar.IsAllSpace(line.AsSpan(chunks.Peek())))
                chunks.Pop();

            // The chunks of a line follow one another in the text.
            var (start, end, lastStart) = (-1, -1, -1);
            var length = 0;
            while (chunks.Count > 0 && length + Width(line, chunks.Peek(), width) <= width)
                Take(chunks.Pop());
            if (chunks.Count > 0 && Width(line, chunks.Peek(), width) > width)
            {
                // A word longer than a line: broken where the line ends, or alone on a line.
                if (breakLongWords)
                    Break(chunks.Pop());
                else if (start < 0)
                    Take(chunks.Pop());
            }

            if (start >= 0 && PyChar.IsAllSpace(line.AsSpan(lastStart, end - lastStart)))
                end = lastStart;
            if (end > start)
                lines.Add(line[start..end]);

            void Take(Range chunk)
            {
                length += Width(line, chunk, width);
                lastStart = chunk.Start.Value;
                start = start < 0 ? lastStart : start;
                end = chunk.End.Value;
            }

            void Break(Range chunk)
            {
                var left = width < 1 ? 1 : width - length;
                var first = chunk.Start.Value;
                var cut = first + CodePoints.Offset(line.AsSpan(first, (int)Math.Min(chunk.End.Value - first, left * 2L)), left);
                if (breakOnHyphens && chunk.End.Value - first > left && line.AsSpan(first, cut - first).LastIndexOf('-') is var hyphen and > 0
                    && line.AsSpan(first, hyphen).ContainsAnyExcept('-'))
                    cut = first + hyphen + 1;
                // Where no place is left, Python adds an empty chunk, so that it is no white space that stands last.
                if (cut > first)
                    Take(first..cut);
                else
                    lastStart = end;
                if (cut < chunk.End.Value)
                    chunks.Push(cut..chunk.End.Value);
            }
        }

        return lines;
    }

    // The width of a chunk, or any number that is more than a line holds.
    private static int Width(string line, Range chunk, int width)
    {
        var (start, length) = chunk.GetOffsetAndLength(line.Length);
        return CodePoints.Count(line.AsSpan(start, (int)Math.Min(length, width * 2L + 2)));
    }

    private static List<Range> Chunks(string line, bool breakOnHyphens)
    {
        var chunks = new List<Range>();
        for (var start = 0; start < line.Length;)
        {
            var end = start;
            var blank = IsBlank(line[start]);
            while (end < line.Length && IsBlank(line[end]) == blank)
                end++;
            if (blank || !breakOnHyphens)
                chunks.Add(start..end);
            else
                AddHyphenated(chunks, line[start..end], start);
            start = end;
        }

        return chunks;
    }

    // A word may be broken behind a hyphen between letters, and around a dash of two or more.
    private static void AddHyphenated(List<Range> chunks, string word, int offset)
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
                    chunks.Add((offset + start)..(offset + i));
                    chunks.Add((offset + i)..(offset + end));
                    start = end;
                }

                i = end;
                continue;
            }

            if (i >= start + 2 && IsLetter(word[i - 1]) && (IsLetter(word[i - 2]) || word[i - 2] == '-')
                && i + 2 < word.Length && IsLetter(word[i + 1]) && (IsLetter(word[i + 2]) || word[i + 2] == '-'))
            {
                chunks.Add((offset + start)..(offset + i + 1));
                start = i + 1;
            }
        }

        if (start < word.Length)
            chunks.Add((offset + start)..(offset + word.Length));
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';

    private static bool IsLetter(char c) => char.IsLetter(c) || c == '_';

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static bool IsPunctuation(char c) => c is '!' or '"' or '\'' or '&' or '.' or ',' or '?';
}
