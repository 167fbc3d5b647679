using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.ImageGame;

/// <summary>Makes the image game's instances: grids with one letter, in lines or scattered.</summary>
internal static class ImageGameInstances
{
    private const int Size = 5;
    private const int InstancesInExperiment = 20;

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        const string row = @"([A-Z\u25a2]\s){4}[A-Z\u25a2]";
        var settings = new[]
        {
            KeyValuePair.Create("player_1_prompt_header", (object?)resources.ReadText("giver.en.template")),
            new("player_2_prompt_header", resources.ReadText("follower.en.template")),
            new("player_1_question", "What comes next?"),
            new("grid_dimension", (long)Size),
            new("player_1_response_pattern", @"^command: [^\n]+$"),
            new("player_1_terminate_pattern", @"^\s*command\s*:\s*done\s*$"),
            new("player_2_response_pattern", $@"^{string.Join(@"\n", Enumerable.Repeat(row, Size))}$"),
        };
        return
        [
            new("lines_en", JsonMap.Empty, Make(() => CellPatterns.Lines(random, Size))),
            new("scattered_en", JsonMap.Empty, Make(() => CellPatterns.Scattered(random, Size, 3 + random.Next(7)))),
        ];

        List<JsonMap> Make(Func<bool[]> pattern) => [.. Enumerable.Range(0, InstancesInExperiment).Select(_ => new JsonMap([
            .. settings,
            new("target_grid", CellPatterns.Format(pattern(), Size, $"{(char)('A' + random.Next(26))}", LetterGrid.Empty))]))];
    }
}
