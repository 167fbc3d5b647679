using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.HuggingFace;
using Clembench.Tests.Servers;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends.Local;

/// <summary>Which files the entries of local backends need, whether they are here, and how they come.</summary>
public sealed class LocalModelStoreTests
{
    private static readonly byte[] Config = HubFixture.Text("""{"architectures": ["LlamaForCausalLM"]}""");

    [Fact]
    public async Task A_gguf_file_by_its_pattern_is_fetched_and_then_here()
    {
        await using var hub = await HubFixture.StartAsync();
        var small = HubFixture.Large(200_000);
        hub.Server.Add(HubFixture.Id, ("README.md", Config), ("m-Q4_K_M.gguf", small), ("m-Q8_0.gguf", HubFixture.Large(300_000, 8)), ("mmproj-m-Q4_K_M.gguf", HubFixture.Large(100, 9)));
        var store = new LocalModelStore(hub.Client());
        var entry = Llama("*q4_k_m.gguf");

        store.GetAvailability(entry).ShouldBe(Availability.NeedsDownload);
        store.WhyNot(entry)!.Id.ShouldBe("Clem.Model.NotDownloaded");
        var plan = await store.PlanAsync(entry, HubFixture.Token);
        plan.ToString().ShouldBe("1 file (200 kB) of owner/model");
        plan.Bytes.ShouldBe(200_000);
        var files = await store.FetchAsync(plan, null, HubFixture.Token);

        files.Weights.ShouldHaveSingleItem();
        Path.GetFileName(files.Weights[0]).ShouldBe("m-Q4_K_M.gguf");
        (await File.ReadAllBytesAsync(files.Weights[0])).ShouldBe(small);
        files.ConfigurationFolder.ShouldBeNull();
        hub.Server.Requests.ShouldNotContain(request => request.Path.Contains("Q8", StringComparison.Ordinal) || request.Path.Contains("mmproj", StringComparison.Ordinal));
        var offline = new LocalModelStore(hub.Offline());
        offline.GetAvailability(entry).ShouldBe(Availability.Ready);
        offline.Get(entry).Weights.ShouldBe(files.Weights);
        (await store.PlanAsync(entry, HubFixture.Token)).Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_parts_of_a_split_model_belong_to_it()
    {
        await using var hub = await HubFixture.StartAsync();
        (string, byte[])[] parts = [.. Enumerable.Range(1, 3).Select(part => ($"q4/m-0000{part}-of-00003.gguf", HubFixture.Large(50_000, part)))];
        hub.Server.Add(HubFixture.Id, [.. parts.Reverse(), ("q8/m-00001-of-00002.gguf", Config), ("q8/m-00002-of-00002.gguf", Config)]);
        var store = new LocalModelStore(hub.Client());
        var entry = Llama("q4/*.gguf");
        var reports = new List<ModelDownloadProgress>();

        var files = await store.FetchAsync(await store.PlanAsync(entry, HubFixture.Token), new Reports(reports), HubFixture.Token);

        files.Weights.Select(Path.GetFileName).ShouldBe(["m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"]);
        reports.Select(report => report.Received).ShouldBeInOrder();
        reports[^1].ShouldSatisfyAllConditions(last => last.Received.ShouldBe(150_000), last => last.Total.ShouldBe(150_000), last => last.FileNumber.ShouldBe(3), last => last.FileCount.ShouldBe(3));

        File.Delete(files.Weights[1]);
        store.Find(entry).Missing.ShouldBe(["q4/m-00002-of-00003.gguf"]);
        store.GetAvailability(entry).ShouldBe(Availability.NeedsDownload);
        hub.Server.Add(HubFixture.Id, [.. parts.Skip(1)]);
        (await HubFixture.FailsAsync(store.PlanAsync(entry, HubFixture.Token))).Id.ShouldBe("Clem.Model.IncompleteRepository");
    }

    [Fact]
    public async Task A_download_that_was_cut_is_gone_on_with_by_the_next_run()
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large(20_000_000);
        hub.Server.Add(HubFixture.Id, ("m.gguf", content));
        var entry = Llama("m.gguf");
        using var stop = new CancellationTokenSource();
        var first = new LocalModelStore(hub.Client());
        var plan = await first.PlanAsync(entry, HubFixture.Token);
        // Ctrl+C after half of it, while the server has not sent the rest.
        hub.Server.Fault = request => request.IsStore ? new HubFault { CutAfter = 10_000_000 } : null;
        var half = new Reports([], report =>
        {
            if (report.Received >= 5_000_000)
                stop.Cancel();
        });
        await Should.ThrowAsync<OperationCanceledException>(first.FetchAsync(plan, half, stop.Token));
        hub.Server.Fault = _ => null;
        var left = new FileInfo(hub.Blob(content, large: true) + ".incomplete").Length;
        left.ShouldBeInRange(5_000_000, 10_000_000);

        var second = new LocalModelStore(hub.Client());
        second.GetAvailability(entry).ShouldBe(Availability.NeedsDownload);
        plan = await second.PlanAsync(entry, HubFixture.Token);
        plan.Bytes.ShouldBe(content.Length - left);
        var reports = new List<ModelDownloadProgress>();
        var files = await second.FetchAsync(plan, new Reports(reports), HubFixture.Token);

        HubFixture.Sha256OfFile(files.Weights[0]).ShouldBe(HubServerRepository.Sha256(content));
        hub.Server.Requests.Last(request => request.IsStore).Range.ShouldBe($"bytes={left}-");
        reports[0].Received.ShouldBeGreaterThanOrEqualTo(left);
        reports[^1].Received.ShouldBe(content.Length);
        reports[^1].BytesPerSecond!.Value.ShouldBeGreaterThan(0);
        reports[^1].Remaining.ShouldBe(TimeSpan.Zero);
        File.Exists(hub.Blob(content, large: true) + ".incomplete").ShouldBeFalse();
    }

