using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>The lines around a hit.</summary>
public sealed class MatchInfoContext
{
    public string[] PreContext { get; internal set; } = [];
    public string[] PostContext { get; internal set; } = [];
}

/// <summary>A line that Select-String found. The engine's format view calls its ToEmphasizedString.</summary>
public sealed class MatchInfo
{
    private const string InputStream = "InputStream";

    public bool IgnoreCase { get; internal set; }
    public ulong LineNumber { get; internal set; }
    public string Line { get; internal set; } = string.Empty;
    public string Path { get; internal set; } = InputStream;
    public string Filename => Path == InputStream ? Path : System.IO.Path.GetFileName(Path);
    public string Pattern { get; internal set; } = string.Empty;
    public MatchInfoContext? Context { get; internal set; }
    public Match[] Matches { get; internal set; } = [];

    internal bool Emphasize { get; set; }

    /// <summary>The path as seen from a folder, if the file is below it.</summary>
    public string RelativePath(string? directory)
    {
        if (Path == InputStream || string.IsNullOrEmpty(directory)) return Path;
        var relative = System.IO.Path.GetRelativePath(directory, Path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? Path : relative;
    }

    public override string ToString() => ToString(null);

    /// <summary>The line as Select-String shows it, with its file and number.</summary>
    public string ToString(string? directory) => Text(directory, Line);

    /// <summary>The same, with the hits highlighted on a terminal that can.</summary>
    public string ToEmphasizedString(string? directory) => Text(directory, Emphasize ? Highlighted() : Line);

    private string Text(string? directory, string line)
    {
        if (Context is null) return Located(directory, LineNumber, line, string.Empty);
        var text = new StringBuilder();
        var number = LineNumber - (ulong)Context.PreContext.Length;
        foreach (var before in Context.PreContext) text.AppendLine(Located(directory, number++, before, "  "));
        text.Append(Located(directory, number++, line, "> "));
        foreach (var after in Context.PostContext) text.AppendLine().Append(Located(directory, number++, after, "  "));
        return text.ToString();
    }

    private string Located(string? directory, ulong number, string line, string mark)
        => Path == InputStream ? mark + line : string.Create(CultureInfo.InvariantCulture, $"{mark}{RelativePath(directory)}:{number}:{line}");

    private string Highlighted()
    {
        var text = new StringBuilder();
        var at = 0;
        foreach (var match in Matches)
        {
            text.Append(Line, at, match.Index - at).Append(PSStyle.Instance.Reverse).Append(match.Value).Append(PSStyle.Instance.Reset);
            at = match.Index + match.Length;
        }

        return text.Append(Line, at, Line.Length - at).ToString();
    }
}
