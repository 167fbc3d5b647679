using System.Management.Automation;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the commands that write CSV share.</summary>
public abstract class CsvWritingCommand : EssentialCommand
{
    private CsvWriter? _csv;

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter]
    [Alias("ITI")]
    public SwitchParameter IncludeTypeInformation { get; set; }

    [Parameter]
    [Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; }

    [Parameter]
    [Alias("QF")]
    public string[]? QuoteFields { get; set; }

    [Parameter]
    [Alias("UQ")]
    public QuoteKind UseQuotes { get; set; } = QuoteKind.Always;

    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    private protected char Separator => UseCulture ? System.Globalization.CultureInfo.CurrentCulture.TextInfo.ListSeparator[0] : Delimiter;

    private protected CsvWriter Csv => _csv ??= new CsvWriter(Separator, UseQuotes, QuoteFields);

    /// <summary>Writes one line.</summary>
    protected abstract void WriteLine(string line);

    protected override void ProcessRecord()
    {
        if (!IsGiven(InputObject)) return;
        if (Csv.TakeColumns(InputObject!)) WriteHeader();
        WriteLine(Csv.Row(InputObject!));
    }

    private protected void WriteHeader()
    {
        if (IncludeTypeInformation) WriteLine("#TYPE " + InputObject!.TypeNames[0]);
        if (!NoHeader) WriteLine(Csv.Header());
    }
}

/// <summary>Writes objects as lines of comma separated values.</summary>
[Cmdlet(VerbsData.ConvertTo, "Csv")]
[OutputType(typeof(string))]
public sealed class ConvertToCsvCommand : CsvWritingCommand
{
    protected override void WriteLine(string line) => WriteObject(line);
}

/// <summary>Writes objects to a file of comma separated values.</summary>
[Cmdlet(VerbsData.Export, "Csv", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class ExportCsvCommand : CsvWritingCommand, IDisposable
{
    private StreamWriter? _writer;
    private bool _appendsToColumns;

    [Parameter(Position = 0)]
    public string? Path { get; set; }

    [Parameter]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter Append { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextEncodings.Utf8NoBom;

    protected override void BeginProcessing()
    {
        if ((Path ?? LiteralPath) is not { Length: > 0 } given || (Path is not null && LiteralPath is not null))
        {
            Fail("You must specify either the -Path or -LiteralPath parameters, but not both.", "CannotSpecifyPathAndLiteralPath", ErrorCategory.InvalidData);
            return;
        }

        var path = FileTarget.Resolve(this, given, isLiteral: Path is null);
        if (!ShouldProcess(path)) return;
        if (Append && File.Exists(path) && new FileInfo(path).Length > 0) UseColumnsOf(path);
        _writer = FileTarget.OpenWriter(this, path, Encoding, Append, Force, NoClobber);
    }

    protected override void ProcessRecord()
    {
        if (_writer is null) return;
        if (_appendsToColumns) CheckColumns();
        base.ProcessRecord();
    }

    protected override void EndProcessing() => Dispose();

    protected override void WriteLine(string line) => _writer!.WriteLine(line);

    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private void UseColumnsOf(string path)
    {
        var reader = new CsvReader(Separator, null);
        // The columns of a header line are what an object made of that line would be called.
        foreach (var line in File.ReadLines(path, Encoding))
        {
            reader.Read(line);
            if (line.StartsWith('#')) continue;
            if (reader.Read(line) is { } sample) Csv.UseColumns([.. sample.Properties.Select(p => p.Name)]);
            break;
        }

        _appendsToColumns = true;
    }

    private void CheckColumns()
    {
        if (Force) return;
        var missing = Csv.Columns.FirstOrDefault(c => InputObject!.Properties[c] is null && InputObject.BaseObject is not System.Collections.IDictionary);
        if (missing is not null)
        {
            Fail(
                $"Cannot append CSV content to the file: the appended object does not have a property that corresponds to the column '{missing}'. To continue with mismatched properties, add the -Force parameter.",
                "CannotAppendCsvWithMismatchedPropertyNames", ErrorCategory.InvalidData, InputObject);
        }
    }
}

/// <summary>Reads comma separated values.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Csv")]
public sealed class ConvertFromCsvCommand : EssentialCommand
{
    private CsvReader? _reader;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    [AllowNull]
    public string?[] InputObject { get; set; } = [];

    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    [Parameter(Position = 2)]
    public string[]? Header { get; set; }

    protected override void BeginProcessing() => _reader = new CsvReader(Delimiter, Header);

    protected override void ProcessRecord()
    {
        foreach (var line in InputObject.SelectMany(t => (t ?? string.Empty).Split('\n').Select(l => l.TrimEnd('\r'))))
        {
            if (_reader!.Read(line) is { } item) WriteObject(item);
        }
    }
}

/// <summary>Reads files of comma separated values.</summary>
[Cmdlet(VerbsData.Import, "Csv", DefaultParameterSetName = "Path")]
public sealed class ImportCsvCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    public string[]? Header { get; set; }

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextEncodings.Utf8NoBom;

    protected override void ProcessRecord()
    {
        var isLiteral = ParameterSetName == "LiteralPath";
        foreach (var given in isLiteral ? LiteralPath : Path)
        {
            var reader = new CsvReader(Delimiter, Header);
            var path = FileTarget.Resolve(this, given, isLiteral);
            try
            {
                foreach (var line in File.ReadLines(path, Encoding))
                {
                    if (reader.Read(line) is { } item) WriteObject(item);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Error(e, "FileOpenFailure", ErrorCategory.OpenError, path);
            }
        }
    }
}
