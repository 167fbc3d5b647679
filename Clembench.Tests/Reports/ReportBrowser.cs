using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Clembench.Tests.Reports;

/// <summary>One browser for all tests of reports; where there is no Chromium, these are skipped.</summary>
public sealed class ReportBrowser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (Chromium.Program is null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a page in a window of its own, and waits until it can be used.</summary>
    /// <param name="address">A file's path, or the address of a server.</param>
    /// <param name="fragment">The view.</param>
    /// <param name="width">The window's width, in pixels.</param>
    /// <param name="scheme">Light or dark.</param>
    internal async Task<ReportView> OpenAsync(string address, string fragment = "", int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        Skip.If(_browser is null, "There is no Chromium on this machine (set CLEMBENCH_CHROMIUM to its program).");
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme });
        var page = await context.NewPageAsync();
        var view = new ReportView(page);
        var uri = address.StartsWith("http://", StringComparison.Ordinal) ? address : new Uri(address).AbsoluteUri;
        await page.GotoAsync(uri + fragment);
        await page.WaitForSelectorAsync("html[data-ready]");
        return view;
    }
}

/// <summary>A page, and what it did that a report never does.</summary>
internal sealed class ReportView : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _problems = [];
    private readonly ConcurrentQueue<string> _requests = [];

    public ReportView(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _problems.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _problems.Enqueue($"error: {error}");
        page.Dialog += async (_, dialog) =>
        {
            _problems.Enqueue($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Popup += (_, popup) => _problems.Enqueue($"a window: {popup.Url}");
        page.Request += (_, request) => _requests.Enqueue(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings, dialogs, and windows that were opened.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>What was asked for, the page itself among it.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public ILocator Find(string selector) => Page.Locator(selector);

    public async Task<string> TextAsync(string selector) => (await Page.Locator(selector).First.TextContentAsync())!;

    public async Task GoAsync(string fragment, string until)
    {
        await Page.EvaluateAsync("fragment => { location.hash = fragment; }", fragment);
        await Page.WaitForSelectorAsync(until);
    }

    /// <summary>Waits until something is so. (Playwright's own waiting evaluates text in the page, which the page's policy forbids.)</summary>
    public async Task WaitAsync(string condition, object? argument = null)
    {
        for (var step = 0; step < 600; step++)
        {
            if (await Page.EvaluateAsync<bool>(condition, argument))
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException($"It does not come to pass that {condition}; the page has: {await Page.InnerTextAsync("main")}");
    }

    /// <summary>Nothing went wrong, and nothing but the page itself was asked for.</summary>
    public void ShouldBeQuiet()
    {
        Problems.ShouldBeEmpty();
        Requests.Count.ShouldBe(1, string.Join('\n', Requests));
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class ReportBrowserTests : ICollectionFixture<ReportBrowser>
{
    public const string Name = "Reports in a browser";
}
