using System.Buffers;
using System.Text;

namespace Clembench.Scoring.Tables;

/// <summary>CSV as Python's csv module writes it: a field is quoted where it has to be.</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Appends a field.</summary>
    /// <param name="text">The line.</param>
    /// <param name="field">The field's text.</param>
    public static void Append(StringBuilder text, string field)
    {
        if (field.AsSpan().IndexOfAny(Special) < 0)
            text.Append(field);
        else
            text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
