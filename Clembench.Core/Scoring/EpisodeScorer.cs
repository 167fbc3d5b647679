using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Scoring;

/// <summary>
/// Scores recorded episodes by the rules of their games, from what was said alone: ours and clemcore's, in any of the layouts.
/// What a <c>scores.json</c> says is not asked.
/// </summary>
/// <param name="findRules">Finds the rules of a game by its recorded name.</param>
public sealed class EpisodeScorer(Func<string, IGame?> findRules)
{
    // Episodes come experiment by experiment; some are in hand at once.
    private const int KeptExperiments = 16;
    private readonly ConcurrentDictionary<string, JsonMap> _experiments = new(StringComparer.Ordinal);

    /// <summary>The error's id where the rules of a game are not known.</summary>
    public const string NoRules = "Clem.Score.NoRules";

    /// <summary>A scorer that knows the packaged games, and those that a session's registries name as their variants.</summary>
    /// <param name="workspace">The session's folders.</param>
    /// <returns>The scorer.</returns>
    public static EpisodeScorer For(Workspace workspace)
    {
        // The record names the game that was played, which may be a variant of the one that has the rules.
        var games = new Lazy<IReadOnlyList<GameEntry>>(() => GameRegistry.Read(workspace).Games);
        return new EpisodeScorer(name => GameCatalog.BuiltIn.FindRules(name)
            ?? (games.Value.FirstOrDefault(game => game.Name == name) is { } entry ? GameCatalog.BuiltIn.FindRules(entry) : null));
    }

    /// <summary>Scores every episode in folders, by several threads, in the order of the folders' names.</summary>
    /// <param name="roots">Results folders, parts of them, or episodes' folders.</param>
    /// <param name="update">Whether <c>scores.json</c> is written where it is missing or says something else.</param>
    /// <param name="cancellationToken">Stops the scoring.</param>
    /// <returns>For each episode its scores, or why it has none; also the errors of folders that cannot be listed.</returns>
    public async IAsyncEnumerable<(EpisodeScore? Score, ClemException? Error)> ScoreAllAsync(
        IEnumerable<string> roots, bool update, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var unlisted = new ConcurrentQueue<ClemException>();
        var folders = roots.SelectMany(root => ResultsReader.FindEpisodeFolders(root, unlisted.Enqueue));
        await foreach (var result in OrderedParallel.SelectAsync(folders, (folder, token) => TryScoreAsync(folder, update, token), cancellationToken).ConfigureAwait(false))
        {
            while (unlisted.TryDequeue(out var error))
                yield return (null, error);
            yield return result;
        }

        foreach (var error in unlisted)
            yield return (null, error);
    }

