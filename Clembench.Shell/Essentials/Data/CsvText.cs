using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace Clembench.Shell.Essentials;

/// <summary>When a value is written in quotes.</summary>
public enum QuoteKind
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Where the value has a delimiter, a quote or a line end.</summary>
    AsNeeded,
}

/// <summary>Writes rows of comma separated values.</summary>
internal sealed class CsvWriter(char delimiter, QuoteKind quotes, IReadOnlyCollection<string>? quoteFields)
{
    private IReadOnlyList<string>? _columns;

    internal IReadOnlyList<string> Columns => _columns ?? throw new InvalidOperationException("The columns come from the first object.");

    /// <summary>Takes the columns from an object; true the first time.</summary>
    internal bool TakeColumns(PSObject item)
    {
        if (_columns is not null) return false;
        _columns = item.BaseObject is System.Collections.IDictionary table
            ? [.. table.Keys.Cast<object>().Select(k => k.ToString()!)]
            : [.. item.Properties.Where(p => p.IsGettable).Select(p => p.Name)];
        return true;
    }

    internal void UseColumns(IReadOnlyList<string> columns) => _columns = columns;

    internal string Header() => string.Join(delimiter, Columns.Select(c => Quoted(c, c)));

    internal string Row(PSObject item) => string.Join(delimiter, Columns.Select(c => Text(item, c) is { } text ? Quoted(c, text) : string.Empty));

    private static string? Text(PSObject item, string column)
    {
        var value = item.BaseObject is System.Collections.IDictionary table ? table[column] : item.Properties[column]?.Value;
        return EssentialCommand.Unwrap(value) switch
        {
            null => null,
            string text => text,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture) is var text && number is DateTime or DateTimeOffset ? number.ToString(null, CultureInfo.CurrentCulture) : text,
            _ => PSObject.AsPSObject(value!).ToString(),
        };
    }

    private string Quoted(string column, string text)
    {
        var quote = quoteFields is not null
            ? quoteFields.Contains(column, StringComparer.OrdinalIgnoreCase)
            : quotes == QuoteKind.Always || (quotes == QuoteKind.AsNeeded && text.AsSpan().IndexOfAny(delimiter, '\n', '"') >= 0);
        return quote ? '"' + text.Replace("\"", "\"\"", StringComparison.Ordinal) + '"' : text;
    }
}

/// <summary>Reads rows of comma separated values, line by line or as a whole.</summary>
internal sealed class CsvReader(char delimiter, IReadOnlyList<string>? header)
{
    private readonly StringBuilder _pending = new();
    private IReadOnlyList<string>? _columns = header;
    private string? _typeName;

    /// <summary>The object of a line; null for a header, a blank line, or a value that goes on in the next line.</summary>
    internal PSObject? Read(string line)
    {
        if (_pending.Length > 0) _pending.Append('\n');
        _pending.Append(line);
        var text = _pending.ToString();
        if (IsOpen(text)) return null;
        _pending.Clear();
        if (text.Length == 0) return null;
        if (text.StartsWith("#TYPE", StringComparison.OrdinalIgnoreCase) && _columns is null)
        {
            _typeName = text[5..].Trim();
            return null;
        }

        var fields = Split(text);
        if (_columns is null)
        {
            _columns = Named(fields);
            return null;
        }

        return ToObject(fields);
    }

    private PSObject ToObject(List<string> fields)
    {
        var result = new PSObject();
        for (var i = 0; i < _columns!.Count; i++) result.Properties.Add(new PSNoteProperty(_columns[i], i < fields.Count ? fields[i] : null));
        if (_typeName is not null)
        {
            result.TypeNames.Clear();
            result.TypeNames.Add(_typeName);
            result.TypeNames.Add("CSV:" + _typeName);
        }

        return result;
    }

    private static List<string> Named(List<string> fields)
    {
        var names = new List<string>();
        for (var i = 0; i < fields.Count; i++)
        {
            var name = fields[i].Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"H{i + 1}") : fields[i];
            if (names.Contains(name, StringComparer.OrdinalIgnoreCase)) throw new PSInvalidOperationException($"The member \"{name}\" is already present.");
            names.Add(name);
        }

        return names;
    }

    private static bool IsOpen(string text) => text.Count(c => c == '"') % 2 != 0;

    private List<string> Split(string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"') field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') field.Append(text[++i]);
                else quoted = false;
            }
            else if (c == delimiter)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c == '"' && string.IsNullOrWhiteSpace(field.ToString()))
            {
                field.Clear();
                quoted = true;
            }
            else if (field.Length > 0 || !char.IsWhiteSpace(c))
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
