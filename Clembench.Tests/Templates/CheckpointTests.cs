using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates.Checkpoints;
using Clembench.Tests.Gguf;

namespace Clembench.Tests.Templates;

public sealed class CheckpointTests
{
    [Fact]
    public async Task A_folder_says_what_its_files_say()
    {
        using var folder = CheckpointFolder.Sound();
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);

        checkpoint.Kind.ShouldBe(CheckpointKind.Folder);
        checkpoint.Name.ShouldBe("tiny-chat");
        checkpoint.ChatTemplate.ShouldBe(CheckpointFolder.ChatMl);
        checkpoint.ChatTemplateSource.ShouldBe("tokenizer_config.json");
        checkpoint.BosToken.ShouldBeNull();
        checkpoint.EosToken.ShouldBe("<|im_end|>");
        checkpoint.SpecialTokens.ShouldBe(new Dictionary<string, string>
        {
            ["eos_token"] = "<|im_end|>",
            ["unk_token"] = "<|endoftext|>",
            ["pad_token"] = "<|endoftext|>",
        });
        checkpoint.TokenizerClass.ShouldBe("Qwen2Tokenizer");
        checkpoint.ContextSize.ShouldBe(4096);
        checkpoint.ModelMaxLength.ShouldBe(32768);
        checkpoint.Architecture.ShouldBe("TinyForCausalLM");
        checkpoint.EosTokenIds.ShouldBe([258, 256]);
        checkpoint.AddedTokens[257].ShouldBe("<|im_start|>");

