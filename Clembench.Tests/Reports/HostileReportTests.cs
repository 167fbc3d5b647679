using System.Text;
using System.Text.RegularExpressions;
using Clembench.Backends;
using Clembench.Games;
using Clembench.Json;
using Clembench.Reports;
using Clembench.Results;
using Clembench.Scoring;
using Clembench.Tests.Support;

namespace Clembench.Tests.Reports;

/// <summary>What models say is nobody's to trust: it stays text, whatever it looks like.</summary>
[Collection(ReportBrowserTests.Name)]
public sealed class HostileReportTests(ReportBrowser browser) : IDisposable
{
    private const string Escape = "\u001b", RightToLeft = "\u202e", Pop = "\u2069";

    private static readonly string[] Attacks =
    [
        "<script>window.pwned = 1; alert(1)</script>",
        "</script><script>window.pwned = 2</script>",
        "<!-- <script> --></script><img src=x onerror=\"window.pwned = 3\">",
        "<img src='http://127.0.0.1:9/track.png'><a href='javascript:window.pwned=4'>click</a> http://127.0.0.1:9/link [a](javascript:alert(1)) ![i](http://127.0.0.1:9/i.png)",
        "\"><svg onload=window.pwned=5><style>@import 'http://127.0.0.1:9/s.css'; body { display: none }</style><base href='http://127.0.0.1:9/'>",
        "<meta http-equiv='refresh' content='0;url=http://127.0.0.1:9/'><iframe srcdoc='<script>parent.pwned=6</script>'></iframe><form action='http://127.0.0.1:9/'><input autofocus onfocus=pwned=7></form>",
        "\\input{/etc/passwd} \\write18{touch pwned} $\\def\\x{\\x\\x}\\x$",
        Escape + "[31mred" + Escape + "]0;title\a\u0000\u0008\u007f\u009b31m",
        "user " + RightToLeft + "txt.exe" + Pop + " \u2066\u2067\u061c\u200f end",
        "{{constructor.constructor('window.pwned=8')()}} ${window.pwned=9} %3Cscript%3E &lt;script&gt; &#60;script&#62; ]]> --> '\"`",
        "\ud800 lone \udfff \U000e0041 \ufeff \u2028 \u2029 e" + new string('\u0301', 500),
        "שלום עולם, مرحبا بالعالم، 你好世界 👩‍👩‍👧‍👦",
        "__proto__ constructor toString hasOwnProperty",
    ];