    /// <summary>Scores an episode.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="update">Whether <c>scores.json</c> is written where it is missing or says something else.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The scores; of an episode that failed, why it did.</returns>
    /// <exception cref="ClemException">
    /// The record is missing or broken, the rules of the game are not known (<see cref="NoRules"/>), or they cannot make sense of
    /// the record.
    /// </exception>
    public async Task<EpisodeScore> ScoreAsync(string folder, bool update, CancellationToken cancellationToken)
    {
        var place = EpisodePlace.Of(folder);
        if (await ResultsReader.ReadMapAsync(folder, EpisodeMarker.ErrorName, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            return new EpisodeScore
            {
                Model = place.Model,
                Game = place.Game,
                Experiment = place.Experiment,
                InstanceId = place.InstanceId,
                Repeat = place.Repeat,
                Outcome = Outcome.Error,
                Path = folder,
                Error = failure.GetOrDefault<string>("message") ?? failure.GetOrDefault<string>("error"),
            };
        }

        var (record, interactions, scores) = await ScoreRecordAsync(place, folder, cancellationToken).ConfigureAwait(false);
        return new EpisodeScore
        {
            Model = place.Model,
            Game = interactions.Meta.Game,
            Experiment = interactions.Meta.Experiment,
            InstanceId = interactions.Meta.InstanceId,
            Repeat = place.Repeat,
            Outcome = scores.Outcome ?? Outcome.Error,
            MainScore = scores.MainScore,
            Scores = scores.Episode,
            TurnScores = scores.Turns,
            Path = folder,
            Updated = update && Update(folder, record, scores),
        };
    }

    /// <summary>What <c>scores.json</c> of an episode is to hold; nothing is written.</summary>
    /// <param name="folder">The folder of an episode that was played to its end.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>UTF-8 text.</returns>
    /// <exception cref="ClemException">As <see cref="ScoreAsync"/>.</exception>
    public async Task<ReadOnlyMemory<byte>> ComposeAsync(string folder, CancellationToken cancellationToken)
    {
        var (record, _, scores) = await ScoreRecordAsync(EpisodePlace.Of(folder), folder, cancellationToken).ConfigureAwait(false);
        return ScoresFile.Content(record, scores);
    }

    private async Task<(JsonMap Record, Interactions Interactions, EpisodeScores Scores)> ScoreRecordAsync(EpisodePlace place, string folder, CancellationToken cancellationToken)
    {
        var (record, interactions) = await ResultsReader.ReadRecordAsync(folder, cancellationToken).ConfigureAwait(false);
        interactions = place.Complete(interactions)!;
        var rules = findRules(interactions.Meta.Game) ?? throw new ClemException(
            NoRules, ErrorKind.NotAvailable, $"The rules of the game '{interactions.Meta.Game}' are not known here, so its episodes are not scored.",
            "Get-ClemGame lists the games; the scores that the record holds are those of Get-ClemEpisode.", interactions.Meta.Game);
        var instance = rules.IsScoredByDialogueAlone
            ? ResultsReader.WithoutProperties(interactions.Meta, folder)
            : await ReadInstanceAsync(folder, interactions.Meta, cancellationToken).ConfigureAwait(false);
        return (record, interactions, Score(rules, interactions, instance, folder, cancellationToken));
    }

    private async Task<(EpisodeScore?, ClemException?)> TryScoreAsync(string folder, bool update, CancellationToken cancellationToken)
    {
        try
        {
            return (await ScoreAsync(folder, update, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ClemException error)
        {
            return (null, error);
        }
    }

    /// <summary>Scores a record that may be anybody's, and that the rules read as one that they wrote: what they stumble over is the record's fault.</summary>
    internal static EpisodeScores Score(IGame rules, Interactions interactions, GameInstance instance, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return rules.Score(interactions, instance, cancellationToken);
        }
        catch (Exception e) when (e is not (ClemException or OutOfMemoryException or OperationCanceledException))
        {
            throw new ClemException(
                "Clem.Score.Failed", ErrorKind.InvalidData, $"'{folder}' cannot be scored by the rules of {rules.Name}: {e.Message}",
                "The record may be that of another version of the game. Play the episode again, or leave it out.", folder, e);
        }
    }

    private static bool Update(string folder, JsonMap record, EpisodeScores scores)
    {
        var file = Path.Join(folder, ScoresFile.Name);
        return ScoresFile.WithContent(record, scores, content =>
        {
            try
            {
                using var known = SmallFile.TryRead(file);
                if (known is not null && content.SequenceEqual(known.Bytes.Span))
                    return false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ClemException("Clem.Results.Unreadable", ErrorKind.Storage, $"'{file}' cannot be read: {e.Message}", "Check its permissions.", file, e);
            }

            AtomicFile.Write(file, content);
            return true;
        });
    }

    private async Task<GameInstance> ReadInstanceAsync(string folder, InteractionsMeta meta, CancellationToken cancellationToken)
    {
        var parent = Path.GetDirectoryName(folder)!;
        if (!_experiments.TryGetValue(parent, out var experiment))
        {
            experiment = await ResultsReader.ReadExperimentAsync(folder, meta.Experiment, cancellationToken).ConfigureAwait(false);
            if (_experiments.Count >= KeptExperiments)
                _experiments.Clear();
            _experiments[parent] = experiment;
        }

        return await ResultsReader.ReadInstanceAsync(folder, meta, experiment, cancellationToken).ConfigureAwait(false);
    }
}
