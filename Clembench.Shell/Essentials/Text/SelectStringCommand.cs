using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>Finds text in strings and files.</summary>
[Cmdlet(VerbsCommon.Select, "String", DefaultParameterSetName = "Object")]
[OutputType(typeof(MatchInfo), typeof(bool), typeof(string))]
public sealed class SelectStringCommand : EssentialCommand
{
    private Regex[] _patterns = [];
    private LineSearch? _inputSearch;
    private bool _found;
    private ulong _inputLine;

    [Parameter(Mandatory = true, Position = 0)]
    public string[] Pattern { get; set; } = [];

    [Parameter(ValueFromPipeline = true, ParameterSetName = "Object")]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "File", ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "LiteralFile", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter]
    public SwitchParameter SimpleMatch { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    [Parameter]
    public SwitchParameter List { get; set; }

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    public SwitchParameter NoEmphasis { get; set; }

    [Parameter]
    public SwitchParameter NotMatch { get; set; }

    [Parameter]
    public SwitchParameter AllMatches { get; set; }

    [Parameter]
    [ValidateCount(1, 2)]
    public int[] Context { get; set; } = [0];

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextEncodings.Utf8NoBom;

    protected override void BeginProcessing()
    {
        var options = CaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase;
        try
        {
            _patterns = [.. Pattern.Select(p => new Regex(SimpleMatch ? Regex.Escape(p) : p, options))];
        }
        catch (ArgumentException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, "InvalidRegex", ErrorCategory.InvalidArgument, Pattern));
        }

        _inputSearch = NewSearch("InputStream");
    }

    protected override void ProcessRecord()
    {
        if (_found && (Quiet || (List && ParameterSetName == "Object"))) return;
        if (ParameterSetName != "Object")
        {
            var isLiteral = ParameterSetName == "LiteralFile";
            foreach (var path in isLiteral ? LiteralPath : Path) SearchPath(path, isLiteral);
        }
        else if (InputObject?.BaseObject is FileInfo file)
        {
            SearchFile(file.FullName);
        }
        else if (InputObject is not null)
        {
            _inputSearch!.Add(InputObject.ToString(), ++_inputLine);
        }
    }

    protected override void EndProcessing()
    {
        _inputSearch!.Finish();
        if (Quiet && !_found) WriteObject(false);
    }

    private void SearchPath(string path, bool isLiteral)
    {
        try
        {
            foreach (var file in isLiteral ? [SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)] : SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _).AsEnumerable())
            {
                if (!Directory.Exists(file)) SearchFile(file);
            }
        }
        catch (ItemNotFoundException e)
        {
            Error(e, "PathNotFound", ErrorCategory.ObjectNotFound, path);
        }
    }

    private void SearchFile(string file)
    {
        try
        {
            var search = NewSearch(file);
            var number = 0UL;
            foreach (var line in File.ReadLines(file, Encoding))
            {
                if (Stopping) return;
                search.Add(line, ++number);
                if (search.HasMatch && (List || Quiet)) break;
            }

            search.Finish();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Error(e, "ProcessingFile", ErrorCategory.NotSpecified, file);
        }
    }

    private LineSearch NewSearch(string source) => new(source, Matches, Context[0], Context.Length > 1 ? Context[1] : Context[0], Emit);

    private (Match[] Matches, string Pattern)? Matches(string line)
    {
        foreach (var regex in _patterns)
        {
            if (!regex.IsMatch(line)) continue;
            if (NotMatch) return null;
            Match[] matches = AllMatches ? regex.Matches(line).ToArray() : [regex.Match(line)];
            return (matches, Pattern[Array.IndexOf(_patterns, regex)]);
        }

        if (!NotMatch) return null;
        return ([], Pattern[0]);
    }

    private void Emit(MatchInfo match)
    {
        if (Quiet && _found) return;
        _found = true;
        match.IgnoreCase = !CaseSensitive;
        match.Emphasize = !NoEmphasis && !NotMatch && Host.UI is { SupportsVirtualTerminal: true };
        if (Quiet) WriteObject(true);
        else WriteObject(Raw ? match.Line : match);
    }
}

/// <summary>Goes through the lines of one source, and keeps the lines around each hit.</summary>
internal sealed class LineSearch(
    string source, Func<string, (Match[] Matches, string Pattern)?> find, int before, int after, Action<MatchInfo> emit)
{
    private readonly Queue<string> _earlier = new();
    private readonly List<(MatchInfo Match, List<string> After)> _open = [];

    internal bool HasMatch { get; private set; }

    internal void Add(string line, ulong number)
    {
        foreach (var (_, lines) in _open) lines.Add(line);
        Close(full: true);
        if (find(line) is { } hit)
        {
            HasMatch = true;
            var match = new MatchInfo { Line = line, LineNumber = number, Path = source, Pattern = hit.Pattern, Matches = hit.Matches };
            if (before > 0 || after > 0) match.Context = new MatchInfoContext { PreContext = [.. _earlier] };
            if (after > 0) _open.Add((match, []));
            else emit(match);
        }

        _earlier.Enqueue(line);
        if (_earlier.Count > before) _earlier.Dequeue();
    }

    internal void Finish() => Close(full: false);

    private void Close(bool full)
    {
        while (_open.Count > 0 && (!full || _open[0].After.Count >= after))
        {
            var (match, lines) = _open[0];
            _open.RemoveAt(0);
            match.Context!.PostContext = [.. lines];
            emit(match);
        }
    }
}
