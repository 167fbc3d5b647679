using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

internal sealed class ModelSession
{
    private readonly BackendCatalog _backends;
    private readonly Workspace _workspace;

    public ModelSession(PSCmdlet cmdlet, Workspace workspace)
    {
        _workspace = workspace;
        _backends = Clembench.PowerShell.Hosting.Session.CreateBackendCatalog(workspace, new HostTerminal(cmdlet.Host, SynchronizationContext.Current!));
    }

    public IEnumerable<ModelEntry> SelectModels(object model, Action<ClemException> report)
    {
        if (model is PSObject { BaseObject: ModelEntry entry })
            return [entry];
        _ = _workspace;
        var name = model.ToString()!;
        return [new ModelEntry { Name = name, Backend = "mock", SelectedByName = true, Properties = new JsonMap([new("model_name", name), new("backend", "mock")]) }];
    }

    public Task<IModel> LoadModelAsync(ModelEntry entry, CancellationToken cancellationToken) =>
        _backends.Get(entry.Backend).LoadModelAsync(entry, null, cancellationToken);
}
