using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.ReferenceGame;

/// <summary>Makes the reference game's instances: three grids that differ in a few cells, as lines or scattered cells.</summary>
internal static class ReferenceGameInstances
{
    private const int Size = 5;
    private const int InstancesInExperiment = 20;
    private static readonly string[][] Names = [["first", "1"], ["second", "2"], ["third", "3"]];

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        var describer = resources.ReadText("describer.en.template");
        var selector = resources.ReadText("selector.en.template");
        return
        [
            new("lines_en", JsonMap.Empty, Make(() => CellPatterns.Lines(random, Size))),
            new("scattered_en", JsonMap.Empty, Make(() => CellPatterns.Scattered(random, Size, 6 + random.Next(8)))),
        ];

        List<JsonMap> Make(Func<bool[]> pattern) => [.. Enumerable.Range(0, InstancesInExperiment).Select(_ => Instance(pattern(), describer, selector, random))];
    }

    private static JsonMap Instance(bool[] target, string describer, string selector, SeededRandom random)
    {
        // Two changed cells in one and three in the other: the three grids are never equal.
        string Text(bool[] cells) => CellPatterns.Format(cells, Size, "X", "\u25a2");
        string[] grids = [Text(target), Text(CellPatterns.Vary(random, target, 2)), Text(CellPatterns.Vary(random, target, 3))];
        var order = random.Shuffle(Enumerable.Range(0, grids.Length));
        var shown = order.Select(index => grids[index]).ToArray();
        return new([
            new("player_1_prompt_header", Fill(describer, grids)),
            new("player_1_target_grid", grids[0]),
            new("player_1_second_grid", grids[1]),
            new("player_1_third_grid", grids[2]),
            new("player_2_prompt_header", Fill(selector, shown)),
            new("player_2_first_grid", shown[0]),
            new("player_2_second_grid", shown[1]),
            new("player_2_third_grid", shown[2]),
            new("target_grid_name", Names[order.IndexOf(0)].ToArray<object?>()),
            new("player_1_response_pattern", @"^(?P<tag>expression:\s*)(?P<content>(?P<response>[^\n]+)(?P<remainder>[\s\S]*))"),
            new("player_2_response_pattern", @"^(?P<tag>answer:\s*)(?P<content>(?P<response>first|second|third|1|2|3)\b[^\n]*(?P<remainder>[\s\S]*))"),
            new("lang", "en"),
            new("p1_mode", "strict"),
            new("p2_mode", "strict")]);
    }

    private static string Fill(string template, string[] grids) => template
        .Replace("$grid_1", grids[0], StringComparison.Ordinal)
        .Replace("$grid_2", grids[1], StringComparison.Ordinal)
        .Replace("$grid_3", grids[2], StringComparison.Ordinal);
}
