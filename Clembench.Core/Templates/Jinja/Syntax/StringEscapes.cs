using System.Globalization;
using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>The escapes of string literals: those of Python's <c>unicode_escape</c> codec, which jinja2 decodes literals with.</summary>
internal static class StringEscapes
{
    public static string Decode(ReadOnlySpan<char> literal, int line)
    {
        if (!literal.Contains('\\'))
            return literal.ToString();

        var text = new StringBuilder(literal.Length);
        for (var i = 0; i < literal.Length; i++)
        {
            if (literal[i] != '\\')
            {
                text.Append(literal[i]);
                continue;
            }

            var c = literal[++i];
            switch (c)
            {
                case '\n': break;
                case '\\' or '\'' or '"': text.Append(c); break;
                case 'a': text.Append('\a'); break;
                case 'b': text.Append('\b'); break;
                case 'f': text.Append('\f'); break;
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                case 'v': text.Append('\v'); break;
                case >= '0' and <= '7':
                    var octal = 0;
                    var end = Math.Min(i + 3, literal.Length);
                    for (; i < end && literal[i] is >= '0' and <= '7'; i++)
                        octal = octal * 8 + literal[i] - '0';
                    i--;
                    text.Append((char)octal);
                    break;
                case 'x': AppendCodePoint(text, Hex(literal, ref i, 2, "truncated \\xXX escape", line), line); break;
                case 'u': AppendCodePoint(text, Hex(literal, ref i, 4, "truncated \\uXXXX escape", line), line); break;
                case 'U': AppendCodePoint(text, Hex(literal, ref i, 8, "truncated \\UXXXXXXXX escape", line), line); break;
                case 'N': throw Errors.Syntax("malformed \\N character escape", line);
                default: text.Append('\\').Append(Unknown(literal, ref i)); break;
            }
        }

        return text.ToString();
    }

    // No escape: the backslash stays. jinja2 makes ASCII of a literal before it decodes it, so a character beyond ASCII stays an escape there.
    private static string Unknown(ReadOnlySpan<char> literal, ref int i)
    {
        var c = literal[i];
        if (c < '\x80')
            return c.ToString();
        if (CodePoints.LengthAt(literal, i) == 1)
            return c <= '\xff' ? $"x{(int)c:x2}" : $"u{(int)c:x4}";
        i++;
        return $"U{char.ConvertToUtf32(c, literal[i]):x8}";
    }

    private static uint Hex(ReadOnlySpan<char> literal, ref int i, int digits, string message, int line)
    {
        if (i + digits >= literal.Length
            || !uint.TryParse(literal.Slice(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            throw Errors.Syntax(message, line);
        i += digits;
        return value;
    }

    private static void AppendCodePoint(StringBuilder text, uint codePoint, int line)
    {
        if (codePoint > 0x10FFFF)
            throw Errors.Syntax("illegal Unicode character", line);
        text.Append(CodePoints.Text((int)codePoint));
    }
}
