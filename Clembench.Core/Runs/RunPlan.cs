using Clembench.Models;

namespace Clembench.Runs;

/// <summary>The episodes of a run. They are made one by one as they are played, so that any number can be planned.</summary>
/// <param name="Count">The number of episodes.</param>
/// <param name="Lanes">The episodes of each line-up: lanes are played side by side, none waits for another.</param>
public sealed record RunPlan(int Count, IReadOnlyList<RunLane> Lanes)
{
    /// <summary>The episodes, those of a lane together.</summary>
    public IEnumerable<EpisodePlan> Episodes => Lanes.SelectMany(lane => lane.Episodes);

    /// <summary>Every line-up plays every instance of every game whose images it sees, as often as asked for.</summary>
    /// <param name="lineUps">The line-ups: one model for all roles, or one for each.</param>
    /// <param name="games">The games and what is played of each; their roles fit the line-ups (see <see cref="GameSelection.Check"/>).</param>
    /// <param name="repeat">How often each instance is played.</param>
    /// <param name="shard">The part of the episodes that is played here; null for all.</param>
    /// <returns>The plan.</returns>
    public static RunPlan Of(IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, IReadOnlyList<GameSelection> games, int repeat, Shard? shard)
    {
        var count = shard is null
            ? lineUps.Sum(lineUp => Playable(lineUp).Sum(game => game.Instances.Count)) * repeat
            : lineUps.Sum(lineUp => Places(lineUp).Count());
        return new RunPlan(count, [.. lineUps.Select(lineUp => new RunLane(
            Places(lineUp).Select(place =>
                new EpisodePlan(lineUp, place.Game.Rules, place.Game.Game, place.Game.Instances[place.Index]) { Repeat = place.Repetition }),
            lineUp.Any(model => model.IsPerson) ? 1 : int.MaxValue))]);

        IEnumerable<GameSelection> Playable(IReadOnlyList<ModelEntry> lineUp) => games.Where(game => game.WhyUnseen(lineUp) is null);

        IEnumerable<(GameSelection Game, int Index, int? Repetition)> Places(IReadOnlyList<ModelEntry> lineUp) =>
            from repetition in Enumerable.Range(1, repeat)
            from game in Playable(lineUp)
            from index in Enumerable.Range(0, game.Instances.Count)
            let numbered = repeat > 1 ? repetition : (int?)null
            where shard is not { } part || part.Contains(Identity(lineUp, game, index, numbered))
            select (game, index, numbered);
    }

    private static string Identity(IReadOnlyList<ModelEntry> lineUp, GameSelection game, int index, int? repetition)
    {
        var (experiment, id) = game.Instances.Identify(index);
        return $"{string.Join("--", lineUp)}/{game.Game.Name}/{experiment}/{id}/{repetition}";
    }
}
