using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Clembench.Common;
using Clembench.Games;
using Clembench.Reports;
using Clembench.Reports.Live;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Reports;

/// <summary>The report while a run goes on.</summary>
[Collection(ReportBrowserTests.Name)]
public sealed class LiveReportTests(ReportBrowser browser) : IDisposable
{
    private static readonly SimulatedPlayer[] First = [SimulatedTree.Players[0]], Second = [SimulatedTree.Players[6]];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_page_shows_what_comes_while_it_is_looked_at()
    {
        await using var server = Start();
        await using var view = await browser.OpenAsync(server.Address.AbsoluteUri);
        (await view.TextAsync("#leaderboard")).ShouldContain("No episode has scores.");
        (await view.TextAsync("#live")).ShouldBe("Live");

        await SimulatedTree.PlayAsync(_folder.Path, 10, ["taboo"], First);
        await view.Page.WaitForSelectorAsync("#leaderboard tbody tr");
        await view.Find("#leaderboard tbody th a").FocusAsync();
        await SimulatedTree.PlayAsync(_folder.Path, 10, ["taboo"], Second);
        await view.Page.WaitForSelectorAsync("#leaderboard tbody tr:nth-child(2)");
        // Whoever is somewhere on the page stays there.
        (await view.Page.EvaluateAsync<string>("document.activeElement.textContent")).ShouldBe(First[0].Name);

        await view.GoAsync("#episode?n=3", ".dialogue .bubble");
        await view.Find("details.exact summary").First.ClickAsync();
        await view.Page.WaitForSelectorAsync("details.exact[open] pre.text");
        (await view.Find("details.exact[open] pre.text").CountAsync()).ShouldBe(2);
        await view.GoAsync($"#compare?a={First[0].Name}&b={Second[0].Name}", "#differences td.difference");
        view.Problems.ShouldBeEmpty();
        view.Requests.ShouldAllBe(request => request.StartsWith(server.Address.AbsoluteUri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_served_on_the_loopback_interface_alone_and_to_who_knows_the_address()
    {
        await using var server = Start();
        await using var other = Start();
        server.Address.Host.ShouldBe("127.0.0.1");
        server.Address.AbsolutePath.Length.ShouldBe(34);
        server.Address.AbsolutePath.ShouldNotBe(other.Address.AbsolutePath);
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(one => one.Port == server.Address.Port)
            .ShouldAllBe(one => IPAddress.IsLoopback(one.Address));

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var page = await http.GetAsync(server.Address);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
        (await page.Content.ReadAsStringAsync()).ShouldNotContain(_folder.Path);
        (await StatusAsync(http, new Uri(server.Address, "/"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(http, new Uri(server.Address, other.Address.AbsolutePath))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(http, new Uri(server.Address, other.Address.AbsolutePath + "overview"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(http, new Uri(server.Address, "transcript?id=0"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(http, new Uri(server.Address, "../../etc/passwd"))).ShouldBe(HttpStatusCode.NotFound);
        // Another name that leads to this machine (DNS rebinding), and another method.
        (await StatusAsync(http, server.Address, request => request.Headers.Host = $"attacker.example:{server.Address.Port}")).ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        (await StatusAsync(http, server.Address, request => request.Method = HttpMethod.Post)).ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.LengthRequired);
    }

    [Fact]
    public async Task Nothing_new_is_said_shortly_and_an_episode_that_is_played_again_is_read_again()
    {
        await SimulatedTree.PlayAsync(_folder.Path, 5, ["hellogame"], First);
        await using var server = Start();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var first = await http.GetAsync(new Uri(server.Address, "overview?since="));
        var version = first.Headers.GetValues("ETag").Single();
        (await StatusAsync(http, new Uri(server.Address, $"overview?since={version}"))).ShouldBe(HttpStatusCode.NoContent);

        var folder = ResultsReader.FindEpisodeFolders(_folder.Path).First();
        Directory.Delete(folder, recursive: true);
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        using var less = await http.GetAsync(new Uri(server.Address, $"overview?since={version}"));
        less.StatusCode.ShouldBe(HttpStatusCode.OK);
        await SimulatedTree.PlayAsync(_folder.Path, 5, ["hellogame"], First);
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        (await http.GetStringAsync(new Uri(server.Address, "overview"))).ShouldContain("\"id\":[0,1,2,3,4]");
    }

    [Fact]
    public async Task A_record_whose_file_is_written_anew_in_its_place_is_read_again()
    {
        await SimulatedTree.PlayAsync(_folder.Path, 5, ["hellogame"], First);
        await using var server = Start();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var first = await http.GetAsync(new Uri(server.Address, "overview?since="));
        var folder = ResultsReader.FindEpisodeFolders(_folder.Path).First();
        var time = Directory.GetLastWriteTimeUtc(folder);
        await File.AppendAllTextAsync(Path.Join(folder, "scores.json"), "?");
        Directory.SetLastWriteTimeUtc(folder, time);
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        (await http.GetStringAsync(new Uri(server.Address, $"overview?since={first.Headers.GetValues("ETag").Single()}"))).ShouldContain("1 episode could not be read");
    }

    [Fact]
    public async Task Whatever_goes_wrong_is_answered_and_the_next_answer_has_the_news()
    {
        await SimulatedTree.PlayAsync(_folder.Path, 5, ["hellogame"], First);
        await using var server = LiveReportServer.Start(new ResultsReader(GameCatalog.BuiltIn), new FailingOnce(_folder.Path), new ReportOptions { Resamples = 100 });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        (await StatusAsync(http, new Uri(server.Address, "overview"))).ShouldBe(HttpStatusCode.InternalServerError);
        (await http.GetStringAsync(new Uri(server.Address, "overview"))).ShouldContain("\"id\":[0,1,2,3,4]");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_and_a_server_that_ends_leaves_none()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Should.Throw<ClemException>(() => LiveReportServer.Start(new ResultsReader(GameCatalog.BuiltIn), [_folder.Path], new ReportOptions(), port)).Id.ShouldBe("Clem.Report.PortInUse");

        Uri address;
        await using (var server = Start())
            address = server.Address;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(address));
    }

    private LiveReportServer Start() =>
        LiveReportServer.Start(new ResultsReader(GameCatalog.BuiltIn), [_folder.Path], new ReportOptions { Resamples = 100 });

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, Uri address, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        change?.Invoke(request);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private sealed class FailingOnce(string root) : IReadOnlyList<string>
    {
        private bool _failed;

        public int Count => 1;

        public string this[int index] => root;

        public IEnumerator<string> GetEnumerator()
        {
            if (!_failed)
            {
                _failed = true;
                throw new FormatException("Not now.");
            }

            return ((IEnumerable<string>)[root]).GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
