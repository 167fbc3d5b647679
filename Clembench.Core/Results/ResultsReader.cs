using System.IO.Enumeration;
using System.Text.Json;
using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Scoring;

namespace Clembench.Results;

/// <summary>
/// Reads result folders: ours and clemcore's, in any of the layouts. Of an episode's path the last four folders count
/// as model, game, experiment and instance (a repetition's folder stands below the model's); where the record itself
/// names its game and experiment, the record is believed.
/// </summary>
/// <param name="games">The games whose rules are known, to score records that hold no scores.</param>
public sealed class ResultsReader(GameCatalog games)
{
    // What stands for a cost or a duration beyond these is none, and no type holds it.
    private const double MostCost = 1e15;
    private const double MostSeconds = 1e11;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
    private static readonly string[] Witnesses = [InteractionsFile.Name, InteractionsFile.PartialName, EpisodeMarker.ErrorName];

    /// <summary>Finds the episode folders in a folder, in the order of their names.</summary>
    /// <param name="path">A results folder, a part of one, an episode's folder, or a file in one.</param>
    /// <param name="onError">Is told of each folder that cannot be listed; it is left out.</param>
    /// <returns>The folders' paths, one by one.</returns>
    public static IEnumerable<string> FindEpisodeFolders(string path, Action<ClemException>? onError = null)
    {
        var folder = File.Exists(path) ? Path.GetDirectoryName(path)! : path;
        return IsEpisode(folder) ? [folder] : EpisodesBelow(WalkedFolder.At(folder), onError);
    }

    /// <summary>Whether a folder has an episode's record.</summary>
    internal static bool IsEpisode(string folder)
    {
        foreach (var name in Witnesses)
        {
            if (File.Exists(Path.Join(folder, name)))
                return true;
        }

        return false;
    }

    private static IEnumerable<string> EpisodesBelow(WalkedFolder folder, Action<ClemException>? onError)
    {
        foreach (var child in FoldersBelow(folder.Path, onError))
        {
            if (folder.Enter(child) is not { } entered)
                continue;
            if (IsEpisode(child))
            {
                yield return child;
                continue;
            }

            foreach (var episode in EpisodesBelow(entered, onError))
                yield return episode;
        }
    }

    private static string[] FoldersBelow(string folder, Action<ClemException>? onError)
    {
        try
        {
            // Folders whose name begins with a dot hold what a killed process had not finished.
            var folders = new FileSystemEnumerable<string>(Path.GetFullPath(folder), static (ref entry) => entry.ToFullPath(), Everything)
            {
                ShouldIncludePredicate = static (ref entry) => entry.IsDirectory && entry.FileName[0] != '.',
            }.ToArray();
            Array.Sort(folders, StringComparer.Ordinal);
            return folders;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            onError?.Invoke(new ClemException(
                "Clem.Results.Unreadable", ErrorKind.Storage, $"The folder '{folder}' cannot be listed: {e.Message}", "Check its permissions.", folder, e));
            return [];
        }
    }

    /// <summary>Reads what there is to know about an episode.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The episode.</returns>
    /// <exception cref="ClemException">A file of the folder is broken; the message says which, where and why.</exception>
    public async Task<Episode> ReadEpisodeAsync(string folder, CancellationToken cancellationToken) =>
        (await ReadAsync(folder, cancellationToken).ConfigureAwait(false)).Episode;

    /// <summary>Reads what there is to know about an episode, and its dialogue, which that takes anyway.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The episode, and its dialogue where there is one.</returns>
    /// <exception cref="ClemException">A file of the folder is broken; the message says which, where and why.</exception>
    internal async Task<(Episode Episode, Interactions? Interactions)> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var place = EpisodePlace.Of(folder);
        var marker = await ReadMapAsync(folder, EpisodeMarker.CompletedName, cancellationToken).ConfigureAwait(false);
        var error = await ReadMapAsync(folder, EpisodeMarker.ErrorName, cancellationToken).ConfigureAwait(false);
        var interactions = place.Complete(await TryReadInteractionsAsync(folder, cancellationToken).ConfigureAwait(false));
        var scores = interactions is null || error is not null
            ? null
            : await ReadScoresAsync(folder, interactions, cancellationToken).ConfigureAwait(false);

