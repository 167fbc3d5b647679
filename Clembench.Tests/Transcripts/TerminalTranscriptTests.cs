using Clembench.Results;
using Clembench.Scoring.Benchmark;
using Clembench.Terminal;
using Clembench.Transcripts;
using CsCheck;

namespace Clembench.Tests.Transcripts;

public class TerminalTranscriptTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public async Task No_line_is_wider_than_the_terminal_and_none_commands_it(int width)
    {
        using var hostile = new HostileEpisode();
        var transcript = await TranscriptReader.ReadAsync(await hostile.ReadAsync(), default);
        var lines = TerminalTranscript.Lines(transcript, width, TerminalStyle.Plain).ToArray();
        lines.ShouldAllBe(line => TextWidth.Of(line) <= width);
        string.Concat(lines).ShouldNotMatch("[\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]");
        string.Concat(lines).ShouldContain("⟨ESC⟩[31mred");
    }

    [Fact]
    public async Task Colours_are_those_of_the_style_and_no_others()
    {
        using var hostile = new HostileEpisode();
        var transcript = await TranscriptReader.ReadAsync(await hostile.ReadAsync(), default);
        var style = new TerminalStyle { Reset = "\u001b[0m", Strong = "\u001b[1m", Soft = "\u001b[90m", Good = "\u001b[32m", Bad = "\u001b[31m", Seats = ["\u001b[36m"] };
        var text = string.Concat(TerminalTranscript.Lines(transcript, 80, style));
        text.ShouldContain("\u001b[32mSuccess, score 50\u001b[0m");
        System.Text.RegularExpressions.Regex.Replace(text, "\u001b\\[(?:0|1|90|32|31|36)m", "").ShouldNotContain('\u001b');
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("中文", 4)]
    [InlineData("한", 2)]
    [InlineData("👩‍👩‍👧", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("❤️", 2)]
    public void Ideographs_and_emoji_take_two_columns(string text, int width) => TextWidth.Of(text).ShouldBe(width);

    [Theory]
    [InlineData("one two three", 8, "one two|three")]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("abcdefghij", 4, "abcd|efgh|ij")]
    [InlineData("  keep  inner", 20, "  keep  inner")]
    [InlineData("中文字符中文", 6, "中文字|符中文")]
    [InlineData("ab 中文", 5, "ab 中|文")]
    [InlineData("a\n\nb", 5, "a||b")]
    [InlineData("", 5, "")]
    public void Lines_end_between_words_or_ideographs(string text, int width, string lines) =>
        string.Join('|', TextWidth.Wrap(text, width)).ShouldBe(lines);

    [Fact]
    public void Wrapping_loses_nothing_but_spaces() =>
        Gen.Select(Gen.String[Gen.OneOfConst("ab 中文字👩‍👩‍👧 \té-\n".ToCharArray()), 0, 60], Gen.Int[2, 20]).Sample((raw, width) =>
        {
            var text = VisibleText.ToSymbols(raw);
            var lines = TextWidth.Wrap(text, width).ToArray();
            static string Solid(string s) => s.Replace(" ", "").Replace("\t", "").Replace("\n", "");
            return Solid(string.Concat(lines)) == Solid(text) && lines.All(line => TextWidth.Of(line) <= Math.Max(width, 4));
        });

    [Theory]
    [InlineData("abc", 5, "abc  ")]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("中文字", 4, "中… ")]
    public void A_text_is_fitted(string text, int width, string fitted) => TextWidth.Fit(text, width).ShouldBe(fitted);

    [Fact]
    public void The_chart_fits_and_shows_intervals()
    {
        BenchmarkRow[] rows =
        [
            Row("good", 80, 100, 80) with { Low = 70, High = 90 },
            Row("模型\u001b[31m" + new string('x', 80), 30, 60, 50),
            Row("also at 100", 80, 100, 80),
            Row("none", null, 0, null),
            Row("good", 90, 100, 90) with { Game = "taboo" },
        ];
        var lines = BenchmarkChart.Lines(rows, 80, TerminalStyle.Plain).ToArray();
        lines.ShouldAllBe(line => TextWidth.Of(line) <= 80 && !line.Contains('\u001b'));
        var bar = lines.Single(line => line.StartsWith("good ", StringComparison.Ordinal));
        bar.ShouldEndWith(" 80.00     70.00-90.00");
        Math.Abs(bar.Count(c => c == '▓') - bar.Count(c => c == '░')).ShouldBeLessThanOrEqualTo(1);
        // Two models in one place are one sign; the list names both.
        lines.Count(line => line.Contains('*')).ShouldBe(1);
        lines.Count(line => line.Contains("Quality  80.00", StringComparison.Ordinal)).ShouldBe(2);
        BenchmarkChart.Lines([Row("none", null, 0, null)], 80, TerminalStyle.Plain).ShouldBeEmpty();
    }

    [Fact]
    public void Where_the_letters_do_not_suffice_the_chart_has_the_best_models_and_says_so()
    {
        BenchmarkRow[] rows = [.. Enumerable.Range(1, 55).Select(i => Row($"model-{i}.", i, 100, i))];
        var lines = BenchmarkChart.Scatter(rows, 100, TerminalStyle.Plain).ToArray();
        lines.Count(line => line.Contains("  Quality ", StringComparison.Ordinal)).ShouldBe(52);
        lines.ShouldContain(line => line.StartsWith("A model-55. ", StringComparison.Ordinal));
        lines.ShouldNotContain(line => line.Contains("model-3. ", StringComparison.Ordinal));
        lines[^1].ShouldBe("3 models with lower scores left out");
        BenchmarkChart.Scatter(rows[..52], 100, TerminalStyle.Plain).ShouldNotContain(line => line.Contains("left out", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_outcome_has_its_own_colour()
    {
        var style = new TerminalStyle { Good = "good", Poor = "poor", Aborted = "aborted", Bad = "bad" };
        Enum.GetValues<Outcome>().Select(style.Of).ShouldBe(["good", "poor", "aborted", "bad"]);
        Enum.GetValues<Outcome>().Select(TerminalStyle.ColourOf).ShouldBe(["Green", "Yellow", "Magenta", "Red"]);
    }

    private static BenchmarkRow Row(string model, double? score, double? played, double? quality) =>
        new() { Model = model, Game = "all", ClemScore = score, Played = played, Quality = quality, Episodes = 10, Instances = 10 };
}
