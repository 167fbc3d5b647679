using System.Management.Automation;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>Keeps a copy of what passes in a file or a variable.</summary>
[Cmdlet("Tee", "Object", DefaultParameterSetName = "File")]
public sealed class TeeObjectCommand : EssentialCommand, IDisposable
{
    private readonly List<PSObject> _items = [];
    private SteppablePipeline? _toFile;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "File")]
    [Alias("Path")]
    public string FilePath { get; set; } = string.Empty;

    [Parameter(Mandatory = true, ParameterSetName = "LiteralFile")]
    [Alias("PSPath", "LP")]
    public string LiteralPath { get; set; } = string.Empty;

    [Parameter(ParameterSetName = "File")]
    [Parameter(ParameterSetName = "LiteralFile")]
    [EncodingArgument]
    public Encoding? Encoding { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Variable")]
    public string Variable { get; set; } = string.Empty;

    [Parameter(ParameterSetName = "File")]
    [Parameter(ParameterSetName = "Variable")]
    public SwitchParameter Append { get; set; }

    protected override void BeginProcessing()
    {
        if (ParameterSetName == "Variable") return;
        // Out-File knows how objects look as text; Tee-Object only feeds it.
        var script = ScriptBlock.Create("param($arguments) Out-File @arguments");
        var arguments = new System.Collections.Hashtable { ["Encoding"] = Encoding ?? TextEncodings.Utf8NoBom };
        arguments[ParameterSetName == "File" ? "FilePath" : "LiteralPath"] = ParameterSetName == "File" ? FilePath : LiteralPath;
        if (Append) arguments["Append"] = true;
        _toFile = script.GetSteppablePipeline(MyInvocation.CommandOrigin, [arguments]);
        _toFile.Begin(expectInput: true);
    }

    protected override void ProcessRecord()
    {
        if (!IsGiven(InputObject)) return;
        if (_toFile is null) _items.Add(InputObject!);
        else _toFile.Process(InputObject);
        WriteObject(InputObject);
    }

    protected override void EndProcessing()
    {
        if (_toFile is not null)
        {
            _toFile.End();
            return;
        }

        IEnumerable<object?> before = !Append || SessionState.PSVariable.GetValue(Variable) is not { } old ? []
            : LanguagePrimitives.GetEnumerable(old)?.Cast<object?>() ?? [old];
        object?[] all = [.. before, .. _items];
        SessionState.PSVariable.Set(Variable, all.Length == 1 ? all[0] : all);
    }

    public void Dispose() => _toFile?.Dispose();
}
