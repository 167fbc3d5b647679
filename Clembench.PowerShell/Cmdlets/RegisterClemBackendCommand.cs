using System.Management.Automation;
using System.Management.Automation.Language;
using Clembench.Backends;
using Clembench.Common;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Registers backends of the user's own: files, which are trusted in the state that they are in now, or a script block
/// for the rest of the session.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "ClemBackend", DefaultParameterSetName = ByPath, SupportsShouldProcess = true)]
[OutputType(typeof(BackendInfo))]
public sealed class RegisterClemBackendCommand : ClemCmdlet
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";
    private const string ByScriptBlock = "ScriptBlock";

    /// <summary>Files that end in <c>_api.ps1</c> or <c>_api.dll</c>; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath, ValueFromPipeline = true)]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    /// <summary>Files, by paths that are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLiteralPath, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>The name that registry entries refer to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByScriptBlock)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>
    /// The script, <c>param($Model, $Messages, $Options)</c>, that returns an object with Prompt, Response and
    /// ResponseText. It runs in sessions of its own and sees none of this session's variables.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByScriptBlock)]
    [ValidateNotNull]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == ByScriptBlock)
        {
            RegisterScriptBlock();
            return;
        }

        var literal = ParameterSetName == ByLiteralPath;
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            try
            {
                await RegisterFileAsync(path, cancellationToken);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }
    }

    private async Task RegisterFileAsync(string path, CancellationToken cancellationToken)
    {
        var catalog = Session.CreateBackendCatalog(Workspace);
        var file = catalog.Check(path);
        if (!ShouldProcess(path, $"Trust this file (SHA-256 {file.Sha256}) to run as the backend '{file.Name}'"))
            return;
        var backend = await catalog.TrustAsync(file, cancellationToken);
        // Names of the session come first: who registers a file now means it, not the script block from before.
        Session.ForgetBackend(file.Name);
        WriteObject(backend);
    }

    private void RegisterScriptBlock()
    {
        var script = ScriptBlock!.Ast as ScriptBlockAst ?? ((FunctionDefinitionAst)ScriptBlock.Ast).Body;
        ScriptBackendLoader.Check(script, $"The script block for the backend '{Name}'", Name);
        Session.CreateBackendCatalog(Workspace).RefuseBuiltIn(Name, Name);
        if (!ShouldProcess(Name, "Register this script block as a backend for the session"))
            return;
        Session.RegisterBackend(Name, script);
        WriteObject(new BackendInfo(Name, BackendKind.Script, null, Trusted: true, RequiresKey: null));
    }
}
