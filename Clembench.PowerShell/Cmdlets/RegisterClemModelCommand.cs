using System.Collections;
using System.Management.Automation;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Templates;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Writes an entry to a registry file; the rest of the file stays as it is.</summary>
[Cmdlet(VerbsLifecycle.Register, "ClemModel", SupportsShouldProcess = true, DefaultParameterSetName = "Entry")]
[OutputType(typeof(ModelEntry))]
public sealed class RegisterClemModelCommand : ClemCmdlet
{
    private readonly HashSet<string> _proposed = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, List<ResultCheck>> _unmended = new(StringComparer.Ordinal);

    /// <summary>The entry: one of Get-ClemModel, or a hashtable or JSON with a whole entry.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Entry")]
    [ModelEntryArgument]
    public ModelEntry? InputObject { get; set; }

    /// <summary>A report of Test-ClemTemplate: the entry that it proposes is written.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Report")]
    public TemplateReport? Report { get; set; }

    /// <summary>A check of Test-ClemResult: the entry that it proposes is written, once; a check that proposes none writes nothing.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Check")]
    public ResultCheck? Check { get; set; }

    /// <summary>The model's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Property")]
    public string Name { get; set; } = "";

    /// <summary>The backend that runs the model.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Property")]
    [ArgumentCompleter(typeof(BackendNameCompleter))]
    public string Backend { get; set; } = "";

    /// <summary>The name that a remote API knows the model by.</summary>
    [Parameter(ParameterSetName = "Property")]
    public string? ModelId { get; set; }

    /// <summary>The repository on the Hugging Face hub: owner/name.</summary>
    [Parameter(ParameterSetName = "Property")]
    public string? HuggingFaceId { get; set; }

    /// <summary>Further keys of the entry, such as base_url or model_config.</summary>
    [Parameter(ParameterSetName = "Property")]
    public IDictionary? Property { get; set; }

    /// <summary>The registry file, by a path that is taken as it is because the file may not exist yet; the user's where none is given; for a check of Test-ClemResult the file that has the entry, unless that is the packaged one. It is made where it does not exist.</summary>
    [Parameter]
    [Alias("LiteralPath", "PSPath", "LP")]
    public string? Path { get; set; }

    /// <summary>Puts the entry first, so that it comes before those of the same file, also where the file holds it already; else a new one comes last.</summary>
    [Parameter]
    public SwitchParameter First { get; set; }

    /// <summary>Changes a file also if it is marked as read-only; the mark stays.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Check is not null && !IsNew(Check))
            return;
        var entry = Report is not null ? FromReport(Report) : Check?.Suggestion ?? InputObject ?? FromParameters();
        var path = Path is not null ? SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path)
            : Check is not null ? ModelRegistry.FileToMend(entry, Workspace)
            : ModelRegistry.UserFile(Workspace);
        if (!ShouldProcess(path, $"Write the entry '{entry.Name}' of the backend '{entry.Backend}'"))
            return;
        var written = await new EntryRegistration(this, Workspace).WriteAsync(path, entry, First, Force, cancellationToken);
        WriteObject(new ModelSession(this, Workspace).Models.WithAvailability(written));
    }

    /// <inheritdoc />
    protected override Task EndAsync(CancellationToken cancellationToken)
    {
        foreach (var (model, checks) in _unmended)
        {
            var causes = checks.GroupBy(check => (check.Name, check.Message)).Select(same => $"{same.Count()} × {same.Key.Name}: {same.Key.Message}").ToArray();
            WriteWarning(
                $"{checks.Count} failed check(s) of '{model}' propose no entry to register. {string.Join(" ", causes.Take(3))}"
                + (causes.Length > 3 ? $" And {causes.Length - 3} more; Test-ClemResult lists them." : ""));
        }

        return Task.CompletedTask;
    }

    // A run of a hundred episodes proposes the same a hundred times.
    private bool IsNew(ResultCheck check)
    {
        if (check.Suggestion is { } entry)
            return _proposed.Add($"{entry.Name} {entry.Backend} {entry.Properties}");
        if (check.Passed)
            return false;
        if (!_unmended.TryGetValue(check.Model, out var checks))
            _unmended.Add(check.Model, checks = []);
        checks.Add(check);
        return false;
    }

    private ModelEntry FromReport(TemplateReport report)
    {
        var entry = report.Suggestion ?? throw new ClemException(
            "Clem.Registry.NothingProposed", ErrorKind.InvalidArgument,
            $"There is no entry to register for '{report.Name}': {report.Error ?? "what was checked is not a model that can be played."}",
            "Check a repository, a folder or a GGUF file; or write the entry: Register-ClemModel -Name … -Backend ….", report);
        if (!report.Passed)
            WriteWarning($"'{report.Name}' did not pass ({report.Error}) The entry has a custom_chat_template to start from: check it with Get-ClemModel '{entry.Name}' | Test-ClemTemplate.");
        return entry;
    }

    // A path that is typed starts where the person stands; in the file it would start there.
    private ModelEntry FromParameters() => LocalPath.Root(ModelEntryReader.Read(new JsonMap(
    [
        new("model_name", Name),
        .. ModelId is null ? (KeyValuePair<string, object?>[])[] : [new("model_id", ModelId)],
        new("backend", Backend),
        .. HuggingFaceId is null ? (KeyValuePair<string, object?>[])[] : [new("huggingface_id", HuggingFaceId)],
        .. Property is null ? JsonMap.Empty : ScriptValue.ToMap(Property, "Clem.Model.BadSpecification", "The value of -Property"),
    ])), Workspace.WorkingDirectory);
}
