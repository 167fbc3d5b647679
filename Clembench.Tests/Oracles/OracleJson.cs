using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using Clembench.Json;

namespace Clembench.Oracles;

/// <summary>JSON in ASCII for the oracles: every UTF-16 code unit arrives, also a surrogate without its pair.</summary>
internal static class OracleJson
{
    /// <summary>Writes plain values (see <see cref="JsonMap"/>) as one line.</summary>
    public static string Write(object? value)
    {
        var output = new StringBuilder();
        Write(output, value);
        return output.ToString();
    }

    private static void Write(StringBuilder output, object? value)
    {
        switch (value)
        {
            case null: output.Append("null"); break;
            case bool truth: output.Append(truth ? "true" : "false"); break;
            case string text: WriteText(output, text); break;
            case double number: output.Append(PythonFloat.Repr(number)); break;
            case int or long or BigInteger: output.Append(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)); break;
            case IEnumerable<KeyValuePair<string, object?>> map:
                WriteAll(output, '{', map, member =>
                {
                    WriteText(output, member.Key);
                    output.Append(':');
                    Write(output, member.Value);
                }, '}');
                break;
            case IEnumerable list: WriteAll(output, '[', list.Cast<object?>(), item => Write(output, item), ']'); break;
            default: throw new ArgumentException($"A value of type {value.GetType()} cannot be sent.", nameof(value));
        }
    }

    private static void WriteAll<T>(StringBuilder output, char open, IEnumerable<T> items, Action<T> write, char close)
    {
        output.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                output.Append(',');
            first = false;
            write(item);
        }

        output.Append(close);
    }

    private static void WriteText(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (var unit in text)
        {
            if (unit is '"' or '\\')
                output.Append('\\').Append(unit);
            else if (unit is < ' ' or > '~')
                output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            else
                output.Append(unit);
        }

        output.Append('"');
    }
}
