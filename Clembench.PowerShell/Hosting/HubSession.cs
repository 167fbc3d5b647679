using System.Collections.Concurrent;
using Clembench.Backends;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>The hub as a cmdlet sees it. Warnings come on arbitrary threads and are written when the cmdlet says so.</summary>
internal sealed class HubSession
{
    private readonly ClemCmdlet _cmdlet;
    private readonly ConcurrentQueue<string> _warnings = [];

    /// <summary>Reads the settings of the session.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="workspace">Its folders and variables.</param>
    /// <param name="cache">The folder of a cache in place of the session's; null for that.</param>
    /// <exception cref="ClemException">The settings cannot be used.</exception>
    public HubSession(ClemCmdlet cmdlet, Workspace workspace, string? cache = null)
    {
        _cmdlet = cmdlet;
        var keys = KeyStore.Load(workspace);
        foreach (var error in keys.Errors)
            cmdlet.WriteError(error.ToErrorRecord());
        foreach (var warning in keys.Warnings)
            cmdlet.WriteWarning(warning);
        var settings = HubSettings.From(workspace, keys);
        // Without the network nothing is written to a cache, and another one would have nothing.
        Client = new HubClient(cache is null || settings.Offline ? settings : settings with { CacheDirectory = cache }) { Warn = Warn };
    }

    /// <summary>The client.</summary>
    public HubClient Client { get; }

    /// <summary>The repository of an entry's model.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="advice">What a person can do where there is none.</param>
    /// <returns>Its id, owner/name.</returns>
    /// <exception cref="ClemException">The entry names none.</exception>
    public static string IdOf(ModelEntry entry, string advice) => entry.HuggingFaceId is { Length: > 0 } id ? id : throw new ClemException(
        "Clem.Hub.NoRepository", ErrorKind.InvalidArgument, $"The entry '{entry.Name}' (backend '{entry.Backend}') names no model of the Hugging Face hub (huggingface_id).", advice, entry);

    /// <summary>Keeps a warning for <see cref="WriteWarnings"/>.</summary>
    /// <param name="text">The warning.</param>
    public void Warn(string text) => _warnings.Enqueue(text);

    /// <summary>Writes the warnings so far. To be called on the pipeline thread.</summary>
    public void WriteWarnings()
    {
        while (_warnings.TryDequeue(out var text))
            _cmdlet.WriteWarning(text);
    }
}
