using System.Diagnostics;
using System.Globalization;
using Clembench.Games;
using Clembench.Reports;
using Clembench.Results;
using Clembench.Tests.Reports;
using Microsoft.Playwright;

namespace Clembench.Benchmarks;

/// <summary>
/// Reports on large trees: how long it takes to write one, how large it is, and how long a browser takes until it can be used.
/// The trees hold real games with simulated models, eight of them, with all records.
/// </summary>
internal static class ReportAtScale
{
    private const int Rounds = 5;

    public static async Task<int> MeasureAsync(string[] sizes)
    {
        int[] numbers = sizes.Length > 0 ? [.. sizes.Select(text => int.Parse(text, CultureInfo.InvariantCulture))] : [100, 5_000, 20_000];
        Console.WriteLine($"Medians of {Rounds} rounds; a browser's times are from the beginning of the navigation, of a file on disk, in a new window.");
        Console.WriteLine("episodes   records MB  report MB  numbers only MB   write s   processor s   peak MB   interactive s   episode list s   a dialogue s");
        foreach (var number in numbers)
        {
            var folder = Directory.CreateTempSubdirectory("clembench-").FullName;
            try
            {
                await MeasureAsync(folder, number);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }

    private static async Task MeasureAsync(string folder, int number)
    {
        var results = Path.Join(folder, "results");
        var played = await SimulatedTree.PlayAsync(results, number);
        var records = Directory.EnumerateFiles(results, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        var (report, summary) = (Path.Join(folder, "report.html"), Path.Join(folder, "summary.html"));

        GC.Collect();
        var peak = 0L;
        var times = new List<(double Wall, double Processor)>();
        using var process = Process.GetCurrentProcess();
        using (new Timer(_ => peak = Math.Max(peak, Process.GetCurrentProcess().WorkingSet64), null, 0, 20))
        {
            // The first round warms up the code and the file system's cache.
            for (var round = 0; round <= Rounds; round++)
            {
                process.Refresh();
                var (before, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());
                await WriteAsync(results, report, ReportDetail.Full);
                process.Refresh();
                if (round > 0)
                    times.Add((clock.Elapsed.TotalSeconds, (process.TotalProcessorTime - before).TotalSeconds));
            }
        }

        await WriteAsync(results, summary, ReportDetail.Summary);
        (double Interactive, double List, double Dialogue)? browser = Chromium.Program is null ? null : await BrowseAsync(report);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{played,8}   {records / 1e6,10:0.0} {new FileInfo(report).Length / 1e6,10:0.0} {new FileInfo(summary).Length / 1e6,16:0.00} {Median.Of(times.Select(time => time.Wall)),9:0.00} {Median.Of(times.Select(time => time.Processor)),13:0.00} {peak / 1e6,9:0} {browser?.Interactive,15:0.00} {browser?.List,16:0.00} {browser?.Dialogue,14:0.00}"));
    }

    private static Task<int> WriteAsync(string results, string report, ReportDetail detail) =>
        new ReportWriter(new ResultsReader(GameCatalog.BuiltIn), new ReportOptions { Detail = detail })
            .WriteAsync(report, ResultsReader.FindEpisodeFolders(results), null, default);

    private static async Task<(double Interactive, double List, double Dialogue)> BrowseAsync(string report)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        List<double> interactive = [], list = [], dialogue = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var page = await browser.NewPageAsync();
            await page.GotoAsync(new Uri(report).AbsoluteUri, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            await page.WaitForSelectorAsync("html[data-ready]");
            var ready = await page.EvaluateAsync<double>("performance.getEntriesByName('interactive')[0].startTime");
            await page.WaitForLoadStateAsync(LoadState.Load);
            var listed = await TimeAsync(page, "#episodes", "td .outcome");
            var opened = await TimeAsync(page, "#episode?n=17", ".dialogue .bubble");
            if (round > 0)
            {
                interactive.Add(ready / 1000);
                list.Add(listed / 1000);
                dialogue.Add(opened / 1000);
            }

            await page.CloseAsync();
        }

        return (Median.Of(interactive), Median.Of(list), Median.Of(dialogue));
    }

    private static Task<double> TimeAsync(IPage page, string address, string selector) => page.EvaluateAsync<double>(
        """
        ([address, selector]) => new Promise((done) => {
          const start = performance.now();
          location.hash = address;
          const look = () => document.querySelector(selector) ? requestAnimationFrame(() => done(performance.now() - start)) : setTimeout(look, 0);
          addEventListener('hashchange', look, { once: true });
        })
        """,
        new[] { address, selector });
}
