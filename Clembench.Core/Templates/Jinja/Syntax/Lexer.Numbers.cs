using System.Globalization;
using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>Literals of numbers, by the regular expressions of jinja2.</summary>
internal sealed partial class Lexer
{
    private Token Number()
    {
        var start = _position;
        var line = _line;
        if (start == 0 || _source[start - 1] != '.')
        {
            var end = Digits(start);
            var isFloat = false;
            if (end < _source.Length && _source[end] == '.' && Digits(end + 1) is var fraction && fraction > end + 1)
                (end, isFloat) = (fraction, true);
            if (end < _source.Length && _source[end] is 'e' or 'E')
            {
                var at = end + 1;
                if (at < _source.Length && _source[at] is '+' or '-')
                    at++;
                if (Digits(at) is var exponent && exponent > at)
                    (end, isFloat) = (exponent, true);
            }

            if (isFloat)
            {
                var value = double.Parse(_source[start..end].Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
                Advance(end);
                return new Token(TokenKind.Float, "", Value.Float(value), line);
            }
        }

        var (length, radix) = (_source[start], start + 1 < _source.Length ? char.ToLowerInvariant(_source[start + 1]) : '\0') switch
        {
            ('0', 'b') when Run(start + 2, 2) is var n and > 0 => (2 + n, 2),
            ('0', 'o') when Run(start + 2, 8) is var n and > 0 => (2 + n, 8),
            ('0', 'x') when Run(start + 2, 16) is var n and > 0 => (2 + n, 16),
            ('0', _) => (1 + Run(start + 1, 1), 10),
            _ => (1 + Run(start + 1, 10), 10),
        };
        var digits = _source.Substring(start + (radix == 10 ? 0 : 2), radix == 10 ? length : length - 2).Replace("_", "", StringComparison.Ordinal);
        if (digits.Length > 4300 && radix == 10)
            throw Errors.Syntax($"Exceeds the limit (4300 digits) for integer string conversion: value has {digits.Length} digits; use sys.set_int_max_str_digits() to increase the limit", line);
        if (digits.Length > _limits.MaxIntegerBits / 4)
            throw new JinjaException(JinjaErrorKind.Limit, $"An integer has more than {_limits.MaxIntegerBits} bits.", line);
        var number = radix == 10
            ? BigInteger.Parse(digits, CultureInfo.InvariantCulture)
            : digits.Aggregate(BigInteger.Zero, (sum, digit) => sum * radix + Convert.ToInt32(digit.ToString(), 16));
        Advance(start + length);
        return new Token(TokenKind.Integer, "", Value.Integer(number), line);
    }

    // (\d+_)*\d+: digits with single underscores between them.
    private int Digits(int at)
    {
        var end = at;
        while (end < _source.Length && (char.IsAsciiDigit(_source[end]) || (_source[end] == '_' && end > at && _source[end - 1] != '_')))
            end++;
        while (end > at && _source[end - 1] == '_')
            end--;
        return end;
    }

    // (_?digit)*; radix 1 has the digit 0 alone.
    private int Run(int at, int radix)
    {
        var start = at;
        while (at < _source.Length)
        {
            var digit = _source[at] == '_' && at + 1 < _source.Length ? at + 1 : at;
            var value = char.IsAsciiHexDigit(_source[digit]) ? Convert.ToInt32(_source[digit].ToString(), 16) : 99;
            if (value >= radix)
                break;
            at = digit + 1;
        }

        return at - start;
    }
}
