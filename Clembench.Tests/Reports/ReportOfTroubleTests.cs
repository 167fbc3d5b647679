using System.Globalization;
using Clembench.Json;
using Clembench.Reports;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Tests.Support;

namespace Clembench.Tests.Reports;

/// <summary>What a report says of episodes that failed, of what was not played, and of numbers that do not agree.</summary>
[Collection(ReportBrowserTests.Name)]
public sealed class ReportOfTroubleTests(ReportBrowser browser) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Results => _folder.File("results");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_comparison_has_the_signs_of_Compare_ClemModel_and_leaves_errors_out()
    {
        Write(new("a", 0) { Score = 100 }, new("a", 0) { Score = 50, Repeat = 2 }, new("a", 1), new("a", 2) { Error = "no" }, new("a", 3) { Score = 10 });
        Write(new("b", 0) { Score = 40 }, new("b", 1) { Score = 90 }, new("b", 2) { Score = 80 });
        await using var view = await browser.OpenAsync(await ReportAsync(), "#compare?a=a&b=b");
        await view.Page.WaitForSelectorAsync("#differences td.difference");

        var data = new BenchmarkData();
        await foreach (var episode in new ScoresTree([Results]).ReadAsync(default))
            data.Add(episode);
        var expected = new ModelComparer(data, 1000).Compare("a", "b", default);
        expected[0].MeanDifference.ShouldBe((40 - 75 + 90) / 2.0);
        (await view.Find("#differences td.difference").AllTextContentsAsync())
            .ShouldBe(expected.Select(row => row.MeanDifference.ToString("+0.0;−0.0", CultureInfo.InvariantCulture)));
        (await view.TextAsync("#differences header p")).ShouldStartWith("b less a,");
        (await view.Find("#instances tbody td.number").AllTextContentsAsync()).ShouldBe(["+90.0", "−35.0", "error"]);
        (await view.TextAsync("#instances header p")).ShouldBe(
            "b is better on 1, a on 1; on 0 both have the same score. On 1 more, one of them ended in an error, so that there is no difference. 1 instance only one of them has. Open one to read both dialogues.");

        await view.Find("#instances tbody th a").First.ClickAsync();
        await view.WaitAsync("() => document.querySelectorAll('.versus .column .dialogue').length === 2");
        (await view.Find(".versus h2 > a").AllTextContentsAsync()).ShouldBe(["a", "b"]);
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task A_model_that_played_nothing_is_last_and_says_so()
    {
        Write(new("aborter", 0), new("aborter", 1), new("failer", 0) { Error = "no" }, new("poor", 0) { Score = 0 }, new("good", 0) { Score = 90 }, new("good", 1) { Error = "no" });
        await using var view = await browser.OpenAsync(await ReportAsync());
        (await view.Find("#leaderboard tbody th a:first-child").AllTextContentsAsync()).ShouldBe(["good", "poor", "aborter", "failer"]);
        (await view.Find("#leaderboard tbody td:first-child").AllTextContentsAsync()).ShouldBe(["1", "2", "–", "–"]);
        (await view.Find("#leaderboard .tag.bad").AllTextContentsAsync()).ShouldBe(["no episode played: 2 aborted", "no episode played: 1 error"]);
        (await view.Find("#leaderboard a.errors").AllTextContentsAsync()).ShouldBe(["1 of 2 failed, not scored"]);

        // Whichever way it is sorted.
        await view.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Clemscore" }).ClickAsync();
        await view.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Clemscore" }).ClickAsync();
        (await view.Find("#leaderboard tbody th a:first-child").AllTextContentsAsync()).ShouldBe(["poor", "good", "aborter", "failer"]);
        (await view.Find("#heatmap td a").AllTextContentsAsync()).ShouldBe(["90", "0", "⊘", "!"]);
        (await view.Find("#heatmap td a.none").First.GetAttributeAsync("aria-label")).ShouldBe("aborter, taboo: no episode played: 2 aborted");
        (await view.Find("#scatter a.point").CountAsync()).ShouldBe(2);
        (await view.TextAsync("#scatter p.soft")).ShouldEndWith("aborter, failer");
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task A_score_of_fewer_games_is_marked_and_does_not_win()
    {
        Write(new("whole", 0) { Score = 60 }, new("whole", 0) { Score = 60, Game = "wordle" });
        Write(new("aborting", 0) { Score = 100 }, new("aborting", 0) { Game = "wordle" });
        Write(new("failing", 0) { Score = 100 }, new("failing", 0) { Error = "no", Game = "wordle" });
        await using var view = await browser.OpenAsync(await ReportAsync());
        var data = new BenchmarkData();
        await foreach (var episode in new ScoresTree([Results]).ReadAsync(default))
            data.Add(episode);
        data.AddFailed("failing", "wordle");
        var expected = Leaderboard.Rows(data, BenchmarkGrouping.Model, 1000, null, default);
        (await view.Find("#leaderboard tbody th a:first-child").AllTextContentsAsync()).ShouldBe(expected.Select(row => row.Model));
        (await view.Find("#leaderboard tbody th a:first-child").First.TextContentAsync()).ShouldBe("whole");
        (await view.Find("#leaderboard .lacks").AllTextContentsAsync()).ShouldBe(expected.Where(row => row.IsIncomplete).Select(row => $"* {row.Note}"));
        (await view.Find("#leaderboard .lacks").CountAsync()).ShouldBe(2);
        (await view.TextAsync("#leaderboard > p.small")).ShouldStartWith("* The score leaves out games");
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task Errors_that_differ_in_numbers_and_names_are_one_reason_with_an_example()
    {
        const string First = "The model 'a' at http://127.0.0.1:4711/v1/chat did not answer: there are too many requests (HTTP 429). It says: try again in 12.5s (request req_71a0b2c4).";
        Write(new("a", 0) { Error = First }, new("a", 1) { Error = First.Replace("12.5s", "3s").Replace("71a0", "99ff") }, new("b", 0) { Error = First.Replace("'a'", "'b'").Replace("4711", "80") });
        Write(new EpisodeSketch("b", 1) { Error = First.Replace("429", "503") });
        await using var view = await browser.OpenAsync(await ReportAsync());
        (await view.Find("#failures tbody th > bdi").AllTextContentsAsync()).ShouldBe(
        [
            "taboo",
            "did not answer: there are too many requests (HTTP 429). It says: try again in … (request …).",
            "did not answer: there are too many requests (HTTP 503). It says: try again in … (request …).",
        ]);
        (await view.Find("#failures td.amount a").AllTextContentsAsync()).ShouldBe(["3", "1"]);
        (await view.TextAsync("#failures .example")).ShouldBe($"such as: {First}");

        // The episode has its own.
        await view.Find("#failures td.amount a").First.ClickAsync();
        await view.Find("tbody th a").Nth(1).ClickAsync();
        await view.Page.WaitForSelectorAsync(".dialogue .bubble");
        (await view.TextAsync("pre.text")).ShouldContain("try again in 3s (request req_99ffb2c4)");
        view.ShouldBeQuiet();

        await using var summary = await browser.OpenAsync(await ReportAsync(ReportDetail.Summary));
        (await summary.Find("#failures td.amount a").CountAsync()).ShouldBe(2);
        (await summary.Find("#failures .example").CountAsync()).ShouldBe(0);
    }

    [SkippableTheory]
    [InlineData(ReportDetail.Full)]
    [InlineData(ReportDetail.Summary)]
    public async Task Requests_are_those_on_record_and_the_metric_has_its_own_name(ReportDetail detail)
    {
        Write(new("a", 0) { Score = 50, RequestCount = 320 }, new("a", 1) { Score = 50 });
        await using var view = await browser.OpenAsync(await ReportAsync(detail), "#episode?n=0");
        (await view.TextAsync(".facts")).ShouldContain("requests1Request Count metric320");
        await view.GoAsync("#episode?n=1", "h1");
        await view.WaitAsync("() => document.querySelector('.steps .soft').textContent.startsWith('2 of')");
        (await view.TextAsync(".facts")).ShouldNotContain("metric");
        await view.GoAsync("#overview", "#resources");
        (await view.Find("#resources thead th").AllTextContentsAsync()).ShouldContain("Request Count");
        (await view.Find("#resources tbody td.number").AllTextContentsAsync()).Take(2).ShouldBe(["2", "321"]);
        view.ShouldBeQuiet();
    }

    [SkippableTheory]
    [InlineData(1280)]
    [InlineData(500)]
    [InlineData(390)]
    public async Task Whatever_is_wider_than_the_page_scrolls_within_it(int width)
    {
        for (var game = 0; game < 15; game++)
        {
            foreach (var model in (string[])["a", "an-organisation-with-a-name/a-model-with-a-longer-one-than-most-2026-preview-instruct", new string('w', 90)])
            {
                Write(new EpisodeSketch(model.Replace('/', '_'), 0)
                {
                    Game = $"a_game_of_many_words_{game}",
                    Experiment = $"an_experiment_{new string('x', 80)}",
                    Score = game % 3 == 0 ? null : 50,
                    State = new JsonMap([new(new string('z', 90), new string('z', 900))]),
                    Error = game == 4 ? $"something with {new string('y', 200)} went wrong" : null,
                });
            }
        }

        var report = await ReportAsync();
        foreach (var fragment in (string[])["", "#episodes", "#episode?n=0", $"#compare?a=a&b={new string('w', 90)}", $"#compare?a=a&b={new string('w', 90)}&n=0&n=20"])
        {
            await using var view = await browser.OpenAsync(report, fragment, width);
            (await view.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, fragment);
            (await view.Page.EvaluateAsync<string[]>(
                """
                () => {
                  const cut = [];
                  for (const table of document.querySelectorAll('table')) {
                    const scroll = table.closest('.scroll');
                    if (!scroll || scroll.getBoundingClientRect().right > innerWidth) cut.push(`no frame: ${table.textContent.slice(0, 40)}`);
                    else if (getComputedStyle(scroll).overflowX !== 'auto') cut.push(`does not scroll: ${table.textContent.slice(0, 40)}`);
                    else if (scroll.scrollLeft + table.getBoundingClientRect().right - scroll.getBoundingClientRect().left > scroll.scrollWidth + 1) cut.push(`not whole: ${table.textContent.slice(0, 40)}`);
                  }
                  for (const cell of document.querySelectorAll('th, td')) if (cell.offsetParent && cell.getBoundingClientRect().width > 0.75 * innerWidth && cell.colSpan === 1 && innerWidth < 600 && document.querySelector('#overview')) cut.push('a cell fills the screen');
                  return cut;
                }
                """)).ShouldBeEmpty(fragment);
        }
    }

    private void Write(params EpisodeSketch[] episodes)
    {
        foreach (var episode in episodes)
            episode.Write(Results);
    }

    private async Task<string> ReportAsync(ReportDetail detail = ReportDetail.Full)
    {
        var path = _folder.File($"{detail}.html");
        await SimulatedReport.WriteAsync(Results, path, new ReportOptions { Detail = detail });
        return path;
    }
}
