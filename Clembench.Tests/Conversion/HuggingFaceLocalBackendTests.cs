using System.Text.Json.Nodes;
using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.HuggingFace.Conversion;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Llama;
using Clembench.Tests.Support;

namespace Clembench.Tests.Conversion;

/// <summary>Entries of the backend <c>huggingface_local</c>, played with checkpoints of random weights.</summary>
public sealed class HuggingFaceLocalBackendTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("LlamaForCausalLM")]
    [InlineData("MistralForCausalLM")]
    [InlineData("Qwen2ForCausalLM")]
    [InlineData("Qwen3ForCausalLM")]
    [InlineData("GemmaForCausalLM")]
    [InlineData("Gemma2ForCausalLM")]
    [InlineData("Gemma3ForCausalLM")]
    public async Task Each_family_is_played_with_its_own_template_and_tokenizer(string architecture)
    {
        RandomCheckpoint.Make(architecture).Write(_folder.File("hf"));
        await using var model = await LoadAsync();

        var response = await model.GenerateAsync([ChatMessage.User("the cat")], new GenerationOptions(0.0, 6), default);

        response.Prompt.GetProperty("inputs").GetString().ShouldBe("user: the cat<eos>");
        // "user: the cat" has two pieces longer than a letter ("the" and its space) in the byte-level vocabulary, one in the other.
        response.PromptTokens.ShouldNotBeNull().ShouldBeInRange(10, 14);
        response.CompletionTokens.ShouldNotBeNull().ShouldBeInRange(1, 6);
    }

    [SkippableFact]
    public async Task Prompts_are_tokenised_by_the_checkpoints_own_tokenizer()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        await using var model = await LoadAsync();

        var plain = await model.GenerateAsync([ChatMessage.User("the")], new GenerationOptions(0.0, 1), default);
        var control = await model.GenerateAsync([ChatMessage.User("the<eos>")], new GenerationOptions(0.0, 1), default);

        // u s e r : Ġthe <eos>
        plain.PromptTokens.ShouldBe(7);
        // The user's "<eos>" is five letters, not the token.
        control.PromptTokens.ShouldBe(12);
    }

    [SkippableFact]
    public async Task An_entrys_own_template_is_used_where_the_premade_one_is_not_wanted()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        var custom = KeyValuePair.Create<string, object?>("custom_chat_template", "{{ bos_token }}{{ messages[0].content }}{{ mark }}");
        await using var own = await LoadAsync(new("premade_chat_template", false), custom, new("chat_template_kwargs", new JsonMap([new("mark", "!")])));
        await using var premade = await LoadAsync(new("premade_chat_template", true), custom);

        (await InputsAsync(own)).ShouldBe("<bos>Hi!");
        (await InputsAsync(premade)).ShouldBe("user: Hi<eos>");
    }

    [SkippableFact]
    public async Task The_context_is_the_entrys_or_the_configurations()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        await using var whole = await LoadAsync();
        await using var entrys = await LoadAsync(KeyValuePair.Create<string, object?>("context_size", "128"));

        ((LocalModel)whole).Info.ContextSize.ShouldBe(256);
        var error = await Should.ThrowAsync<ContextExceededException>(() => entrys.GenerateAsync([ChatMessage.User(new string('x', 100))], new GenerationOptions(0.0, 60), default));
        error.ContextSize.ShouldBe(128);
    }

    [SkippableFact]
    public async Task A_GGUF_file_in_the_entry_takes_the_place_of_the_safetensors()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        await NumberAddedTokensAsync(_folder.File("hf/tokenizer.json"));
        await CheckpointConverter.ConvertAsync(_folder.File("hf"), _folder.File("hf/own.gguf"), null, default);
        File.Delete(_folder.File("hf/model.safetensors"));
        await using var model = await LoadAsync(new KeyValuePair<string, object?>("gguf_file", "own.gguf"));

        (await InputsAsync(model)).ShouldBe("user: Hi<eos>");
        Directory.Exists(_folder.File("gguf")).ShouldBeFalse();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_GGUF_file_with_another_vocabulary_is_refused(bool ofControlTokens)
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        var path = _folder.File("hf/tokenizer.json");
        var tokenizer = await NumberAddedTokensAsync(path);
        await CheckpointConverter.ConvertAsync(_folder.File("hf"), _folder.File("hf/other.gguf"), null, default);
        var pattern = new KeyValuePair<string, object?>("gguf_file", "oth[e]r.gg?f");
        await (await LoadAsync(pattern)).DisposeAsync();
        if (ofControlTokens)
        {
            // All tokens are the same, but the one that ends a turn has a name of its own.
            tokenizer["added_tokens"]![1]!["content"] = "<end>";
            var configuration = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("hf/tokenizer_config.json")))!;
            configuration["eos_token"] = "<end>";
            await File.WriteAllTextAsync(_folder.File("hf/tokenizer_config.json"), configuration.ToJsonString());
        }
        else
        {
            // The same letters under other numbers.
            var vocabulary = tokenizer["model"]!["vocab"]!.AsObject();
            var letters = vocabulary.Where(token => token.Key.Length == 1).Select(token => (token.Key, Id: (int)token.Value!)).ToArray();
            for (var i = 0; i < letters.Length; i++)
                vocabulary[letters[i].Key] = letters[(i + 1) % letters.Length].Id;
        }

        await File.WriteAllTextAsync(path, tokenizer.ToJsonString());
        // A pattern: the folder with the tokenizer is the model, and one of its files has the weights.
        var error = await Should.ThrowAsync<ClemException>(() => LoadAsync(pattern));
        (error.Id, error.Kind).ShouldBe(("Clem.Model.OtherVocabulary", ErrorKind.InvalidData));
        error.Message.ShouldContain("other.gguf");
        error.Message.ShouldContain(ofControlTokens ? "'<end>'" : "tokens are other ones");
    }

    [SkippableFact]
    public async Task Every_end_of_the_generation_configuration_ends_an_answer()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        await using var plain = await LoadAsync();
        var whole = (await plain.GenerateAsync([ChatMessage.User("Hello")], new GenerationOptions(0.0, 20), default)).Response;
        whole.GetProperty("completion_tokens").GetInt32().ShouldBeGreaterThan(1);
        // Far more numbers than a file has keys for: whatever comes, it is the end.
        var ends = string.Join(", ", Enumerable.Range(0, RandomCheckpoint.Vocabulary));
        await File.WriteAllTextAsync(_folder.File("hf/generation_config.json"), $$"""{"eos_token_id": [{{ends}}]}""");
        await using var ended = await LoadAsync();
        var answer = (await ended.GenerateAsync([ChatMessage.User("Hello")], new GenerationOptions(0.0, 20), default)).Response;
        (answer.GetProperty("stop").GetString(), answer.GetProperty("completion_tokens").GetInt32()).ShouldBe(("eos", 1));
    }

    [SkippableFact]
    public void A_model_that_is_not_converted_is_told_before_it_is_loaded()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        var path = _folder.File("hf/config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("LlamaForCausalLM", "Phi3ForCausalLM", StringComparison.Ordinal));
        Backend().GetAvailability(Entry(), null).ShouldBe(Availability.NeedsBackend);
        var error = Backend().WhyNot(Entry(), null).ShouldNotBeNull();
        error.Id.ShouldBe("Clem.Conversion.Unsupported");
        error.Message.ShouldContain("Phi3ForCausalLM");
        error.Action.ShouldNotBeNull().ShouldContain("gguf_file");
    }

    [SkippableFact]
    public async Task The_file_and_the_conversion_give_the_same_answer()
    {
        RandomCheckpoint.Make("Qwen3ForCausalLM").Write(_folder.File("hf"), "BF16", shards: 2);
        await using var one = await LoadAsync();
        await using var two = await LoadAsync();

        var first = await one.GenerateAsync([ChatMessage.User("Hello")], new GenerationOptions(0.0, 20), default);
        var second = await two.GenerateAsync([ChatMessage.User("Hello")], new GenerationOptions(0.0, 20), default);

        second.Response.ToString().ShouldBe(first.Response.ToString());
        Directory.GetFiles(_folder.File("gguf")).Length.ShouldBe(1);
    }

    [SkippableFact]
    public async Task What_is_missing_needs_a_file_a_download_or_a_key()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        Backend().GetAvailability(Entry(), null).ShouldBe(Availability.NeedsFile);
        Backend().WhyNot(Entry(), null).ShouldNotBeNull().Id.ShouldBe("Clem.Model.FileNotFound");
        Backend().GetAvailability(Hub(new KeyValuePair<string, object?>("requires_api_key", true)), null).ShouldBe(Availability.NeedsKey);
        Backend().GetAvailability(Hub(), null).ShouldBe(Availability.NeedsDownload);
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder.File("hf"));
        Backend().GetAvailability(Entry(), null).ShouldBe(Availability.Ready);
        await Should.ThrowAsync<ClemException>(() => Backend().LoadModelAsync(Hub(), null, default));
    }

    // Added tokens have the numbers behind the vocabulary, whatever the file says of them.
    private static async Task<JsonNode> NumberAddedTokensAsync(string path)
    {
        var tokenizer = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        foreach (var (index, token) in tokenizer["added_tokens"]!.AsArray().Index())
            token!["id"] = tokenizer["model"]!["vocab"]!.AsObject().Count + index;
        await File.WriteAllTextAsync(path, tokenizer.ToJsonString());
        return tokenizer;
    }

    private static async Task<string?> InputsAsync(IModel model) =>
        (await model.GenerateAsync([ChatMessage.User("Hi")], new GenerationOptions(0.0, 1), default)).Prompt.GetProperty("inputs").GetString();

    private HuggingFaceLocalBackend Backend() => new(
        new LocalServices(() => new HubSettings { CacheDirectory = _folder.File("hub"), Offline = true }, LlamaEngine.LoadAsync)
        {
            Weights = new LocalWeights(_folder.File("gguf")),
        });

    private ModelEntry Entry(params IReadOnlyList<KeyValuePair<string, object?>> settings) => ModelEntryReader.Read(new JsonMap(
        [new("model_name", "m"), new("backend", "huggingface_local"), new("path", _folder.File("hf")), .. settings]));

    private static ModelEntry Hub(params IReadOnlyList<KeyValuePair<string, object?>> settings) => ModelEntryReader.Read(new JsonMap(
        [new("model_name", "m"), new("backend", "huggingface_local"), new("huggingface_id", "someone/something"), .. settings]));

    private Task<IModel> LoadAsync(params IReadOnlyList<KeyValuePair<string, object?>> settings)
    {
        LlamaEngineTests.SkipWithoutLibraries();
        return Backend().LoadModelAsync(Entry(settings), null, default);
    }
}
