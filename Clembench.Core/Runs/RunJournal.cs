using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Clembench.Common;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Runs;

/// <summary>
/// Writes the files beside the episodes: <c>experiment.json</c> once for each experiment, and <c>run.json</c> in each
/// model's folder when the run ends there. It clears away what killed processes left in these folders.
/// </summary>
/// <param name="settings">How the run records.</param>
internal sealed class RunJournal(RunSettings settings)
{
    private const string Product = "Clembench.PowerShell";
    private const string CompleteName = "num_instances";

    /// <summary>What records say they were written by.</summary>
    public static readonly string Version =
        $"{Product} {typeof(RunJournal).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    private readonly ConcurrentDictionary<string, Lazy<Task>> _experiments = new();
    private readonly ConcurrentDictionary<(string ModelFolder, string Game), GameSection> _games = new();

    /// <summary>Notes that an episode is there already: whoever played it may have been killed before run.json was written.</summary>
    public void Reuse(EpisodePlan plan, JsonMap playerModels) => SectionOf(plan, playerModels);

    /// <summary>Notes that an episode is about to be played.</summary>
    public async Task OpenAsync(EpisodePlan plan, string folder, JsonMap playerModels, CancellationToken cancellationToken)
    {
        SectionOf(plan, playerModels).HasPlayed = true;
        var now = settings.Clock.GetLocalNow().DateTime;
        var parent = Path.GetDirectoryName(folder)!;
        await _experiments.GetOrAdd(parent, _ => new Lazy<Task>(() =>
        {
            var file = Path.Join(parent, settings.Layout == ResultsLayout.Seed
                ? ExperimentFile.SeedName(plan.Instance.Experiment)
                : ExperimentFile.Name);
            return File.Exists(file)
                ? Task.CompletedTask
                : AtomicFile.WriteInTreeAsync(
                    file, ExperimentFile.Content(plan.Instance.ExperimentProperties, plan.Instance.Game, playerModels, now), cancellationToken);
        })).Value.ConfigureAwait(false);
    }

    /// <summary>Notes that an episode has been recorded.</summary>
    /// <param name="plan">The episode.</param>
    /// <param name="wasComplete">Whether it takes the place of a complete one.</param>
    /// <param name="isComplete">Whether it is complete.</param>
    public void Record(EpisodePlan plan, bool wasComplete, bool isComplete) =>
        _games[(EpisodePlayer.ModelFolder(settings, plan), plan.Instance.Game)].Add((isComplete ? 1 : 0) - (wasComplete ? 1 : 0));

    /// <summary>
    /// Writes run.json for every model that played; what earlier runs wrote about other games is kept. To be called when this run's locks
    /// are released: of parts that end at the same time, the last to let go is then the one that sees no other, and counts.
    /// </summary>
    /// <returns>A task.</returns>
    public async Task CloseAsync()
    {
        var now = settings.Clock.GetLocalNow().DateTime;
        foreach (var folder in _games.GroupBy(game => game.Key.ModelFolder, game => (game.Key.Game, Section: game.Value)))
        {
            var games = folder.OrderBy(game => game.Section.Start).ToArray();
            var file = Path.Join(folder.Key, "run.json");
            if (Array.Exists(games, game => game.Section.HasPlayed) || await IsUnfinishedAsync(file, folder.Key, games).ConfigureAwait(false))
                await WriteAsync(file, folder.Key, games, now).ConfigureAwait(false);
            foreach (var (game, _) in games)
                LeftOvers.Clear(folder.Key, game);
        }
    }

    private static async Task WriteAsync(string file, string modelFolder, (string Game, GameSection Section)[] played, DateTime now)
    {
        // Shards in other processes write it too.
        using var edit = await FileEdit.BeginAsync(file, force: true, CancellationToken.None, throughLink: false).ConfigureAwait(false);
        var known = await ReadAsync(file).ConfigureAwait(false);
        var games = (known.GetOrDefault<JsonMap>("games") ?? JsonMap.Empty).ToList();
        foreach (var (name, section) in played)
        {
            var earlier = known.GetOrDefault<JsonMap>("games")?.GetOrDefault<JsonMap>(name);
            games.RemoveAll(game => game.Key == name);
            // To count means to look at every episode of every part. While another part is played it is left to that one, and the sum will do.
            var complete = await RunLocks.ArePlayedAsync(modelFolder, name).ConfigureAwait(false)
                ? (earlier?.GetValueOrDefault(CompleteName) as long? ?? 0) + section.Added
                : CountComplete(modelFolder, name);
            games.Add(new(name, section.Describe(earlier, now, complete)));
        }

        var content = JsonFormat.ToFile(new JsonMap(
        [
            new("clem_version", Version),
            new("created", known.GetOrDefault<string>("created") ?? InteractionsFile.FormatTimestamp(played.Min(game => game.Section.Start))),
            new("player_models", played[0].Section.PlayerModels),
            new("games", new JsonMap(games)),
        ]));
        await AtomicFile.WriteInTreeAsync(file, content, CancellationToken.None).ConfigureAwait(false);
    }

