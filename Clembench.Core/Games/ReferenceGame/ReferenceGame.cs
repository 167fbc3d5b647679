using Clembench.Games.Generation;
using Clembench.Games.Words;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.ReferenceGame;

/// <summary>
/// One player describes the first of three grids in one expression; the other one, who sees them in another order,
/// says which was meant. The instance has the pattern of each answer; in its strict mode nothing may follow what the
/// pattern asks for. An answer of another form ends the episode as aborted.
/// </summary>
public sealed class ReferenceGame : IGame, IInstanceGenerator
{
    private const string InvalidFormat = "invalid format";
    private const string Parsed = "parse";
    private const string Correct = "parse_correct";

    /// <inheritdoc />
    public string Name => "referencegame";

    /// <inheritdoc />
    public bool IsScoredByDialogueAlone => true;

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var names = TargetNames(instance);
        var giverPrompt = instance.GetText("player_1_prompt_header");
        var followerPrompt = instance.GetText("player_2_prompt_header");
        var giver = dialogue.AddPlayer("InstructionGiver", _ => "Expression: " + Describe(instance.GetText("player_1_target_grid")));
        var follower = dialogue.AddPlayer("InstructionFollower", _ => $"Answer: {names[0]}");

        var description = await dialogue.AskAsync(giver, giverPrompt, cancellationToken).ConfigureAwait(false);
        if (Parse(instance, description, player: 1) is not { } expression)
        {
            Abort(dialogue);
            return;
        }

        var text = expression.Tag + expression.Response;
        dialogue.Note(Parsed, text);
        var answer = await dialogue.AskAsync(
            follower, followerPrompt.Replace("TARGET_EXPRESSION", text, StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
        if (Parse(instance, answer, player: 2) is not { } choice)
        {
            Abort(dialogue);
            return;
        }

        var chosen = choice.Response.ToLowerInvariant();
        dialogue.Note(names.Contains(chosen) ? Correct : "parse_wrong", chosen);
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        ReferenceGameInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance)
    {
        var events = interactions.Events.ToList();
        var expression = events.Find(e => e.Type == Parsed)?.Content as string;
        var isAborted = events.Exists(e => e.Type == InvalidFormat);
        var isSuccess = events.Exists(e => e.Type == Correct);
        var requests = (long)events.Count(e => e.Type == "get message");
        var violated = isAborted ? 1L : 0L;

        object Number(long value, bool exists) => exists ? value : (object)double.NaN;
        KeyValuePair<string, object?>[] lengths =
        [
            new("Generated Expression Length", Number(CodePoints(expression), expression is not null)),
            new("Generated Expression Number of Tokens", Number(CountTokens(expression), expression is not null)),
        ];
        KeyValuePair<string, object?>[] ends =
        [
            new("Aborted at Player 1", isAborted && expression is null ? 1L : 0L),
            new("Aborted at Player 2", isAborted && expression is not null ? 1L : 0L),
        ];
        KeyValuePair<string, object?>[] counts =
        [
            new(Metrics.RequestCount, requests),
            new(Metrics.ParsedRequestCount, requests - violated),
            new(Metrics.ViolatedRequestCount, violated),
        ];

        return new EpisodeScores(
            new SortedDictionary<int, JsonMap> { [0] = new([.. lengths, .. counts, new(Metrics.Success, isSuccess ? 1L : 0L)]) },
            new([
                .. expression is null ? ends : lengths,
                .. expression is null ? lengths : ends,
                .. counts,
                new(Metrics.Aborted, violated),
                new(Metrics.Success, Number(isSuccess ? 1 : 0, !isAborted)),
                new(Metrics.Lose, Number(isSuccess ? 0 : 1, !isAborted)),
                new(Metrics.MainScore, Number(isSuccess ? 100 : 0, !isAborted)),
                new(Metrics.RequestSuccessRatio, requests == 0 ? 0.0 : (double)(requests - violated) / requests)]))
        {
            RepeatsHead = false,
        };
    }

    private static void Abort(Dialogue dialogue)
    {
        dialogue.CountViolation();
        dialogue.Note(InvalidFormat, "Invalid generated expression");
    }

    private static (string Tag, string Response)? Parse(GameInstance instance, string response, int player)
    {
        var match = PythonPattern.MatchStart(instance, instance.GetText($"player_{player}_response_pattern"), response);
        var isStrict = instance.Properties.GetOrDefault<string>($"p{player}_mode") is not "liberal";
        return match.Success && !(isStrict && match.Groups["remainder"].Length > 0)
            ? (match.Groups["tag"].Value, match.Groups["response"].Value)
            : null;
    }

    private static IReadOnlyList<string> TargetNames(GameInstance instance) =>
        instance.Properties.GetOrDefault<string>("target_grid_name") is { } name
            ? [name.ToLowerInvariant()]
            : [.. instance.GetTexts("target_grid_name").Select(text => text.ToLowerInvariant())];

    // Row by row, which no two grids share.
    private static string Describe(string grid) =>
        "row by row, filled cells are X and empty ones are o: "
        + string.Join(", ", grid.Split('\n').Select(row => string.Concat(row.Where(c => c != ' ').Select(c => c == 'X' ? 'X' : 'o'))));

    private static long CodePoints(string? text) => text?.EnumerateRunes().LongCount() ?? 0;

    // clemcore's tokens are what stands between blanks, which may be nothing.
    private static long CountTokens(string? text) => text?.Split(' ').LongLength ?? 0;
}