    [Fact]
    public async Task Another_checksum_than_the_hubs_is_refused()
    {
        await using var hub = await HubFixture.StartAsync();
        var content = HubFixture.Large(2_000_000);
        hub.Server.Add(HubFixture.Id, ("m.gguf", content));
        hub.Server.Fault = request => request.IsStore ? new HubFault { Content = HubFixture.Large(2_000_000, 99) } : null;
        var store = new LocalModelStore(hub.Client());

        var error = await HubFixture.FailsAsync(FetchAsync(store, Llama("m.gguf")));

        error.Id.ShouldBe("Clem.Hub.Corrupt");
        error.Message.ShouldContain("SHA-256");
        hub.CacheFiles().ShouldNotContain(file => file.Contains("blobs/", StringComparison.Ordinal));
        store.Find(Llama("m.gguf")).Weights.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_disk_without_room_is_noticed_before_anything_is_fetched()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("m.gguf", HubFixture.Large(2_000_000)));
        var store = new LocalModelStore(hub.Client()) { FreeSpace = _ => 1_999_999 };

        var error = await HubFixture.FailsAsync(FetchAsync(store, Llama("m.gguf")));

        error.Id.ShouldBe("Clem.Hub.DiskFull");
        error.Message.ShouldContain("2.00 MB");
        error.Action!.ShouldContain("HF_HUB_CACHE");
        hub.Server.Requests.ShouldNotContain(request => request.IsStore);
        await FetchAsync(new LocalModelStore(hub.Client()) { FreeSpace = _ => 2_000_000 }, Llama("m.gguf"));
    }

    [Fact]
    public async Task A_checkpoint_is_its_configuration_its_tokenizer_and_all_shards()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(
            HubFixture.Id, ("config.json", Config), ("tokenizer.json", Config), ("tokenizer_config.json", Config), ("chat_template.jinja", Config),
            ("additional_chat_templates/rag.jinja", Config), ("onnx/model.onnx", Config), ("pytorch_model.bin", Config), ("original/params.json", Config),
            ("model.safetensors.index.json", HubFixture.Text("""{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors", "c": "extra.safetensors"}}""")),
            ("model-00001-of-00002.safetensors", HubFixture.Large(60_000, 1)), ("model-00002-of-00002.safetensors", HubFixture.Large(60_000, 2)), ("extra.safetensors", HubFixture.Large(100, 3)));
        var store = new LocalModelStore(hub.Client());
        var entry = Checkpoint();

        var files = await FetchAsync(store, entry);

        files.Format.ShouldBe(WeightsFormat.Safetensors);
        files.Weights.Select(Path.GetFileName).ShouldBe(["extra.safetensors", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]);
        Directory.EnumerateFileSystemEntries(files.ConfigurationFolder!).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
        [
            "additional_chat_templates", "chat_template.jinja", "config.json", "extra.safetensors", "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors", "model.safetensors.index.json", "tokenizer.json", "tokenizer_config.json",
        ]);
        store.GetAvailability(entry).ShouldBe(Availability.Ready);
        File.Delete(files.Weights[2]);
        store.Find(entry).Missing.ShouldBe(["model-00002-of-00002.safetensors"]);
    }

    [Fact]
    public async Task An_architecture_that_is_not_converted_is_told_before_anything_is_fetched()
    {
        await using var hub = await HubFixture.StartAsync();
        var config = HubFixture.Text("""{"architectures": ["Phi3ForCausalLM"]}""");
        hub.Server.Add(HubFixture.Id, ("config.json", config), ("tokenizer.json", Config), ("model.safetensors", HubFixture.Large(1000)));
        var store = new LocalModelStore(hub.Client());
        // A hub that does not say what is in config.json: then the file does, when it is here.
        await FetchAsync(store, Checkpoint());
        store.GetAvailability(Checkpoint()).ShouldBe(Availability.NeedsBackend);
        store.WhyNot(Checkpoint())!.Id.ShouldBe("Clem.Conversion.Unsupported");

        await using var other = await HubFixture.StartAsync();
        var repository = other.Server.Add(HubFixture.Id, ("config.json", config), ("tokenizer.json", Config), ("model.safetensors", HubFixture.Large(1000)));
        repository.Members["config"] = new Dictionary<string, object> { ["architectures"] = new[] { "Phi3ForCausalLM" } };
        var error = await HubFixture.FailsAsync(FetchAsync(new LocalModelStore(other.Client()), Checkpoint()));
        error.Id.ShouldBe("Clem.Conversion.Unsupported");
        error.Message.ShouldContain("Phi3ForCausalLM");
        error.Message.ShouldContain(HubFixture.Id);
        other.Server.Requests.ShouldNotContain(request => request.Path.Contains("/resolve/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_single_safetensors_file_comes_before_shards()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", Config), ("tokenizer.model", Config), ("model.safetensors", HubFixture.Large(1000)), ("model-00001-of-00001.safetensors", HubFixture.Large(1000, 2)));

        (await FetchAsync(new LocalModelStore(hub.Client()), Checkpoint())).Weights.Select(Path.GetFileName).ShouldBe(["model.safetensors"]);
    }

    [Fact]
    public async Task Weights_may_come_from_a_gguf_of_another_repository()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", Config), ("tokenizer_config.json", Config), ("model.safetensors", HubFixture.Large(1000)));
        hub.Server.Add("owner/model-gguf", ("m-Q4_0.gguf", HubFixture.Large(2000)));
        var store = new LocalModelStore(hub.Client());

        var files = await FetchAsync(store, Checkpoint("""{"gguf_repo": "owner/model-gguf", "gguf_file": "*Q4_0.gguf"}"""));

        files.Format.ShouldBe(WeightsFormat.Gguf);
        files.Weights.Select(Path.GetFileName).ShouldBe(["m-Q4_0.gguf"]);
        File.Exists(Path.Join(files.ConfigurationFolder, "tokenizer_config.json")).ShouldBeTrue();
        hub.Server.Requests.ShouldNotContain(request => request.Path.Contains("model.safetensors", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"filename": "*"}""", "Clem.Model.AmbiguousFile", "m-Q4_0.gguf")]
    [InlineData("""{"filename": "*Q6*"}""", "Clem.Model.NoSuchFile", "m-Q8_0.gguf")]
    [InlineData("{}", "Clem.Model.AmbiguousFile", "m-Q8_0.gguf")]
    public async Task A_pattern_that_means_none_or_several_says_which_there_are(string config, string id, string named)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("m-Q4_0.gguf", Config), ("m-Q8_0.gguf", Config));

        var error = await HubFixture.FailsAsync(FetchAsync(new LocalModelStore(hub.Client()), Entry("llamacpp", config)));

        error.Id.ShouldBe(id);
        (error.Message + error.Action).ShouldContain(named);
    }

    [Fact]
    public async Task Pickled_weights_are_not_fetched()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", Config), ("pytorch_model.bin", HubFixture.Large(1000)));

        var error = await HubFixture.FailsAsync(FetchAsync(new LocalModelStore(hub.Client()), Checkpoint()));

        error.Id.ShouldBe("Clem.Model.NoSafetensors");
        error.Message.ShouldContain(".bin");
    }

    [Theory]
    [InlineData("config.json", "no tokenizer")]
    [InlineData("tokenizer.json", "no config.json")]
    public async Task Weights_that_cannot_be_used_are_not_fetched(string only, string expected)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, (only, Config), ("model.safetensors", HubFixture.Large(1000)));

        var error = await HubFixture.FailsAsync(FetchAsync(new LocalModelStore(hub.Client()), Checkpoint()));

        error.Id.ShouldBe("Clem.Model.IncompleteRepository");
        error.Message.ShouldContain(expected);
        hub.Server.Requests.ShouldNotContain(request => request.IsStore);
    }

    [Fact]
    public async Task Offline_a_whole_model_lacks_nothing_and_another_one_is_an_error()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("m.gguf", HubFixture.Large(1000)));
        var offline = new LocalModelStore(hub.Offline());

        (await HubFixture.FailsAsync(FetchAsync(offline, Llama("m.gguf")))).Id.ShouldBe("Clem.Hub.Offline");
        await FetchAsync(new LocalModelStore(hub.Client()), Llama("m.gguf"));
        (await offline.PlanAsync(Llama("m.gguf"), HubFixture.Token)).ToString().ShouldBe("nothing");
    }

    [Fact]
    public async Task A_branch_that_moves_during_a_download_leaves_no_mixture()
    {
        await using var hub = await HubFixture.StartAsync();
        (string, byte[])[] Parts(int seed) => [("m-00001-of-00002.gguf", HubFixture.Large(5000, seed)), ("m-00002-of-00002.gguf", HubFixture.Large(5000, seed + 1))];
        var repository = hub.Server.Add(HubFixture.Id, Parts(1));
        var store = new LocalModelStore(hub.Client());
        var plan = await store.PlanAsync(Llama("m-*"), HubFixture.Token);
        repository.Commit("main", Parts(10));

        var files = await store.FetchAsync(plan, null, HubFixture.Token);
        (await File.ReadAllBytesAsync(files.Weights[1])).ShouldBe(HubFixture.Large(5000, 2));

        // The next time the newer one comes as a whole.
        files = await FetchAsync(store, Llama("m-*"));
        (await File.ReadAllBytesAsync(files.Weights[0])).ShouldBe(HubFixture.Large(5000, 10));
        (await File.ReadAllBytesAsync(files.Weights[1])).ShouldBe(HubFixture.Large(5000, 11));
    }

    [Fact]
    public async Task A_gated_repository_asks_for_the_token()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("m.gguf", HubFixture.Large(1000))).IsGated = true;
        var store = new LocalModelStore(hub.Client());

        var error = await HubFixture.FailsAsync(FetchAsync(store, Llama("m.gguf")));

        error.Id.ShouldBe("Clem.Hub.GatedRepository");
        error.Action!.ShouldContain("Set-ClemKey huggingface");
        store.GetAvailability(Entry("llamacpp", """{"filename": "m.gguf", "requires_api_key": true}""")).ShouldBe(Availability.NeedsKey);
        new LocalModelStore(hub.Client(settings => settings with { Token = "hf_x" }))
            .GetAvailability(Entry("llamacpp", """{"filename": "m.gguf", "requires_api_key": true}""")).ShouldBe(Availability.NeedsDownload);
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": "../../etc/passwd"}}""")]
    [InlineData("""{"weight_map": {"a": 3}}""")]
    [InlineData("""{"weights": {}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void An_index_is_data_that_may_say_anything(string index)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), "{}");
        File.WriteAllText(folder.File("tokenizer.json"), "{}");
        File.WriteAllText(folder.File("model.safetensors.index.json"), index);
        var entry = Local("huggingface_local", folder.Path);

        Should.Throw<ClemException>(() => Nowhere(folder).Find(entry)).Id.ShouldBe("Clem.Model.BrokenIndex");
        Nowhere(folder).GetAvailability(entry).ShouldBe(Availability.NeedsDownload);
    }

    [Fact]
    public void Files_of_this_machine_are_found_by_their_path_from_the_registry_on()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("models"));
        File.WriteAllText(folder.File("models/a-00001-of-00002.gguf"), "");
        var entry = Local("llamacpp", "models/a-00001-of-00002.gguf") with { Source = folder.File("model_registry.json") };

        var files = Nowhere(folder).Find(entry);
        files.Missing.ShouldBe(["a-00002-of-00002.gguf"]);
        files.IsFromHub.ShouldBeFalse();
        File.WriteAllText(folder.File("models/a-00002-of-00002.gguf"), "");
        Nowhere(folder).Get(entry).Weights.ShouldBe([folder.File("models/a-00001-of-00002.gguf"), folder.File("models/a-00002-of-00002.gguf")]);

        var error = Nowhere(folder).WhyNot(entry with { Source = null })!;
        error.Message.ShouldContain("a-00001-of-00002.gguf");
        error.Action!.ShouldContain("path");
    }

    [Fact]
    public void An_entry_in_another_registry_means_the_same_files()
    {
        using var folder = new TemporaryFolder();
        var entry = Local("llamacpp", "../models/m.gguf") with { Source = folder.File("registry/model_registry.json") };

        LocalPath.Rebase(entry, folder.File("user/model_registry.json")).Properties["path"].ShouldBe(folder.File("models/m.gguf"));
        LocalPath.Rebase(entry, folder.File("registry/other.json")).ShouldBeSameAs(entry);
        var elsewhere = Local("llamacpp", folder.File("m.gguf")) with { Source = folder.File("registry/model_registry.json") };
        LocalPath.Rebase(elsewhere, folder.File("user/model_registry.json")).Properties["path"].ShouldBe(folder.File("m.gguf"));
    }

    [Fact]
    public void An_entry_without_weights_says_what_it_lacks()
    {
        using var folder = new TemporaryFolder();
        var error = Nowhere(folder).WhyNot(new ModelEntry { Name = "m", Backend = "llamacpp" })!;

        error.Id.ShouldBe("Clem.Model.NoWeights");
        error.Action!.ShouldContain("filename");
    }

    private static LocalModelStore Nowhere(TemporaryFolder folder) => new(new HubClient(new HubSettings { CacheDirectory = folder.File("cache"), Offline = true }));

    private static async Task<LocalModelFiles> FetchAsync(LocalModelStore store, ModelEntry entry) =>
        await store.FetchAsync(await store.PlanAsync(entry, HubFixture.Token), null, HubFixture.Token);

    private static ModelEntry Llama(string pattern) => Entry("llamacpp", $$"""{"filename": "{{pattern}}"}""");

    private static ModelEntry Checkpoint(string config = "{}") => Entry("huggingface_local", config);

    private static ModelEntry Local(string backend, string path) =>
        new() { Name = "m", Backend = backend, Properties = new JsonMap([new("path", path)]) };

    private static ModelEntry Entry(string backend, string config) => new()
    {
        Name = "m",
        Backend = backend,
        HuggingFaceId = HubFixture.Id,
        Properties = JsonMap.Parse($$"""{"model_config": {{config}}}"""),
    };

    private sealed class Reports(List<ModelDownloadProgress> reports, Action<ModelDownloadProgress>? then = null) : IProgress<ModelDownloadProgress>
    {
        public void Report(ModelDownloadProgress value)
        {
            reports.Add(value);
            then?.Invoke(value);
        }
    }
}
