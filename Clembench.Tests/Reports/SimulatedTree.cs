using Clembench.Backends;
using Clembench.Common;
using Clembench.Games;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Reports;

/// <summary>A results tree as a benchmark of many models leaves it: real games, whose models are simulated.</summary>
internal static class SimulatedTree
{
    /// <summary>Models from excellent to poor.</summary>
    public static IReadOnlyList<SimulatedPlayer> Players { get; } =
    [
        new("alder-large", 0.995, 0.93, 2.4, 15m),
        new("birch-72b", 0.985, 0.87, 1.6, 4m),
        new("cedar-reasoner", 0.97, 0.96, 11, 12m),
        new("alder-mini", 0.975, 0.78, 0.8, 0.6m),
        new("dogwood-32b", 0.93, 0.74, 1.1, 1.2m),
        new("elm-chat-13b", 0.90, 0.52, 0.5, 0.4m),
        new("fir-7b", 0.80, 0.40, 0.28, 0.2m),
        new("gingko-tiny", 0.62, 0.22, 0.09, 0.05m),
    ];

    /// <summary>Plays and records.</summary>
    /// <param name="folder">The results folder.</param>
    /// <param name="episodes">About how many episodes: every model plays as many of every game.</param>
    /// <param name="games">The games; null for all that are packaged.</param>
    /// <param name="players">The models; null for <see cref="Players"/>.</param>
    /// <returns>How many were played.</returns>
    public static async Task<int> PlayAsync(string folder, int episodes, IReadOnlyList<string>? games = null, IReadOnlyList<SimulatedPlayer>? players = null)
    {
        players ??= Players;
        var workspace = new Workspace { WorkingDirectory = Repository.Root, UserDirectories = [Path.Join(folder, ".user")], PackagedDirectory = Repository.Root, GetVariable = _ => null };
        var entries = GameRegistry.Read(workspace).Games.Where(game => games is null || games.Contains(game.Name)).DistinctBy(game => game.Name).ToArray();
        var each = Math.Max(1, (int)Math.Ceiling((double)episodes / entries.Length / players.Count));
        foreach (var entry in entries)
        {
            var rules = GameCatalog.BuiltIn.FindRules(entry)!;
            var instances = await InstanceFile.ReadAsync(entry.InstancePath, entry.Name, default);
            await Parallel.ForEachAsync(
                from player in players from number in Enumerable.Range(0, each) select (player, number),
                async (one, token) => await PlayAsync(folder, rules, Instance(instances, one.number, each), one.player, token));
        }

        return entries.Length * each * players.Count;
    }

    // Beyond the packaged ones instances come again under a number of their own; few are taken from all experiments alike.
    private static GameInstance Instance(InstanceList instances, int number, int each) => each >= instances.Count
        ? instances[number % instances.Count] is var one && number < instances.Count ? one : one with { InstanceId = number }
        : instances[(int)((long)number * instances.Count / each)];

    private static async Task PlayAsync(string folder, IGame rules, GameInstance instance, SimulatedPlayer player, CancellationToken cancellationToken)
    {
        var seed = $"{player.Name}/{instance}".Aggregate(17, (hash, letter) => unchecked(hash * 31 + letter));
        var clock = new SimulatedClock(new DateTimeOffset(2026, 5, 4, 9, 0, 0, TimeSpan.Zero).AddSeconds(seed & 0xffff));
        var began = clock.GetUtcNow();
        var model = new SimulatedModel(player, new Random(seed), clock);
        var dialogue = new Dialogue([model], new GenerationOptions(), clock);
        await rules.PlayAsync(instance, dialogue, cancellationToken);
        var interactions = dialogue.ToInteractions(new InteractionsMeta(instance.Game, instance.Experiment, instance.InstanceId, player.Name, "simulated"));
        EpisodeWriter.Write(
            Path.Join(
                folder, player.Name, instance.Game,
                ResultsFolders.ForExperiment(ResultsLayout.Current, instance.Experiment, instance.ExperimentIndex), ResultsFolders.ForInstance(ResultsLayout.Current, instance.InstanceId)),
            ResultsLayout.Current,
            new EpisodeRecord
            {
                Instance = instance,
                Interactions = interactions,
                Calls = dialogue.Calls,
                Scores = rules.Score(interactions, instance, cancellationToken),
                Timestamp = clock.GetLocalNow().DateTime,
                Duration = clock.GetUtcNow() - began,
                Cost = model.Cost,
            });
    }
}
