using System.Management.Automation;
using Clembench.Backends;
using Clembench.Backends.Local;
using Clembench.Common;
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
    private readonly List<string> _games = [];
    private readonly HashSet<object> _namedModels = new(ReferenceEqualityComparer.Instance);
    private ModelSession? _session;

    /// <summary>The games; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
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
    [ValidateNotNullOrEmpty]
    [Parameter]
    public string? InstancePath { get; set; }

    /// <summary>The folder that results are written to.</summary>
    [ValidateNotNullOrEmpty]
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
    [ValidateNotNullOrEmpty]
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

    /// <summary>Fetches files of local models that are not on this machine, as Save-ClemModel does, before playing.</summary>
    [Parameter]
    public SwitchParameter Download { get; set; }

    /// <summary>Answers what was asked before, at temperature 0, from a cache on disk instead of from the model.</summary>
    [Parameter]
    public SwitchParameter Cache { get; set; }

    /// <summary>Stops the run when this many episodes have been played; reused ones do not count.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxEpisodes { get; set; }

    /// <summary>Stops the run when this much has been spent, in the currency of the entries' prices.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e12)]
    public decimal? MaxCost { get; set; }

    /// <summary>Waits after every episode until its files are on the disk, so that a loss of power takes none.</summary>
    [Parameter]
    public SwitchParameter Durable { get; set; }

    /// <summary>Plays complete episodes again.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private ModelSession Session => _session!;

    private bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var whatIf) && whatIf is SwitchParameter { IsPresent: true };

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _session = new ModelSession(this, Workspace);
        foreach (var error in _session.Errors)
            WriteError(error);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        _games.AddRange(Game.Except(_games, StringComparer.OrdinalIgnoreCase));
        // Where games come by the pipeline, the models are the same again and again.
        var models = ParameterSetName == "PlayerModel" ? PlayerModel : Model;
        foreach (var model in _namedModels.Add(models) ? models : [])
        {
            try
            {
                foreach (var entry in Session.SelectModels(model))
                {
                    FileNames.Check(entry.Name, "model");
                    _models.Add(entry);
                }
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
        Shard? shard = Shard is null ? null : Runs.Shard.Parse(Shard);
        if (Download)
            await DownloadAsync(cancellationToken);
        var lineUps = LineUps();
        var games = await SelectGamesAsync(lineUps, cancellationToken);
        var plan = RunPlan.Of(lineUps, games, Repeat, shard);
        TellOfUnseen(lineUps, games, plan);
        if (plan.Count == 0)
            return;

        var settings = new RunSettings
        {
            ResultsPath = SessionState.Path.GetUnresolvedProviderPathFromPSPath(ResultsPath),
            Layout = Layout,
            Generation = new GenerationOptions(Temperature, MaxTokens),
            ThrottleLimit = ThrottleLimit,
            Force = Force,
            Shard = shard ?? new Shard(1, 1),
            Limits = new RunLimits(MaxEpisodes, MaxCost),
            Durable = Durable,
        };
        var host = new RunHost(this, Session);
        var calls = new CallPolicy
        {
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            LocalTimeout = MyInvocation.BoundParameters.ContainsKey(nameof(TimeoutSec)) ? TimeSpan.FromSeconds(TimeoutSec) : null,
            RetryLimit = RetryLimit,
            ThrottleLimit = ThrottleLimit,
            CacheFolder = Cache ? System.IO.Path.Join(Workspace.UserDirectory, "cache", "responses") : null,
            OnRetry = host.TellOfRetry,
        };
        var run = new GameRun(settings, host.Loader(calls), ResultsCmdlet.Reader);
        var names = string.Join(", ", games.Select(game => game.Game.Name));
        if (IsWhatIf)
        {
            await host.ShowPlanAsync(run, plan, settings, cancellationToken);
        }
        else if (ShouldProcess(settings.ResultsPath, $"Play {plan.Count} episode(s) of {names}"))
        {
            await foreach (var episode in host.PlayAsync(run, plan, $"Playing {names}", cancellationToken))
                WriteObject(episode);
            host.WriteSummary(settings);
        }
    }

    private async Task DownloadAsync(CancellationToken cancellationToken)
    {
        ModelDownloader? downloader = null;
        for (var at = 0; at < _models.Count; at++)
        {
            if (_models[at].Availability != Availability.NeedsDownload || !LocalModelStore.IsLocal(_models[at]))
                continue;
            try
            {
                await (downloader ??= new ModelDownloader(this, Workspace)).FetchAsync(_models[at], cancellationToken);
                // What would be fetched would be there to be played.
                _models[at] = IsWhatIf ? _models[at] with { Availability = Availability.Ready } : Session.Models.WithAvailability(_models[at]);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }
    }

    private IReadOnlyList<IReadOnlyList<ModelEntry>> LineUps()
    {
        if (ParameterSetName == "PlayerModel")
        {
            if (_models.Count < PlayerModel.Length)
                return [];
            if (_models.Exists(model => model.Availability != Availability.Ready))
                throw NothingToPlay(string.Join(" ", AvailabilityAdvice.Describe(_models, Session.Models)));
            return [_models];
        }

        var (ready, _, onlyPeople) = PlayableModels.Choose(this, Session, _models);
        if (onlyPeople)
            throw NothingToPlay("A person plays only when asked for by name: Invoke-ClemGame … -Model human.");
        if (ready.Count == 0 && _models.Count > 0)
            throw NothingToPlay("None of the models can be played.");
        return [.. ready.Select(model => (IReadOnlyList<ModelEntry>)[model])];
    }

    private async Task<IReadOnlyList<GameSelection>> SelectGamesAsync(
        IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, CancellationToken cancellationToken)
    {
        var selected = new List<GameSelection>();
        foreach (var game in new GameSelector(Workspace, WriteError).Select(_games))
        {
            try
            {
                var file = InstancePath is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(InstancePath);
                selected.Add(await GamePlanner.SelectAsync(game, file, Experiment, InstanceId, lineUps, cancellationToken));
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }

        return selected;
    }

    // A run over all games leaves out those that a model cannot see; it is an error where nothing is left, or line-ups were given by hand.
    private void TellOfUnseen(IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, IReadOnlyList<GameSelection> games, RunPlan plan)
    {
        foreach (var unseen in GamePlanner.Unseen(lineUps, games))
        {
            if (ParameterSetName == "PlayerModel" || plan.Count == 0)
                WriteError(unseen);
            else
                WriteWarning(unseen.Message);
        }
    }
    private static ClemException NothingToPlay(string message) => new(
        "Clem.Run.NoModelAvailable", ErrorKind.NotAvailable, message, "Get-ClemModel shows the Availability of each; the model 'mock' can always be played.");
}
