using System.Management.Automation;
using Clembench.Common;
using Clembench.Models;
using Clembench.PowerShell.Hosting;
using Clembench.Runs;
using Clembench.Specifications;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Plays the run that a file describes: models, games, limits, outputs, conditions to pass. Gives its report; each condition that the
/// run does not meet is an error, so that <c>pwsh -Command</c> ends with 1.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "ClemRun", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(RunReport))]
public sealed class InvokeClemRunCommand : ClemCmdlet
{
    private Threshold[]? _failOn;

    /// <summary>Run specifications, YAML or JSON files; wildcards are allowed. They are played one after the other.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Run specifications, by paths that are taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>The results folder, in place of the file's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ResultsPath { get; set; }

    /// <summary>The results folder that the run is compared with, in place of the file's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BaselinePath { get; set; }

    /// <summary>What the run must not show, in place of the file's: such as 'Played&lt;95', 'my-model/taboo: Quality&lt;40', 'Failed&gt;0'.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? FailOn { get; set; }

    /// <summary>Plays complete episodes again.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var whatIf) && whatIf is SwitchParameter { IsPresent: true };

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _failOn = FailOn?.Select(Threshold.Parse).ToArray();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        // A condition that cannot be read has been an error already, and a run without its conditions would pass.
        if (FailOn is not null && _failOn is null)
            return;
        foreach (var file in ResolvePaths(LiteralPath ?? Path, literal: LiteralPath is not null))
        {
            try
            {
                await PlayAsync(await RunSpecificationFile.ReadAsync(file, Workspace, cancellationToken), cancellationToken);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }
    }

    private async Task PlayAsync(RunSpecification specification, CancellationToken cancellationToken)
    {
        var conditions = _failOn ?? specification.FailOn;
        CheckPatterns(conditions);
        var day = DateOnly.FromDateTime(DateTime.Now);
        var results = ResultsPath is null ? specification.ResultsOf(day) : SessionState.Path.GetUnresolvedProviderPathFromPSPath(ResultsPath);
        var baseline = BaselineFolder.Find(
            BaselinePath is null ? specification : specification with { Baseline = SessionState.Path.GetUnresolvedProviderPathFromPSPath(BaselinePath) }, day);
        if (specification.Baseline is not null && baseline is null)
            WriteVerbose($"{specification.Name}: there are no results of an earlier day to compare with.");

        // Whoever starts the file (cron, a service) may stand anywhere: what is looked up is what lies beside it.
        var workspace = Common.Workspace.ForSession(System.IO.Path.GetDirectoryName(specification.Source)!, ModuleLocation.Root);
        var session = new ModelSession(this, workspace, specification.Registries);
        foreach (var error in session.Errors)
            WriteError(error);
        var missing = new List<MissingModel>();
        var (ready, notReady, _) = PlayableModels.Choose(this, session, SelectModels(specification, session, missing));
        missing.AddRange(notReady.Select(model => new MissingModel(model.Name, string.Join(" ", AvailabilityAdvice.Describe([model], session.Models)))));
        var lineUps = ready.Select(model => (IReadOnlyList<ModelEntry>)[model]).ToArray();
        var games = await SelectGamesAsync(specification, workspace, lineUps, cancellationToken);

        var plan = RunPlan.Of(lineUps, games, specification.Repeat, shard: null);
        foreach (var unseen in GamePlanner.Unseen(lineUps, games))
            WriteWarning(unseen.Message);
        var settings = new RunSettings
        {
            ResultsPath = results,
            Generation = specification.Generation,
            ThrottleLimit = specification.ThrottleLimit,
            Force = Force,
            Limits = specification.Limits,
            Durable = specification.Durable,
        };
        var host = new RunHost(this, session, error => WriteWarning($"{error.Message} {error.Action}".TrimEnd()));
        var calls = new CallPolicy
        {
            Timeout = specification.Timeout ?? new CallPolicy().Timeout,
            LocalTimeout = specification.Timeout,
            RetryLimit = specification.RetryLimit,
            ThrottleLimit = specification.ThrottleLimit,
            CacheFolder = specification.Cache ? System.IO.Path.Join(workspace.UserDirectory, "cache", "responses") : null,
            OnRetry = host.TellOfRetry,
        };
        var run = new GameRun(settings, host.Loader(calls), ResultsCmdlet.Reader);
        if (IsWhatIf)
        {
            await host.ShowPlanAsync(run, plan, settings, cancellationToken);
            return;
        }

        if (!ShouldProcess(results, $"Play {plan.Count} episode(s) of '{specification.Name}'"))
            return;
        var recorder = new RunRecorder(specification, results, settings.Clock, Fits);
        if (plan.Count > 0)
        {
            await foreach (var episode in host.PlayAsync(run, plan, $"Playing {specification.Name}", cancellationToken))
                recorder.Add(episode);
        }

        var report = await Task.Run(
            async () => await recorder.CompleteAsync(host.Latest, missing, baseline, conditions, cancellationToken), cancellationToken);
        // Errors come after the report, which whoever stops at the first one is to have all the same.
        var errors = recorder.Errors.ToList();
        await RunReportFiles.WriteAsync(report, specification, errors.Add, cancellationToken);
        WriteObject(report);
        host.WriteSummary(settings);
        foreach (var error in errors)
            WriteError(error);
        foreach (var verdict in report.Thresholds.Where(verdict => !verdict.Passed))
        {
            WriteError(new ClemException(
                "Clem.Run.ThresholdMissed", ErrorKind.LimitExceeded, $"{specification.Name}: not passed: {verdict}",
                $"The results are in '{results}'; Measure-ClemBenchmark and Get-ClemEpisode look into them.", verdict));
        }
    }

