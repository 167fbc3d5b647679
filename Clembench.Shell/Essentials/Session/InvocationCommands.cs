using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;

namespace Microsoft.PowerShell.Commands;

/// <summary>Runs a text as a script, in the scope of the caller.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Expression")]
public sealed class InvokeExpressionCommand : EssentialCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string Command { get; set; } = string.Empty;

    protected override void ProcessRecord()
        => InvokeCommand.InvokeScript(useLocalScope: false, InvokeCommand.NewScriptBlock(Command), input: null, args: [])
            .ToList().ForEach(WriteObject);
}

/// <summary>Measures how long a script block takes.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Command")]
[OutputType(typeof(TimeSpan))]
public sealed class MeasureCommandCommand : EssentialCommand
{
    private readonly Stopwatch _watch = new();

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock? Expression { get; set; }

    protected override void ProcessRecord()
    {
        _watch.Start();
        InvokeCommand.InvokeScript(SessionState, Expression!, InputObject!);
        _watch.Stop();
    }

    protected override void EndProcessing() => WriteObject(_watch.Elapsed);
}

/// <summary>Loads an assembly. Compiling C# source needs the full PowerShell.</summary>
[Cmdlet(VerbsCommon.Add, "Type", DefaultParameterSetName = "FromPath")]
public sealed class AddTypeCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "FromSource")]
    public string TypeDefinition { get; set; } = string.Empty;

    [Parameter(Mandatory = true, ParameterSetName = "FromPath", ValueFromPipeline = true)]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "FromLiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "FromAssemblyName")]
    [Alias("AN")]
    public string[] AssemblyName { get; set; } = [];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "FromSource")
            Fail("This shell has no C# compiler: Add-Type takes -Path, -LiteralPath or -AssemblyName here.", "SourceNotSupported", ErrorCategory.NotImplemented);
        var isLiteral = ParameterSetName == "FromLiteralPath";
        try
        {
            foreach (var name in AssemblyName) Show(Assembly.Load(new AssemblyName(name)));
            foreach (var path in isLiteral ? LiteralPath : Path) Show(Assembly.LoadFrom(FileTarget.Resolve(this, path, isLiteral)));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            ThrowTerminatingError(new ErrorRecord(e, "AssemblyNotFound", ErrorCategory.ObjectNotFound, null));
        }
    }

    private void Show(Assembly assembly)
    {
        if (PassThru) WriteObject(assembly.GetExportedTypes(), enumerateCollection: true);
    }
}

/// <summary>Shows the host that the session runs in.</summary>
[Cmdlet(VerbsCommon.Get, "Host")]
public sealed class GetHostCommand : EssentialCommand
{
    protected override void BeginProcessing() => WriteObject(Host);
}

/// <summary>Shows the culture of the session.</summary>
[Cmdlet(VerbsCommon.Get, "Culture")]
[OutputType(typeof(System.Globalization.CultureInfo))]
public sealed class GetCultureCommand : EssentialCommand
{
    protected override void BeginProcessing() => WriteObject(System.Globalization.CultureInfo.CurrentCulture);
}

/// <summary>Shows an error with everything that is known about it.</summary>
[Cmdlet(VerbsCommon.Get, "Error", DefaultParameterSetName = "Newest")]
public sealed class GetErrorCommand : EssentialCommand
{
    [Parameter(Position = 0, ParameterSetName = "Error", ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(ParameterSetName = "Newest")]
    [ValidateRange(1, int.MaxValue)]
    [Alias("Last")]
    public int Newest { get; set; } = 1;

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Error")
        {
            if (IsGiven(InputObject)) Show(InputObject!.BaseObject);
            return;
        }

        foreach (var error in ((System.Collections.IEnumerable)SessionState.PSVariable.GetValue("error")).Cast<object>().Take(Newest)) Show(error);
    }

    // The engine's detailed view goes by this type name.
    private void Show(object error)
    {
        var shown = new PSObject(Unwrap(error)!);
        shown.TypeNames.Insert(0, shown.BaseObject is Exception ? "System.Exception#PSExtendedError" : "System.Management.Automation.ErrorRecord#PSExtendedError");
        WriteObject(shown);
    }
}
