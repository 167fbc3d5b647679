using System.Diagnostics;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;

namespace Clembench.Runs;

/// <summary>Plays one episode from its plan to its record, or finds that it was played before.</summary>
/// <param name="settings">How to play and record.</param>
/// <param name="pool">The models.</param>
/// <param name="reader">Reads the episodes that are there already.</param>
/// <param name="journal">Writes the files beside the episodes.</param>
/// <param name="locks">Keeps other processes away.</param>
/// <param name="budget">Says when to stop.</param>
internal sealed class EpisodePlayer(
    RunSettings settings, ModelPool pool, ResultsReader reader, RunJournal journal, RunLocks locks, RunBudget budget)
{
    /// <summary>Decides what becomes of an episode: whether it is complete, or begins now. Whoever limits a run asks one after another, in the plan's order.</summary>
    /// <param name="plan">The episode.</param>
    /// <param name="cancellationToken">Stops the looking.</param>
    /// <returns>What becomes of it: to be played where it is <see cref="EpisodeFate.Played"/> or <see cref="EpisodeFate.Replaced"/>.</returns>
    public async Task<EpisodeDecision> DecideAsync(EpisodePlan plan, CancellationToken cancellationToken)
    {
        var folder = FolderOf(plan);
        var playerModels = PlayerModels.Describe(plan.Models, settings.Generation);
        var models = ModelFolder(settings, plan);
        var wasOurs = locks.AreHeld(models, plan.Instance.Game);
        var found = await LookAsync(folder, plan, playerModels, cancellationToken).ConfigureAwait(false);
        if (!found.IsComplete && !wasOurs)
        {
            await locks.TakeAsync(models, plan.Instance.Game, cancellationToken).ConfigureAwait(false);
            // Whoever held the folder until now may have played the episode since we looked.
            found = await LookAsync(folder, plan, playerModels, cancellationToken).ConfigureAwait(false);
        }

        if (found.Fate == EpisodeFate.Reused)
            journal.Reuse(plan, playerModels);
        else if (!found.IsComplete && !await budget.TryBeginAsync(cancellationToken).ConfigureAwait(false))
            found = new EpisodeResult(EpisodeFate.OverLimit);
        return new EpisodeDecision(plan, folder, playerModels, found);
    }

    /// <summary>Plays an episode when its models are there: before that nothing is written.</summary>
    /// <param name="decision">What was decided for it: it begins.</param>
    /// <param name="cancellationToken">Stops the episode, which then leaves no record.</param>
    /// <returns>The episode as it ended, to be recorded; or why a model of it cannot be loaded, so that it did not begin.</returns>
    public async Task<(PlayedEpisode? Played, ModelLoadFailure? Failure)> PlayAsync(EpisodeDecision decision, CancellationToken cancellationToken)
    {
        var (plan, folder, playerModels, _) = decision;
        var (models, failure) = await pool.GetAsync(plan.Models, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            budget.Withdraw();
            return (null, failure);
        }

        budget.Confirm();
        await journal.OpenAsync(plan, folder, playerModels, cancellationToken).ConfigureAwait(false);
        var (record, advice) = await PlayAndScoreAsync(plan, playerModels, models, cancellationToken).ConfigureAwait(false);
        budget.Spend(record.Cost);
        return (new PlayedEpisode(decision, record, advice), null);
    }

    /// <summary>Writes the record of an episode.</summary>
    /// <param name="played">The episode.</param>
    /// <returns>The episode as it ended.</returns>
    /// <exception cref="ClemException">The record cannot be written.</exception>
    public EpisodeResult Record(PlayedEpisode played)
    {
        var (plan, folder, _, found) = played.Decision;
        EpisodeWriter.Write(folder, settings.Layout, played.Record, settings.Durable);
        journal.Record(plan, found.Fate == EpisodeFate.Replaced, played.Record.Failure is null);
        return new EpisodeResult(found.Fate, ToEpisode(plan, folder, played.Record) with { Advice = played.Advice });
    }

    /// <summary>What would become of an episode, without playing it.</summary>
    public async Task<EpisodeFate> ForeseeAsync(EpisodePlan plan, CancellationToken cancellationToken) =>
        (await LookAsync(FolderOf(plan), plan, PlayerModels.Describe(plan.Models, settings.Generation), cancellationToken).ConfigureAwait(false)).Fate;

    private string FolderOf(EpisodePlan plan)
    {
        var models = ModelFolder(settings, plan);
        return Path.Join(
            plan.Repeat is { } repeat ? Path.Join(models, ResultsFolders.ForRepeat(repeat)) : models,
            FileNames.Check(plan.Instance.Game, "game"),
            ResultsFolders.ForExperiment(settings.Layout, plan.Instance.Experiment, plan.Instance.ExperimentIndex),
            ResultsFolders.ForInstance(settings.Layout, plan.Instance.InstanceId));
    }

    internal static string ModelFolder(RunSettings settings, EpisodePlan plan) => Path.Join(
        settings.ResultsPath,
        ResultsFolders.ForModels(settings.Layout, [.. plan.Models.Select(model => model.Name)], settings.Generation.Temperature));

    // What is recognised is the content, the instance and the models with their settings, and not merely the path.
    private async Task<EpisodeResult> LookAsync(string folder, EpisodePlan plan, JsonMap playerModels, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Join(folder, EpisodeMarker.CompletedName)))
            return new EpisodeResult(EpisodeFate.Played);
        if (settings.Force)
            return new EpisodeResult(EpisodeFate.Replaced);
        try
        {
            var interactions = await ResultsReader.ReadInteractionsAsync(folder, cancellationToken).ConfigureAwait(false);
            if (!PlayerModels.HaveSameGeneration(interactions.PlayerModels, playerModels))
                return new EpisodeResult(EpisodeFate.Kept);
            var instance = await ResultsReader.ReadInstanceAsync(folder, interactions.Meta, cancellationToken).ConfigureAwait(false);
            if (!PlayerModels.AreSame(interactions.PlayerModels, playerModels)
                || JsonData.ToJson(instance.Properties) != JsonData.ToJson(plan.Instance.Properties))
                return new EpisodeResult(EpisodeFate.Replaced);
            var complete = await reader.ReadEpisodeAsync(folder, cancellationToken).ConfigureAwait(false);
            return new EpisodeResult(EpisodeFate.Reused, complete with { Reused = true });
        }
        catch (ClemException e) when (e.Kind is ErrorKind.InvalidData or ErrorKind.NotFound)
        {
            // Somebody damaged the record since: as if it were not complete.
            return new EpisodeResult(EpisodeFate.Played);
        }
    }

    private async Task<(EpisodeRecord Record, string? Advice)> PlayAndScoreAsync(
        EpisodePlan plan, JsonMap playerModels, IReadOnlyList<IModel> models, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var meta = new InteractionsMeta(
            plan.Instance.Game, plan.Instance.Experiment, plan.Instance.InstanceId,
            Path.GetFileName(ModelFolder(settings, plan)), RunJournal.Version);
        var dialogue = new Dialogue(models, settings.Generation, settings.Clock);
        try
        {
            await plan.Rules.PlayAsync(plan.Instance, dialogue, cancellationToken).ConfigureAwait(false);
            var interactions = dialogue.ToInteractions(meta with { Completed = true }) with { PlayerModels = playerModels };
            return (Record(interactions) with { Scores = plan.Rules.Score(interactions, plan.Instance, cancellationToken) }, null);
        }
#pragma warning disable CA1031 // Whatever ends one episode is recorded with it and does not end the run.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var known = error as ClemException;
            return (Record(dialogue.ToInteractions(meta) with { PlayerModels = playerModels }) with { Failure = (known?.Id ?? error.GetType().Name, error.Message) }, known?.Action);
        }

        EpisodeRecord Record(Interactions interactions) => new()
        {
            Instance = plan.Instance,
            Interactions = interactions,
            Calls = dialogue.Calls,
            Cost = CostOf(plan, dialogue),
            Timestamp = settings.Clock.GetLocalNow().DateTime,
            Duration = Stopwatch.GetElapsedTime(started),
        };
    }

    // Null where no entry has prices, or a service did not tell the tokens: a sum without them would be too small.
    private static decimal? CostOf(EpisodePlan plan, Dialogue dialogue)
    {
        var prices = plan.Models.Select(ModelPrice.Of).ToArray();
        if (Array.TrueForAll(prices, price => price is null))
            return null;
        decimal sum = 0;
        foreach (var call in dialogue.Calls.Where(call => !call.Response.FromCache))
        {
            var seat = dialogue.SeatOf(call.Player);
            if (seat is null || prices[prices.Length == 1 ? 0 : seat.Value] is not { } price)
                continue;
            if (call.Response is not { PromptTokens: { } prompt, CompletionTokens: { } completion })
                return null;
            sum += price.CostOf(prompt, completion);
        }

        return sum;
    }

    private static Episode ToEpisode(EpisodePlan plan, string folder, EpisodeRecord record)
    {
        var requests = Scoring.EpisodeRequests.Of(record.Interactions, record.Scores, record.Scores?.Outcome);
        return new Episode
        {
            Model = record.Interactions.Meta.ResultsFolder,
            Game = plan.Instance.Game,
            Experiment = plan.Instance.Experiment,
            InstanceId = plan.Instance.InstanceId,
            Repeat = plan.Repeat ?? 1,
            Outcome = record.Failure is null ? record.Scores?.Outcome ?? Outcome.Error : Outcome.Error,
            MainScore = record.Scores?.MainScore,
            Scores = record.Scores?.Episode ?? JsonMap.Empty,
            RequestCount = requests.Asked,
            ScoredRequestCount = requests.Scored,
            ViolatedRequestCount = requests.Violated,
            Turns = record.Interactions.Rounds.Count,
            PromptTokens = record.PromptTokens,
            CompletionTokens = record.CompletionTokens,
            Cost = record.Cost,
            Duration = record.Duration,
            Path = folder,
            Error = record.Failure?.Message,
        };
    }
}
