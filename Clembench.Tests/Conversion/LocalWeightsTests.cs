using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.HuggingFace.Conversion;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Support;

namespace Clembench.Tests.Conversion;

/// <summary>The GGUF files that entries of safetensors are played from: made once, kept, made anew when the checkpoint changes.</summary>
public sealed class LocalWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Kept => _folder.File("gguf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_checkpoint_is_converted_once()
    {
        var made = new List<ConversionProgress>();
        var weights = new LocalWeights(Kept) { Progress = new Steps(made.Add) };
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));

        var first = await weights.GetAsync(Files(), default);
        var count = made.Count;
        var second = await weights.GetAsync(Files(), default);

        second.ShouldBe(first);
        count.ShouldBeGreaterThan(0);
        made.Count.ShouldBe(count);
        Directory.GetFiles(Kept).ShouldBe([first]);
        Path.GetFileName(first).ShouldStartWith("hf-");
    }

    [Fact]
    public async Task Two_entries_of_one_checkpoint_share_the_file()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        var first = await new LocalWeights(Kept).GetAsync(Files(), default);

        (await new LocalWeights(Kept).GetAsync(Files(KeyValuePair.Create<string, object?>("model_name", "other")), default)).ShouldBe(first);
    }

    [Fact]
    public async Task Files_that_are_not_used_are_not_read()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        // transformers takes the single file where it is there, and tokenizer.json's bytes need no SentencePiece.
        await File.WriteAllTextAsync(_folder.File("hf/model.safetensors.index.json"), """{"weight_map": {"lm_head.weight": "model-00001-of-00002.safetensors"}}""");
        await File.WriteAllTextAsync(_folder.File("hf/tokenizer.model"), "version https://git-lfs.github.com/spec/v1");

        File.Exists(await new LocalWeights(Kept).GetAsync(Files(), default)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_killed_conversion_left_goes_with_the_next_one()
    {
        var weights = new LocalWeights(Kept);
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        var target = await weights.GetAsync(Files(), default);
        File.Delete(target);
        await File.WriteAllTextAsync(Path.Join(Kept, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp"), "half");
        var foreign = Path.Join(Kept, ".another.gguf.tmp");
        await File.WriteAllTextAsync(foreign, "not ours");

        (await weights.GetAsync(Files(), default)).ShouldBe(target);

        Directory.GetFiles(Kept).ShouldBe([target, foreign], ignoreOrder: true);
    }

    [Fact]
    public async Task A_changed_checkpoint_is_converted_anew_and_the_old_file_goes()
    {
        var weights = new LocalWeights(Kept);
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        var first = await weights.GetAsync(Files(), default);
        RandomCheckpoint.Make("LlamaForCausalLM", seed: 12).Write(_folder.File("hf"));
        File.SetLastWriteTimeUtc(_folder.File("hf/model.safetensors"), DateTime.UtcNow.AddSeconds(5));

        var second = await weights.GetAsync(Files(), default);

        second.ShouldNotBe(first);
        Directory.GetFiles(Kept).ShouldBe([second]);
    }

    [Fact]
    public async Task Of_several_at_once_one_converts_and_all_get_the_file()
    {
        var made = 0;
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            new LocalWeights(Kept) { Progress = new Steps(step => made += step.Written == step.Total ? 1 : 0) }.GetAsync(Files(), default))));

        paths.Distinct().Count().ShouldBe(1);
        made.ShouldBe(1);
    }

    [Fact]
    public async Task A_family_that_is_not_converted_is_an_error_that_says_what_to_do()
    {
        var checkpoint = RandomCheckpoint.Make("LlamaForCausalLM");
        checkpoint.Config["architectures"] = new System.Text.Json.Nodes.JsonArray("MixtralForCausalLM");
        checkpoint.Write(_folder.File("hf"));

        var error = await Should.ThrowAsync<ClemException>(() => new LocalWeights(Kept).GetAsync(Files(), default));

        error.Id.ShouldBe("Clem.Conversion.Unsupported");
        error.Action.ShouldNotBeNull().ShouldContain("gguf_repo");
        Directory.Exists(Kept).ShouldBeFalse();
    }

    [Fact]
    public async Task A_full_disk_is_found_out_before_anything_is_written()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));

        (await Should.ThrowAsync<ClemException>(() => new LocalWeights(Kept) { FreeSpace = _ => 1000 }.GetAsync(Files(), default))).Id.ShouldBe("Clem.Model.NoSpace");

        Directory.GetFiles(Kept).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_entrys_own_GGUF_file_is_taken_as_it_is()
    {
        Directory.CreateDirectory(_folder.File("hf"));
        await File.WriteAllTextAsync(_folder.File("hf/a.gguf"), "not looked at");

        (await new LocalWeights(Kept).GetAsync(Files(KeyValuePair.Create<string, object?>("gguf_file", "a.gguf")), default)).ShouldBe(_folder.File("hf/a.gguf"));
    }

    [SkippableFact]
    public async Task Another_commit_of_a_repository_with_the_same_files_is_the_same_checkpoint()
    {
        var weights = new LocalWeights(Kept);
        Cache(new string('a', 40), seed: 1);
        var first = await weights.GetAsync(HubFiles(), default);
        Cache(new string('b', 40), seed: 1);
        (await weights.GetAsync(HubFiles(), default)).ShouldBe(first);

        Cache(new string('c', 40), seed: 2);
        var other = await weights.GetAsync(HubFiles(), default);

        other.ShouldNotBe(first);
        Directory.GetFiles(Kept).ShouldBe([other]);
    }

    // As Hugging Face's tools lay it out: a snapshot's files are links to what their ETags name.
    private void Cache(string commit, ulong seed)
    {
        Skip.If(OperatingSystem.IsWindows(), "The hub's cache has no links here.");
        var repository = _folder.File("hub/models--someone--something");
        var snapshot = Path.Join(repository, "snapshots", commit);
        RandomCheckpoint.Make("LlamaForCausalLM", seed).Write(snapshot);
        Directory.CreateDirectory(Path.Join(repository, "blobs"));
        Directory.CreateDirectory(Path.Join(repository, "refs"));
        File.WriteAllText(Path.Join(repository, "refs", "main"), commit);
        foreach (var file in Directory.GetFiles(snapshot))
        {
            var blob = Path.Join(repository, "blobs", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
            File.Move(file, blob, overwrite: true);
            File.CreateSymbolicLink(file, Path.GetRelativePath(snapshot, blob));
        }
    }

    private LocalModelFiles HubFiles() =>
        new LocalModelStore(new HubClient(new HubSettings { CacheDirectory = _folder.File("hub"), Offline = true })).Get(ModelEntryReader.Read(new JsonMap(
            [new("model_name", "m"), new("backend", "huggingface_local"), new("huggingface_id", "someone/something")])));

    private LocalModelFiles Files(params KeyValuePair<string, object?>[] settings) =>
        new LocalModelStore(new HubClient(new HubSettings { CacheDirectory = _folder.File("hub"), Offline = true })).Get(ModelEntryReader.Read(new JsonMap(
            [.. ((KeyValuePair<string, object?>[])[new("model_name", "my/model!"), new("backend", "huggingface_local"), new("path", _folder.File("hf"))]).ExceptBy(settings.Select(one => one.Key), one => one.Key), .. settings])));

    private sealed class Steps(Action<ConversionProgress> report) : IProgress<ConversionProgress>
    {
        public void Report(ConversionProgress value) => report(value);
    }
}
