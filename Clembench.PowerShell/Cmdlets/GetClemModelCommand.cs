using System.Management.Automation;
using Clembench.Common;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Lists the entries of the model registries, in the order of precedence.</summary>
[Cmdlet(VerbsCommon.Get, "ClemModel", DefaultParameterSetName = "Name")]
[OutputType(typeof(ModelEntry))]
public sealed class GetClemModelCommand : ClemCmdlet
{
    private ModelSession? _session;

    /// <summary>The names of models, with wildcards, or partial specifications: hashtables, or JSON.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Name")]
    [SpecificationText]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Only models of these backends; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackendNameCompleter))]
    public string[]? Backend { get; set; }

    /// <summary>Only entries that this partial specification unifies with: a hashtable, or JSON.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Spec")]
    public object? Spec { get; set; }

    /// <summary>Registry files that come before all others; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? RegistryPath { get; set; }

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _session = new ModelSession(this, Workspace, ResolveRegistryPaths(RegistryPath));
        foreach (var error in _session.Errors)
            WriteError(error);
        foreach (var name in (Backend ?? []).Where(name => !new NamePattern(name).HasWildcards))
        {
            if (!_session.Backends.List().Any(backend => Is(name, backend.Name)) && !_session.Registry.Entries.Any(entry => Is(name, entry.Backend)))
            {
                WriteError(_session.Backends.Unknown(name));
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        var backend = NamePattern.Any(Backend);
        foreach (var entry in Select(_session!).Where(entry => backend(entry.Backend)))
            WriteObject(entry);
        return Task.CompletedTask;
    }

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<ModelEntry> Select(ModelSession session)
    {
        if (Spec is not null)
            return session.Select(ModelSession.ToSpecification(Spec));
        return Name is null ? session.Models.Entries : Name.SelectMany(name => SelectByName(session, name)).Distinct();
    }

    private IEnumerable<ModelEntry> SelectByName(ModelSession session, string name)
    {
        if (name.TrimStart().StartsWith('{'))
            return session.Select(ModelSession.ToSpecification(name));
        var pattern = new NamePattern(name);
        if (pattern.HasWildcards)
            return session.Models.Entries.Where(entry => pattern.IsMatch(entry.Name));
        var named = session.Models.Entries.Where(entry => pattern.IsMatch(entry.Name)).Select(entry => entry with { SelectedByName = true }).ToArray();
        if (named.Length > 0)
            return named;
        try
        {
            return [session.Models.Resolve(new Json.JsonMap([new("model_name", name)]))];
        }
        catch (ClemException error)
        {
            WriteError(error);
            return [];
        }
    }
}
