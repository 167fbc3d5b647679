namespace Clembench.Templates.Jinja;

internal enum TokenKind
{
    Eof, Data, VariableBegin, VariableEnd, BlockBegin, BlockEnd, Name, String, Integer, Float,
    Add, Assign, Colon, Comma, Div, Dot, Eq, FloorDiv, Gt, GtEq, LBrace, LBracket, LParen, Lt, LtEq,
    Mod, Mul, Ne, Pipe, Pow, RBrace, RBracket, RParen, Semicolon, Sub, Tilde,
}

internal readonly record struct Token(TokenKind Kind, string Text, Value Value, int Line)
{
    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    /// <summary>The token as jinja2's error messages describe it.</summary>
    public string Describe() => Kind == TokenKind.Name ? Text : Describe(Kind);

    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.Eof => "end of template",
        TokenKind.Data => "template data / text",
        TokenKind.VariableBegin => "begin of print statement",
        TokenKind.VariableEnd => "end of print statement",
        TokenKind.BlockBegin => "begin of statement block",
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.Name => "name",
        TokenKind.String => "string",
        TokenKind.Integer => "integer",
        TokenKind.Float => "float",
        TokenKind.Add => "+",
        TokenKind.Assign => "=",
        TokenKind.Colon => ":",
        TokenKind.Comma => ",",
        TokenKind.Div => "/",
        TokenKind.Dot => ".",
        TokenKind.Eq => "==",
        TokenKind.FloorDiv => "//",
        TokenKind.Gt => ">",
        TokenKind.GtEq => ">=",
        TokenKind.LBrace => "{",
        TokenKind.LBracket => "[",
        TokenKind.LParen => "(",
        TokenKind.Lt => "<",
        TokenKind.LtEq => "<=",
        TokenKind.Mod => "%",
        TokenKind.Mul => "*",
        TokenKind.Ne => "!=",
        TokenKind.Pipe => "|",
        TokenKind.Pow => "**",
        TokenKind.RBrace => "}",
        TokenKind.RBracket => "]",
        TokenKind.RParen => ")",
        TokenKind.Semicolon => ";",
        TokenKind.Sub => "-",
        _ => "~",
    };
}
