namespace Clembench.Templates.Jinja;

/// <summary>
/// The tokens of a template, one at a time (so that errors come in the order of the text), with <c>trim_blocks</c> and
/// <c>lstrip_blocks</c> on and one newline at the end dropped, as transformers configures jinja2.
/// </summary>
internal sealed partial class Lexer
{
    private readonly string _source;
    private readonly JinjaLimits _limits;
    private readonly Stack<char> _brackets = new();
    private int _position;
    private int _line = 1;
    private int _lastLine = 1;
    private bool _lineStarting = true;
    private Mode _mode = Mode.Text;

    // What the last tag of the text was, once the text before it has been given.
    private Tag _pendingTag;
    private int _pendingEnd;

    public Lexer(string source, JinjaLimits limits)
    {
        _limits = limits;
        _source = NormalizeNewlines(source);
        if (_source.EndsWith('\n'))
            _source = _source[..^1];
    }

    private enum Mode
    {
        Text,
        Block,
        Variable,
    }

    private enum Tag
    {
        None,
        Block,
        Variable,
        Comment,
        Raw,
    }

    public Token Next()
    {
        var token = _mode == Mode.Text ? NextInText() : NextInTag();
        // The end stands where the last token does.
        if (token.Kind == TokenKind.Eof)
            return token with { Line = _lastLine };
        _lastLine = token.Line;
        return token;
    }

