using System.Management.Automation;
using System.Management.Automation.Language;

namespace Microsoft.PowerShell.Commands;

/// <summary>Reads the hashtable of a .psd1 file without running anything.</summary>
[Cmdlet(VerbsData.Import, "PowerShellDataFile", DefaultParameterSetName = "ByPath")]
public sealed class ImportPowerShellDataFileCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByLiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    protected override void ProcessRecord()
    {
        var isLiteral = ParameterSetName == "ByLiteralPath";
        foreach (var given in isLiteral ? LiteralPath : Path)
        {
            var path = FileTarget.Resolve(this, given, isLiteral);
            if (!File.Exists(path))
            {
                Error(new ItemNotFoundException($"Cannot find path '{path}' because it does not exist."), "PathNotFound", ErrorCategory.ObjectNotFound, given);
                continue;
            }

            var ast = Parser.ParseFile(path, out _, out var errors);
            var data = ast.Find(a => a is HashtableAst, searchNestedScriptBlocks: false);
            if (errors.Length > 0 || data is null)
            {
                Error($"The file '{path}' could not be parsed as a PowerShell data file.", "CouldNotParseAsPowerShellDataFile", ErrorCategory.InvalidData, path);
                continue;
            }

            try
            {
                WriteObject(data.SafeGetValue());
            }
            catch (InvalidOperationException e)
            {
                Error(e, "CouldNotParseAsPowerShellDataFile", ErrorCategory.InvalidData, path);
            }
        }
    }
}
