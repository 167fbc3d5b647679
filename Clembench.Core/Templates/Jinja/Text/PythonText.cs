using System.Globalization;
using System.Numerics;
using System.Text;
using Clembench.Json;

namespace Clembench.Templates.Jinja;

/// <summary>Values as Python's <c>str</c> and <c>repr</c> print them.</summary>
internal static class PythonText
{
    private const int MaxIntegerDigits = 4300;

    /// <summary><c>str(value)</c>.</summary>
    public static Value Str(Runtime rt, in Value value)
    {
        switch (value.Kind)
        {
            case Kind.String: return value;
            case Kind.None: return Value.String("None");
            case Kind.Bool: return Value.String(value.Bits != 0 ? "True" : "False");
            case Kind.Int: return Value.String(value.Bits.ToString(CultureInfo.InvariantCulture));
            case Kind.Float: return Value.String(Float(value.Double));
            case Kind.Undefined or Kind.Missing: return Value.String("");
            default: return ReprValue(rt, value);
        }
    }

    /// <summary>Writes <c>str(value)</c>.</summary>
    public static void AppendStr(Runtime rt, TextBuilder text, in Value value)
    {
        if (value.IsString)
        {
            text.Append(rt, value);
            return;
        }

        switch (value.Kind)
        {
            case Kind.Undefined or Kind.Missing:
                break;
            case Kind.Int:
                Span<char> digits = stackalloc char[20];
                value.Bits.TryFormat(digits, out var count, provider: CultureInfo.InvariantCulture);
                text.Append(digits[..count]);
                break;
            default:
                AppendRepr(rt, text, value);
                break;
        }
    }

    public static string Repr(Runtime rt, in Value value) => ReprValue(rt, value).Text;

    public static Value ReprValue(Runtime rt, in Value value)
    {
        using var text = rt.NewText();
        AppendRepr(rt, text, value);
        return text.Take(rt);
    }

    /// <summary>Writes <c>repr(value)</c>.</summary>
    public static void AppendRepr(Runtime rt, TextBuilder text, in Value value)
    {
        rt.Step();
        switch (value.Kind)
        {
            case Kind.String:
                AppendRepr(rt, text, value.Text, Provenance.Source(value.Bits), value.IsMarkup);
                break;
            case Kind.None: text.Append("None"); break;
            case Kind.Bool: text.Append(value.Bits != 0 ? "True" : "False"); break;
            case Kind.Int: text.Append(value.Bits.ToString(CultureInfo.InvariantCulture)); break;
            case Kind.BigInt:
                rt.Charge(Exact.Cost(Ops.Big(value)));
                text.Append(Integer(Ops.Big(value)));
                break;
            case Kind.Float: text.Append(Float(value.Double)); break;
            case Kind.Undefined or Kind.Missing: text.Append("Undefined"); break;
            case Kind.List: AppendItems(rt, text, (ListObj)value.Object, '[', ']'); break;
            case Kind.Tuple: AppendItems(rt, text, (ListObj)value.Object, '(', ')'); break;
            case Kind.Dict: AppendDict(rt, text, (DictObj)value.Object); break;
            case Kind.View: AppendView(rt, text, (ViewObj)value.Object); break;
            default:
                rt.Enter();
                value.Object.Describe(rt, text);
                rt.Leave();
                break;
        }
    }

    public static string Float(double value) =>
        double.IsFinite(value) ? PythonFloat.Repr(value) : double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

    public static string Integer(BigInteger value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        return text.Length - (text[0] == '-' ? 1 : 0) <= MaxIntegerDigits
            ? text
            : throw Errors.Value($"Exceeds the limit ({MaxIntegerDigits} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit");
    }

    /// <summary><c>repr</c> of a string.</summary>
    public static string Repr(string text)
    {
        var quoted = new StringBuilder(text.Length + 2);
        var quote = Quote(text);
        quoted.Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            if (Escape(text, ref i, quote) is { } escape)
                quoted.Append(escape);
            else
                quoted.Append(text[i]);
        }

        return quoted.Append(quote).ToString();
    }

    private static void AppendRepr(Runtime rt, TextBuilder text, string value, long source, bool markup)
    {
        rt.Charge(value.Length >> 4);
        var quote = Quote(value);
        if (markup)
            text.Append("Markup(");
        text.Append(quote);
        var start = text.Length;
        for (var i = 0; i < value.Length; i++)
        {
            if (Escape(value, ref i, quote) is { } escape)
                text.Append(escape);
            else
                text.Append(value[i]);
        }

        if (source != 0)
            text.Mark(start, text.Length - start);
        text.Append(quote);
        if (markup)
            text.Append(')');
    }

    private static char Quote(string text) => text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';

    // The escape of the character at i, if it needs one; of a pair of surrogates, i moves to the second (and the first is given with it).
    private static string? Escape(string text, ref int i, char quote)
    {
        var c = text[i];
        if (c is >= ' ' and < '\x7f')
            return c == quote || c == '\\' ? "\\" + c : null;
        switch (c)
        {
            case '\n': return "\\n";
            case '\r': return "\\r";
            case '\t': return "\\t";
        }

        if (!Rune.TryGetRuneAt(text, i, out var rune))
            return $"\\u{(int)c:x4}";
        var printable = PyChar.IsPrintable(rune);
        if (rune.Utf16SequenceLength == 2)
        {
            i++;
            return printable ? rune.ToString() : $"\\U{rune.Value:x8}";
        }

        return printable ? null : rune.Value <= 0xff ? $"\\x{rune.Value:x2}" : $"\\u{rune.Value:x4}";
    }

    private static void AppendItems(Runtime rt, TextBuilder text, ListObj list, char open, char close)
    {
        if (rt.IsDescribed(list))
        {
            text.Append(open);
            text.Append("...");
            text.Append(close);
            return;
        }

        rt.BeginDescription(list);
        text.Append(open);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0)
                text.Append(", ");
            AppendRepr(rt, text, list[i]);
        }

        if (close == ')' && list.Count == 1)
            text.Append(',');
        text.Append(close);
        rt.EndDescription(list);
    }

    private static void AppendDict(Runtime rt, TextBuilder text, DictObj dict)
    {
        if (rt.IsDescribed(dict))
        {
            text.Append("{...}");
            return;
        }

        rt.BeginDescription(dict);
        text.Append('{');
        var first = true;
        foreach (var (key, value) in dict.Entries())
        {
            if (!first)
                text.Append(", ");
            first = false;
            AppendRepr(rt, text, key);
            text.Append(": ");
            AppendRepr(rt, text, value);
        }

        text.Append('}');
        rt.EndDescription(dict);
    }

    private static void AppendView(Runtime rt, TextBuilder text, ViewObj view)
    {
        text.Append(view.TypeName);
        text.Append('(');
        AppendItems(rt, text, new ListObj([.. view.Elements()]), '[', ']');
        text.Append(')');
    }
}
