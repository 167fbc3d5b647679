using Clembench.Games.Generation;
using Clembench.Games.Words;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.ImageGame;

/// <summary>
/// One player describes a grid of letters in commands, one at a time; the other one draws it, and answers each command
/// with the grid as it is then. The instance has the patterns of a command, of the last one, and of a grid; an answer
/// of another form ends the episode as aborted.
/// </summary>
public sealed class ImageGame : IGame, IInstanceGenerator
{
    internal const string InvalidFormat = "invalid format";
    internal const string FoundInstruction = "found instruction";
    internal const string FoundGrid = "found grid";
    internal const string FoundEnd = "found terminate pattern";

    // clemcore's limit: twice the number of cells.
    private const int RoundsForCell = 2;

    /// <inheritdoc />
    public string Name => "imagegame";

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var target = instance.GetText("target_grid");
        var question = instance.GetText("player_1_question");
        var dimension = instance.GetNumber("grid_dimension");
        var giverPrompt = $"{instance.GetText("player_1_prompt_header")}\n{target}\n{question}";
        var followerPrompt = instance.GetText("player_2_prompt_header");
        var instructionPattern = instance.GetText("player_1_response_pattern");
        var endPattern = instance.GetText("player_1_terminate_pattern");
        var gridPattern = instance.GetText("player_2_response_pattern");

        var giver = dialogue.AddPlayer(
            "Instruction Giver",
            said => said.Any(message => message.Role == "assistant") ? "Command: DONE" : $"Command: fill these cells: {Describe(target)}");
        var follower = dialogue.AddPlayer("Instruction Follower", _ => target);

        var limit = RoundsForCell * dimension * dimension;
        for (var round = 0; round < limit; round++)
        {
            if (round > 0)
                dialogue.NextRound();
            var command = await dialogue.AskAsync(giver, round == 0 ? giverPrompt : question, cancellationToken).ConfigureAwait(false);
            if (PythonPattern.MatchStart(instance, endPattern, command).Success)
            {
                dialogue.Note(FoundEnd, command);
                return;
            }

            if (!PythonPattern.MatchStart(instance, instructionPattern, command).Success)
            {
                Abort(dialogue, "Invalid instruction format");
                return;
            }

            var instruction = command.Split('\n')[0];
            dialogue.Note(FoundInstruction, instruction);
            var context = round == 0 ? $"{followerPrompt}\n\n{instruction}" : instruction;
            var grid = await dialogue.AskAsync(follower, context, cancellationToken).ConfigureAwait(false);
            if (!PythonPattern.MatchStart(instance, gridPattern, grid, ignoreCase: false).Success)
            {
                Abort(dialogue, "Invalid grid format");
                return;
            }

            dialogue.Note(FoundGrid, grid);
        }

        dialogue.Note("game end", "turn limit reached");
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        ImageGameInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance) => ImageGameScores.Of(interactions, instance);

    private static void Abort(Dialogue dialogue, string reason)
    {
        dialogue.CountViolation();
        dialogue.Note(InvalidFormat, reason);
    }

    private static string Describe(string target)
    {
        var grid = LetterGrid.Parse(target);
        return string.Join(", ", grid.Filled.Select(cell => $"{cell.Letter} in row {cell.Row + 1} column {cell.Column + 1}"));
    }
}
