using System.Text;

namespace Clembench.Transcripts;

/// <summary>Writes text so that TeX shows it and obeys nothing in it.</summary>
internal static class LatexText
{
    // TeX refuses lines of the source that are longer than its buffer (200,000 bytes), and words that are longer than a page is wide.
    private const int SourceLine = 1000;
    private const int Word = 40;
    private const string LineEnd = "%\n";

    private enum Script
    {
        Common,
        Ideographic,
        Arabic,
        Hebrew,
    }

    /// <summary>Writes a text, a paragraph for each of its lines.</summary>
    /// <param name="output">Where it is written.</param>
    /// <param name="text">The text.</param>
    public static void Write(TextWriter output, string text)
    {
        var line = new LineWriter(output);
        var empty = true;
        foreach (var piece in VisibleText.Pieces(text))
        {
            if (piece.IsSymbol)
            {
                line.Symbol(piece.Text);
                empty = false;
                continue;
            }

            var rest = piece.Text;
            while (true)
            {
                var end = rest.IndexOf('\n');
                var part = end < 0 ? rest : rest[..end];
                line.Text(part);
                empty &= part.IsEmpty;
                if (end < 0)
                    break;
                line.End(empty);
                empty = true;
                rest = rest[(end + 1)..];
            }
        }

        line.End(empty);
    }

    /// <summary>Writes a text on one line, for a heading or an item.</summary>
    /// <param name="output">Where it is written.</param>
    /// <param name="text">The text.</param>
    public static void WriteLine(TextWriter output, string text)
    {
        var line = new LineWriter(output);
        foreach (var piece in VisibleText.Pieces(text.Replace("\r\n", "\n")))
        {
            var rest = piece.Text;
            if (piece.IsSymbol)
            {
                line.Symbol(rest);
                continue;
            }

            for (var end = rest.IndexOf('\n'); end >= 0; end = rest.IndexOf('\n'))
            {
                line.Text(rest[..end]);
                line.Symbol("⟨LF⟩");
                rest = rest[(end + 1)..];
            }

            line.Text(rest);
        }

        line.Close();
    }

    private static Script ScriptOf(int code) => code switch
    {
        < 0x590 => Script.Common,
        <= 0x5ff or (>= 0xfb1d and <= 0xfb4f) => Script.Hebrew,
        <= 0x8ff or (>= 0xfb50 and <= 0xfdff) or (>= 0xfe70 and <= 0xfeff) => Script.Arabic,
        (>= 0x1100 and <= 0x11ff) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xa960 and <= 0xa97f) or (>= 0xac00 and <= 0xd7ff)
            or (>= 0xf900 and <= 0xfaff) or (>= 0xfe30 and <= 0xfe4f) or (>= 0xff00 and <= 0xffef) or (>= 0x20000 and <= 0x3ffff) => Script.Ideographic,
        _ => Script.Common,
    };

    private sealed class LineWriter(TextWriter output)
    {
        private readonly StringBuilder _waiting = new();
        private Script _script;
        private int _column;
        private int _word;
        private bool _afterSpace = true;

        public void Text(ReadOnlySpan<char> text)
        {
            foreach (var rune in text.EnumerateRunes())
                Rune(rune);
        }

        // Symbols come as "⟨RLO⟩"; fonts of TeX lack the brackets.
        public void Symbol(ReadOnlySpan<char> symbol)
        {
            Close();
            output.Write("\\clemsymbol{");
            output.Write(symbol[1..^1]);
            output.Write('}');
            _afterSpace = false;
            if (FillsLine(20))
                output.Write(LineEnd);
        }

        public void End(bool empty)
        {
            Close();
            output.Write(empty ? "\\strut\\par\n" : "\\par\n");
            (_column, _word, _afterSpace) = (0, 0, true);
        }

        /// <summary>Ends a run of another script.</summary>
        public void Close()
        {
            if (_script is Script.Arabic or Script.Hebrew)
                output.Write("\\clemL}");
            else if (_script == Script.Ideographic)
                output.Write('}');
            _script = Script.Common;
            output.Write(_waiting);
            _waiting.Clear();
        }

        private void Rune(Rune rune)
        {
            var script = ScriptOf(rune.Value);
            if (script == Script.Common && _script is Script.Arabic or Script.Hebrew && !System.Text.Rune.IsLetter(rune))
            {
                // Spaces and signs belong to a run that is written to the left when the run goes on behind them.
                Add(rune);
                return;
            }

            if (script != _script)
            {
                Close();
                output.Write(script switch
                {
                    Script.Arabic => "{\\clemarabic\\clemR{}",
                    Script.Hebrew => "{\\clemhebrew\\clemR{}",
                    Script.Ideographic => "{\\clemcjk{}",
                    _ => "",
                });
                _script = script;
            }
            else if (_waiting.Length > 0)
            {
                output.Write(_waiting);
                _waiting.Clear();
            }

            Add(rune);
            output.Write(_waiting);
            _waiting.Clear();
        }

        // What waits is counted, too: it is written behind what was, wherever the run turns out to end.
        private void Add(Rune rune)
        {
            var start = _waiting.Length;
            Escape(rune, _waiting);
            if (FillsLine(_waiting.Length - start))
                _waiting.Append(LineEnd);
        }

        private void Escape(Rune rune, StringBuilder to)
        {
            if (rune.Value is ' ' or '\t')
            {
                // TeX makes one space of several, and none of those at the beginning of a line.
                to.Append(rune.Value == '\t' ? "\\cs{}\\cs{}" : _afterSpace ? "\\cs{}" : " ");
                _afterSpace = true;
                _word = 0;
                return;
            }

            _afterSpace = false;
            if (++_word % Word == 0)
                to.Append("\\cb{}");
            _ = rune.Value switch
            {
                '\\' => to.Append("\\textbackslash{}"),
                '{' => to.Append("\\{"),
                '}' => to.Append("\\}"),
                '$' => to.Append("\\$"),
                '&' => to.Append("\\&"),
                '#' => to.Append("\\#"),
                '%' => to.Append("\\%"),
                '_' => to.Append("\\_"),
                '^' => to.Append("\\textasciicircum{}"),
                '~' => to.Append("\\textasciitilde{}"),
                '<' => to.Append("\\textless{}"),
                '>' => to.Append("\\textgreater{}"),
                '|' => to.Append("\\textbar{}"),
                '"' => to.Append("\\textquotedbl{}"),
                '\'' => to.Append("\\textquotesingle{}"),
                '`' => to.Append("\\textasciigrave{}"),
                // Two of these would become one dash, quotation mark or inverted sign.
                '-' => to.Append("-{}"),
                ',' => to.Append(",{}"),
                '[' => to.Append("{[}"),
                ']' => to.Append("{]}"),
                // LuaTeX takes it for the mark of a source that is not UTF-8, and stops.
                0xfffd => to.Append("\\clemsymbol{U+FFFD}"),
                _ => to.Append(rune.ToString()),
            };
        }

        private bool FillsLine(int length)
        {
            _column += length;
            if (_column < SourceLine)
                return false;
            _column = 0;
            // TeX skips a space at the beginning of a line of the source.
            _afterSpace = true;
            return true;
        }
    }
}
