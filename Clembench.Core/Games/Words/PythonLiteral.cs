using System.Globalization;
using System.Text;
using Clembench.Json;

namespace Clembench.Games.Words;

/// <summary>
/// Values written as Python writes them: what <c>ast.literal_eval</c> reads and <c>repr</c> gives. Instance files hold
/// some lists in this form; JSON without <c>true</c>, <c>false</c> and <c>null</c> has it too.
/// </summary>
internal static class PythonLiteral
{
    // Deeper nesting is no data of a game; the limit keeps a hostile response from exhausting the stack.
    private const int MaxDepth = 32;

    /// <summary>A tuple, as distinct from a list.</summary>
    /// <param name="Items">Its items.</param>
    public sealed record PythonTuple(object?[] Items);

    /// <summary>Reads a text that is one value and nothing else.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">
    /// A plain value (see <see cref="JsonMap"/>), in which tuples are <see cref="PythonTuple"/>; dictionaries have texts as keys.
    /// </param>
    /// <returns>Whether the text is a value.</returns>
    public static bool TryParse(string text, out object? value)
    {
        var reader = new Reader(text);
        return reader.TryReadValue(0, out value) && reader.IsAtEnd();
    }

    /// <summary>The items of a list or tuple; null for any other value.</summary>
    public static object?[]? ToItems(object? value) => value is PythonTuple tuple ? tuple.Items : value as object?[];

    /// <summary>The value as Python's <c>repr</c> writes it.</summary>
    public static string Repr(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        string text => Quote(text),
        double number => PythonFloat.Repr(number),
        PythonTuple { Items: [var item] } => $"({Repr(item)},)",
        PythonTuple tuple => $"({Join(tuple.Items)})",
        object?[] list => $"[{Join(list)}]",
        JsonMap map => $"{{{string.Join(", ", map.Select(member => $"{Quote(member.Key)}: {Repr(member.Value)}"))}}}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Join(object?[] items) => string.Join(", ", items.Select(Repr));

    private static string Quote(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append(@"\n"),
                '\r' => quoted.Append(@"\r"),
                '\t' => quoted.Append(@"\t"),
                _ when c == quote => quoted.Append('\\').Append(c),
                < ' ' or '\x7f' => quoted.Append(@"\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append(quote).ToString();
    }

    private ref struct Reader(string text)
    {
        private static readonly (string Word, object? Value)[] Words =
            [("None", null), ("True", true), ("False", false)];

        private int _at;

        public bool IsAtEnd()
        {
            SkipBlanks();
            return _at == text.Length;
        }

        public bool TryReadValue(int depth, out object? value)
        {
            value = null;
            SkipBlanks();
            if (_at == text.Length || depth > MaxDepth)
                return false;
            switch (text[_at])
            {
                case '{':
                    return TryReadMap(depth, out value);
                case '[':
                    var isList = TryReadItems(']', depth, out var list, out _);
                    value = list;
                    return isList;
                case '(':
                    if (!TryReadItems(')', depth, out var items, out var hasComma))
                        return false;
                    value = items.Length == 1 && !hasComma ? items[0] : new PythonTuple(items);
                    return true;
                case '\'' or '"':
                    var isText = TryReadText(out var read);
                    value = read;
                    return isText;
                default:
                    return TryReadWord(out value);
            }
        }

        private bool TryReadItems(char end, int depth, out object?[] items, out bool hasComma)
        {
            var read = new List<object?>();
            (items, hasComma) = ([], false);
            _at++;
            while (!TryTake(end))
            {
                if ((read.Count > 0 && !hasComma) || !TryReadValue(depth + 1, out var item))
                    return false;
                read.Add(item);
                hasComma = TryTake(',');
            }

            items = [.. read];
            return true;
        }

        private bool TryReadMap(int depth, out object? map)
        {
            var members = new List<KeyValuePair<string, object?>>();
            var hasComma = true;
            map = null;
            _at++;
            while (!TryTake('}'))
            {
                if (!hasComma || !TryReadValue(depth + 1, out var key) || key is not string name || !TryTake(':')
                    || !TryReadValue(depth + 1, out var value))
                {
                    return false;
                }

                members.Add(new(name, value));
                hasComma = TryTake(',');
            }

            map = new JsonMap(members);
            return true;
        }

        private bool TryReadText(out string? value)
        {
            var quote = text[_at++];
            var read = new StringBuilder();
            value = null;
            for (; _at < text.Length && text[_at] != '\n'; _at++)
            {
                if (text[_at] == quote)
                {
                    _at++;
                    value = read.ToString();
                    return true;
                }

                if (text[_at] != '\\')
                    read.Append(text[_at]);
                else if (!TryReadEscape(read))
                    return false;
            }

            return false;
        }

        private bool TryReadEscape(StringBuilder read)
        {
            if (++_at == text.Length)
                return false;
            var digits = text[_at] switch { 'u' => 4, 'x' => 2, _ => 0 };
            if (digits == 0)
            {
                read.Append(text[_at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var c => c });
                return true;
            }

            if (_at + digits >= text.Length
                || !ushort.TryParse(text.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                return false;
            }

            _at += digits;
            read.Append((char)code);
            return true;
        }

        private bool TryReadWord(out object? value)
        {
            var start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '+' or '-' or '.'))
                _at++;
            var word = text[start.._at];
            foreach (var known in Words)
            {
                if (known.Word == word)
                {
                    value = known.Value;
                    return true;
                }
            }

            value = long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
                : double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
                : null;
            return value is not null;
        }

        private bool TryTake(char c)
        {
            SkipBlanks();
            if (_at == text.Length || text[_at] != c)
                return false;
            _at++;
            return true;
        }

        private void SkipBlanks()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
        }
    }
}