    private static string NormalizeNewlines(string text) =>
        text.Contains('\r', StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;

    private Token NextInText()
    {
        while (true)
        {
            if (_pendingTag != Tag.None)
            {
                if (EnterTag() is { } token)
                    return token;
                continue;
            }

            if (_position >= _source.Length)
                return new Token(TokenKind.Eof, "", default, _line);

            var (tag, start, end, sign) = FindTag(_position);
            if (tag == Tag.None)
            {
                var rest = _source[_position..];
                var at = _line;
                Advance(_source.Length);
                return new Token(TokenKind.Data, rest, default, at);
            }

            var text = Strip(_source.AsSpan(_position, start - _position), sign, tag == Tag.Variable);
            var line = _line;
            Advance(start);
            _pendingTag = tag;
            _pendingEnd = end;
            if (text.Length > 0)
                return new Token(TokenKind.Data, text.ToString(), default, line);
        }
    }

    /// <summary>Text before a tag without the whitespace that the tag's sign, or <c>lstrip_blocks</c>, takes away.</summary>
    private ReadOnlySpan<char> Strip(ReadOnlySpan<char> text, char sign, bool variable)
    {
        if (sign == '-')
            return PyChar.TrimEnd(text);
        if (sign != '+' && !variable)
        {
            var lineStart = text.LastIndexOf('\n') + 1;
            if ((lineStart > 0 || _lineStarting) && PyChar.IsAllSpace(text[lineStart..]))
                return text[..lineStart];
        }

        return text;
    }

    private Token? EnterTag()
    {
        var tag = _pendingTag;
        _pendingTag = Tag.None;
        var line = _line;
        Advance(_pendingEnd);
        switch (tag)
        {
            case Tag.Block:
                _mode = Mode.Block;
                return new Token(TokenKind.BlockBegin, "{%", default, line);
            case Tag.Variable:
                _mode = Mode.Variable;
                return new Token(TokenKind.VariableBegin, "{{", default, line);
            case Tag.Comment:
                SkipComment();
                return null;
            default:
                return ReadRaw();
        }
    }

    private void SkipComment()
    {
        // jinja2 looks for the end of what begins at the end of the template no more.
        if (_position == _source.Length)
            return;
        var close = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (close < 0)
            throw Errors.Syntax("Missing end of comment tag", _line);
        var end = close + 2;
        var sign = close > _position ? _source[close - 1] : '\0';
        Advance(AfterTagEnd(end, sign));
    }

    // {% raw %}…{% endraw %}: what is between is text.
    private Token? ReadRaw()
    {
        if (_position == _source.Length)
            return null;
        for (var start = _position; (start = _source.IndexOf("{%", start, StringComparison.Ordinal)) >= 0; start++)
        {
            var at = start + 2;
            var sign = at < _source.Length && _source[at] is '-' or '+' ? _source[at++] : '\0';
            at = SkipSpace(at);
            if (!StartsWith(at, "endraw"))
                continue;
            at = SkipSpace(at + 6);
            var endSign = at < _source.Length && _source[at] is '-' or '+' ? _source[at++] : '\0';
            if (!StartsWith(at, "%}"))
                continue;

            var text = Strip(_source.AsSpan(_position, start - _position), sign, variable: false).ToString();
            var line = _line;
            Advance(AfterTagEnd(at + 2, endSign));
            return text.Length > 0 ? new Token(TokenKind.Data, text, default, line) : null;
        }

        throw Errors.Syntax("Missing end of raw directive", _line);
    }

    private (Tag Tag, int Start, int End, char Sign) FindTag(int from)
    {
        for (var at = from; (at = _source.IndexOf('{', at)) >= 0 && at + 1 < _source.Length; at++)
        {
            var tag = _source[at + 1] switch { '{' => Tag.Variable, '%' => Tag.Block, '#' => Tag.Comment, _ => Tag.None };
            if (tag == Tag.None)
                continue;
            var end = at + 2;
            var sign = end < _source.Length && _source[end] is '-' or '+' ? _source[end++] : '\0';
            if (tag == Tag.Block && RawTagEnd(end) is var raw and >= 0)
                return (Tag.Raw, at, raw, sign);
            return (tag, at, end, sign);
        }

        return default;
    }

    private int RawTagEnd(int at)
    {
        at = SkipSpace(at);
        if (!StartsWith(at, "raw"))
            return -1;
        at = SkipSpace(at + 3);
        if (StartsWith(at, "%}"))
            return at + 2;
        return StartsWith(at, "-%}") ? SkipSpace(at + 3) : -1;
    }

    private int AfterTagEnd(int end, char sign) => sign switch
    {
        '-' => SkipSpace(end),
        '+' => end,
        _ => end < _source.Length && _source[end] == '\n' ? end + 1 : end,
    };

    private bool StartsWith(int at, string text) => _source.AsSpan(Math.Min(at, _source.Length)).StartsWith(text, StringComparison.Ordinal);

    private int SkipSpace(int at)
    {
        while (at < _source.Length && PyChar.IsSpace(_source[at]))
            at++;
        return at;
    }

    private void Advance(int to)
    {
        _line += _source.AsSpan(_position, to - _position).Count('\n');
        _lineStarting = to > 0 && to > _position ? _source[to - 1] == '\n' : _lineStarting;
        _position = to;
    }

    private Token NextInTag()
    {
        while (true)
        {
            if (_brackets.Count == 0 && TagEnd() is { } end)
                return end;
            if (_position >= _source.Length)
                return new Token(TokenKind.Eof, "", default, _line);
            var c = _source[_position];
            if (!PyChar.IsSpace(c))
                return c is >= '0' and <= '9' ? Number() : PyChar.IsWord(_source, _position) ? Name() : c is '\'' or '"' ? String(c) : Operator(c);
            Advance(SkipSpace(_position));
        }
    }

    private Token? TagEnd()
    {
        var line = _line;
        if (_mode == Mode.Block)
        {
            var sign = _position < _source.Length && _source[_position] is '-' or '+' ? _source[_position] : '\0';
            var at = sign == '\0' ? _position : _position + 1;
            if (!StartsWith(at, "%}"))
                return null;
            Advance(AfterTagEnd(at + 2, sign));
            _mode = Mode.Text;
            return new Token(TokenKind.BlockEnd, "%}", default, line);
        }

        if (StartsWith(_position, "-}}"))
            Advance(SkipSpace(_position + 3));
        else if (StartsWith(_position, "}}"))
            Advance(_position + 2);
        else
            return null;
        _mode = Mode.Text;
        return new Token(TokenKind.VariableEnd, "}}", default, line);
    }

    private Token Name()
    {
        var end = _position;
        while (end < _source.Length && PyChar.IsNamePart(_source, end))
            end += char.IsSurrogatePair(_source, end) ? 2 : 1;
        var name = _source[_position..end];
        if (!PyChar.IsIdentifier(name))
            throw Errors.Syntax("Invalid character in identifier", _line);
        var line = _line;
        Advance(end);
        // The runtime's own string where it has one: then it is often the very key of a dictionary.
        return new Token(TokenKind.Name, string.IsInterned(name) ?? name, default, line);
    }

    private Token String(char quote)
    {
        var at = _position + 1;
        while (at < _source.Length && _source[at] != quote)
            at += _source[at] == '\\' ? 2 : 1;
        if (at >= _source.Length)
            throw UnexpectedChar();
        var line = _line;
        var text = StringEscapes.Decode(_source.AsSpan(_position + 1, at - _position - 1), line);
        Advance(at + 1);
        return new Token(TokenKind.String, string.IsInterned(text) ?? text, default, line);
    }

    private Token Operator(char c)
    {
        var next = _position + 1 < _source.Length ? _source[_position + 1] : '\0';
        var (kind, length) = (c, next) switch
        {
            ('/', '/') => (TokenKind.FloorDiv, 2),
            ('*', '*') => (TokenKind.Pow, 2),
            ('=', '=') => (TokenKind.Eq, 2),
            ('!', '=') => (TokenKind.Ne, 2),
            ('>', '=') => (TokenKind.GtEq, 2),
            ('<', '=') => (TokenKind.LtEq, 2),
            ('+', _) => (TokenKind.Add, 1),
            ('-', _) => (TokenKind.Sub, 1),
            ('/', _) => (TokenKind.Div, 1),
            ('*', _) => (TokenKind.Mul, 1),
            ('%', _) => (TokenKind.Mod, 1),
            ('~', _) => (TokenKind.Tilde, 1),
            ('[', _) => (TokenKind.LBracket, 1),
            (']', _) => (TokenKind.RBracket, 1),
            ('(', _) => (TokenKind.LParen, 1),
            (')', _) => (TokenKind.RParen, 1),
            ('{', _) => (TokenKind.LBrace, 1),
            ('}', _) => (TokenKind.RBrace, 1),
            ('>', _) => (TokenKind.Gt, 1),
            ('<', _) => (TokenKind.Lt, 1),
            ('=', _) => (TokenKind.Assign, 1),
            ('.', _) => (TokenKind.Dot, 1),
            (':', _) => (TokenKind.Colon, 1),
            ('|', _) => (TokenKind.Pipe, 1),
            (',', _) => (TokenKind.Comma, 1),
            (';', _) => (TokenKind.Semicolon, 1),
            _ => throw UnexpectedChar(),
        };
        if (kind is TokenKind.LBrace or TokenKind.LParen or TokenKind.LBracket)
        {
            if (_brackets.Count >= _limits.MaxDepth)
                throw new JinjaException(JinjaErrorKind.Limit, $"Brackets are nested more than {_limits.MaxDepth} deep.", _line);
            _brackets.Push(c switch { '{' => '}', '(' => ')', _ => ']' });
        }
        else if (kind is TokenKind.RBrace or TokenKind.RParen or TokenKind.RBracket)
        {
            if (!_brackets.TryPop(out var expected))
                throw Errors.Syntax($"unexpected '{c}'", _line);
            if (expected != c)
                throw Errors.Syntax($"unexpected '{c}', expected '{expected}'", _line);
        }

        var token = new Token(kind, _source.Substring(_position, length), default, _line);
        Advance(_position + length);
        return token;
    }

    private JinjaException UnexpectedChar()
    {
        var character = _source.AsSpan(_position, CodePoints.LengthAt(_source, _position)).ToString();
        return Errors.Syntax($"unexpected char {PythonText.Repr(character)} at {CodePoints.Count(_source.AsSpan(0, _position))}", _line);
    }
}
