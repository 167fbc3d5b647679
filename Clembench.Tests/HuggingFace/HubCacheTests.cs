using Clembench.HuggingFace.Hub;

namespace Clembench.Tests.HuggingFace;

/// <summary>The cache's layout, in both directions: what the Python tools leave is found, and ours has the same shape.</summary>
public class HubCacheTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public async Task A_cache_that_the_Python_tools_made_is_found_offline()
    {
        await using var hub = await HubFixture.StartAsync();
        Lay(hub, "main", Commit, ("config.json", "aaaa"), ("sub/dir/tokenizer.json", "bbbb"));

        var file = await hub.Offline().GetFileAsync(HubFixture.Repository, "sub/dir/tokenizer.json", null, HubFixture.Token);

        file.Commit.ShouldBe(Commit);
        file.Path.ShouldBe(Path.Join(hub.ModelFolder, "snapshots", Commit, "sub", "dir", "tokenizer.json"));
        (await File.ReadAllTextAsync(file.Path)).ShouldBe("bbbb");
        hub.Offline().FindCached(new HubRepository(HubFixture.Id, Commit), "config.json")!.Path.ShouldEndWith("config.json");
        hub.Offline().GetCachedFiles(HubFixture.Repository).Select(cached => (cached.Name, cached.Size))
            .ShouldBe([("config.json", 4), ("sub/dir/tokenizer.json", 4)]);
        hub.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_downloaded_has_the_shape_of_the_Python_tools_cache()
    {
        await using var hub = await HubFixture.StartAsync();
        var (config, weights) = (HubFixture.Text("{}"), HubFixture.Large());
        var commit = hub.Server.Add(HubFixture.Id, ("sub/config.json", config), ("model.safetensors", weights)).Commit("main", ("sub/config.json", config), ("model.safetensors", weights));
        var client = hub.Client();

        var small = await client.GetFileAsync(HubFixture.Repository, "sub/config.json", null, HubFixture.Token);
        var large = await client.GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token);
        (await client.TryGetFileAsync(HubFixture.Repository, "chat_template.jinja", null, HubFixture.Token)).ShouldBeNull();

        hub.CacheFiles().ShouldBe(
        [
            $"models--owner--model/.no_exist/{commit}/chat_template.jinja",
            .. new[] { Path.GetFileName(hub.Blob(config)), Path.GetFileName(hub.Blob(weights, large: true)) }
                .Select(name => $"models--owner--model/blobs/{name}").Order(StringComparer.Ordinal),
            "models--owner--model/refs/main",
            $"models--owner--model/snapshots/{commit}/model.safetensors",
            $"models--owner--model/snapshots/{commit}/sub/config.json",
        ]);
        (await File.ReadAllTextAsync(Path.Join(hub.ModelFolder, "refs", "main"))).ShouldBe(commit);
        (await File.ReadAllBytesAsync(small.Path)).ShouldBe(config);
        HubFixture.Sha256OfFile(large.Path).ShouldBe(Path.GetFileName(hub.Blob(weights, large: true)));
        Directory.EnumerateFiles(Path.Join(hub.Cache, ".locks", "models--owner--model")).Select(Path.GetFileName).ShouldBe(
            [Path.GetFileName(hub.Blob(config)) + ".lock", Path.GetFileName(hub.Blob(weights, large: true)) + ".lock"], ignoreOrder: true);
        if (!OperatingSystem.IsWindows())
        {
            new FileInfo(small.Path).LinkTarget.ShouldBe("../../../blobs/" + Path.GetFileName(hub.Blob(config)));
            new FileInfo(large.Path).LinkTarget.ShouldBe("../../blobs/" + Path.GetFileName(hub.Blob(weights, large: true)));
        }
    }

    [Fact]
    public async Task Without_links_the_content_lies_in_the_snapshot()
    {
        await using var hub = await HubFixture.StartAsync();
        var commit = hub.Server.Add(HubFixture.Id).Commit("main", ("config.json", HubFixture.Text("{}")));

        var file = await hub.Client(settings => settings with { UseSymbolicLinks = false }).GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);

        new FileInfo(file.Path).LinkTarget.ShouldBeNull();
        (await File.ReadAllTextAsync(file.Path)).ShouldBe("{}");
        hub.CacheFiles().ShouldBe(["models--owner--model/refs/main", $"models--owner--model/snapshots/{commit}/config.json"]);
    }

    [Fact]
    public async Task A_file_is_fetched_once_and_a_commit_is_not_even_asked_for()
    {
        await using var hub = await HubFixture.StartAsync();
        var commit = hub.Server.Add(HubFixture.Id).Commit("main", ("config.json", HubFixture.Text("{}")));
        await hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        hub.Server.Requests.Count(request => request.Method == "GET").ShouldBe(2);

        await hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        hub.Server.Requests.Count(request => request.Method == "GET").ShouldBe(2);

        var before = hub.Server.Requests.Count;
        await hub.Client().GetFileAsync(new HubRepository(HubFixture.Id, commit), "config.json", null, HubFixture.Token);
        hub.Server.Requests.Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_new_commit_makes_a_new_snapshot_and_moves_the_reference()
    {
        await using var hub = await HubFixture.StartAsync();
        var repository = hub.Server.Add(HubFixture.Id);
        var first = repository.Commit("main", ("config.json", HubFixture.Text("1")), ("same.json", HubFixture.Text("same")));
        var client = hub.Client();
        var old = await client.GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        await client.GetFileAsync(HubFixture.Repository, "same.json", null, HubFixture.Token);
        var second = repository.Commit("main", ("config.json", HubFixture.Text("2")), ("same.json", HubFixture.Text("same")));

        var present = await client.GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        var downloads = hub.Server.Requests.Count(request => request.Method == "GET");
        var same = await client.GetFileAsync(HubFixture.Repository, "same.json", null, HubFixture.Token);

        (old.Commit, present.Commit, same.Commit).ShouldBe((first, second, second));
        (await File.ReadAllTextAsync(old.Path)).ShouldBe("1");
        (await File.ReadAllTextAsync(present.Path)).ShouldBe("2");
        (await File.ReadAllTextAsync(Path.Join(hub.ModelFolder, "refs", "main"))).ShouldBe(second);
        hub.Server.Requests.Count(request => request.Method == "GET").ShouldBe(downloads, "the content of same.json is there already");
        client.FindCached(HubFixture.Repository, "config.json")!.Commit.ShouldBe(second);
    }

    [Fact]
    public async Task A_reference_with_slashes_is_a_revision()
    {
        await using var hub = await HubFixture.StartAsync();
        var commit = hub.Server.Add(HubFixture.Id).Commit("refs/pr/1", ("config.json", HubFixture.Text("{}")));

        var file = await hub.Client().GetFileAsync(new HubRepository(HubFixture.Id, "refs/pr/1"), "config.json", null, HubFixture.Token);

        file.Commit.ShouldBe(commit);
        (await File.ReadAllTextAsync(Path.Join(hub.ModelFolder, "refs", "refs", "pr", "1"))).ShouldBe(commit);
    }

    [Fact]
    public async Task A_link_whose_content_was_removed_is_mended()
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Text("{}");
        hub.Server.Add(HubFixture.Id, ("config.json", content));
        await hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        File.Delete(hub.Blob(content));
        hub.Client().FindCached(HubFixture.Repository, "config.json").ShouldBeNull();

        var file = await hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);

        (await File.ReadAllTextAsync(file.Path)).ShouldBe("{}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Offline_and_local_calls_touch_no_network(bool offline)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        var client = hub.Client(settings => settings with { Offline = offline });
        var options = new HubFileOptions { LocalOnly = !offline };

        var error = await HubFixture.FailsAsync(client.GetFileAsync(HubFixture.Repository, "config.json", options, HubFixture.Token));
        await HubFixture.FailsAsync(client.TryGetFileAsync(HubFixture.Repository, "config.json", options, HubFixture.Token));

        error.Id.ShouldBe(offline ? "Clem.Hub.Offline" : "Clem.Hub.NotCached");
        error.Message.ShouldContain("config.json");
        error.Action.ShouldNotBeNull();
        hub.Server.Requests.ShouldBeEmpty();
        hub.CacheFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task Offline_a_file_that_was_looked_for_before_is_known_to_be_missing()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        (await hub.Client().TryGetFileAsync(HubFixture.Repository, "absent.json", null, HubFixture.Token)).ShouldBeNull();

        (await hub.Offline().TryGetFileAsync(HubFixture.Repository, "absent.json", null, HubFixture.Token)).ShouldBeNull();
        (await HubFixture.FailsAsync(hub.Offline().GetFileAsync(HubFixture.Repository, "absent.json", null, HubFixture.Token))).Id.ShouldBe("Clem.Hub.FileNotFound");
        hub.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Offline_a_snapshot_without_a_file_is_taken_as_it_is_with_a_warning()
    {
        await using var hub = await HubFixture.StartAsync();
        Lay(hub, "main", Commit, ("config.json", "{}"));

        (await hub.Offline().TryGetFileAsync(HubFixture.Repository, "chat_template.jinja", null, HubFixture.Token)).ShouldBeNull();

        hub.Warnings.Single().ShouldContain("chat_template.jinja");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_hub_fails_the_cache_is_used_with_a_warning(bool answers)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        await hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        hub.Server.Fault = _ => new Servers.HubFault { Status = 503 };

        var client = hub.Client(settings => answers ? settings : settings with { Endpoint = new Uri("http://127.0.0.1:9") });
        var file = await client.GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);

        (await File.ReadAllTextAsync(file.Path)).ShouldBe("{}");
        hub.Warnings.Single().ShouldContain(answers ? "503" : "127.0.0.1:9");
    }

    [Fact]
    public async Task Two_clients_at_once_download_a_file_once()
    {
        await using var hub = await HubFixture.StartAsync();
        var weights = HubFixture.Large();
        hub.Server.Add(HubFixture.Id, ("model.safetensors", weights));
        hub.Server.Fault = request => request is { IsStore: true } ? new Servers.HubFault { Delay = TimeSpan.FromMilliseconds(200) } : null;

        var files = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => hub.Client().GetFileAsync(HubFixture.Repository, "model.safetensors", null, HubFixture.Token)));

        files.Distinct().ShouldHaveSingleItem();
        hub.Server.Requests.Count(request => request.IsStore).ShouldBe(1);
        HubFixture.Sha256OfFile(files[0].Path).ShouldBe(Servers.HubServerRepository.Sha256(weights));
    }

    [SkippableFact]
    public async Task A_lock_of_a_Python_process_is_waited_for()
    {
        var python = "/usr/bin/python3";
        Skip.IfNot(File.Exists(python), "Python 3 is not installed (apt install python3).");
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Text("{}");
        hub.Server.Add(HubFixture.Id, ("config.json", content));
        var locks = Directory.CreateDirectory(Path.Join(hub.Cache, ".locks", "models--owner--model"));
        var lockFile = Path.Join(locks.FullName, Path.GetFileName(hub.Blob(content)) + ".lock");
        var start = new System.Diagnostics.ProcessStartInfo(python) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", "import fcntl, os, sys; f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.readline()", lockFile])
            start.ArgumentList.Add(argument);
        using var holder = System.Diagnostics.Process.Start(start)!;
        (await holder.StandardOutput.ReadLineAsync()).ShouldBe("held");

        var download = hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        await Should.ThrowAsync<OperationCanceledException>(hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, patience.Token));
        download.IsCompleted.ShouldBeFalse();
        hub.Server.Requests.ShouldAllBe(request => request.Method == "HEAD");

        await holder.StandardInput.WriteLineAsync();
        (await File.ReadAllTextAsync((await download).Path)).ShouldBe("{}");
        await holder.WaitForExitAsync();
    }

    [SkippableFact]
    public async Task A_cache_that_cannot_be_written_is_an_error_in_words()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "The superuser can write everywhere.");
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        Directory.CreateDirectory(hub.Cache);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hub.Cache, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var error = await HubFixture.FailsAsync(hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token));

        error.Id.ShouldBe("Clem.Hub.CacheNotWritten");
        error.Action!.ShouldContain("HF_HUB_CACHE");
    }

    [Fact]
    public async Task A_file_in_place_of_the_cache_is_an_error_in_words()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        await File.WriteAllTextAsync(hub.Cache, "no folder");

        (await HubFixture.FailsAsync(hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token))).Id.ShouldBe("Clem.Hub.CacheNotWritten");
    }

    // As Python's huggingface_hub lays it out.
    private static void Lay(HubFixture hub, string revision, string commit, params (string Name, string Content)[] files)
    {
        Directory.CreateDirectory(Path.Join(hub.ModelFolder, "refs"));
        Directory.CreateDirectory(Path.Join(hub.ModelFolder, "blobs"));
        File.WriteAllText(Path.Join(hub.ModelFolder, "refs", revision), commit);
        foreach (var (name, content) in files)
        {
            var blob = hub.Blob(HubFixture.Text(content));
            File.WriteAllText(blob, content);
            var pointer = Path.Join(hub.ModelFolder, "snapshots", commit, name);
            Directory.CreateDirectory(Path.GetDirectoryName(pointer)!);
            File.CreateSymbolicLink(pointer, Path.GetRelativePath(Path.GetDirectoryName(pointer)!, blob));
        }
    }
}
