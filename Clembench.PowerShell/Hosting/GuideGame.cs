using System.Runtime.CompilerServices;
using Clembench.Common;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.PowerShell.Hosting;

/// <summary>Plays hellogame with one model, as the guide to adding models asks. To be used on the pipeline thread.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="session">The session's models.</param>
/// <param name="workspace">The cmdlet's folders.</param>
/// <param name="resultsPath">The results folder, as an absolute path.</param>
/// <param name="throttleLimit">The most episodes in flight.</param>
internal sealed class GuideGame(ClemCmdlet cmdlet, ModelSession session, Workspace workspace, string resultsPath, int throttleLimit)
{
    private const string Game = "hellogame";

    /// <summary>The results folder, as an absolute path.</summary>
    public string ResultsPath => resultsPath;

    /// <summary>Plays.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>Each episode as it ends; complete ones of the same entry are reused.</returns>
    /// <exception cref="ClemException">The model cannot be played or loaded, or complete episodes that are not its own lie in the way.</exception>
    public async IAsyncEnumerable<Episode> PlayAsync(ModelEntry entry, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (entry.Availability != Availability.Ready)
        {
            throw session.Models.WhyNot(entry) ?? new ClemException(
                "Clem.Run.NoModelAvailable", ErrorKind.NotAvailable, string.Join(" ", AvailabilityAdvice.Describe([entry], session.Models)), null, entry);
        }

        ClemException? failure = null;
        var game = new GameSelector(workspace, error => failure ??= error).Select([Game]);
        IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps = [[entry]];
        var selection = await GamePlanner.SelectAsync(game.Count > 0 ? game[0] : throw failure!, null, null, null, lineUps, cancellationToken);
        var host = new RunHost(cmdlet, session, error => failure ??= error);
        var calls = new CallPolicy { ThrottleLimit = throttleLimit, OnRetry = host.TellOfRetry };
        var settings = new RunSettings { ResultsPath = resultsPath, ThrottleLimit = throttleLimit };
        var run = new GameRun(settings, host.Loader(calls), ResultsCmdlet.Reader);
        failure = null;
        await foreach (var episode in host.PlayAsync(run, RunPlan.Of(lineUps, [selection], 1, shard: null), $"Playing {Game} with {entry.Name}", cancellationToken))
            yield return episode;

        if (failure is not null)
            throw failure;
        if (host.Latest is { Kept: > 0 and var kept })
        {
            throw new ClemException(
                "Clem.Run.OtherSettings", ErrorKind.AlreadyExists, $"{kept} complete episode(s) with another temperature or limit of tokens lie in '{resultsPath}'.",
                "Give another -ResultsPath", resultsPath);
        }
    }

    /// <summary>Makes an error of episodes that failed: their records say nothing about the entry.</summary>
    /// <param name="episodes">The episodes.</param>
    /// <exception cref="ClemException">Some failed.</exception>
    public static void RefuseFailed(IReadOnlyCollection<Episode> episodes)
    {
        if (episodes.FirstOrDefault(episode => episode.Outcome == Outcome.Error) is not { } failed)
            return;
        throw new ClemException(
            "Clem.Run.EpisodesFailed", ErrorKind.NotAvailable, $"{episodes.Count(episode => episode.Outcome == Outcome.Error)} of {episodes.Count} episode(s) ended in an error: {failed.Error}",
            failed.Advice, failed);
    }
}
