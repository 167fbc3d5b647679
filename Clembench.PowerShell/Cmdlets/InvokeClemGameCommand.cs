using System.Management.Automation;
using System.Runtime.CompilerServices;
using Clembench.Backends;
using Clembench.Backends.Llama.Worker;
using Clembench.Backends.Local;
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
    private readonly List<string> _games = [];
    private readonly HashSet<object> _namedModels = new(ReferenceEqualityComparer.Instance);
    private readonly EngineMessages _messages = new();
    private ModelSession? _session;
    private CallPolicy? _calls;

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
        TellOfUnseen(lineUps, games);
        var plan = RunPlan.Of(lineUps, games, Repeat, shard);
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
        _calls = new CallPolicy
        {
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            LocalTimeout = MyInvocation.BoundParameters.ContainsKey(nameof(TimeoutSec)) ? TimeSpan.FromSeconds(TimeoutSec) : null,
            RetryLimit = RetryLimit,
            ThrottleLimit = ThrottleLimit,
            CacheFolder = Cache ? System.IO.Path.Join(Workspace.UserDirectory, "cache", "responses") : null,
            OnRetry = TellOfRetry,
        };
        var run = new GameRun(settings, LoadModelAsync, ResultsCmdlet.Reader);
        if (IsWhatIf)
            await ShowPlanAsync(run, plan, settings, cancellationToken);
        else if (ShouldProcess(settings.ResultsPath, $"Play {plan.Count} episode(s) of {string.Join(", ", games.Select(game => game.Game.Name))}"))
            await EmitAsync(run, plan, games, cancellationToken);
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

        // A person plays only when asked for by name: a run over all models must not wait for one.
        var playing = _models.Where(model => !model.IsPerson || model.SelectedByName).ToArray();
        if (playing.Length == 0 && _models.Count > 0)
            throw NothingToPlay("A person plays only when asked for by name: Invoke-ClemGame … -Model human.");
        var asked = playing.DistinctBy(model => model.Name).ToArray();
        foreach (var name in playing.GroupBy(model => model.Name).Where(same => same.Select(model => $"{model.Backend} {model.Properties}").Distinct().Skip(1).Any()).Select(same => same.Key))
            WriteWarning($"Several entries are called '{name}', and their results would lie in one folder: the first one plays.");
        foreach (var advice in AvailabilityAdvice.Describe(asked, Session.Models))
            WriteWarning(advice);
        var ready = asked.Where(model => model.Availability == Availability.Ready).ToArray();
        if (ready.Length == 0 && _models.Count > 0)
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
                var rules = GameCatalog.BuiltIn.FindRules(game) ?? throw new ClemException(
                    "Clem.Game.NoRules", ErrorKind.NotAvailable, $"The game '{game.Name}' ({game.Source}) is registered, but its rules are not part of this version.",
                    "Get-ClemGame lists the registered games.", game);
                var file = InstancePath is null ? game.InstancePath : SessionState.Path.GetUnresolvedProviderPathFromPSPath(InstancePath);
                var selection = new GameSelection(game, rules, Choose(await InstanceFile.ReadAsync(file, game, cancellationToken), game));
                selection.Check(lineUps);
                selected.Add(selection);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }

        return selected;
    }

    // A run over all games leaves out those that a model cannot see; it is an error where nothing is left, or line-ups were given by hand.
    private void TellOfUnseen(IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, IReadOnlyList<GameSelection> games)
    {
        var pairs = games.SelectMany(game => lineUps.Select(lineUp => (Game: game, LineUp: lineUp, Why: game.WhyUnseen(lineUp)))).ToArray();
        foreach (var unseen in pairs.Where(pair => pair.Why is not null).GroupBy(pair => (pair.Game, pair.Why)))
        {
            var models = string.Join(", ", unseen.Select(pair => string.Join("--", pair.LineUp)));
            var message = $"{unseen.Key.Game.Game} shows images and is not played with {models}: {unseen.Key.Why}";
            if (ParameterSetName == "PlayerModel" || pairs.All(pair => pair.Why is not null))
            {
                WriteError(new ClemException(
                    "Clem.Run.ImagesNotSupported", ErrorKind.NotAvailable, message,
                    "Play it with models that see images, or leave it out: Get-ClemGame | Where-Object Image -EQ none.", unseen.Key.Game.Game));
            }
            else
            {
                WriteWarning(message);
            }
        }
    }

    private InstanceList Choose(InstanceList instances, GameEntry game)
    {
        var experiment = NamePattern.Any(Experiment);
        var chosen = instances.Where((name, id) => experiment(name) && (InstanceId is null || InstanceId.Contains(id)));
        return chosen.Count > 0 ? chosen : throw new ClemException(
            "Clem.Instance.NotFound", ErrorKind.NotFound, $"{game.Name} has no instance that -Experiment and -InstanceId select.",
            $"Its experiments are: {string.Join(", ", instances.Experiments)}. Get-ClemInstance {game.Name} lists the instances.", game);
    }

    private async Task<IModel> LoadModelAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        // On a thread of the engine: what the model has to say is written when the pipeline thread has its turn.
        var model = await Session.LoadModelAsync(entry, cancellationToken).ConfigureAwait(false);
        foreach (var warning in (model as IModelWarnings)?.Warnings ?? [])
            _messages.WarnOnce(warning);
        try
        {
            var callable = _calls!.Apply(model, entry);
            _messages.Verbose($"{entry.Name}: ready ({entry.Backend}).");
            return callable;
        }
        catch
        {
            await model.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void TellOfRetry(string model, RetryNotice notice)
    {
        // All calls under way end with a process: they are told of once, and each record that is concerned says it too.
        if (notice.Error.Id == WorkerLlamaEngine.EndedId)
            _messages.WarnOnce($"{model}: {notice.Error.Message}\nThe calls under way are repeated in a new process; their records say so (failed_attempts).");
        else
            _messages.Verbose(FormattableString.Invariant($"{model}: {notice.Error.Message} Attempt {notice.Attempt + 1} follows in {notice.Delay.TotalSeconds:0.#} s."));
    }

    private async Task ShowPlanAsync(GameRun run, RunPlan plan, RunSettings settings, CancellationToken cancellationToken)
    {
        foreach (var part in await run.PreviewAsync(plan, cancellationToken))
        {
            ShouldProcess(
                System.IO.Path.Join(settings.ResultsPath, part.Model, part.Game, part.Experiment),
                $"Play {part.New + part.Replaced} episode(s)"
                + (part.Replaced > 0 ? $", {part.Replaced} of them in place of complete ones{(settings.Force ? "" : " of a changed instance or entry")}" : "")
                + (part.Reused > 0 ? $", reuse {part.Reused}" : "")
                + (part.Kept > 0 ? $", leave {part.Kept} with other generation settings as they are" : ""));
        }
    }

    private async Task EmitAsync(GameRun run, RunPlan plan, IReadOnlyList<GameSelection> games, CancellationToken cancellationToken)
    {
        var progress = new RunProgressWriter(this, $"Playing {string.Join(", ", games.Select(game => game.Game.Name))}");
        var errors = new Dictionary<string, int>();
        await foreach (var episode in Ticking(run.PlayAsync(plan, progress, cancellationToken), progress, cancellationToken))
        {
            if (episode.Error is { } error && !episode.Reused)
                errors[error] = errors.GetValueOrDefault(error) + 1;
            WriteObject(episode);
        }

        progress.Complete();
        WriteSummary(progress.Latest, errors);
    }

    // While nothing ends, the progress and what the engine has to say are still shown.
    private async IAsyncEnumerable<Episode> Ticking(
        IAsyncEnumerable<Episode> episodes, RunProgressWriter progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var log = new NativeLog(_messages);
        await using var enumerator = episodes.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = enumerator.MoveNextAsync().AsTask();
            while (!next.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                if (await Task.WhenAny(next, Task.Delay(RunProgressWriter.Interval, cancellationToken)) == next)
                    break;
                progress.Show();
                _messages.Write(this);
            }

            var more = await next;
            progress.Show();
            _messages.Write(this);
            if (!more)
                yield break;
            yield return enumerator.Current;
        }
    }

    private void WriteSummary(RunProgress? run, Dictionary<string, int> errors)
    {
        if (run is null)
            return;
        if (run.Reused > 0)
            WriteWarning($"{run.Reused} of {run.Total} episode(s) were complete already and are reused. To play them anew, use -Force or another -ResultsPath.");
        if (run.Kept > 0)
        {
            WriteError(new ClemException(
                "Clem.Run.OtherSettings", ErrorKind.AlreadyExists,
                $"{run.Kept} episode(s) were not played: complete ones with another -Temperature or -MaxTokens lie in their place.",
                "Give another -ResultsPath; or -Force, which replaces them.", ResultsPath));
        }

        if (run.Replaced > 0 && !Force)
            WriteWarning($"{run.Replaced} complete episode(s) of a changed instance or model entry were played anew, in place of the old ones.");
        foreach (var (error, count) in errors)
        {
            WriteError(new ClemException(
                "Clem.Run.EpisodesFailed", ErrorKind.NotAvailable, $"{count} episode(s) ended in an error: {error}",
                "The same command plays them again; Get-ClemEpisode -Outcome Error lists them.", ResultsPath));
        }

        if (run.Stopped is { } limit)
            WriteWarning($"The run stopped before its end: {limit} {run.Total - run.Done} episode(s) are left; the same command continues.");
        WriteInformation(
            FormattableString.Invariant($"{run.Played} episode(s) played in {run.Elapsed.TotalSeconds:0.0} s ({run.Rate:0.#}/s), {run.Reused} reused, {run.Failed} failed")
            + (run.Cost > 0 ? FormattableString.Invariant($", cost {run.Cost:0.####}") : "") + ".",
            ["Clembench", "Summary"]);
    }

    private static ClemException NothingToPlay(string message) => new(
        "Clem.Run.NoModelAvailable", ErrorKind.NotAvailable, message, "Get-ClemModel shows the Availability of each; the model 'mock' can always be played.");
}
