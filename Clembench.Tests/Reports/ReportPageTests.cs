using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Clembench.Games;
using Clembench.Reports;
using Clembench.Results;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Clembench.Tests.Reports;

/// <summary>What a reader of a report sees and does, in a browser.</summary>
[Collection(ReportBrowserTests.Name)]
public class ReportPageTests(ReportBrowser browser, SimulatedReport report) : IClassFixture<SimulatedReport>
{
    [SkippableFact]
    public async Task The_overview_has_the_leaderboard_of_Measure_ClemBenchmark()
    {
        await using var view = await browser.OpenAsync(report.Path);
        var data = new BenchmarkData();
        await foreach (var episode in new ScoresTree([report.Results]).ReadAsync(default))
            data.Add(episode);
        var expected = Leaderboard.Rows(data, BenchmarkGrouping.Game, 1000, null, default).Where(row => row.Game == "all").ToArray();

        (await view.Find("#leaderboard tbody th").AllTextContentsAsync()).ShouldBe(expected.Select(row => row.Model));
        (await view.Find("#leaderboard tbody tr td:nth-of-type(2) > span:first-child").AllTextContentsAsync())
            .ShouldBe(expected.Select(row => row.ClemScore!.Value.ToString("0.00", CultureInfo.InvariantCulture)));
        (await view.Find("#leaderboard tbody tr td:nth-of-type(2) .interval").AllTextContentsAsync())
            .ShouldBe(expected.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Low:0.0} to {row.High:0.0}")));
        (await view.TextAsync(".facts")).ShouldContain(report.Episodes.ToString(CultureInfo.InvariantCulture));
        (await view.Find("#heatmap td a").CountAsync()).ShouldBe(12);
        (await view.Find("#scatter a.point").CountAsync()).ShouldBe(3);
        (await view.Find("#times tbody tr").CountAsync()).ShouldBe(3);
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task Failures_are_counted_by_game_and_model_and_open_their_episodes()
    {
        await using var view = await browser.OpenAsync(report.Path);
        var aborted = await CountAsync(Outcome.Aborted);
        aborted.ShouldBeGreaterThan(50);
        (await view.Find("#failures tr.group td.number").AllTextContentsAsync()).Sum(text => int.Parse(text, CultureInfo.InvariantCulture)).ShouldBe(aborted);

        var link = view.Find("#failures td.amount a").First;
        var number = await link.TextContentAsync();
        await link.ClickAsync();
        await view.Page.WaitForSelectorAsync("#amount");
        (await view.TextAsync("#amount")).ShouldStartWith($"{number} episodes of ");
        (await view.Find("td .outcome.aborted").CountAsync()).ShouldBe(int.Parse(number!, CultureInfo.InvariantCulture));
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task Episodes_are_filtered_and_sorted()
    {
        await using var view = await browser.OpenAsync(report.Path, "#episodes");
        (await view.TextAsync("#amount")).ShouldBe($"All {report.Episodes} episodes.");
        (await view.Find("tbody tr").CountAsync()).ShouldBe(100);
        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        (await view.TextAsync(".pages")).ShouldContain("101 to 200");

        await view.Page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("alder-large");
        await view.Page.GetByLabel("Game", new() { Exact = true }).SelectOptionAsync("wordle");
        var all = await view.Find("tbody tr").CountAsync();
        all.ShouldBe(report.Episodes / 12);
        await view.Page.GetByLabel("Success").CheckAsync();
        (await view.Find("td .outcome.success").CountAsync()).ShouldBe(await view.Find("tbody tr").CountAsync());
        await view.Page.GetByLabel("Success").UncheckAsync();

        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Score" }).ClickAsync();
        (await view.Find("th[aria-sort=descending]").TextContentAsync()).ShouldBe("Score");
        var scores = await ScoresAsync(view);
        scores.ShouldBe(scores.OrderByDescending(score => score));
        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Score" }).ClickAsync();
        scores = await ScoresAsync(view);
        scores.ShouldBe(scores.Order());

        // What is seen has an address.
        await using var again = await browser.OpenAsync(report.Path, new Uri(view.Page.Url).Fragment);
        (await again.Find("tbody tr").CountAsync()).ShouldBe(all);
        await again.Page.GetByLabel("Search names and reasons").FillAsync("no such thing");
        await again.WaitAsync("() => document.querySelector('#amount').textContent.startsWith('0 episodes')");
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task From_the_leaderboard_to_the_exact_prompt_in_three_clicks()
    {
        await using var view = await browser.OpenAsync(report.Path);
        await view.Page.GetByRole(AriaRole.Link, new() { Name = "gingko-tiny, taboo" }).First.ClickAsync();
        await view.Find("tbody th a").First.ClickAsync();
        await view.Find("details.exact summary").First.ClickAsync();
        await view.Page.WaitForSelectorAsync("details.exact[open] pre.text");

        var folder = await view.TextAsync(".card code");
        var reader = new ResultsReader(GameCatalog.BuiltIn);
        var episode = await reader.ReadEpisodeAsync(Path.Join(Path.GetDirectoryName(report.Results), "results", folder), default);
        var requests = await ResultsReader.ReadRequestsAsync(episode, default);
        var texts = await view.Find("details.exact[open] pre.text").AllTextContentsAsync();
        texts.Select(Packed).ShouldBe([Packed(requests[0].PromptJson), Packed(requests[0].ResponseJson)]);

        // The last of them, too, which is made of what its prompt shares with those before.
        await view.Page.EvaluateAsync("[...document.querySelectorAll('details.exact')].at(-1).open = true");
        await view.Find("details.exact").Last.Locator("pre.text").First.WaitForAsync();
        Packed((await view.Find("details.exact").Last.Locator("pre.text").First.TextContentAsync())!).ShouldBe(Packed(requests[^1].PromptJson));

        await view.Find("details.exact[open] button:has-text('As messages')").First.ClickAsync();
        (await view.Find("dl.turns dt").First.TextContentAsync()).ShouldBe("user");
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task A_dialogue_shows_what_was_said_and_marks_what_was_not_accepted()
    {
        await using var view = await browser.OpenAsync(report.Path, "#episodes?model=gingko-tiny&game=wordle&outcome=aborted");
        await view.Find("tbody th a").First.ClickAsync();
        await view.Page.WaitForSelectorAsync(".dialogue .bubble");
        var folder = await view.TextAsync(".card code");
        var interactions = await ResultsReader.ReadInteractionsAsync(Path.Join(Path.GetDirectoryName(report.Results), "results", folder), default);
        var said = interactions.Events.Where(message => message.From != message.To).Select(message => (string)message.Content!).Where(text => text.Length > 0);
        (await view.Find(".bubble:not(.empty)").AllTextContentsAsync()).ShouldBe(said);
        (await view.Find(".message.fault .tag.bad").CountAsync()).ShouldBe(1);
        (await view.Find(".note.fault").CountAsync()).ShouldBeGreaterThan(0);
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task Two_models_are_compared_on_the_same_instances_side_by_side()
    {
        await using var view = await browser.OpenAsync(report.Path, "#compare?a=alder-large&b=gingko-tiny");
        var data = new BenchmarkData();
        await foreach (var episode in new ScoresTree([report.Results]).ReadAsync(default))
            data.Add(episode);
        var expected = new ModelComparer(data, 1000).Compare("alder-large", "gingko-tiny", default);
        await view.Page.WaitForSelectorAsync("#differences");
        (await view.Find("#differences td.difference").AllTextContentsAsync()).Select(Number)
            .ShouldBe(expected.Select(row => Math.Round(row.MeanDifference, 1, MidpointRounding.AwayFromZero)), tolerance: 0.051);
        (await view.TextAsync("#instances header p")).ShouldContain("gingko-tiny is better on ");

        // The other way round the signs change.
        await view.Page.GetByLabel("Reference", new() { Exact = true }).SelectOptionAsync("dogwood-32b");
        await view.Page.WaitForSelectorAsync("#differences");
        await view.GoAsync("#compare?a=gingko-tiny&b=alder-large", "#differences");
        await view.WaitAsync("() => document.querySelector('#differences p')?.textContent.startsWith('alder-large less gingko-tiny') === true");
        Number((await view.Find("#differences td.difference").First.TextContentAsync())!).ShouldBe(-expected[0].MeanDifference, 0.051);

        await view.Find("#instances tbody th a").First.ClickAsync();
        await view.WaitAsync("() => document.querySelectorAll('.versus .column .dialogue').length === 2");
        (await view.Find(".versus h2 > a").AllTextContentsAsync()).ShouldBe(["gingko-tiny", "alder-large"]);
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task The_keyboard_alone_reaches_everything()
    {
        await using var view = await browser.OpenAsync(report.Path);
        var keyboard = view.Page.Keyboard;
        await keyboard.PressAsync("Tab");
        (await FocusedAsync(view)).ShouldBe("Skip to the content");
        await keyboard.PressAsync("Enter");

        // On through the overview to a point of the plot, whose name and numbers then show.
        await TabToAsync(view, "el => el.matches('#scatter a.point')");
        (await view.Find("#tip").IsVisibleAsync()).ShouldBeTrue();
        (await view.TextAsync("#tip")).ShouldContain("Clemscore");
        await keyboard.PressAsync("Escape");
        (await view.Find("#tip").IsVisibleAsync()).ShouldBeFalse();
        await keyboard.PressAsync("Enter");
        await view.Page.WaitForSelectorAsync("#amount");
        (await FocusedAsync(view)).ShouldBe("Episodes");

        await TabToAsync(view, "el => el.matches('thead button') && el.textContent === 'Score'");
        await keyboard.PressAsync("Enter");
        (await view.Find("th[aria-sort=descending]").CountAsync()).ShouldBe(1);
        await TabToAsync(view, "el => el.matches('tbody th a')");
        await keyboard.PressAsync("Enter");
        await view.Page.WaitForSelectorAsync(".dialogue .bubble");
        await TabToAsync(view, "el => el.matches('details.exact summary')");
        await keyboard.PressAsync("Enter");
        await view.Page.WaitForSelectorAsync("details.exact[open] pre.text");
        (await view.Find("details.exact[open] pre.text").CountAsync()).ShouldBe(2);
        await view.Page.GoBackAsync();
        await view.Page.WaitForSelectorAsync("#amount");
        view.ShouldBeQuiet();
    }

    public static TheoryData<string, int, ColorScheme> Looks()
    {
        var looks = new TheoryData<string, int, ColorScheme>();
        foreach (var fragment in (string[])["", "#episodes", "#episode?n=3", "#compare?a=alder-large&b=gingko-tiny", "#compare?a=alder-large&b=gingko-tiny&n=0&n=200"])
        {
            looks.Add(fragment, 1280, ColorScheme.Light);
            looks.Add(fragment, 390, ColorScheme.Dark);
        }

        return looks;
    }

    [SkippableTheory]
    [MemberData(nameof(Looks))]
    public async Task Axe_finds_nothing_serious(string fragment, int width, ColorScheme scheme)
    {
        await using var view = await browser.OpenAsync(report.Path, fragment, width, scheme);
        if (fragment.Contains("n=", StringComparison.Ordinal))
        {
            await view.Page.WaitForSelectorAsync(".dialogue .bubble");
            await view.Find("details.exact summary").First.ClickAsync();
            await view.Page.WaitForSelectorAsync("details.exact[open] pre.text");
        }

        var found = await view.Page.RunAxe();
        found.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {violation.Help}\n{string.Join('\n', violation.Nodes.Take(5).Select(node => node.Html))}")
            .ShouldBeEmpty();
        // The page itself never scrolls sideways.
        (await view.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0);
    }

    [SkippableFact]
    public async Task A_printed_report_is_light_and_whole()
    {
        await using var view = await browser.OpenAsync(report.Path, scheme: ColorScheme.Dark);
        await view.Page.EmulateMediaAsync(new() { Media = Media.Print });
        (await view.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")).ShouldBe("rgb(255, 255, 255)");
        (await view.Find("header.bar").IsVisibleAsync()).ShouldBeFalse();
        (await view.Find("#leaderboard").IsVisibleAsync()).ShouldBeTrue();
        (await view.Page.PdfAsync(new() { Format = "A4" })).Length.ShouldBeGreaterThan(10_000);
    }

    [SkippableTheory]
    [InlineData(ReportDetail.Dialogue, 0, true)]
    [InlineData(ReportDetail.Summary, 0, false)]
    public async Task A_report_holds_as_much_as_is_asked_for(ReportDetail detail, int requests, bool dialogue)
    {
        var path = Path.Join(Path.GetDirectoryName(report.Path), $"{detail}.html");
        await SimulatedReport.WriteAsync(report.Results, path, new ReportOptions { Detail = detail, Resamples = 0 });
        new FileInfo(path).Length.ShouldBeLessThan(new FileInfo(report.Path).Length);
        await using var view = await browser.OpenAsync(path, "#episode?n=5");
        await view.Page.WaitForSelectorAsync(dialogue ? ".dialogue .bubble" : "text=numbers only");
        (await view.Find("details.exact").CountAsync()).ShouldBe(requests);
        (await view.Find(".dialogue").CountAsync()).ShouldBe(dialogue ? 1 : 0);
        view.ShouldBeQuiet();
    }

    private static string Packed(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }

    private static double Number(string text) =>
        double.Parse(text.Replace('−', '-').TrimStart('+'), CultureInfo.InvariantCulture);

    private static async Task<double[]> ScoresAsync(ReportView view) =>
        [.. (await view.Find("tbody tr td:nth-of-type(4)").AllTextContentsAsync()).Where(text => Regex.IsMatch(text, "^[0-9]")).Select(Number)];

    private static Task<string> FocusedAsync(ReportView view) => view.Page.EvaluateAsync<string>("document.activeElement.textContent.trim()");

    // A hundred steps are more than anybody takes, and an end for a page that holds the focus fast.
    private static async Task TabToAsync(ReportView view, string condition)
    {
        for (var step = 0; step < 100; step++)
        {
            await view.Page.Keyboard.PressAsync("Tab");
            if (await view.Page.EvaluateAsync<bool>($"({condition})(document.activeElement)"))
                return;
        }

        throw new InvalidOperationException($"The Tab key does not reach {condition}.");
    }

    private async Task<int> CountAsync(Outcome outcome)
    {
        var reader = new ResultsReader(GameCatalog.BuiltIn);
        var count = 0;
        foreach (var folder in ResultsReader.FindEpisodeFolders(report.Results))
            count += (await reader.ReadEpisodeAsync(folder, default)).Outcome == outcome ? 1 : 0;
        return count;
    }
}
