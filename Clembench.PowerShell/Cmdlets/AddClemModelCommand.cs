using System.Collections;
using System.Management.Automation;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Guide;
using Clembench.HuggingFace;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Adds local models as the guide says, step by step: card, template check, registry entry, weights, hellogame, checks of its records,
/// the change that they propose, and again until all pass. The objects of each step come out in their order.
/// </summary>
[Cmdlet(VerbsCommon.Add, "ClemModel", SupportsShouldProcess = true, DefaultParameterSetName = "HuggingFaceId")]
[OutputType(typeof(ModelCard), typeof(TemplateReport), typeof(ModelEntry), typeof(Episode), typeof(ResultCheck))]
public sealed class AddClemModelCommand : ClemCmdlet
{
    private const int ProgressId = 7;

    private ModelSession? _session;
    private HubSession? _hub;
    private GuideGame? _game;
    private string? _temporaryCache;
    private bool _yesToAll;
    private bool _noToAll;

    /// <summary>Repositories of the Hugging Face hub: owner/name. What is written as a path (./, ../, ~/, absolute) is a folder or file of this machine.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "HuggingFaceId")]
    [ValidateNotNullOrEmpty]
    public string[] HuggingFaceId { get; set; } = [];

    /// <summary>An entry of the registry, whose model of the hub is added.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Entry")]
    public ModelEntry? InputObject { get; set; }

    /// <summary>Folders of checkpoints, or GGUF files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Folders or files, taken as they are written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The model's name in the registry; the repository's or folder's where none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The text of a chat template in place of the model's own, which is written to the entry.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Template { get; set; }

    /// <summary>Further keys of the entry, or other values for the proposed ones.</summary>
    [Parameter]
    public IDictionary? Property { get; set; }

    /// <summary>The registry file that the entry is written to, and that comes before all others meanwhile; the user's where none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RegistryPath { get; set; }

    /// <summary>The folder that the records of hellogame are written to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ResultsPath { get; set; } = "./results";

    /// <summary>The most rounds of playing and mending.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int RoundLimit { get; set; } = 4;

    /// <summary>The most episodes in flight at once.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int ThrottleLimit { get; set; } = 16;

    /// <summary>Writes the proposed entries without asking, also to a file that is marked as read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var bound)
        ? bound is SwitchParameter { IsPresent: true }
        : GetVariableValue("WhatIfPreference") is true or SwitchParameter { IsPresent: true };

