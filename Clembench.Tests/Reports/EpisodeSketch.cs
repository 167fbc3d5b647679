using Clembench.Backends;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Tests.Reports;

/// <summary>An episode of one round as a record has it, written as a test needs it.</summary>
internal sealed record EpisodeSketch(string Model, int Id)
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==";
    private static readonly DateTime Start = new(2026, 5, 4, 9, 0, 0, DateTimeKind.Unspecified);

    /// <summary>A picture of two by two points.</summary>
    public static byte[] Picture => Convert.FromBase64String(Png);

    public string Game { get; init; } = "taboo";

    public string Experiment { get; init; } = "x";

    public int Repeat { get; init; } = 1;

    /// <summary>The main score; null for an episode that was aborted.</summary>
    public double? Score { get; init; }

    /// <summary>Why it failed; null for one that did not.</summary>
    public string? Error { get; init; }

    /// <summary>What the metric of this name says, which need not be the number of requests.</summary>
    public long RequestCount { get; init; } = 1;

    public string Question { get; init; } = "Say it.";

    public IReadOnlyList<string> QuestionImages { get; init; } = [];

    public string Answer { get; init; } = "So it is said.";

    public IReadOnlyList<string> AnswerImages { get; init; } = [];

    /// <summary>What the game master notes of the game's state; null for nothing.</summary>
    public JsonMap? State { get; init; }

    /// <summary>What the instance holds.</summary>
    public JsonMap Instance { get; init; } = JsonMap.Empty;

    /// <summary>Writes the records.</summary>
    /// <param name="results">The results folder.</param>
    /// <returns>The episode's folder.</returns>
    public string Write(string results)
    {
        var folder = Path.Join(results, Model, Repeat > 1 ? $"epoch_{Repeat:00000}" : "", Game, Experiment, $"instance_{Id:00000}");
        var isAborted = Score is null && Error is null;
        var interactions = new Interactions
        {
            Meta = new InteractionsMeta(Game, Experiment, Id, Model, "1"),
            Players = [new PlayerInfo("GM", "Game Master", PlayerInfo.Programmatic), new PlayerInfo("Player 1", "Speaker", Model)],
            Rounds =
            [
                [
                    .. State is null ? (InteractionEvent[])[] : [Event("GM", "GM", "state", State, 0)],
                    Event("GM", "Player 1", "send message", Question, 0) with { Images = QuestionImages },
                    Event("Player 1", "GM", "get message", Answer, 2) with { Images = AnswerImages },
                    .. isAborted ? (InteractionEvent[])[Event("GM", "GM", "invalid format", $"the answer has {Id + 3} words", 2)] : [],
                ],
            ],
        };
        EpisodeWriter.Write(folder, ResultsLayout.Current, new EpisodeRecord
        {
            Instance = new GameInstance { Game = Game, Experiment = Experiment, InstanceId = Id, Properties = Instance, ExperimentProperties = JsonMap.Empty },
            Interactions = interactions,
            Calls =
            [
                new RecordedCall("Player 1", 0, Start.AddSeconds(2), TimeSpan.FromSeconds(2), new ModelResponse(
                    JsonData.ToElement(new JsonMap([new("messages", new object?[] { new JsonMap([new("role", "user"), new("content", Question)]) })])),
                    JsonData.ToElement(new JsonMap([new("text", Answer)])), Answer)),
            ],
            Scores = Error is not null ? null : new EpisodeScores(new SortedDictionary<int, JsonMap>(), new JsonMap(
            [
                new("Aborted", isAborted ? 1L : 0L), new("Lose", Score < 50 ? 1L : 0L), new("Success", Score >= 50 ? 1L : 0L), new("Main Score", Score ?? double.NaN),
                new("Request Count", RequestCount), new("Violated Request Count", isAborted ? 1L : 0L),
            ])),
            Failure = Error is null ? null : ("Clem.Backend.Failed", Error),
            Timestamp = Start,
            Duration = TimeSpan.FromSeconds(2),
        });
        return folder;
    }

    private static InteractionEvent Event(string from, string to, string type, object? content, int second) =>
        new() { Turn = 0, From = from, To = to, Type = type, Content = content, Timestamp = Start.AddSeconds(second) };
}
