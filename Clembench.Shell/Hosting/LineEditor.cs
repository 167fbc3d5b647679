using System.Text;

namespace Clembench.Shell.Hosting;

/// <summary>Reads one line from a terminal: cursor keys, history, Tab completion, the usual Ctrl keys.</summary>
internal sealed class LineEditor(Terminal terminal, TabCompletion completion)
{
    private readonly List<string> _history = [];
    private readonly StringBuilder _text = new();
    private int _cursor;
    private int _historyAt;
    private string _draft = string.Empty;
    private string _prompt = string.Empty;
    private int _drawnRow;
    private CompletionCycle? _cycle;

    internal void Remember(string line)
    {
        if (_history.Count == 0 || _history[^1] != line) _history.Add(line);
    }

    /// <summary>The line; empty after Ctrl+C; null at the end of input (Ctrl+D on an empty line).</summary>
    internal string? Read(string prompt)
    {
        _prompt = prompt;
        _text.Clear();
        _cursor = 0;
        _drawnRow = 0;
        _historyAt = _history.Count;
        _draft = string.Empty;
        _cycle = null;
        var before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            Draw();
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                if (key.Key != ConsoleKey.Tab) _cycle = null;
                switch (Handle(key))
                {
                    case Outcome.Accept:
                        Finish();
                        return _text.ToString();
                    case Outcome.Cancel:
                        Finish("^C");
                        return string.Empty;
                    case Outcome.EndOfInput:
                        return null;
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }
    }

    private Outcome Handle(ConsoleKeyInfo key)
    {
        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter: return Outcome.Accept;
            case ConsoleKey.C when control: return Outcome.Cancel;
            case ConsoleKey.D when control && _text.Length == 0: return Outcome.EndOfInput;
            case ConsoleKey.Tab: Complete(backwards: key.Modifiers.HasFlag(ConsoleModifiers.Shift)); break;
            case ConsoleKey.LeftArrow: _cursor = control ? WordStart() : Math.Max(0, _cursor - 1); break;
            case ConsoleKey.RightArrow: _cursor = control ? WordEnd() : Math.Min(_text.Length, _cursor + 1); break;
            case ConsoleKey.Home or ConsoleKey.A when control || key.Key == ConsoleKey.Home: _cursor = 0; break;
            case ConsoleKey.End or ConsoleKey.E when control || key.Key == ConsoleKey.End: _cursor = _text.Length; break;
            case ConsoleKey.UpArrow: ShowHistory(_historyAt - 1); break;
            case ConsoleKey.DownArrow: ShowHistory(_historyAt + 1); break;
            case ConsoleKey.W when control: Delete(WordStart(), _cursor); break;
            case ConsoleKey.U when control: Delete(0, _cursor); break;
            case ConsoleKey.K when control: Delete(_cursor, _text.Length); break;
            case ConsoleKey.Backspace: Delete(control ? WordStart() : Math.Max(0, _cursor - 1), _cursor); break;
            case ConsoleKey.Delete or ConsoleKey.D when control || key.Key == ConsoleKey.Delete:
                Delete(_cursor, Math.Min(_text.Length, _cursor + 1));
                break;
            case ConsoleKey.L when control:
                Console.Clear();
                _drawnRow = 0;
                break;
            case ConsoleKey.Escape: Delete(0, _text.Length); break;
            default:
                if (control || char.IsControl(key.KeyChar)) return Outcome.Continue;
                _text.Insert(_cursor++, key.KeyChar);
                break;
        }

        Draw();
        return Outcome.Continue;
    }

    private void Delete(int from, int to)
    {
        _text.Remove(from, to - from);
        _cursor = from;
    }

    private int WordStart()
    {
        var i = _cursor;
        while (i > 0 && char.IsWhiteSpace(_text[i - 1])) i--;
        while (i > 0 && !char.IsWhiteSpace(_text[i - 1])) i--;
        return i;
    }

    private int WordEnd()
    {
        var i = _cursor;
        while (i < _text.Length && char.IsWhiteSpace(_text[i])) i++;
        while (i < _text.Length && !char.IsWhiteSpace(_text[i])) i++;
        return i;
    }

    private void ShowHistory(int index)
    {
        if (index < 0 || index > _history.Count) return;
        if (_historyAt == _history.Count) _draft = _text.ToString();
        _historyAt = index;
        Replace(index == _history.Count ? _draft : _history[index]);
    }

    private void Replace(string text)
    {
        _text.Clear().Append(text);
        _cursor = text.Length;
    }

    private void Complete(bool backwards)
    {
        if (_cycle is null)
        {
            var (candidates, start, length) = completion.Complete(_text.ToString(), _cursor);
            if (candidates.Count == 0) return;
            _cycle = new CompletionCycle(candidates, start, length, backwards ? candidates.Count : -1);
        }

        var count = _cycle.Candidates.Count;
        var next = ((_cycle.At + (backwards ? -1 : 1)) % count + count) % count;
        var replacement = _cycle.Candidates[next];
        _text.Remove(_cycle.Start, _cycle.Length).Insert(_cycle.Start, replacement);
        _cursor = _cycle.Start + replacement.Length;
        _cycle = count == 1 ? null : _cycle with { At = next, Length = replacement.Length };
    }

    // Redraws prompt and text from the row where the prompt began, and puts the cursor back in its place.
    private void Draw()
    {
        var width = Terminal.Width;
        var shown = _text.ToString().Replace('\n', '⏎');
        var output = new StringBuilder();
        if (_drawnRow > 0) output.Append("\u001b[").Append(_drawnRow).Append('A');
        output.Append("\r\u001b[J").Append(_prompt).Append(shown);
        var promptWidth = VisibleLength(_prompt);
        var end = promptWidth + shown.Length;
        // A full last column leaves the cursor there until something follows: the blank makes the wrap happen.
        if (end > 0 && end % width == 0) output.Append(" \r\u001b[K");
        var at = promptWidth + _cursor;
        var up = end / width - at / width;
        if (up > 0) output.Append("\u001b[").Append(up).Append('A');
        output.Append('\r');
        if (at % width > 0) output.Append("\u001b[").Append(at % width).Append('C');
        _drawnRow = at / width;
        terminal.Write(output.ToString());
    }

    private void Finish(string suffix = "")
    {
        _cursor = _text.Length;
        Draw();
        terminal.Write(suffix + Environment.NewLine);
    }

    private static int VisibleLength(string text)
        => new System.Management.Automation.Internal.StringDecorated(text).ContentLength;

    private enum Outcome
    {
        Continue,
        Accept,
        Cancel,
        EndOfInput,
    }

    private sealed record CompletionCycle(IReadOnlyList<string> Candidates, int Start, int Length, int At);
}