    private IReadOnlyList<string> RegistryFiles => RegistryPath is null ? [] : [SessionState.Path.GetUnresolvedProviderPathFromPSPath(RegistryPath)];

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            _session = new ModelSession(this, Workspace, RegistryFiles.Where(File.Exists));
            foreach (var error in _session.Errors)
                WriteError(error);
            // A plan leaves nothing behind: what the check of a template reads of the hub goes to a folder that is removed.
            if (IsWhatIf)
                _temporaryCache = Directory.CreateTempSubdirectory("clembench-").FullName;
            _hub = new HubSession(this, Workspace, _temporaryCache);
            _game = new GuideGame(this, _session, Workspace, SessionState.Path.GetUnresolvedProviderPathFromPSPath(ResultsPath), ThrottleLimit);
        }
        catch (ClemException error)
        {
            ThrowTerminatingError(error);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (InputObject is not null)
            HuggingFaceId = [HubSession.IdOf(InputObject, "Name the repository itself (Add-ClemModel owner/name), or a folder or GGUF file of this machine (-Path).")];
        var paths = ParameterSetName is "HuggingFaceId" or "Entry" ? [] : ResolvePaths(ParameterSetName == "Path" ? Path : LiteralPath, literal: ParameterSetName == "LiteralPath");
        foreach (var (model, path) in HuggingFaceId.Select(id => (id, LocalPath.IsWrittenAsPath(id) ? SessionState.Path.GetUnresolvedProviderPathFromPSPath(id) : null))
            .Concat(paths.Select(path => (path, (string?)path))))
        {
            var at = new Place(model, path);
            try
            {
                await AddAsync(at, cancellationToken);
            }
            catch (ClemException error)
            {
                // One model that cannot be added does not keep the others from being.
                WriteError(GuideSteps.Failed(at.Step, at.Model, error, at.Entry));
            }
            finally
            {
                _hub!.WriteWarnings();
                WriteProgress(new ProgressRecord(ProgressId, $"Adding {model}", "Done") { RecordType = ProgressRecordType.Completed });
            }
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && _temporaryCache is { } folder && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        base.Dispose(disposing);
    }

    private async Task AddAsync(Place at, CancellationToken cancellationToken)
    {
        if (at.Path is null)
            at.Model = await ReadCardAsync(at, cancellationToken);
        var (report, name, known) = await CheckTemplateAsync(at, cancellationToken);

        Begin(at, GuideStep.Entry);
        var proposed = WithProperties(ProposedEntry.Of(report, name));
        var file = RegistryFiles is [var named] ? named : known is null ? ModelRegistry.UserFile(Workspace) : ModelRegistry.FileToMend(known, Workspace);
        var entry = known is not null && ProposedEntry.IsUnchanged(known, proposed)
            ? Keep(at, known)
            : await RegisterAsync(at, file, proposed, cancellationToken);
        if (entry is null && !IsWhatIf)
            return;

        await FetchAsync(at, entry ?? proposed, cancellationToken);
        await RepeatAsync(at, entry ?? proposed, cancellationToken);
    }

    // The id that the hub knows the model by now: a repository may have been renamed.
    private async Task<string> ReadCardAsync(Place at, CancellationToken cancellationToken)
    {
        Begin(at, GuideStep.Card);
        var card = await new ModelCardReader(_hub!.Client, _hub.Warn).ReadAsync(HubRepository.Parse(at.Model), cancellationToken);
        _hub.WriteWarnings();
        WriteObject(card);
        return card.HuggingFaceId;
    }

    private async Task<(TemplateReport Report, string Name, ModelEntry? Known)> CheckTemplateAsync(Place at, CancellationToken cancellationToken)
    {
        Begin(at, GuideStep.Template);
        var checkpoint = at.Path is { } path
            ? await CheckpointSource.FromPathAsync(path, cancellationToken)
            : await new CheckpointSource(_hub!.Client).FromHubAsync(at.Model, null, cancellationToken);
        var name = Name ?? checkpoint.Name;
        FileNames.Check(name, "model");
        var known = ProposedEntry.FindKnown(ReadRegistry().Entries, checkpoint, name);
        if (known is not null)
            WriteVerbose($"{name}: the registry has an entry already ({known.Source}, entry {known.Position}); what it says is kept.");
        var report = await TemplateChecker.CheckAsync(new TemplateSubject(at.Model) { Checkpoint = checkpoint, Template = Template, Entry = known }, cancellationToken);
        _hub!.WriteWarnings();
        WriteObject(report.Suggestion is { } entry ? report with { Suggestion = _session!.Models.WithAvailability(entry) } : report);
        // Said here, where the step is still the template's.
        _ = ProposedEntry.Of(report, name);
        return (report, name, known);
    }

    private ModelEntry WithProperties(ModelEntry proposed)
    {
        if (Property is null)
            return proposed;
        var added = ScriptValue.ToMap(Property, "Clem.Model.BadSpecification", "The value of -Property");
        var entry = new JsonMap([.. proposed.Properties.Where(member => !added.ContainsKey(member.Key)), .. added]);
        if (ModelEntryReader.FindProblem(entry) is { } problem)
        {
            throw new ClemException(
                "Clem.Registry.InvalidEntry", ErrorKind.InvalidArgument, $"With the keys of -Property the entry cannot be used: {problem.Message}.",
                "docs/registry.md has every key of an entry.", proposed);
        }

        return LocalPath.Root(ModelEntryReader.Read(entry, proposed.Source, proposed.Position), Workspace.WorkingDirectory);
    }

    // Null where the person does not want it, and with -WhatIf.
    private async Task<ModelEntry?> RegisterAsync(Place at, string file, ModelEntry entry, CancellationToken cancellationToken)
    {
        if (!ShouldProcess(file, $"Write the entry {entry.Properties}") || !IsConfirmed(file, entry))
            return null;
        var written = await new EntryRegistration(this, Workspace, RegistryFiles).WriteAsync(file, entry, first: false, Force, cancellationToken);
        at.Entry = written = _session!.Models.WithAvailability(written);
        WriteStep(written);
        return written;
    }

    // Nothing is to be written, nor asked.
    private ModelEntry Keep(Place at, ModelEntry known)
    {
        at.Entry = known = _session!.Models.WithAvailability(known);
        WriteStep(known);
        return known;
    }

    private bool IsConfirmed(string file, ModelEntry entry)
    {
        if (Force || MyInvocation.BoundParameters.ContainsKey("Confirm") || $"{GetVariableValue("ConfirmPreference")}" == nameof(ConfirmImpact.None))
            return true;
        try
        {
            return ShouldContinue(
                $"Write this entry to {file}?\n{System.Text.Encoding.UTF8.GetString(JsonFormat.ToFile(entry.Properties).Span)}", $"Add the model '{entry.Name}'", ref _yesToAll, ref _noToAll);
        }
        catch (Exception error) when (error is System.Management.Automation.Host.HostException or PSInvalidOperationException or NotImplementedException)
        {
            throw new ClemException(
                "Clem.Add.NobodyToAsk", ErrorKind.NotAvailable, "the entry is to be confirmed, and this session has nobody to ask.",
                "Add -Force, or -Confirm:$false, to write what is proposed without asking; -WhatIf shows it", entry, error);
        }
    }

    private async Task FetchAsync(Place at, ModelEntry entry, CancellationToken cancellationToken)
    {
        Begin(at, GuideStep.Download);
        if (entry.Availability is Availability.NeedsDownload)
            await new ModelDownloader(this, Workspace).FetchAsync(entry, cancellationToken);
    }

    private async Task RepeatAsync(Place at, ModelEntry entry, CancellationToken cancellationToken)
    {
        Begin(at, GuideStep.Play);
        if (!ShouldProcess(
            _game!.ResultsPath, $"Play hellogame with '{entry.Name}', check the records, write the change that they propose, and play again until all checks pass ({RoundLimit} round(s) at most)"))
            return;
        var mending = new EntryMending(RoundLimit);
        while (true)
        {
            var checks = await PlayAsync(at, _session!.Models.WithAvailability(entry), mending.Rounds + 1, cancellationToken);
            var verdict = mending.Judge(entry, checks);
            switch (verdict.Decision)
            {
                case MendingDecision.Done:
                    WriteInformation($"'{entry.Name}' is added: all {checks.Count} checks passed after {mending.Rounds} round(s).", ["Clembench", "Summary"]);
                    return;
                case MendingDecision.PlayAgain when await RegisterAsync(at, RegistryFiles is [var named] ? named : ModelRegistry.FileToMend(entry, Workspace), verdict.Entry!, cancellationToken) is { } mended:
                    entry = mended;
                    break;
                case MendingDecision.PlayAgain:
                    WriteWarning($"The change that is proposed for '{entry.Name}' was not written, so that its checks do not pass yet: {verdict.Reason}");
                    return;
                case MendingDecision.OutOfRounds:
                    throw new ClemException(
                        "Clem.Add.RoundLimit", ErrorKind.LimitExceeded, $"after {mending.Rounds} round(s) there is still something to mend. {verdict.Reason}",
                        $"Look at the records (Test-ClemResult '{_game.ResultsPath}'), or allow more rounds with -RoundLimit", entry);
                default:
                    throw new ClemException(
                        "Clem.Add.NotMended", ErrorKind.InvalidData, $"no change of the entry that would help is proposed. {verdict.Reason}",
                        $"Compare the records with the model's card: Get-ClemEpisode '{_game.ResultsPath}' -Model '{entry.Name}' | Get-ClemRequest", entry);
            }
        }
    }

    private async Task<IReadOnlyList<ResultCheck>> PlayAsync(Place at, ModelEntry entry, int round, CancellationToken cancellationToken)
    {
        Begin(at, GuideStep.Play, round);
        // The entry that was written comes first, wherever its file stands.
        var checker = new ResultChecker([entry, .. ReadRegistry().Entries], new CheckpointSource(_hub!.Client).FromEntryAsync);
        var played = new List<Episode>();
        await foreach (var episode in _game!.PlayAsync(entry, cancellationToken))
        {
            played.Add(episode);
            WriteStep(episode);
        }

        GuideGame.RefuseFailed(played);
        Begin(at, GuideStep.Check, round);
        var checks = new List<ResultCheck>();
        foreach (var episode in played)
        {
            foreach (var check in await checker.CheckAsync(episode, cancellationToken))
            {
                checks.Add(check);
                WriteStep(check.Suggestion is { } suggestion ? check with { Suggestion = _session!.Models.WithAvailability(suggestion) } : check);
            }
        }

        _hub.WriteWarnings();
        return checks;
    }

    // PowerShell lists all properties of objects that follow others of another type; the mark selects a view of one line (Guide.Format.ps1xml).
    private void WriteStep(object value)
    {
        var marked = new PSObject(value);
        marked.TypeNames.Insert(0, $"{value.GetType().FullName}#Guide");
        WriteObject(marked);
    }

    // Models that were added before, also by this command, are there.
    private ModelRegistry ReadRegistry() => ModelRegistry.Load(Workspace, RegistryFiles.Where(File.Exists));

    private void Begin(Place at, GuideStep step, int round = 0)
    {
        at.Step = step;
        var (words, steps) = (GuideSteps.Describe(step), Enum.GetValues<GuideStep>().Length);
        WriteProgress(new ProgressRecord(ProgressId, $"Adding {at.Model}", $"Step {(int)step + 1} of {steps}: {words}{(round > 1 ? $", round {round}" : "")}")
        {
            PercentComplete = 100 * (int)step / steps,
        });
    }

    // How far one model has come.
    private sealed class Place(string model, string? path)
    {
        public string Model { get; set; } = model;

        public string? Path { get; } = path;

        public GuideStep Step { get; set; }

        public ModelEntry? Entry { get; set; }
    }
}
