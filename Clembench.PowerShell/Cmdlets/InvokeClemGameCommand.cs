using System.Collections.Concurrent;
using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Games;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Plays games with models, records every prompt and response, and gives each episode as it ends.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ClemGame", SupportsShouldProcess = true, DefaultParameterSetName = "Model")]
[OutputType(typeof(Episode))]
public sealed class InvokeClemGameCommand : ClemCmdlet
{
    private readonly List<ModelEntry> _models = [];
    private readonly ConcurrentDictionary<string, bool> _modelWarnings = new();
    private ModelSession? _session;

    /// <summary>The games; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GameCompleter))]
    public string[] Game { get; set; } = [];

    /// <summary>
    /// The models, each of which plays all roles: entries of Get-ClemModel, names (wildcards are allowed), or partial
    /// specifications as hashtables or JSON.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ParameterSetName = "Model")]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public object[] Model { get; set; } = [];

    /// <summary>One model for each role, in the order of the game's roles.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "PlayerModel")]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public object[] PlayerModel { get; set; } = [];

    /// <summary>Only instances of these experiments; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ExperimentCompleter))]
    public string[]? Experiment { get; set; }

    /// <summary>Only instances with these numbers.</summary>
    [Parameter]
    public int[]? InstanceId { get; set; }

    /// <summary>An instance file to play instead of the game's own; gzipped when its name ends in .gz.</summary>
    [Parameter]
    public string? InstancePath { get; set; }

    /// <summary>The folder that results are written to.</summary>
    [Parameter]
    public string ResultsPath { get; set; } = "./results";

    /// <summary>The layout of the results folder: clemcore's current one, or the one of the older guide.</summary>
    [Parameter]
    public ResultsLayout Layout { get; set; } = ResultsLayout.Current;

    /// <summary>The most episodes in flight at once.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int ThrottleLimit { get; set; } = 16;

    /// <summary>The sampling temperature; 0 means greedy decoding.</summary>
    [Parameter]
    [ValidateRange(0.0, 10.0)]
    public double Temperature { get; set; }

    /// <summary>The most tokens that one response may have.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxTokens { get; set; } = 300;

    /// <summary>How often each instance is played; more than once gives a folder for each repetition.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int Repeat { get; set; } = 1;

    /// <summary>The part of the episodes that this process plays: '2/4' is the second of four.</summary>
    [Parameter]
    public string? Shard { get; set; }

    /// <summary>The longest time that one response may take, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 600;

    /// <summary>How often a request is repeated after a passing failure.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int RetryLimit { get; set; } = 5;

