using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Backends.Local;
using Clembench.Games;
using Clembench.Games.HelloGame;
using Clembench.HuggingFace.Conversion;
using Clembench.HuggingFace.Hub;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;
using Clembench.Tests.Llama;
using Clembench.Tests.Support;
using Clembench.TinyModel;
using Clembench.TinyModel.Export;
using Clembench.TinyModel.Task;

namespace Clembench.Tests.TinyModel;

/// <summary>The packaged model: what its trainer made, as transformers would have it and as llama.cpp does, and what both backends play with it.</summary>
public sealed class TinyGreeterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Folder => Path.Join(Repository.Root, "models", "tiny-greeter");

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("tiny-greeter-gguf")]
    [InlineData("tiny-greeter-hf")]
    public async Task Each_packaged_entry_plays_hellogame_with_success(string name)
    {
        LlamaEngineTests.SkipWithoutLibraries();
        var entry = Entry(name);
        var instances = await InstancesAsync();
        var plans = instances.Select(instance => new EpisodePlan(
            [entry], new HelloGame(), new GameEntry { Name = "hellogame", MainGame = "hellogame", Path = "games/hellogame" }, instance)).ToArray();
        var run = new GameRun(
            new RunSettings { ResultsPath = _folder.File("results"), ThrottleLimit = 16 }, (one, token) => Backend(one).LoadModelAsync(one, null, token),
            new ResultsReader(GameCatalog.BuiltIn));

        var episodes = new List<Episode>();
        await foreach (var episode in run.PlayAsync(new RunPlan(plans.Length, [new RunLane(plans)]), null, default))
            episodes.Add(episode);

        episodes.Count.ShouldBe(20);
        episodes.ShouldAllBe(episode => episode.Outcome == Outcome.Success);
    }

    [SkippableTheory]
    [InlineData("tiny-greeter-gguf")]
    [InlineData("tiny-greeter-hf")]
    public async Task The_record_has_the_templated_text_and_the_end_token_and_the_message_has_not(string name)
    {
        LlamaEngineTests.SkipWithoutLibraries();
        var entry = Entry(name);
        Backend(entry).GetAvailability(entry, null).ShouldBe(Availability.Ready);
        await using var model = await Backend(entry).LoadModelAsync(entry, null, default);
        var prompt = (await InstancesAsync())[0].GetText("prompt");

        var response = await model.GenerateAsync([ChatMessage.User(prompt)], new GenerationOptions(0.0, 300), default);

        response.Prompt.GetProperty("inputs").GetString().ShouldBe($"<|turn|>user\n{prompt}<|end|>\n<|turn|>assistant\n");
        response.Response.GetProperty("response").GetString().ShouldBe(response.Text + "<|end|>");
        response.Response.GetProperty("stop").GetString().ShouldBe("eos");
        response.Text.ShouldBe(GreetingTask.Answer("Amara"));
    }

    [SkippableFact]
    public async Task Llama_cpp_says_what_the_trainer_says()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        var greeter = new Greeter(await CheckpointFolder.ReadAsync(Folder));
        await using var engine = await LlamaEngine.LoadAsync(new LlamaLoadOptions(Path.Join(Folder, "tiny-greeter.gguf")), default);
        foreach (var instance in await InstancesAsync())
        {
            var prompt = instance.GetText("prompt");
            var completion = await engine.CompleteAsync(new LlamaRequest(ByteVocabulary.Prompt(prompt), 120), default);
            completion.Tokens.ShouldBe(greeter.Answer(prompt), instance.ToString());
        }
    }

    [SkippableFact]
    public async Task Llama_cpp_computes_the_trainers_logits()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        var greeter = new Greeter(await CheckpointFolder.ReadAsync(Folder));
        var tokens = ByteVocabulary.Prompt((await InstancesAsync())[3].GetText("prompt"));

        var native = Conversion.ConvertedLogitsTests.NativeLogits(Path.Join(Folder, "tiny-greeter.gguf"), tokens);

        greeter.Logits(tokens, tokens.Count - 1)[0].Zip(native, (one, other) => Math.Abs(one - other)).Max().ShouldBeLessThan(1e-3f);
    }

    [Fact]
    public async Task All_packaged_names_and_nearly_all_made_up_ones_are_greeted()
    {
        var greeter = new Greeter(await CheckpointFolder.ReadAsync(Folder));
        var task = GreetingTask.OfGame(Repository.Root);
        var packaged = await File.ReadAllLinesAsync(Path.Join(Repository.Root, "games", "hellogame", "resources", "names.en.txt"));
        packaged.Where(name => name.Length > 0).ShouldAllBe(name => greeter.Says(task.GamePrompt(name), GreetingTask.Answer(name)));
        var madeUp = NameSource.Unseen(60);
        madeUp.Count(name => greeter.Says(task.GamePrompt(name), GreetingTask.Answer(name))).ShouldBeGreaterThan(56);
    }

    [Fact]
    public async Task The_packaged_GGUF_file_is_what_the_checkpoint_converts_to()
    {
        // The name of a checkpoint is its folder's.
        var copy = Path.Join(_folder.Path, "tiny-greeter");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.EnumerateFiles(Folder).Where(file => Path.GetExtension(file) != ".gguf"))
            File.Copy(file, Path.Join(copy, Path.GetFileName(file)));

        await CheckpointConverter.ConvertAsync(copy, _folder.File("made.gguf"), null, default);

        (await File.ReadAllBytesAsync(_folder.File("made.gguf"))).ShouldBe(await File.ReadAllBytesAsync(Path.Join(Folder, "tiny-greeter.gguf")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tiny-greeter.gguf")]
    public async Task Its_template_and_tokenizer_give_the_tokens_that_it_was_trained_on(string file)
    {
        var checkpoint = await CheckpointSource.FromPathAsync(Path.Join(Folder, file), default);
        var text = ChatTemplate.For(checkpoint).Render([ChatMessage.User("Größe <|end|> zählt.")], ChatTemplateOptions.Default, default);
        var tokenizer = await checkpoint.LoadTokenizerAsync(default);

        text.Text.ShouldBe("<|turn|>user\nGröße <|end|> zählt.<|end|>\n<|turn|>assistant\n");
        checkpoint.EosToken.ShouldBe("<|end|>");
        tokenizer.Encode(text.Text, text.InputSpans.ToArray()).ShouldBe(ByteVocabulary.Prompt("Größe <|end|> zählt."));
    }

    private static async Task<IReadOnlyList<GameInstance>> InstancesAsync() =>
        await InstanceFile.ReadAsync(Path.Join(Repository.Root, "games", "hellogame", "in", "instances.json"), "hellogame", default);

    private static ModelEntry Entry(string name) =>
        ModelRegistry.ReadFile(Path.Join(Repository.Root, "registry", "model_registry.json")).Single(entry => entry.Name == name);

    private IBackend Backend(ModelEntry entry)
    {
        var services = new LocalServices(() => new HubSettings { CacheDirectory = _folder.File("hub"), Offline = true }, LlamaEngine.LoadAsync)
        {
            Weights = new LocalWeights(_folder.File("gguf")),
        };
        return entry.Backend == "llamacpp" ? new LlamaCppBackend(services) : new HuggingFaceLocalBackend(services);
    }
}
