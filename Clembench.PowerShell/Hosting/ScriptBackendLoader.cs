using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Text;
using Clembench.Backends;
using Clembench.Common;

namespace Clembench.PowerShell.Hosting;

/// <summary>Makes backends of <c>*_api.ps1</c> files.</summary>
/// <param name="session">The sessions that the scripts run in.</param>
internal sealed class ScriptBackendLoader(InitialSessionState session) : IBackendLoader
{
    private static readonly string[] Parameters = ["Model", "Messages", "Options"];

    /// <inheritdoc />
    public string Suffix => "_api.ps1";

    /// <inheritdoc />
    public BackendKind Kind => BackendKind.Script;

    /// <inheritdoc />
    public void Check(BackendFile file) => Parse(file);

    /// <inheritdoc />
    public IBackend Load(BackendFile file) => new ScriptBackend(file.Name, Parse(file), session);

    /// <summary>Refuses a script that does not take what it is going to be given.</summary>
    /// <param name="script">The script.</param>
    /// <param name="subject">What the error is to call it.</param>
    /// <param name="target">The object concerned.</param>
    /// <exception cref="ClemException">A parameter is missing.</exception>
    public static void Check(ScriptBlockAst script, string subject, object target)
    {
        var declared = script.ParamBlock?.Parameters.Select(parameter => parameter.Name.VariablePath.UserPath) ?? [];
        var missing = Parameters.Except(declared, StringComparer.OrdinalIgnoreCase).Select(name => "$" + name).ToArray();
        if (missing.Length > 0)
        {
            throw new ClemException(
                "Clem.Backend.LoadFailed", ErrorKind.InvalidData, $"{subject} does not take {string.Join(", ", missing)}.",
                "Begin it with: param($Model, $Messages, $Options)", target);
        }
    }

    // Reading a script runs nothing of it.
    private static ScriptBlockAst Parse(BackendFile file)
    {
        using var reader = new StreamReader(new MemoryStream(file.Content.ToArray()), Encoding.UTF8);
        var script = Parser.ParseInput(reader.ReadToEnd(), file.Path, out _, out var errors);
        if (errors is [var first, ..])
        {
            throw new ClemException(
                "Clem.Backend.LoadFailed", ErrorKind.InvalidData,
                $"The backend file '{file.Path}' is not a PowerShell script: line {first.Extent.StartLineNumber}: {first.Message}",
                "Correct the script, and register it again.", file.Path);
        }

        Check(script, $"The backend file '{file.Path}'", file.Path);
        return script;
    }
}