    /// <summary>Plays complete episodes again.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private ModelSession Session => _session ??= new ModelSession(this, Workspace);

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var model in ParameterSetName == "PlayerModel" ? PlayerModel : Model)
        {
            try
            {
                _models.AddRange(Session.SelectModels(model));
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var plans = await PlanAsync(LineUps(), cancellationToken);
        var results = SessionState.Path.GetUnresolvedProviderPathFromPSPath(ResultsPath);
        if (plans.Count == 0 || !ShouldProcess(results, $"Play {plans.Count} episode(s) of {string.Join(", ", plans.Select(plan => plan.Game.Name).Distinct())}"))
            return;

        var settings = new RunSettings
        {
            ResultsPath = results,
            Layout = Layout,
            Generation = new GenerationOptions(Temperature, MaxTokens),
            ThrottleLimit = ThrottleLimit,
            Force = Force,
        };
        var run = new GameRun(settings, LoadModelAsync, ResultsCmdlet.Reader);
        await EmitAsync(run, plans, cancellationToken);
    }

    private IReadOnlyList<IReadOnlyList<ModelEntry>> LineUps()
    {
        if (ParameterSetName == "PlayerModel")
        {
            if (_models.Count < PlayerModel.Length)
                return [];
            if (_models.Exists(model => model.Availability != Availability.Ready))
                throw NothingToPlay(string.Join(" ", AvailabilityAdvice.Describe(_models)));
            return [_models];
        }

        // A person plays only when asked for by name: a run over all models must not wait for one.
        var asked = _models.Where(model => !model.IsPerson || model.SelectedByName).DistinctBy(model => model.Name).ToArray();
        foreach (var advice in AvailabilityAdvice.Describe(asked))
            WriteWarning(advice);
        var ready = asked.Where(model => model.Availability == Availability.Ready).ToArray();
        if (ready.Length == 0 && _models.Count > 0)
            throw NothingToPlay("None of the models can be played.");
        return [.. ready.Select(model => (IReadOnlyList<ModelEntry>)[model])];
    }

    private async Task<IReadOnlyList<EpisodePlan>> PlanAsync(IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, CancellationToken cancellationToken)
    {
        Shard? shard = Shard is null ? null : Runs.Shard.Parse(Shard);
        var plans = new List<EpisodePlan>();
        foreach (var game in new GameSelector(Workspace, WriteError).Select(Game))
        {
            try
            {
                var rules = GameCatalog.BuiltIn.FindRules(game) ?? throw new ClemException(
                    "Clem.Game.NoRules", ErrorKind.NotAvailable, $"The game '{game.Name}' ({game.Source}) is registered, but its rules are not part of this version.",
                    "Get-ClemGame lists the registered games.", game);
                var file = InstancePath is null ? game.InstancePath : SessionState.Path.GetUnresolvedProviderPathFromPSPath(InstancePath);
                var instances = Choose(await InstanceFile.ReadAsync(file, game.Name, cancellationToken), game);
                plans.AddRange(RunPlanner.Plan(lineUps, game, rules, instances, Repeat).Where(plan => shard?.Contains(plan) ?? true));
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }

        return plans;
    }

    private GameInstance[] Choose(IReadOnlyList<GameInstance> instances, GameEntry game)
    {
        var experiment = NamePattern.Any(Experiment);
        GameInstance[] chosen = [.. instances.Where(i => experiment(i.Experiment) && (InstanceId is null || InstanceId.Contains(i.InstanceId)))];
        return chosen.Length > 0 ? chosen : throw new ClemException(
            "Clem.Instance.NotFound", ErrorKind.NotFound, $"{game.Name} has no instance that -Experiment and -InstanceId select.",
            $"Its experiments are: {string.Join(", ", instances.Select(i => i.Experiment).Distinct())}. Get-ClemInstance {game.Name} lists the instances.", game);
    }

    private async Task<IModel> LoadModelAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        // On a thread of the engine: what the model has to say is written when the pipeline thread has its turn.
        var model = await Session.LoadModelAsync(entry, cancellationToken).ConfigureAwait(false);
        foreach (var warning in (model as IModelWarnings)?.Warnings ?? [])
            _modelWarnings.TryAdd(warning, false);
        if (model is IScriptedModel || entry.IsPerson)
            return model; // No service to wait for, and a person may think as long as they like.
        return new RetryingModel(new TimeLimitedModel(model, TimeSpan.FromSeconds(TimeoutSec)), RetryLimit);
    }

    private async Task EmitAsync(GameRun run, IReadOnlyList<EpisodePlan> plans, CancellationToken cancellationToken)
    {
        var progress = new RunProgressWriter(this, plans);
        var reused = 0;
        var errors = new Dictionary<string, int>();
        await foreach (var episode in run.PlayAsync(plans, progress, cancellationToken))
        {
            reused += episode.Reused ? 1 : 0;
            if (episode.Error is { } error)
                errors[error] = errors.GetValueOrDefault(error) + 1;
            progress.Show();
            WriteModelWarnings();
            WriteObject(episode);
        }

        progress.Complete();
        if (reused > 0)
            WriteWarning($"{reused} of {plans.Count} episode(s) were complete already and are reused. To play them anew, use -Force or another -ResultsPath.");
        foreach (var (error, count) in errors)
            WriteWarning($"{count} episode(s) ended in an error: {error} The same command plays them again.");
    }

    private void WriteModelWarnings()
    {
        foreach (var (warning, isWritten) in _modelWarnings)
        {
            if (!isWritten && _modelWarnings.TryUpdate(warning, true, false))
                WriteWarning(warning);
        }
    }

    private static ClemException NothingToPlay(string message) => new(
        "Clem.Run.NoModelAvailable", ErrorKind.NotAvailable, message, "Get-ClemModel shows the Availability of each; the model 'mock' can always be played.");
}
