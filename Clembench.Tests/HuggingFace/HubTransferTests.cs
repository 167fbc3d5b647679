using Clembench.HuggingFace.Hub;
using Clembench.Tests.Servers;

namespace Clembench.Tests.HuggingFace;

/// <summary>Downloads over connections and servers that fail, and where the token goes.</summary>
public class HubTransferTests
{
    private const string Secret = "hf_0123456789abcdefghij";

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("tokenizer.json")]
    public async Task A_cut_connection_is_resumed_where_it_broke(string name)
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large();
        hub.Server.Add(HubFixture.Id, (name, content));
        var cuts = new Queue<int>([1_000_000, 500_000]);
        hub.Server.Fault = request => SendsContent(request) && cuts.TryDequeue(out var cut) ? new HubFault { CutAfter = cut } : null;

        var file = await hub.Client().GetFileAsync(HubFixture.Repository, name, null, HubFixture.Token);

        (await File.ReadAllBytesAsync(file.Path)).ShouldBe(content);
        var ranges = hub.Server.Requests.Where(SendsContent).Select(request => request.Range).ToArray();
        ranges.Length.ShouldBe(3);
        ranges[0].ShouldBeNull();
        // What the sockets held when the connection broke may be lost, but nothing that was written.
        From(ranges[1]).ShouldBeInRange(1, 1_000_000);
        From(ranges[2]).ShouldBeInRange(From(ranges[1]), 1_500_000);
        hub.Time.Waits.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task More_cuts_than_attempts_do_not_end_a_download_that_goes_on()
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", content));
        hub.Server.Fault = request => request.IsStore ? new HubFault { CutAfter = 200_000 } : null;

        var file = await hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token);

        HubFixture.Sha256OfFile(file.Path).ShouldBe(HubServerRepository.Sha256(content));
        hub.Server.Requests.Count(request => request.IsStore).ShouldBeGreaterThan(14);
    }

    [Fact]
    public async Task What_a_killed_process_left_is_gone_on_from()
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", content));
        LeaveIncomplete(hub, content, content[..1_234_567]);
        var reports = new List<DownloadProgress>();

        var file = await hub.Client().GetFileAsync(
            HubFixture.Repository, "model.safetensors", new HubFileOptions { Progress = new Reports(reports) }, HubFixture.Token);

        (await File.ReadAllBytesAsync(file.Path)).ShouldBe(content);
        hub.Server.Requests.Single(request => request.IsStore).Range.ShouldBe("bytes=1234567-");
        reports[0].ShouldBe(new DownloadProgress(HubFixture.Id, "model.safetensors", 1_234_567, content.Length));
        reports[^1].Received.ShouldBe(content.Length);
        reports.Select(report => report.Received).ShouldBeInOrder();
        File.Exists(hub.Blob(content, large: true) + ".incomplete").ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wrong_remains_or_a_server_without_ranges_begin_anew(bool ignoresRange)
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", content));
        LeaveIncomplete(hub, content, new byte[1_000_000]);
        hub.Server.Fault = request => request.IsStore ? new HubFault { IgnoresRange = ignoresRange } : null;

        var file = await hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token);

        (await File.ReadAllBytesAsync(file.Path)).ShouldBe(content);
    }

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(3_000_001)]
    public async Task Remains_as_long_as_the_file_or_longer_are_checked(int length)
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", content));
        LeaveIncomplete(hub, content, [.. content.Append((byte)0).Take(length)]);

        var file = await hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token);

        HubFixture.Sha256OfFile(file.Path).ShouldBe(HubServerRepository.Sha256(content));
        hub.Server.Requests.Count(request => request.IsStore).ShouldBe(length == content.Length ? 0 : 1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_server_that_fails_for_a_while_is_asked_again(int status)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", HubFixture.Large()), ("config.json", HubFixture.Text("{}")));
        hub.Server.Fault = request => request.Index is 0 or 1 or 3
            ? new HubFault { Status = status, Headers = status == 429 ? [("Retry-After", "7")] : [] } : null;

        await hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token);
        (await hub.Client().GetModelInfoAsync(HubFixture.Repository, HubFixture.Token)).Files.Count.ShouldBe(2);

        hub.Time.Waits.Count.ShouldBe(3);
        if (status == 429)
            hub.Time.Waits.ShouldAllBe(wait => wait == TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_server_that_goes_on_failing_is_an_error_and_leaves_nothing()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        hub.Server.Fault = _ => new HubFault { Status = 502 };

        var error = await HubFixture.FailsAsync(hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token));

        error.Id.ShouldBe("Clem.Hub.Unavailable");
        error.Message.ShouldContain("502");
        hub.CacheFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_expired_address_of_the_store_is_asked_for_again()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", HubFixture.Large()));
        var expired = 1;
        hub.Server.Fault = request => request.IsStore && expired-- > 0 ? new HubFault { Status = 403 } : null;

        await hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token);

        hub.Server.Requests.Count(request => request.IsStore).ShouldBe(2);
    }

    [Fact]
    public async Task Content_with_another_hash_is_refused_and_nothing_of_it_stays()
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", content));
        hub.Server.Fault = request => request.IsStore ? new HubFault { Content = HubFixture.Large(content.Length, seed: 8) } : null;

        var error = await HubFixture.FailsAsync(hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token));

        error.Id.ShouldBe("Clem.Hub.Corrupt");
        error.Message.ShouldContain("SHA-256");
        hub.CacheFiles().ShouldBe(["models--owner--model/refs/main"]);
        hub.Client().FindCached(HubFixture.Repository, "model.safetensors").ShouldBeNull();
    }

    [Fact]
    public async Task Content_that_is_longer_than_announced_is_refused()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", HubFixture.Text("12345")));
        hub.Server.Fault = request => request.IsStore ? new HubFault { Content = HubFixture.Text("1234567") } : null;

        (await HubFixture.FailsAsync(hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token))).Id.ShouldBe("Clem.Hub.Corrupt");
        hub.CacheFiles().ShouldBe(["models--owner--model/refs/main"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_beyond_the_limit_is_refused(bool isCached)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("tokenizer_config.json", HubFixture.Large(100_001)));
        if (isCached)
            await hub.Client().GetFileAsync(HubFixture.Repository, "tokenizer_config.json", null, HubFixture.Token);

        var error = await HubFixture.FailsAsync(hub.Client().GetFileAsync(
            HubFixture.Repository, "tokenizer_config.json", new HubFileOptions { MaxBytes = 100_000 }, HubFixture.Token));

        error.Id.ShouldBe("Clem.Hub.FileTooLarge");
        error.Message.ShouldContain("tokenizer_config.json");
        if (!isCached)
        {
            hub.Server.Requests.ShouldAllBe(request => request.Method == "HEAD");
            hub.CacheFiles().ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_file_that_grows_beyond_the_limit_on_the_way_is_refused()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", HubFixture.Text("12345")));
        hub.Server.Fault = request => request.IsStore ? new HubFault { Content = HubFixture.Large() } : null;

        var error = await HubFixture.FailsAsync(hub.Client().GetFileAsync(
            HubFixture.Repository, "model.safetensors", new HubFileOptions { MaxBytes = 100 }, HubFixture.Token));

        error.Id.ShouldBe("Clem.Hub.FileTooLarge");
        hub.CacheFiles().ShouldBe(["models--owner--model/refs/main"]);
    }

    [Fact]
    public async Task A_cancelled_download_ends_at_once_and_can_be_gone_on_with()
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", content));
        using var stop = new CancellationTokenSource();
        var options = new HubFileOptions { Progress = new Stopper(stop) };

        await Should.ThrowAsync<OperationCanceledException>(hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", options, stop.Token));
        new FileInfo(hub.Blob(content, large: true) + ".incomplete").Length.ShouldBeGreaterThan(0);

        var file = await hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token);
        (await File.ReadAllBytesAsync(file.Path)).ShouldBe(content);
        hub.Server.Requests.Last(request => request.IsStore).Range.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_not_to_the_store()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Token = Secret;
        hub.Server.Add(HubFixture.Id, ("model.safetensors", HubFixture.Large()), ("config.json", HubFixture.Text("{}"))).IsPrivate = true;
        var client = hub.Client(settings => settings with { Token = Secret });

        await client.GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token);
        await client.GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        await client.GetModelInfoAsync(HubFixture.Repository, HubFixture.Token);

        hub.Server.Requests.Where(request => request.IsStore).ShouldNotBeEmpty();
        hub.Server.Requests.Where(request => request.IsStore).ShouldAllBe(request => request.Authorization == null);
        hub.Server.Requests.Where(request => !request.IsStore).ShouldAllBe(request => request.Authorization == $"Bearer {Secret}");
        hub.Server.Requests.ShouldAllBe(request => request.UserAgent!.StartsWith("clembench/"));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task The_token_does_not_follow_a_redirect_of_the_information_to_another_host(int status)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Token = Secret;
        hub.Server.Fault = request => request.IsStore ? new HubFault { Status = 200, Content = HubFixture.Text("{\"id\": \"owner/model\"}") }
            : new HubFault { Status = status, Headers = [("Location", $"{hub.Server.Store}elsewhere")] };

        await hub.Client(settings => settings with { Token = Secret }).GetModelInfoAsync(HubFixture.Repository, HubFixture.Token);

        hub.Server.Requests.Select(request => request.Authorization).ShouldBe([$"Bearer {Secret}", null]);
    }

    [Fact]
    public async Task A_renamed_repository_is_followed_with_the_token()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Token = Secret;
        hub.Server.Add("new-owner/new-model", ("config.json", HubFixture.Text("{}"))).IsPrivate = true;
        hub.Server.Add(HubFixture.Id).RenamedTo = "new-owner/new-model";
        var client = hub.Client(settings => settings with { Token = Secret });

        var file = await client.GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        var info = await client.GetModelInfoAsync(HubFixture.Repository, HubFixture.Token);

        file.Path.ShouldStartWith(hub.ModelFolder);
        info.Id.ShouldBe("new-owner/new-model");
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("http://")]
    [InlineData("")]
    public async Task A_redirect_to_no_web_address_is_refused(string location)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Fault = _ => new HubFault { Status = 302, Headers = [("Location", location)] };

        (await HubFixture.FailsAsync(hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token))).Id.ShouldBe("Clem.Hub.InvalidResponse");
    }

    [Fact]
    public async Task Redirects_in_circles_are_refused()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Fault = request => new HubFault { Status = 307, Headers = [("Location", request.Path)] };

        (await HubFixture.FailsAsync(hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token))).Id.ShouldBe("Clem.Hub.InvalidResponse");
        hub.Server.Requests.Count.ShouldBe(11);
    }

    [Fact]
    public async Task A_hub_that_does_not_answer_is_an_error_in_words()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Fault = _ => new HubFault { Delay = TimeSpan.FromMinutes(1) };

        var error = await HubFixture.FailsAsync(hub.Client(settings => settings with { AnswerTimeout = TimeSpan.FromMilliseconds(200) })
            .GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token));

        error.Id.ShouldBe("Clem.Hub.Unreachable");
        error.Message.ShouldContain("does not answer in time");
        hub.Server.Requests.Count.ShouldBe(1);
    }

    private static bool SendsContent(HubRequest request) =>
        request.Method == "GET" && (request.IsStore || request.Path.StartsWith("/api/resolve-cache/", StringComparison.Ordinal));

    private static long From(string? range) => long.Parse(range!["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);

    private static void LeaveIncomplete(HubFixture hub, byte[] content, byte[] remains)
    {
        Directory.CreateDirectory(Path.Join(hub.ModelFolder, "blobs"));
        File.WriteAllBytes(hub.Blob(content, large: true) + ".incomplete", remains);
    }

    private sealed class Reports(List<DownloadProgress> reports) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => reports.Add(value);
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Received > 0)
                stop.Cancel();
        }
    }
}