    private static bool Fits(string pattern, string name) => new NamePattern(pattern).IsMatch(name);

    // What is wrong with a pattern shows when it is used, which is after the run.
    private static void CheckPatterns(IEnumerable<Threshold> conditions)
    {
        foreach (var condition in conditions)
        {
            try
            {
                Fits(condition.Model, "");
                Fits(condition.Game ?? "*", "");
            }
            catch (WildcardPatternException error)
            {
                throw new ClemException(
                    "Clem.Specification.BadThreshold", ErrorKind.InvalidArgument, $"'{condition}' is no condition to fail on: {error.Message}",
                    "Correct the wildcards; a backtick stands before a bracket that is a part of a name.", condition.Text, error);
            }
        }
    }

    // A model that is not there is missing in the report, and the others play.
    private List<ModelEntry> SelectModels(RunSpecification specification, ModelSession session, List<MissingModel> missing)
    {
        var selected = new List<ModelEntry>();
        foreach (var model in specification.Models)
        {
            try
            {
                var entries = session.SelectModels(model).ToArray();
                foreach (var entry in entries)
                    FileNames.Check(entry.Name, "model");
                if (entries.Length == 0)
                    missing.Add(new MissingModel($"{model}", "No model has a name that matches."));
                selected.AddRange(entries);
            }
            catch (ClemException error)
            {
                // Of a registry file that cannot be read an error has told.
                if (error.Id != ModelCatalog.MayBeInBrokenFileId)
                    WriteWarning($"{specification.Name}: {error.Message} {error.Action}");
                missing.Add(new MissingModel($"{model}", $"{error.Message} {error.Action}"));
            }
        }

        return selected;
    }

    private async Task<IReadOnlyList<GameSelection>> SelectGamesAsync(
        RunSpecification specification, Workspace workspace, IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, CancellationToken cancellationToken)
    {
        var selector = new GameSelector(workspace, WriteUnlessNotFound);
        var selected = new List<GameSelection>();
        foreach (var choice in specification.Games)
        {
            var games = selector.Select([choice.Name]);
            if (games.Count == 0)
            {
                throw new ClemException(
                    "Clem.Game.NotFound", ErrorKind.NotFound, $"{specification.Name}: there is no game '{choice.Name}', so that the run is not what was asked for; nothing was played.",
                    "Get-ClemGame lists the games.", choice.Name);
            }

            foreach (var game in games)
            {
                try
                {
                    if (selected.Exists(other => other.Game.Name == game.Name))
                    {
                        throw new ClemException(
                            "Clem.Specification.GameTwice", ErrorKind.InvalidData, $"{specification.Name}: the game '{game.Name}' is selected twice.",
                            "Name each game once, with all its experiments.", specification.Source);
                    }

                    selected.Add(await GamePlanner.SelectAsync(game, choice.InstancePath, choice.Experiments?.ToArray(), choice.Instances, lineUps, cancellationToken));
                }
                catch (ClemException error) when (new NamePattern(choice.Name).HasWildcards)
                {
                    WriteError(error);
                }
            }
        }

        return selected;

        void WriteUnlessNotFound(ClemException error)
        {
            if (error.Id != "Clem.Game.NotFound")
                WriteError(error);
        }
    }
}