        var tokenizer = await checkpoint.LoadTokenizerAsync(default);
        tokenizer.Vocabulary.Size.ShouldBe(259);
        tokenizer.Vocabulary.IsControl("<|im_start|>").ShouldBeTrue();
        tokenizer.Encode("<|im_start|>a", []).ShouldBe([257, tokenizer.Vocabulary.Find("a")!.Value]);
        tokenizer.Encode("<|im_start|>a", [new(0, 12)]).Count.ShouldBe(13);
    }

    [Theory]
    [InlineData("""{"chat_template": [{"name": "default", "template": "D"}, {"name": "tool_use", "template": "T"}]}""", "D", 2)]
    [InlineData("""{"chat_template": {"default": "D", "rag": "R"}}""", "D", 2)]
    [InlineData("""{"chat_template": [{"name": "only", "template": "O"}]}""", "O", 1)]
    [InlineData("""{"chat_template": [{"name": "a", "template": "A"}, {"name": "b", "template": "B"}]}""", null, 2)]
    [InlineData("""{"chat_template": null}""", null, 0)]
    [InlineData("{}", null, 0)]
    public async Task A_template_is_a_text_or_several_named_ones(string config, string? expected, int count)
    {
        using var folder = new CheckpointFolder();
        folder.WriteText("tokenizer_config.json", config);
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        checkpoint.ChatTemplate.ShouldBe(expected);
        checkpoint.ChatTemplates.Count.ShouldBe(count);
    }

    [Fact]
    public async Task Templates_in_files_of_their_own_replace_those_of_the_configuration()
    {
        using var folder = CheckpointFolder.Sound();
        folder.WriteText("chat_template.jinja", "from a file");
        folder.WriteText("additional_chat_templates/tool_use.jinja", "with tools");
        folder.WriteText("additional_chat_templates/notes.txt", "no template");
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        checkpoint.ChatTemplate.ShouldBe("from a file");
        checkpoint.ChatTemplateSource.ShouldBe("chat_template.jinja");
        checkpoint.ChatTemplates.Keys.Order().ShouldBe(["default", "tool_use"]);
    }

    [Theory]
    // Written down, by a text or an object.
    [InlineData("""{"bos_token": "<a>", "eos_token": {"content": "<b>", "lstrip": false}}""", null, "<a>", "<b>")]
    // The map fills what is missing, and comes first for tokenizers of old.
    [InlineData("""{"bos_token": "<a>"}""", """{"bos_token": "<c>", "eos_token": {"content": "<d>"}}""", "<c>", "<d>")]
    [InlineData("""{"bos_token": "<a>", "added_tokens_decoder": {"0": {"content": "<a>"}}}""", """{"bos_token": "<c>", "eos_token": "<d>"}""", "<a>", "<d>")]
    // The class knows its own, unless there are none by decision.
    [InlineData("""{"tokenizer_class": "LlamaTokenizerFast"}""", null, "<s>", "</s>")]
    [InlineData("""{"tokenizer_class": "LlamaTokenizer", "bos_token": null}""", null, null, "</s>")]
    [InlineData("""{"tokenizer_class": "Something"}""", null, null, null)]
    public async Task Special_tokens_come_from_the_configuration_the_map_and_the_class(string config, string? map, string? bos, string? eos)
    {
        using var folder = new CheckpointFolder();
        folder.WriteText("tokenizer_config.json", config);
        if (map is not null)
            folder.WriteText("special_tokens_map.json", map);
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        checkpoint.BosToken.ShouldBe(bos);
        checkpoint.EosToken.ShouldBe(eos);
    }

    [Fact]
    public async Task Further_special_tokens_have_names_or_not()
    {
        using var folder = new CheckpointFolder();
        folder.WriteText("tokenizer_config.json", """{"extra_special_tokens": {"image_token": "<image>"}, "additional_special_tokens": ["<x>", {"content": "<y>"}]}""");
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        checkpoint.SpecialTokens["image_token"].ShouldBe("<image>");
        checkpoint.AdditionalSpecialTokens.ShouldBe(["<x>", "<y>"]);
    }

    [Theory]
    [InlineData("""{"max_position_embeddings": 2048}""", 2048)]
    [InlineData("""{"n_positions": 1024}""", 1024)]
    [InlineData("""{"seq_length": 512}""", 512)]
    [InlineData("""{"text_config": {"max_position_embeddings": 131072}}""", 131072)]
    [InlineData("""{"n_ctx": 256}""", 256)]
    [InlineData("""{"max_seq_length": 128}""", 128)]
    [InlineData("""{"language_config": {"max_position_embeddings": 64}}""", 64)]
    [InlineData("""{"model_type": "x"}""", 77)]
    public async Task The_context_size_is_where_the_architecture_keeps_it(string config, int expected)
    {
        using var folder = new CheckpointFolder();
        folder.WriteText("tokenizer_config.json", """{"model_max_length": 77}""");
        folder.WriteText("config.json", config);
        (await CheckpointSource.FromPathAsync(folder.Path, default)).ContextSize.ShouldBe(expected);
    }

    [Fact]
    public async Task Length_without_limit_is_no_length()
    {
        using var folder = new CheckpointFolder();
        folder.WriteText("tokenizer_config.json", """{"model_max_length": 1000000000000000019884624838656}""");
        (await CheckpointSource.FromPathAsync(folder.Path, default)).ContextSize.ShouldBeNull();
    }

    [Fact]
    public async Task A_slow_tokenizer_is_known_by_its_vocabulary_file()
    {
        using var folder = new CheckpointFolder();
        folder.WriteText("tokenizer_config.json", """{"tokenizer_class": "LlamaTokenizer"}""");
        folder.WriteText("tokenizer.model", "");
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        checkpoint.HasTokenizer.ShouldBeFalse();
        checkpoint.SlowVocabularyFile.ShouldBe("tokenizer.model");
        (await checkpoint.LoadTokenizerAsync(default)).CanEncode.ShouldBeFalse();
    }

    [Fact]
    public async Task A_single_file_under_another_name_is_read_alone()
    {
        using var folder = CheckpointFolder.Sound();
        var path = folder.WriteText("mine.json", """{"chat_template": "alone", "eos_token": "</s>"}""");
        var checkpoint = await CheckpointSource.FromPathAsync(path, default);
        checkpoint.Kind.ShouldBe(CheckpointKind.File);
        checkpoint.ChatTemplate.ShouldBe("alone");
        checkpoint.ContextSize.ShouldBeNull();
        (await CheckpointSource.FromPathAsync(Path.Join(folder.Path, "tokenizer_config.json"), default)).ContextSize.ShouldBe(4096);
    }

    [Fact]
    public async Task A_gguf_file_says_what_its_metadata_say()
    {
        using var folder = new CheckpointFolder();
        var path = WriteGguf(folder);
        foreach (var place in (string[])[path, folder.Path])
        {
            var checkpoint = await CheckpointSource.FromPathAsync(place, default);
            checkpoint.Kind.ShouldBe(CheckpointKind.Gguf);
            checkpoint.Name.ShouldBe("tiny");
            checkpoint.ChatTemplate.ShouldBe(CheckpointFolder.ChatMl);
            checkpoint.ChatTemplates.Keys.ShouldBe(["default", "tool_use"]);
            checkpoint.BosToken.ShouldBe("<s>");
            checkpoint.EosToken.ShouldBe("</s>");
            checkpoint.EosTokenIds.ShouldBe([1, 3]);
            checkpoint.ContextSize.ShouldBe(2048);
            checkpoint.TokenizerClass.ShouldBe("gpt2 (smollm)");
            checkpoint.AddBosToken.ShouldBe(false);
            var vocabulary = (await checkpoint.LoadTokenizerAsync(default)).Vocabulary;
            vocabulary.Size.ShouldBe(5);
            vocabulary.IsControl("<|im_start|>").ShouldBeTrue();
            vocabulary.IsControl("word").ShouldBeFalse();
        }
    }

    [Fact]
    public async Task An_entry_names_its_checkpoint()
    {
        using var folder = CheckpointFolder.Sound();
        using var ggufFolder = new CheckpointFolder();
        var gguf = WriteGguf(ggufFolder);
        var source = new CheckpointSource(new HubClient(new HubSettings { CacheDirectory = ggufFolder.Path, Offline = true }));

        (await source.FromEntryAsync(Entry(new("backend", "huggingface_local"), new("path", folder.Path)), null, default)).Kind.ShouldBe(CheckpointKind.Folder);
        (await source.FromEntryAsync(Entry(new("backend", "llamacpp"), new("filename", gguf)), null, default)).Kind.ShouldBe(CheckpointKind.Gguf);
        (await Should.ThrowAsync<ClemException>(() => source.FromEntryAsync(Entry(new KeyValuePair<string, object?>("backend", "openai")), null, default)))
            .Id.ShouldBe("Clem.Template.NoCheckpoint");
    }

    [Fact]
    public async Task Of_several_files_in_a_folder_the_entrys_own_is_its_checkpoint()
    {
        using var folder = CheckpointFolder.Sound();
        var one = WriteGguf(folder);
        File.Copy(one, Path.Join(folder.Path, "a.gguf"));
        var own = Path.GetFileName(one);
        var source = new CheckpointSource(new HubClient(new HubSettings { CacheDirectory = folder.Path, Offline = true }));

        (await source.FromEntryAsync(Entry(new("backend", "llamacpp"), new("path", folder.Path), new("filename", own)), null, default)).Name.ShouldBe("tiny");
        (await source.FromEntryAsync(Entry(new("backend", "llamacpp"), new("path", folder.Path), new("filename", "a*.gguf")), null, default)).Name.ShouldBe("a");
        (await Should.ThrowAsync<ClemException>(() => source.FromEntryAsync(Entry(new("backend", "llamacpp"), new("path", folder.Path)), null, default)))
            .Id.ShouldBe("Clem.Model.AmbiguousFile");
        (await source.FromEntryAsync(Entry(new("backend", "huggingface_local"), new("path", folder.Path), new("gguf_file", own)), null, default)).Kind.ShouldBe(CheckpointKind.Folder);
        (await source.FromEntryAsync(Entry(new("backend", "huggingface_local"), new KeyValuePair<string, object?>("gguf_file", one)), null, default)).Name.ShouldBe("tiny");
    }

    [Theory]
    [InlineData("none", "Clem.Template.NotFound")]
    [InlineData("weights.bin", "Clem.Template.UnknownFile")]
    [InlineData("", "Clem.Template.NoTokenizer")]
    public async Task What_is_no_checkpoint_is_refused(string name, string id)
    {
        using var folder = new CheckpointFolder();
        folder.WriteText("weights.bin", "");
        var error = await Should.ThrowAsync<ClemException>(() => CheckpointSource.FromPathAsync(Path.Join(folder.Path, name), default));
        error.Id.ShouldBe(id);
        error.Action.ShouldNotBeNullOrEmpty();
    }

    private static string WriteGguf(CheckpointFolder folder)
    {
        var path = Path.Join(folder.Path, "tiny.gguf");
        File.WriteAllBytes(path, new GgufWriter()
            .Text("general.architecture", "llama")
            .UInt32("llama.context_length", 2048)
            .Text("tokenizer.ggml.model", "gpt2")
            .Text("tokenizer.ggml.pre", "smollm")
            .Texts("tokenizer.ggml.tokens", "<s>", "</s>", "<|im_start|>", "<|im_end|>", "word")
            .Integers("tokenizer.ggml.token_type", 3, 3, 3, 3, 1)
            .UInt32("tokenizer.ggml.bos_token_id", 0)
            .UInt32("tokenizer.ggml.eos_token_id", 1)
            .UInt32("tokenizer.ggml.eot_token_id", 3)
            .Text("tokenizer.chat_template", CheckpointFolder.ChatMl)
            .Text("tokenizer.chat_template.tool_use", "with tools")
            .Texts("tokenizer.chat_templates", "tool_use", "missing")
            .ToBytes());
        return path;
    }

    private static ModelEntry Entry(params KeyValuePair<string, object?>[] members) =>
        ModelEntryReader.Read(new JsonMap([new("model_name", "m"), .. members]));
}
