using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Clembench.Shell.Hosting;

namespace Clembench.Tests.Shell;

/// <summary>A session of the shell in this process, without the module, in a folder of its own.</summary>
public sealed class ShellSession : IDisposable
{
    private readonly Runspace _runspace = ShellEngine.OpenRunspace(new ShellEngineOptions { ImportModule = false });

    public ShellSession()
    {
        _runspace.SessionStateProxy.Path.SetLocation(Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("clem-session-").FullName;

    public void Dispose()
    {
        _runspace.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The output objects as texts, joined with bars; errors that are not caught fail the test.</summary>
    internal string Run(string script)
    {
        using var shell = System.Management.Automation.PowerShell.Create(_runspace);
        var output = shell.AddScript(script, useLocalScope: true).Invoke();
        shell.Streams.Error.Select(e => e.ToString()).ShouldBeEmpty();
        return string.Join('|', output.Select(o => o?.ToString() ?? "<null>"));
    }

    /// <summary>The errors of a script: their identifiers.</summary>
    internal IReadOnlyList<ErrorRecord> Errors(string script)
    {
        using var shell = System.Management.Automation.PowerShell.Create(_runspace);
        try
        {
            shell.AddScript(script, useLocalScope: true).Invoke();
            return [.. shell.Streams.Error];
        }
        catch (RuntimeException e)
        {
            return [.. shell.Streams.Error, e.ErrorRecord];
        }
    }
}
