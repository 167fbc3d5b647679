using System.Collections.Concurrent;
using System.Management.Automation.Language;
using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Worker;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.HuggingFace.Conversion;
using Clembench.HuggingFace.Hub;

namespace Clembench.PowerShell.Hosting;

/// <summary>What lives as long as the PowerShell session, and the objects that cmdlets make from it.</summary>
internal static class Session
{
    private static readonly AssemblyBackendLoader Assemblies = new();
    private static readonly ConcurrentDictionary<string, ScriptBlockAst> ScriptBackends = new(StringComparer.OrdinalIgnoreCase);

    // Each local model gets a process of its own, unless its entry or the user wants it here.
    private static readonly LlamaEngineLoader Models = IsolationChoice.Loader(LlamaEngine.LoadAsync, WorkerHost.Find);

    /// <summary>The backends that a cmdlet sees. To be called on the pipeline thread.</summary>
    /// <param name="workspace">The cmdlet's workspace.</param>
    /// <param name="terminal">Where a person is asked; null in a cmdlet that plays nothing.</param>
    /// <param name="conversions">Is told how far conversions of checkpoints are; null for nobody.</param>
    /// <returns>The catalog.</returns>
    public static BackendCatalog CreateBackendCatalog(Workspace workspace, IHumanTerminal? terminal = null, IProgress<ConversionProgress>? conversions = null)
    {
        var session = ScriptSession.Describe();
        var local = new LocalServices(() => HubSettings.From(workspace, KeyStore.Load(workspace)), Models)
        {
            Weights = new LocalWeights(Path.Join(workspace.UserDirectory, "gguf")) { Progress = conversions },
        };
        return new BackendCatalog(
            workspace, BuiltInBackend.All(terminal, local), [new ScriptBackendLoader(session), Assemblies],
            [.. ScriptBackends.OrderBy(one => one.Key, StringComparer.OrdinalIgnoreCase).Select(one => new ScriptBackend(one.Key, one.Value, session))]);
    }

    /// <summary>Registers a script for the session; one of the same name is replaced.</summary>
    /// <param name="name">The backend's name.</param>
    /// <param name="script">The script.</param>
    public static void RegisterBackend(string name, ScriptBlockAst script) => ScriptBackends[name] = script;

    /// <summary>Forgets a script that was registered for the session, so that a file takes its place.</summary>
    /// <param name="name">The backend's name.</param>
    public static void ForgetBackend(string name) => ScriptBackends.TryRemove(name, out _);
}
