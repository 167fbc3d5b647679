using System.Text;
using System.Text.Json;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Models;

/// <summary>A partial specification of a model, by which entries are selected.</summary>
public static class ModelSpecification
{
    /// <summary>Reads what a person wrote: a name, or an object as JSON.</summary>
    /// <param name="text">
    /// A name, or a text that begins with a brace. Python's way of writing an object is accepted too: single quotes,
    /// <c>True</c>, <c>False</c>, <c>None</c>.
    /// </param>
    /// <returns>The specification.</returns>
    /// <exception cref="ClemException">The text begins with a brace and is no object.</exception>
    public static JsonMap Parse(string text)
    {
        if (!text.TrimStart().StartsWith('{'))
            return new JsonMap([new("model_name", text)]);
        try
        {
            using var document = JsonDocument.Parse(FromPython(text), JsonFormat.Lenient);
            return (JsonMap)JsonData.ToPlain(document.RootElement)!;
        }
        catch (JsonException e)
        {
            throw new ClemException(
                "Clem.Model.BadSpecification", ErrorKind.InvalidArgument,
                $"The specification is not valid JSON (character {e.BytePositionInLine + 1}): {text}",
                "Give a name, a hashtable, or a JSON object such as {\"model_name\": \"m\", \"backend\": \"openai\"}.", text, e);
        }
    }

    // Turns Python's strings and constants into JSON's. An apostrophe within double quotes is an apostrophe.
    private static string FromPython(string text)
    {
        var json = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '"' or '\'')
            {
                i = AppendString(json, text, i);
            }
            else if (char.IsAsciiLetter(text[i]))
            {
                var end = i;
                while (end < text.Length && char.IsAsciiLetter(text[end]))
                    end++;
                var word = text[i..end];
                json.Append(word switch { "True" => "true", "False" => "false", "None" => "null", _ => word });
                i = end - 1;
            }
            else
            {
                json.Append(text[i]);
            }
        }

        return json.ToString();
    }

    private static int AppendString(StringBuilder json, string text, int start)
    {
        var quote = text[start];
        json.Append('"');
        var i = start + 1;
        for (; i < text.Length && text[i] != quote; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                json.Append(text[i] == '\'' ? "'" : "\\" + text[i]);
            }
            else
            {
                json.Append(text[i] == '"' ? "\\\"" : text[i].ToString());
            }
        }

        if (i < text.Length)
            json.Append('"');
        return i;
    }
}