        var outcome = error is not null ? Outcome.Error : scores?.Outcome;
        var requests = EpisodeRequests.Of(interactions, scores, outcome);
        var usage = marker ?? error ?? JsonMap.Empty;
        var episode = new Episode
        {
            Model = place.Model,
            Game = interactions?.Meta.Game ?? place.Game,
            Experiment = interactions?.Meta.Experiment ?? place.Experiment,
            InstanceId = interactions?.Meta.InstanceId ?? place.InstanceId,
            Repeat = place.Repeat,
            Outcome = outcome ?? Outcome.Error,
            MainScore = scores?.MainScore,
            Scores = scores?.Episode ?? JsonMap.Empty,
            RequestCount = requests.Asked,
            ScoredRequestCount = requests.Scored,
            ViolatedRequestCount = requests.Violated,
            Turns = interactions?.Rounds.Count ?? 0,
            PromptTokens = usage.TryGetValue("prompt_tokens", out var prompt) ? prompt as long? : null,
            CompletionTokens = usage.TryGetValue("completion_tokens", out var completion) ? completion as long? : null,
            Cost = usage.TryGetValue("cost", out var cost) && EpisodeScores.ToNumber(cost) is { } spent && Math.Abs(spent) < MostCost ? (decimal)spent : null,
            Duration = usage.TryGetValue("duration_seconds", out var seconds) && EpisodeScores.ToNumber(seconds) is { } duration && Math.Abs(duration) < MostSeconds
                ? TimeSpan.FromSeconds(duration)
                : Span(interactions),
            Path = folder,
            Error = error is not null
                ? error.GetOrDefault<string>("message") ?? error.GetOrDefault<string>("error")
                : outcome is null ? $"The episode has no {ScoresFile.Name}, and the rules of its game are not known here." : null,
        };
        return (episode, interactions);
    }

    /// <summary>Reads an episode's dialogue.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dialogue; of a failed episode, as far as it came.</returns>
    /// <exception cref="ClemException">There is no dialogue, or its file is broken.</exception>
    public static async Task<Interactions> ReadInteractionsAsync(string folder, CancellationToken cancellationToken) =>
        await TryReadInteractionsAsync(folder, cancellationToken).ConfigureAwait(false) ?? throw NoDialogue(folder);

    private static ClemException NoDialogue(string folder) => new(
        "Clem.Results.NoDialogue", ErrorKind.NotFound, $"'{folder}' has no {InteractionsFile.Name}.",
        "The episode failed before anything was said; Get-ClemEpisode shows why in its Error property.", folder);

    /// <summary>Reads an episode's exact prompts and responses.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The pairs, by time.</returns>
    /// <exception cref="ClemException">A file is broken.</exception>
    public static async Task<IReadOnlyList<RequestRecord>> ReadRequestsAsync(Episode episode, CancellationToken cancellationToken) =>
        await ReadRequestsAsync(
            episode, await TryReadInteractionsAsync(episode.Path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Reads an episode's exact prompts and responses, where its dialogue has been read already.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="interactions">Its dialogue; null where it has none.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The pairs, by time.</returns>
    /// <exception cref="ClemException">A file is broken.</exception>
    internal static async Task<IReadOnlyList<RequestRecord>> ReadRequestsAsync(
        Episode episode, Interactions? interactions, CancellationToken cancellationToken)
    {
        var calls = new List<(string? Player, int? Round, DateTime Timestamp, JsonElement Prompt, JsonElement Response)>();
        foreach (var file in RequestFiles(episode.Path))
        {
            var content = await ReadBytesAsync(file, cancellationToken).ConfigureAwait(false);
            calls.AddRange(Parse(file, () =>
            {
                using var document = RequestsFile.Parse(content);
                return RequestsFile.Read(document.RootElement).ToArray();
            }));
        }

        var responses = new ResponseMatcher(interactions);
        return
        [
            .. calls.OrderBy(call => call.Timestamp).Select((call, index) =>
            {
                var response = responses.Next(call.Player);
                return new RequestRecord
                {
                    Round = call.Round ?? response?.Turn ?? 0,
                    Index = index,
                    Timestamp = call.Timestamp,
                    Player = call.Player ?? response?.From,
                    ResponseText = response?.Content as string,
                    Episode = episode,
                    PromptElement = call.Prompt,
                    ResponseElement = call.Response,
                };
            }),
        ];
    }

    private static string[] RequestFiles(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*" + RequestsFile.SharedName).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder, e);
        }
    }

    /// <summary>Reads the instance that an episode played.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="meta">What the episode is.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The instance, with the experiment's settings where they were recorded.</returns>
    /// <exception cref="ClemException">A file is broken.</exception>
    public static async Task<GameInstance> ReadInstanceAsync(string folder, InteractionsMeta meta, CancellationToken cancellationToken) =>
        await ReadInstanceAsync(
            folder, meta, await ReadExperimentAsync(folder, meta.Experiment, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    internal static async Task<GameInstance> ReadInstanceAsync(
        string folder, InteractionsMeta meta, JsonMap experiment, CancellationToken cancellationToken) =>
        WithoutProperties(meta, folder) with
        {
            Properties = await ReadMapAsync(folder, "instance.json", cancellationToken).ConfigureAwait(false) ?? JsonMap.Empty,
            ExperimentProperties = experiment,
        };

    /// <summary>The instance of an episode, as far as the dialogue names it.</summary>
    internal static GameInstance WithoutProperties(InteractionsMeta meta, string folder) => new()
    {
        Game = meta.Game,
        Experiment = meta.Experiment,
        InstanceId = Math.Max(meta.InstanceId, 0),
        Properties = JsonMap.Empty,
        ExperimentProperties = JsonMap.Empty,
        Source = folder,
    };

    /// <summary>Reads the settings of the experiment that an episode belongs to.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The settings; empty where they were not recorded.</returns>
    internal static async Task<JsonMap> ReadExperimentAsync(string folder, string experiment, CancellationToken cancellationToken)
    {
        var parent = Path.GetDirectoryName(folder)!;
        return await ReadMapAsync(parent, ExperimentFile.Name, cancellationToken).ConfigureAwait(false)
            // The name is the record's, which may be anybody's: one that is no name of a file names none.
            ?? (FileNames.IsUsable(experiment) ? await ReadMapAsync(parent, ExperimentFile.SeedName(experiment), cancellationToken).ConfigureAwait(false) : null)
            ?? JsonMap.Empty;
    }

    /// <summary>Reads the dialogue of an episode that was played to its end.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The record as it is in the file, and what it says.</returns>
    /// <exception cref="ClemException">There is no dialogue, or its file is broken.</exception>
    internal static async Task<(JsonMap Record, Interactions Interactions)> ReadRecordAsync(string folder, CancellationToken cancellationToken)
    {
        var record = await ReadAsync(folder, InteractionsFile.Name, ToMap, cancellationToken, TurnsReader.Form).ConfigureAwait(false) ?? throw NoDialogue(folder);
        return (record, Parse(Path.Join(folder, InteractionsFile.Name), () => InteractionsFile.Read(record)));
    }

    private async Task<EpisodeScores?> ReadScoresAsync(string folder, Interactions interactions, CancellationToken cancellationToken)
    {
        if (await ReadAsync(folder, ScoresFile.Name, ScoresFile.Read, cancellationToken).ConfigureAwait(false) is { } scores)
            return scores;
        if (games.FindRules(interactions.Meta.Game) is not { } rules)
            return null;
        var instance = rules.IsScoredByDialogueAlone
            ? WithoutProperties(interactions.Meta, folder)
            : await ReadInstanceAsync(folder, interactions.Meta, cancellationToken).ConfigureAwait(false);
        return EpisodeScorer.Score(rules, interactions, instance, folder, cancellationToken);
    }

    internal static async Task<Interactions?> TryReadInteractionsAsync(string folder, CancellationToken cancellationToken) =>
        await ReadAsync(folder, InteractionsFile.Name, InteractionsFile.Read, cancellationToken, TurnsReader.Form).ConfigureAwait(false)
        ?? await ReadAsync(folder, InteractionsFile.PartialName, InteractionsFile.Read, cancellationToken, TurnsReader.Form).ConfigureAwait(false);

    internal static Task<JsonMap?> ReadMapAsync(string folder, string name, CancellationToken cancellationToken) =>
        ReadAsync(folder, name, ToMap, cancellationToken);

    private static JsonMap ToMap(object? root) => root as JsonMap ?? throw new FormatException("the root is not an object");

    // Null where there is no such file.
    private static Task<T?> ReadAsync<T>(
        string folder, string name, Func<object?, T> read, CancellationToken cancellationToken, PlainReader.OwnForm? form = null)
        where T : class
    {
        // A record that cannot be read is the task's error.
        try
        {
            return cancellationToken.IsCancellationRequested ? Task.FromCanceled<T?>(cancellationToken) : Task.FromResult(Read(Path.Join(folder, name), read, form));
        }
        catch (ClemException e) when (e.InnerException is FileNotFoundException)
        {
            // It has just gone, or is a link to nothing: that is there to File.Exists.
            return Task.FromResult<T?>(null);
        }
        catch (ClemException e)
        {
            return Task.FromException<T?>(e);
        }
    }

    private static T? Read<T>(string file, Func<object?, T> read, PlainReader.OwnForm? form)
        where T : class
    {
        using var content = TryRead(file);
        return content is null ? null : Parse(file, () => read(PythonJson.Parse(WithoutMark(content).Span, form)));
    }

    // Records are small: to hand such a read to another thread takes longer than to read.
    private static Task<byte[]> ReadBytesAsync(string file, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled<byte[]>(cancellationToken) : Task.FromResult(Content(file));

    private static byte[] Content(string file)
    {
        try
        {
            var content = File.ReadAllBytes(file);
            return content.AsSpan().StartsWith("\uFEFF"u8) ? content[3..] : content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    private static SmallFile.Content? TryRead(string file)
    {
        try
        {
            return SmallFile.TryRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    // Editors of some systems mark UTF-8 with three bytes of their own.
    private static ReadOnlyMemory<byte> WithoutMark(SmallFile.Content content) =>
        content.Bytes.Span.StartsWith("\uFEFF"u8) ? content.Bytes[3..] : content.Bytes;

    private static ClemException Unreadable(string file, Exception cause) => new(
        "Clem.Results.Unreadable", ErrorKind.Storage, $"'{file}' cannot be read: {cause.Message}", "Check its permissions.", file, cause);

    /// <summary>Reads a file's content.</summary>
    /// <param name="file">The file, for errors.</param>
    /// <param name="parse">What reads it.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="ClemException">The content does not have the form.</exception>
    internal static T Parse<T>(string file, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (JsonException e)
        {
            throw Broken(file, $", line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not valid JSON", e);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw Broken(file, $": {e.Message}", e);
        }
    }

    private static ClemException Broken(string file, string where, Exception cause) => new(
        "Clem.Results.BrokenFile", ErrorKind.InvalidData, $"{file}{where}.",
        "Play the episode again (Invoke-ClemGame plays what is not complete), or remove its folder.", file, cause);

    private static TimeSpan Span(Interactions? interactions)
    {
        var times = interactions?.Events.Select(e => e.Timestamp).ToArray() ?? [];
        return times.Length < 2 ? TimeSpan.Zero : times[^1] - times[0];
    }
}
