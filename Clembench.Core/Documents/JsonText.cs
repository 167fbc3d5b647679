using System.Text;
using Clembench.Json;

namespace Clembench.Documents;

/// <summary>How the items of a hand-written JSON file are laid out, so that a new one looks like its neighbours.</summary>
/// <param name="Indent">The white space in front of an item.</param>
/// <param name="Unit">What one level of nesting adds.</param>
/// <param name="NewLine">The file's line end.</param>
/// <param name="OneLine">Whether an item stands on one line.</param>
internal sealed record JsonStyle(string Indent, string Unit, string NewLine, bool OneLine);

/// <summary>Writes JSON values in a given layout.</summary>
internal static class JsonText
{
    /// <summary>A value as JSON text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="style">The layout; the first line is not indented.</param>
    /// <returns>The text.</returns>
    public static string Format(object? value, JsonStyle style)
    {
        var text = new StringBuilder();
        Write(text, value, style, style.Indent);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, JsonStyle style, string indent)
    {
        switch (value)
        {
            case JsonMap map:
                WriteGroup(text, '{', '}', style.OneLine, style, indent, map, (member, inner) =>
                {
                    text.Append(JsonData.ToJson(member.Key)).Append(": ");
                    Write(text, member.Value, style, inner);
                });
                break;
            case object?[] list:
                var flat = !list.Any(item => item is JsonMap or object?[]);
                WriteGroup(text, '[', ']', style.OneLine || flat, style, indent, list, (item, inner) => Write(text, item, style, inner));
                break;
            default:
                text.Append(JsonData.ToJson(value));
                break;
        }
    }

    private static void WriteGroup<T>(
        StringBuilder text, char open, char close, bool oneLine, JsonStyle style, string indent, IReadOnlyCollection<T> items, Action<T, string> write)
    {
        var inner = indent + style.Unit;
        var first = true;
        text.Append(open);
        foreach (var item in items)
        {
            if (!first)
                text.Append(oneLine ? ", " : ",");
            if (!oneLine)
                text.Append(style.NewLine).Append(inner);
            write(item, inner);
            first = false;
        }

        if (!oneLine && items.Count > 0)
            text.Append(style.NewLine).Append(indent);
        text.Append(close);
    }
}
