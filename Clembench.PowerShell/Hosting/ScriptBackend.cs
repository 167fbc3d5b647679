using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Clembench.Backends;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>A backend that is a PowerShell script.</summary>
/// <param name="name">The backend's name.</param>
/// <param name="script">The script, of no session.</param>
/// <param name="session">The sessions that it runs in.</param>
internal sealed class ScriptBackend(string name, ScriptBlockAst script, InitialSessionState session) : IBackend
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key) =>
        entry.GetSetting("requires_api_key") is true && string.IsNullOrWhiteSpace(key?.ApiKey) ? Availability.NeedsKey : Availability.Ready;

    /// <inheritdoc />
    public async Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken) =>
        await ScriptModel.OpenAsync(entry, key, script, session).WaitAsync(cancellationToken).ConfigureAwait(false);
}
