using System.Management.Automation;
using Clembench.Backends;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Checks registry entries: form, backend, key, end-of-sequence text; with -Probe by a message to the model.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ClemModel", DefaultParameterSetName = "Name")]
[OutputType(typeof(ModelCheck), typeof(bool))]
public sealed class TestClemModelCommand : ClemCmdlet
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMinutes(2);
    private bool _passed = true;
    private ModelSession? _session;
    private ModelValidator? _validator;

    /// <summary>The entry.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Entry")]
    public ModelEntry? InputObject { get; set; }

    /// <summary>
    /// The names of entries, with wildcards, or partial specifications: hashtables, or JSON. All entries where none is given.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Name")]
    [SpecificationText]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Registry files that come before all others; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? RegistryPath { get; set; }

    /// <summary>Sends one short message to each model.</summary>
    [Parameter]
    public SwitchParameter Probe { get; set; }

    /// <summary>Gives one bool instead of the checks: whether all of them passed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc />
    protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        _session = new ModelSession(this, Workspace, ResolveRegistryPaths(RegistryPath));
        foreach (var error in _session.Errors)
        {
            _passed = false;
            WriteError(error);
        }

        _validator = new ModelValidator(
            await RegistrySchema.LoadAsync(Workspace, cancellationToken), _session.Registry, _session.Keys, _session.Backends,
            new Lazy<LocalModelStore>(() => new LocalModelStore(new HubClient(HubSettings.From(Workspace, _session.Keys))), LazyThreadSafetyMode.PublicationOnly));
    }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        IEnumerable<ModelEntry> entries = InputObject is not null ? [InputObject] : Name.SelectMany(Select);
        foreach (var entry in entries)
        {
            await foreach (var check in _validator!.CheckAsync(entry, cancellationToken))
                Report(check);
            if (Probe && !entry.IsPerson)
                Report(await ProbeAsync(entry, cancellationToken));
        }
    }

    /// <inheritdoc />
    protected override Task EndAsync(CancellationToken cancellationToken)
    {
        if (Quiet)
            WriteObject(_passed);
        return Task.CompletedTask;
    }

    private IEnumerable<ModelEntry> Select(string name)
    {
        if (name.TrimStart().StartsWith('{'))
            return _session!.SelectModels(name);
        var pattern = new NamePattern(name);
        var entries = _session!.Models.Entries.Where(entry => pattern.IsMatch(entry.Name)).ToArray();
        if (entries.Length == 0 && !pattern.HasWildcards)
        {
            _passed = false;
            return _session.SelectModels(name);
        }

        return entries;
    }

    private void Report(ModelCheck check)
    {
        _passed &= check.Passed;
        if (!Quiet)
            WriteObject(check);
        // Nothing is wrong for sure, and still a person should look.
        if (check is { Passed: true, Suggestion: { } suggestion })
            WriteWarning($"{check.Model}: {check.Message} {suggestion}");
    }

    private async Task<IModel> LoadAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        var conversion = new ConversionProgressWriter(this, _session!.Conversions);
        var loading = Task.Run(() => _session.LoadModelAsync(entry, cancellationToken), cancellationToken);
        while (!loading.IsCompleted)
        {
            await Task.WhenAny(loading, Task.Delay(RunProgressWriter.Interval, CancellationToken.None));
            conversion.Show();
        }

        conversion.Complete();
        return await loading;
    }

    private async Task<ModelCheck> ProbeAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await using var model = new TimeLimitedModel(await LoadAsync(entry, cancellationToken), ProbeLimit);
            var response = await model.GenerateAsync([ChatMessage.User("Please answer with the word: ready")], new GenerationOptions(0.0, 50), cancellationToken);
            var text = response.Text.Trim();
            return text.Length > 0
                ? new(entry.Name, "Probe", true, $"It answered: {(text.Length <= 60 ? text : text[..60] + "…")}")
                : new(entry.Name, "Probe", false, "It answered with an empty text.", "Look at the response with Invoke-ClemGame and Get-ClemRequest.");
        }
        catch (ClemException error)
        {
            return new(entry.Name, "Probe", false, error.Message, error.Action);
        }
    }
}
