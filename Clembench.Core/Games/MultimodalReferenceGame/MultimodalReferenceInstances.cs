using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.MultimodalReferenceGame;

/// <summary>
/// Makes the instances, with their images: grids with filled cells, and boards with coloured figures. Of three images two
/// differ from the one that is meant in a few cells, or in one figure. Images are called by their content, so that no
/// name says which is meant, and instance files in one folder share theirs.
/// </summary>
internal static class MultimodalReferenceInstances
{
    private const int InstancesInExperiment = 15;
    private const int GridSize = 5;
    private const int BoardSize = 3;
    private const int FiguresOnBoard = 4;
    private static readonly string[] Places = ["first", "second", "third"];
    private static readonly string[][] Names = [["first", "1st", "1"], ["second", "2nd", "2"], ["third", "3rd", "3"]];

    // White, black, grey; then the colours of figures: red, green, blue, orange, purple.
    private static readonly int[] Palette = [0xFFFFFF, 0x000000, 0x999999, 0xD62728, 0x2CA02C, 0x1F57D6, 0xFF9E1B, 0x8E44AD];
    private const int FirstColour = 3;

    // Figures in a square of so many pixels: disc, square, triangle, diamond, cross.
    private static readonly Func<int, int, int, bool>[] Figures =
    [
        (x, y, size) => Square((2 * x) + 1 - size) + Square((2 * y) + 1 - size) <= Square(size),
        (_, _, _) => true,
        (x, y, size) => Math.Abs((2 * x) + 1 - size) <= y + 1,
        (x, y, size) => Math.Abs((2 * x) + 1 - size) + Math.Abs((2 * y) + 1 - size) <= size,
        (x, y, size) => 3 * Math.Abs((2 * x) + 1 - size) <= size || 3 * Math.Abs((2 * y) + 1 - size) <= size,
    ];

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        var describer = resources.ReadText("describer.en.template");
        var selector = resources.ReadText("selector.en.template");
        return
        [
            Make("grids_en", () =>
            {
                var target = random.Next(2) == 0 ? CellPatterns.Lines(random, GridSize) : CellPatterns.Scattered(random, GridSize, 6 + random.Next(8));
                return [Draw(target), Draw(CellPatterns.Vary(random, target, 2)), Draw(CellPatterns.Vary(random, target, 3))];
            }),
            Make("figures_en", () =>
            {
                var target = Board(random);
                return [Draw(target), Draw(Change(random, target, place: false)), Draw(Change(random, target, place: true))];
            }),
        ];

        ExperimentDraft Make(string name, Func<Picture[]> draw)
        {
            var files = new List<GeneratedFile>();
            var instances = Enumerable.Range(0, InstancesInExperiment).Select(_ =>
            {
                // The first one is meant.
                var images = draw().Select(picture => new GeneratedFile($"images/{picture.ContentName}.png", PngFile.Encode(picture))).ToArray();
                files.AddRange(images);
                return Instance([.. images.Select(image => image.Path)], describer, selector, random);
            }).ToArray();
            return new ExperimentDraft(name, JsonMap.Empty, instances) { Files = files };
        }
    }

    private static JsonMap Instance(string[] images, string describer, string selector, SeededRandom random)
    {
        var order = random.Shuffle(Enumerable.Range(0, images.Length));
        return new([
            new("player_1_prompt_header", describer),
            .. Places.Select((place, index) => KeyValuePair.Create($"player_1_{place}_image", (object?)images[index])),
            new("player_2_prompt_header", selector),
            .. Places.Select((place, index) => KeyValuePair.Create($"player_2_{place}_image", (object?)images[order[index]])),
            new("target_image_name", Names[order.IndexOf(0)].ToArray<object?>()),
            new("player_1_response_pattern", @"^expression:\s*(?P<content>[^\n]+)\n*(?P<remainder>[\s\S]*)"),
            new("player_2_response_pattern", @"^answer:\s*(?P<content>first|second|third|1st|2nd|3rd|1|2|3)\b\.?\n*(?P<remainder>[\s\S]*)"),
            new("lang", "en")]);
    }

    private static Picture Draw(bool[] cells)
    {
        const int cell = 44;
        const int margin = 10;
        var picture = new Picture((2 * margin) + (GridSize * cell), (2 * margin) + (GridSize * cell), Palette);
        for (var i = 0; i < cells.Length; i++)
        {
            var (left, top) = (margin + (i % GridSize * cell), margin + (i / GridSize * cell));
            picture.Fill(left, top, cell, 2, (x, y) => x == 0 || y == 0 || x == cell - 1 || y == cell - 1);
            if (cells[i])
                picture.Fill(left + 1, top + 1, cell - 2, 1, (_, _) => true);
        }

        return picture;
    }

    // For each place of the board: the figure and its colour, or nothing.
    private static (int Figure, int Colour)?[] Board(SeededRandom random)
    {
        var board = new (int, int)?[BoardSize * BoardSize];
        foreach (var place in random.Shuffle(Enumerable.Range(0, board.Length)).Take(FiguresOnBoard))
            board[place] = (random.Next(Figures.Length), random.Next(Palette.Length - FirstColour));
        return board;
    }

    // One figure stands elsewhere, or is another one or of another colour.
    private static (int Figure, int Colour)?[] Change(SeededRandom random, (int Figure, int Colour)?[] board, bool place)
    {
        var changed = ((int Figure, int Colour)?[])board.Clone();
        var taken = random.Pick(Enumerable.Range(0, board.Length).Where(i => board[i] is not null).ToArray());
        var (figure, colour) = board[taken]!.Value;
        if (place)
        {
            changed[taken] = null;
            changed[random.Pick(Enumerable.Range(0, board.Length).Where(i => board[i] is null).ToArray())] = (figure, colour);
        }
        else
        {
            changed[taken] = random.Next(2) == 0
                ? ((figure + 1 + random.Next(Figures.Length - 1)) % Figures.Length, colour)
                : (figure, (colour + 1 + random.Next(Palette.Length - FirstColour - 1)) % (Palette.Length - FirstColour));
        }

        return changed;
    }

    private static Picture Draw((int Figure, int Colour)?[] board)
    {
        const int place = 80;
        const int size = 56;
        var picture = new Picture(BoardSize * place, BoardSize * place, Palette);
        for (var i = 0; i < board.Length; i++)
        {
            if (board[i] is not var (figure, colour))
                continue;
            var (left, top) = ((i % BoardSize * place) + ((place - size) / 2), (i / BoardSize * place) + ((place - size) / 2));
            picture.Fill(left, top, size, FirstColour + colour, (x, y) => Figures[figure](x, y, size));
        }

        return picture;
    }

    private static int Square(int number) => number * number;
}
