using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace Clembench.Shell.Hosting;

/// <summary>How a session of the shell is made.</summary>
public sealed record ShellEngineOptions
{
    /// <summary>The module manifest to import; null takes the one beside the shell, and none if that does not exist.</summary>
    public string? ModuleManifestPath { get; init; }

    /// <summary>Whether to import the module when the session opens.</summary>
    public bool ImportModule { get; init; } = true;
}

/// <summary>Makes sessions of the embedded engine that have the essential cmdlets and the module.</summary>
public static class ShellEngine
{
    /// <summary>The folder with the modules that come with the shell.</summary>
    public static string BundledModulePath => Path.Combine(AppContext.BaseDirectory, "Modules");

    /// <summary>The manifest that comes with the shell.</summary>
    public static string BundledManifestPath => Path.Combine(BundledModulePath, "Clembench", "Clembench.psd1");

    /// <summary>The session state: the engine's own commands and aliases (as in pwsh, names of Unix programs are left to those), the essential cmdlets, and the module.</summary>
    /// <exception cref="FileNotFoundException">The manifest that was asked for does not exist.</exception>
    public static InitialSessionState CreateInitialSessionState(ShellEngineOptions? options = null)
    {
        options ??= new ShellEngineOptions();
        var state = InitialSessionState.CreateDefault2();
        foreach (var (name, type) in EssentialCommands.Cmdlets)
        {
            var entry = new SessionStateCmdletEntry(name, type, null);
            EngineInternals.SetModule(entry, EssentialCommands.ModuleOf(name));
            state.Commands.Add(entry);
        }

        PutFirst(BundledModulePath);
        if (!options.ImportModule) return state;
        if (options.ModuleManifestPath is not null && !File.Exists(options.ModuleManifestPath))
            throw new FileNotFoundException($"There is no module manifest '{options.ModuleManifestPath}'.", options.ModuleManifestPath);
        var manifest = options.ModuleManifestPath ?? BundledManifestPath;
        if (File.Exists(manifest)) state.ImportPSModule([manifest]);
        return state;
    }

    /// <summary>An open session; the caller disposes it.</summary>
    /// <exception cref="RuntimeException">The module could not be imported.</exception>
    public static Runspace OpenRunspace(ShellEngineOptions? options = null, PSHost? host = null)
    {
        var state = CreateInitialSessionState(options);
        var runspace = host is null ? RunspaceFactory.CreateRunspace(state) : RunspaceFactory.CreateRunspace(host, state);
        try
        {
            runspace.Open();
            return runspace;
        }
        catch
        {
            runspace.Dispose();
            throw;
        }
    }

    // The engine reads this variable when a session opens, and adds its own folders behind ours.
    private static void PutFirst(string folder)
    {
        const string name = "PSModulePath";
        var paths = (Environment.GetEnvironmentVariable(name) ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        Environment.SetEnvironmentVariable(name, string.Join(Path.PathSeparator, paths.Where(p => p != folder).Prepend(folder)));
    }
}
