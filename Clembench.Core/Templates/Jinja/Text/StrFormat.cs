using System.Globalization;

namespace Clembench.Templates.Jinja;

/// <summary>
/// <c>str.format</c> and <c>format_map</c>, with the sandbox's rules for attributes: the way out of jinja2's sandbox
/// in CVE-2016-10745 and CVE-2019-10906.
/// </summary>
internal static class StrFormat
{
    public static Value Format(Runtime rt, in Value format, in Args args)
    {
        var names = args.Names;
        var keywords = args.Keywords.ToArray();
        return Run(rt, format, args.Positional.ToArray(), name =>
        {
            var place = Array.IndexOf(names, name);
            return place >= 0 ? keywords[place] : throw Errors.Lookup(PythonText.Repr(name));
        });
    }

    public static Value FormatMap(Runtime rt, in Value format, Value mapping) => Run(rt, format, [], name =>
    {
        if (mapping.IsUndefined)
            throw ((UndefinedObj)mapping.Object).Error(rt);
        if (mapping.Ref is not DictObj dict)
            throw Errors.Type($"'{Ops.TypeName(mapping)}' object is not subscriptable");
        return dict.TryGet(name, out var value) ? value : throw Errors.Lookup(PythonText.Repr(name));
    });

    private static Value Run(Runtime rt, in Value format, Value[] positional, Func<string, Value> byName)
    {
        using var text = rt.NewText();
        new Formatter(rt, positional, byName, format.IsMarkup).Write(text, format, 2);
        var result = text.Take(rt);
        return format.IsMarkup ? Markup.Mark(result) : result;
    }

    private sealed class Formatter(Runtime rt, Value[] positional, Func<string, Value> byName, bool escape)
    {
        private int _next;
        private bool _manual;

        public void Write(TextBuilder text, in Value format, int depth)
        {
            if (depth < 0)
                throw Errors.Value("Max string recursion exceeded");
            var source = format.Text;
            rt.Charge(source.Length >> 4);
            for (var i = 0; i < source.Length; i++)
            {
                var c = source[i];
                if (c is '{' or '}' && i + 1 < source.Length && source[i + 1] == c)
                {
                    text.Append(rt, format, i++, 1);
                    continue;
                }

                if (c == '}')
                    throw Errors.Value("Single '}' encountered in format string");
                if (c != '{')
                {
                    text.Append(rt, format, i, 1);
                    continue;
                }

                rt.Step();
                var end = FieldEnd(source, i + 1);
                WriteField(text, source[(i + 1)..end], depth);
                i = end;
            }
        }

        private static int FieldEnd(string source, int at)
        {
            if (at >= source.Length)
                throw Errors.Value("Single '{' encountered in format string");
            var open = 1;
            for (; at < source.Length; at++)
            {
                if (source[at] == '{')
                    open++;
                else if (source[at] == '}' && --open == 0)
                    return at;
            }

            throw Errors.Value("expected '}' before end of string");
        }

        private void WriteField(TextBuilder text, string field, int depth)
        {
            var (name, conversion, spec) = Split(field);
            var value = Lookup(name);
            if (conversion != '\0')
            {
                value = conversion switch
                {
                    's' => PythonText.Str(rt, value),
                    'r' => PythonText.ReprValue(rt, value),
                    'a' => PercentFormat.Ascii(rt, value),
                    _ => throw Errors.Value($"Unknown conversion specifier {conversion}"),
                };
            }

            if (spec.Contains('{', StringComparison.Ordinal) || spec.Contains('}', StringComparison.Ordinal))
            {
                using var inner = rt.NewText();
                Write(inner, Value.String(spec), depth - 1);
                spec = inner.Text.ToString();
            }

            var formatted = FormatSpec.Format(rt, value, spec);
            text.Append(rt, escape ? Markup.Escape(rt, formatted) : formatted);
        }

        private static (string Name, char Conversion, string Spec) Split(string field)
        {
            var bracket = false;
            for (var i = 0; i < field.Length; i++)
            {
                if (field[i] == '[')
                    bracket = true;
                else if (field[i] == ']')
                    bracket = false;
                else if (field[i] == '{' && !bracket)
                    throw Errors.Value("unexpected '{' in field name");
                else if (field[i] == ':' && !bracket)
                    return (field[..i], '\0', field[(i + 1)..]);
                else if (field[i] == '!' && !bracket)
                {
                    if (i + 1 >= field.Length)
                        throw Errors.Value("end of string while looking for conversion specifier");
                    if (i + 2 < field.Length && field[i + 2] != ':')
                        throw Errors.Value("expected ':' after conversion specifier");
                    return (field[..i], field[i + 1], i + 2 < field.Length ? field[(i + 3)..] : "");
                }
            }

            return (field, '\0', "");
        }

        private Value Lookup(string name)
        {
            var end = name.AsSpan().IndexOfAny('.', '[');
            var first = end < 0 ? name : name[..end];
            var value = First(first);
            for (var at = end; at >= 0 && at < name.Length;)
            {
                rt.Step();
                if (name[at] == '.')
                {
                    var next = name.AsSpan(at + 1).IndexOfAny('.', '[') is var n && n < 0 ? name.Length : at + 1 + n;
                    if (next == at + 1)
                        throw Errors.Value("Empty attribute in format string");
                    value = Ops.GetAttr(rt, value, name[(at + 1)..next]);
                    at = next;
                }
                else if (name[at] == '[')
                {
                    var close = name.IndexOf(']', at);
                    if (close < 0)
                        throw Errors.Value("Missing ']' in format string");
                    var key = name[(at + 1)..close];
                    if (key.Length == 0)
                        throw Errors.Value("Empty attribute in format string");
                    value = Ops.GetItem(rt, value, key.All(char.IsAsciiDigit) && key.Length < 18
                        ? Value.Int(long.Parse(key, CultureInfo.InvariantCulture))
                        : Value.String(key));
                    at = close + 1;
                }
                else
                {
                    throw Errors.Value("Only '.' or '[' may follow ']' in format field specifier");
                }
            }

            return value;
        }

        private Value First(string name)
        {
            if (name.Length == 0)
            {
                if (_manual)
                    throw Errors.Value("cannot switch from manual field specification to automatic field numbering");
                return Positional(_next++);
            }

            if (!name.All(char.IsAsciiDigit))
                return byName(name);
            if (_next > 0)
                throw Errors.Value("cannot switch from automatic field numbering to manual field specification");
            _manual = true;
            return Positional(name.Length < 9 ? int.Parse(name, CultureInfo.InvariantCulture) : int.MaxValue);
        }

        private Value Positional(int place) => place < positional.Length
            ? positional[place]
            : throw Errors.Lookup("tuple index out of range");
    }
}
