using Clembench.Common;
using Clembench.Games.Generation;
using Clembench.Games.Words;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.TextMapWorld;

/// <summary>
/// A player walks through rooms that are described one after the other, and says when to stop: <c>GO: north</c>,
/// <c>DONE</c>, by the instance's patterns (else the episode is aborted). The aim is to visit all rooms in few moves; in
/// the variant <c>textmapworld_graphreasoning</c> each response also gives the map as explored so far, and in
/// <c>textmapworld_specificroom</c> one room is to be found.
/// </summary>
/// <param name="name">The game's name: <c>textmapworld</c> or one of its variants.</param>
public sealed class TextMapWorldGame(string name) : IGame, IInstanceGenerator
{
    internal const string WithGraph = "textmapworld_graphreasoning";
    internal const string WithGoal = "textmapworld_specificroom";
    internal const string Move = "move";
    internal const string Stop = "stop";
    internal const string Graph = "graph";
    internal const string ValidFormat = "Valid format";
    internal const string TurnsLimit = "turns_limit";

    // As in clembench, whose instances do not say it.
    internal const int MaxRounds = 20;

    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        RefuseUnknownRules(instance);
        var map = RoomMap.Of(instance);
        var room = map.Find(instance.GetText("Current_Position"), instance);
        var goal = Name == WithGoal ? map.Find(instance.GetText("Specific_Room"), instance) : (int?)null;
        var guide = new MapGuide(map, room, goal, drawsGraph: Name == WithGraph);
        var guesser = dialogue.AddPlayer("PathGuesser", _ => guide.RespondIn(dialogue.Round));
        var description = "";
        var describer = dialogue.AddProgrammaticPlayer("PathDescriber", _ => description);

        var context = instance.GetText("Prompt")
            .Replace("$INITIAL_ROOM$", map.NameOf(room), StringComparison.Ordinal)
            .Replace("$INITIAL_DIRECTIONS$", List(map.DirectionsOf(room)), StringComparison.Ordinal)
            .Replace("$GOAL$", goal is null ? "" : map.NameOf(goal.Value), StringComparison.Ordinal);
        while (true)
        {
            var response = await dialogue.AskAsync(guesser, context, cancellationToken).ConfigureAwait(false);

            // An object may be spread over lines: what follows knows it without the breaks.
            if (Name == WithGraph)
                response = response.Replace("\n", "", StringComparison.Ordinal);
            if (MapMove.Read(instance, response, hasGraph: Name == WithGraph) is not { } move)
            {
                Abort(dialogue);
                return;
            }

            dialogue.Note("parse", response);
            if (move.IsStop)
            {
                dialogue.Note(Stop, "The guesser decided to stop the game");
                return;
            }

            var next = move.Direction is null ? null : map.Go(room, move.Direction);
            description = move.Direction is null ? "Game needs to be aborted" : Describe(instance, map, room, next);
            context = await dialogue.AskAsync(describer, response, cancellationToken).ConfigureAwait(false);
            if (move.Direction is null)
            {
                Abort(dialogue);
                return;
            }

            dialogue.Note(ValidFormat, "Continue");
            if (next is not null)
            {
                dialogue.Note(Move, $$"""{"old": {{JsonData.ToJson(map.NameOf(room))}}, "new": {{JsonData.ToJson(map.NameOf(next.Value))}}}""");
                if (move.Graph is not null)
                    dialogue.Note(Graph, PythonLiteral.Repr(move.Graph));
                room = next.Value;
            }

            if (dialogue.Round + 1 >= MaxRounds)
            {
                dialogue.Note(TurnsLimit, $"{MaxRounds}");
                return;
            }

            dialogue.NextRound();
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) => Name switch
    {
        WithGraph => TextMapWorldInstances.WithGraph(resources, random),
        WithGoal => TextMapWorldInstances.WithGoal(resources, random),
        _ => TextMapWorldInstances.Main(resources, random),
    };

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance) => Score(interactions, instance, CancellationToken.None);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance, CancellationToken cancellationToken) =>
        TextMapWorldScores.Of(interactions, instance, Name, cancellationToken);

    private static void Abort(Dialogue dialogue)
    {
        dialogue.CountViolation();
        dialogue.Note("aborted", "abort game");
    }

    private static string Describe(GameInstance instance, RoomMap map, int room, int? next)
    {
        var text = next is null
            ? instance.GetText("Player2_negative_answer").Replace("$SAME_ROOM$", map.NameOf(room), StringComparison.Ordinal)
            : instance.GetText("Player2_positive_answer").Replace("$ANOTHER_ROOM$", map.NameOf(next.Value), StringComparison.Ordinal);
        return text.Replace("$DIRECTIONS$", List(map.DirectionsOf(next ?? room)), StringComparison.Ordinal);
    }

    private static string List(IEnumerable<string> directions) => string.Join(", ", directions);

    // Settings that no instance of the benchmark uses: to play them by other rules than they mean would be worse than to refuse.
    private static void RefuseUnknownRules(GameInstance instance)
    {
        var unknown = new (string Key, object? Usual)[]
        {
            ("Loop_Reminder", false), ("Max_Turns_Reminder", false), ("Ambiguity", null), ("Game_Type", "named_graph"),
        }.FirstOrDefault(setting => instance.Properties.TryGetValue(setting.Key, out var value) && !Equals(value, setting.Usual));
        if (unknown.Key is not null)
        {
            throw new ClemException(
                "Clem.Instance.Unsupported", ErrorKind.InvalidData,
                $"{instance} has '{unknown.Key}' set to {PythonLiteral.Repr(instance.Properties[unknown.Key])}; only {PythonLiteral.Repr(unknown.Usual)} can be played.",
                "Use instances that leave this setting as the benchmark has it.", instance);
        }
    }
}