    private const string IsShown = "n => document.querySelector('.steps .soft').textContent.startsWith(`${n + 1} of`) && document.querySelector('.dialogue .bubble') !== null";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Nothing_in_a_record_becomes_markup_script_or_traffic()
    {
        for (var i = 0; i < Attacks.Length; i++)
            Write($"m{i}", i, Attacks[i]);
        // Names are as free as a file system lets them be.
        Write("<img src=x onerror=pwned=10>", 0, "a name of a model");
        Write("__proto__", 0, "a name of a model");
        Write("m" + RightToLeft + "ledom", 0, "a name of a model");
        Write(new string('W', 200), 0, "a name of a model");
        var path = await WriteReportAsync("<script>pwned = 11</script>" + RightToLeft);

        // The only markup is the page's own; the data have no angle bracket.
        var html = await File.ReadAllTextAsync(path);
        var data = Regex.Matches(html, "<script type=\"application/octet-stream\" id=\"[a-z0-9-]+\">([^<]*)</script>");
        data.Count.ShouldBeGreaterThanOrEqualTo(2);
        data.ShouldAllBe(match => Regex.IsMatch(match.Groups[1].Value, "^[A-Za-z0-9+/=]*$"));
        Regex.Count(html, "<script").ShouldBe(data.Count + 1);
        html.ShouldNotContain("pwned");
        html.ShouldContain("Content-Security-Policy\" content=\"default-src 'none';");

        await using var view = await browser.OpenAsync(path);
        await ShouldBeInertAsync(view);
        await view.GoAsync("#episodes", "#amount");
        await ShouldBeInertAsync(view);
        var rows = await view.Find("tbody tr").CountAsync();
        rows.ShouldBe(Attacks.Length + 4);
        for (var n = 0; n < rows; n++)
        {
            await view.GoAsync($"#episode?n={n}", ".dialogue .bubble");
            await view.WaitAsync(IsShown, n);
            await view.Page.EvaluateAsync("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
            await view.Page.WaitForSelectorAsync("details.exact pre.text");
            await ShouldBeInertAsync(view);
        }

        await view.GoAsync("#compare?a=m0&b=m1", "h1");
        await ShouldBeInertAsync(view);
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task Texts_are_shown_as_they_are_and_control_characters_by_pictures()
    {
        foreach (var (text, i) in Attacks.Select((text, i) => (text, i)))
            Write("m", i, text);
        await using var view = await browser.OpenAsync(await WriteReportAsync("t"));
        async Task<string> BubbleAsync(int n)
        {
            await view.GoAsync($"#episode?n={n}", ".message.answer .bubble");
            await view.WaitAsync(IsShown, n);
            return await view.TextAsync(".message.answer .bubble");
        }

        (await BubbleAsync(0)).ShouldBe(Attacks[0]);
        (await BubbleAsync(1)).ShouldBe(Attacks[1]);
        (await BubbleAsync(6)).ShouldBe(Attacks[6]);
        (await BubbleAsync(7)).ShouldBe("␛[31mred␛]0;title␇␀␈␡⟦U+009B⟧31m");
        (await BubbleAsync(8)).ShouldBe("user ⟦U+202E⟧txt.exe⟦U+2069⟧ ⟦U+2066⟧⟦U+2067⟧⟦U+061C⟧⟦U+200F⟧ end");
        (await BubbleAsync(11)).ShouldBe(Attacks[11]);
        (await view.Find(".message.answer .bubble").GetAttributeAsync("dir")).ShouldBe("auto");
        // Of the last one, the exact prompt keeps what the eye cannot see.
        await BubbleAsync(8);
        await view.Find("details.exact summary").First.ClickAsync();
        await view.Page.WaitForSelectorAsync("details.exact[open] pre.text");
        (await view.TextAsync("details.exact pre.text")).ShouldContain("⟦U+202E⟧txt.exe");
        view.ShouldBeQuiet();
    }

    [SkippableFact]
    public async Task A_message_of_five_million_characters_is_shown_in_part_until_it_is_asked_for()
    {
        var long_ = new StringBuilder();
        for (var i = 0; long_.Length < 5_000_000; i++)
            long_.Append("<script>").Append(i).Append("</script> ");
        Write("m", 0, long_.ToString());
        Write("m", 1, "short");
        var path = await WriteReportAsync("t");
        new FileInfo(path).Length.ShouldBeLessThan(4_000_000);
        await using var view = await browser.OpenAsync(path, "#episode?n=0");
        await view.Page.WaitForSelectorAsync(".message.answer .bubble");
        (await view.TextAsync(".message.answer .bubble")).Length.ShouldBe(20_001);
        await ShouldBeInertAsync(view);
        await view.Find(".message.answer .more").ClickAsync();
        (await view.TextAsync(".message.answer .bubble") == long_.ToString()).ShouldBeTrue();
        (await view.Find(".message.answer .bubble *:not(.piece)").CountAsync()).ShouldBe(0);
        view.ShouldBeQuiet();
    }

    private static async Task ShouldBeInertAsync(ReportView view)
    {
        (await view.Page.EvaluateAsync<string>(
            """
            () => {
              const found = [];
              if (window.pwned !== undefined) found.push(`pwned ${window.pwned}`);
              const allowed = new Set(['A', 'ARTICLE', 'B', 'BDI', 'BODY', 'BUTTON', 'CODE', 'DD', 'DETAILS', 'DIV', 'DL', 'DT', 'FIELDSET', 'H1', 'H2', 'H3', 'HEAD', 'HEADER', 'HTML', 'INPUT', 'LABEL', 'LEGEND', 'LI', 'MAIN', 'META', 'NAV', 'NOSCRIPT', 'OPTION', 'P', 'PRE', 'SCRIPT', 'SECTION', 'SELECT', 'SPAN', 'STRONG', 'STYLE', 'SUMMARY', 'TABLE', 'TBODY', 'TD', 'TH', 'THEAD', 'TITLE', 'TR', 'UL', 'WBR',
                'svg', 'g', 'path', 'line', 'text', 'circle', 'rect', 'a']);
              const scripts = [...document.querySelectorAll('script')].filter((one) => one.type === '').length;
              if (scripts !== 1) found.push(`${scripts} scripts`);
              for (const one of document.querySelectorAll('*')) {
                if (!allowed.has(one.tagName)) found.push(one.tagName);
                const link = one.getAttribute('href');
                if (link !== null && !link.startsWith('#')) found.push(`a link to ${link}`);
                if (one.hasAttribute('src') || one.hasAttribute('srcdoc')) found.push(`${one.tagName} loads something`);
                for (const name of one.getAttributeNames()) if (name.startsWith('on')) found.push(`${one.tagName} has ${name}`);
              }
              const seen = document.body.innerText + [...document.querySelectorAll('[aria-label], [data-tip]')].map((one) => `${one.getAttribute('aria-label')}${one.dataset?.tip}`).join();
              if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(seen)) found.push('a control character is live');
              return found.join('; ');
            }
            """)).ShouldBe("");
    }

    private Task<string> WriteReportAsync(string title)
    {
        var path = _folder.File("report.html");
        return WriteAsync();
        async Task<string> WriteAsync()
        {
            await SimulatedReport.WriteAsync(_folder.File("results"), path, new ReportOptions { Title = title, Resamples = 100 });
            return path;
        }
    }

    private void Write(string model, int id, string text)
    {
        var start = new DateTime(2026, 5, 4, 9, 0, 0, DateTimeKind.Unspecified);
        InteractionEvent Event(string from, string to, string type, object? content, int second) =>
            new() { Turn = 0, From = from, To = to, Type = type, Content = content, Timestamp = start.AddSeconds(second) };
        var interactions = new Interactions
        {
            Meta = new InteractionsMeta("taboo", $"x {text[..Math.Min(40, text.Length)]}", id, model, text[..Math.Min(40, text.Length)]),
            Players = [new PlayerInfo("GM", "Game Master", "programmatic"), new PlayerInfo("Player 1", text[..Math.Min(60, text.Length)], model)],
            Rounds =
            [
                [
                    Event("GM", "Player 1", "send message", "Say it: " + text[..Math.Min(1000, text.Length)], 0),
                    Event("Player 1", "GM", "get message", text, 2),
                    Event("GM", "GM", "invalid format", text[..Math.Min(200, text.Length)], 2),
                    Event("GM", "GM", "metadata", new JsonMap([new(text[..Math.Min(30, text.Length)], text[..Math.Min(30, text.Length)])]), 2),
                ],
            ],
        };
        EpisodeWriter.Write(
            Path.Join(_folder.File("results"), model, "taboo", "x", $"instance_{id:00000}"), ResultsLayout.Current,
            new EpisodeRecord
            {
                Instance = new GameInstance { Game = "taboo", Experiment = "x", InstanceId = id, Properties = JsonMap.Empty, ExperimentProperties = JsonMap.Empty },
                Interactions = interactions,
                Calls =
                [
                    new RecordedCall("Player 1", 0, start.AddSeconds(2), TimeSpan.FromSeconds(2), new ModelResponse(
                        JsonData.ToElement(new JsonMap([new("messages", new object?[] { new JsonMap([new("role", "user"), new("content", "Say it: " + text)]) })])),
                        JsonData.ToElement(new JsonMap([new("choices", new object?[] { new JsonMap([new("message", new JsonMap([new("role", "assistant"), new("content", text)]))]) })])), text)),
                ],
                Scores = new EpisodeScores(new SortedDictionary<int, JsonMap>(), new JsonMap([new("Aborted", 1L), new("Lose", 0L), new("Success", 0L), new("Main Score", double.NaN), new(text[..Math.Min(30, text.Length)], 1L)])),
                Timestamp = start,
                Duration = TimeSpan.FromSeconds(2),
            });
    }
}
