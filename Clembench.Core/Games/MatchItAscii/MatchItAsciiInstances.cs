using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.MatchItAscii;

/// <summary>Makes the instances: pairs of grids that are the same, differ in one or two cells, or have nothing to do with each other.</summary>
internal static class MatchItAsciiInstances
{
    private const int Size = 5;
    private const int InstancesInExperiment = 10;
    private const int DecisionRound = 3;
    private const string Same = "same grid";
    private const string Different = "different grids";
    private static readonly string[] Texts = ["initial_prompt", "q_reprompt", "d_reprompt", "a_request", "desc_intro"];

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        var texts = Texts.Select(name => KeyValuePair.Create(name, (object?)resources.ReadText($"{name}.en.template"))).ToArray();
        return
        [
            Make("same_en", Same, grid => grid),
            Make("one_cell_en", Different, grid => CellPatterns.Vary(random, grid, 1)),
            Make("two_cells_en", Different, grid => CellPatterns.Vary(random, grid, 2)),
            Make("different_en", Different, Another),
        ];

        bool[] Draw() => random.Next(2) == 0 ? CellPatterns.Lines(random, Size) : CellPatterns.Scattered(random, Size, 6 + random.Next(8));

        bool[] Another(bool[] grid)
        {
            // At least a fifth of the cells differ.
            bool[] other;
            do
                other = Draw();
            while (other.Zip(grid).Count(cells => cells.First != cells.Second) < Size);
            return other;
        }

        ExperimentDraft Make(string name, string solution, Func<bool[], bool[]> second) => new(
            name,
            new([
                .. texts,
                new("flags", new JsonMap([new("description", "DESCRIPTION:"), new("question", "QUESTION:"), new("answer", "ANSWER:"), new("decision", "DECISION:")])),
                new("solution", solution),
                new("wrong_solution", solution == Same ? Different : Same)]),
            [.. Enumerable.Range(0, InstancesInExperiment).Select(_ =>
            {
                var grid = Draw();
                return new JsonMap([
                    new("grid_a", Text(grid)),
                    new("grid_b", Text(second(grid))),
                    new("decision_turn", (long)DecisionRound)]);
            })]);
    }

    private static string Text(bool[] cells) => CellPatterns.Format(cells, Size, "X", "\u25a2");
}