    // Whether a run of ours was killed after its last episode and before it wrote of it. A part, which may be one of thousands, goes by what is left of
    // killed ones, and counts nothing to know. Another program's file stays as it is.
    private async Task<bool> IsUnfinishedAsync(string file, string modelFolder, (string Game, GameSection Section)[] found)
    {
        if (!File.Exists(file))
            return true;
        var known = await ReadAsync(file).ConfigureAwait(false);
        return known.GetOrDefault<string>("clem_version")?.StartsWith(Product, StringComparison.Ordinal) == true
            && Array.Exists(found, game => known.GetOrDefault<JsonMap>("games")?.GetOrDefault<JsonMap>(game.Game)?.GetValueOrDefault(CompleteName) is not long told
                || (settings.Shard.Count > 1 ? RunLocks.AreLeft(modelFolder, game.Game) : told != CountComplete(modelFolder, game.Game)));
    }

    private GameSection SectionOf(EpisodePlan plan, JsonMap playerModels)
    {
        var key = (EpisodePlayer.ModelFolder(settings, plan), plan.Instance.Game);
        return _games.TryGetValue(key, out var known) ? known
            : _games.GetOrAdd(key, new GameSection(plan.Game.Path, settings.Clock.GetLocalNow().DateTime, playerModels));
    }

    private static async Task<JsonMap> ReadAsync(string file)
    {
        if (!File.Exists(file))
            return JsonMap.Empty;
        try
        {
            return PythonJson.Parse(await File.ReadAllBytesAsync(file).ConfigureAwait(false)) as JsonMap ?? JsonMap.Empty;
        }
        catch (JsonException)
        {
            // A damaged run.json says nothing that the episodes do not say; it is written anew.
            return JsonMap.Empty;
        }
    }

    // Of all runs and shards, with every repetition.
    private static long CountComplete(string modelFolder, string game) =>
        Directory.EnumerateDirectories(modelFolder, "epoch_*").Append(modelFolder).Select(folder => Path.Join(folder, game)).Where(Directory.Exists)
            .Sum(folder => Directory.EnumerateDirectories(folder)
                .Sum(experiment => Directory.EnumerateDirectories(experiment).LongCount(episode => File.Exists(Path.Join(episode, EpisodeMarker.CompletedName)))));

    private sealed class GameSection(string gamePath, DateTime start, JsonMap playerModels)
    {
        private long _added;

        public DateTime Start { get; } = start;

        public JsonMap PlayerModels { get; } = playerModels;

        /// <summary>Whether this run played anything of the game, and did not merely find it complete.</summary>
        public bool HasPlayed { get; set; }

        /// <summary>How many complete episodes there are more than before this run.</summary>
        public long Added => Interlocked.Read(ref _added);

        public void Add(int complete) => Interlocked.Add(ref _added, complete);

        // The times span everything that went into the folder; how long it took is the sum.
        public JsonMap Describe(JsonMap? earlier, DateTime end, long complete)
        {
            var duration = end - Start + TimeSpan.FromSeconds(EpisodeScores.ToNumber(earlier?.GetValueOrDefault("duration_seconds")) ?? 0);
            return new JsonMap(
            [
                new("game_path", gamePath),
                new("benchmark_start", earlier?.GetOrDefault<string>("benchmark_start") ?? InteractionsFile.FormatTimestamp(Start)),
                new("benchmark_end", InteractionsFile.FormatTimestamp(end)),
                new("duration", PythonTimeSpan(duration)),
                new("duration_seconds", duration.TotalSeconds),
                new(CompleteName, complete),
            ]);
        }

        // Python's str(timedelta): h:mm:ss.ffffff, with days in words.
        private static string PythonTimeSpan(TimeSpan span) =>
            (span.Days > 0 ? $"{span.Days} day{(span.Days == 1 ? "" : "s")}, " : "") + $"{span.Hours}:{span:mm\\:ss\\.ffffff}";
    }
}
