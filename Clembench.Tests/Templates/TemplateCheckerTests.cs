using Clembench.Json;
using Clembench.Models;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.Tests.Templates;

public sealed class TemplateCheckerTests
{
    private const string Llama2Style =
        "{{ bos_token }}{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate, the user first') }}{% endif %}"
        + "{% if m.role == 'user' %}{{ '[INST] ' + m.content.strip() + ' [/INST]' }}{% else %}{{ ' ' + m.content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}";

    [Fact]
    public async Task A_sound_template_passes_every_check()
    {
        using var folder = CheckpointFolder.Sound();
        var report = await CheckAsync(folder);

        report.Passed.ShouldBeTrue();
        report.Error.ShouldBeNull();
        report.Source.ShouldBe("premade");
        report.Checks.Where(check => check.Severity != CheckSeverity.Information && !check.Passed).ShouldBeEmpty();
        report.Checks.Select(check => check.Name).ShouldBe([
            "Template", "Tokenizer", "SingleTurn", "MinimalConversation", "ConsecutiveUserTurns", "MultiTurn", "AssistantFirst", "SystemMessage",
            "GenerationPrompt", "ContinuesDialogue", "SpecialTokensInVocabulary", "EosAfterAssistant", "RoundTrip",
            "ContentUnaltered", "SpecialTokenInjection", "Reproducible", "ToolsSupported", "ThinkingSwitch", "ImagesSupported"]);
        report.Rendered!.ShouldEndWith("<|im_start|>assistant\n");
        report.EosToCull.ShouldBe("<|im_end|>");
        report.StopTokens.ShouldBe(["<|im_end|>", "<|endoftext|>"]);
        report.VocabularySize.ShouldBe(259);
        report.ContextSize.ShouldBe(4096);
        report.TokenizerClass.ShouldBe("Qwen2Tokenizer");
        Check(report, "ToolsSupported").Passed.ShouldBeFalse();
        Check(report, "ContinuesDialogue").Passed.ShouldBeTrue();
        Check(report, "SpecialTokenInjection").Message.ShouldContain("Others would take");
    }

    [Fact]
    public async Task The_suggested_entry_is_the_one_that_the_guide_has_a_person_write()
    {
        using var folder = CheckpointFolder.Sound();
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default) with { HuggingFaceId = "acme/tiny-chat", IsGated = true };
        var report = await TemplateChecker.CheckAsync(new TemplateSubject("acme/tiny-chat") { Checkpoint = checkpoint }, default);

        report.Suggestion!.Properties.ToString().ShouldBe(
            """{"model_name":"tiny-chat","backend":"huggingface_local","huggingface_id":"acme/tiny-chat","premade_chat_template":true,"eos_to_cull":"<\\|im_end\\|>","requires_api_key":true,"context_size":"4k"}""");
        var cull = EosPattern.Parse((string)report.Suggestion.GetSetting("eos_to_cull")!);
        cull.LiteralBecause.ShouldBeNull();
        cull.Expression.Replace("Green.<|im_end|>", "").ShouldBe("Green.");
    }

    [Theory]
    [InlineData(Llama2Style, "AssistantFirst", "Roles must alternate")]
    [InlineData(Llama2Style, "SystemMessage", "Roles must alternate")]
    [InlineData(Llama2Style, "ContentUnaltered", "White space around")]
    [InlineData("{{ bos_token }}{{ bos_token }}" + CheckpointFolder.ChatMl, "BosNotDoubled", "twice")]
    [InlineData("{% for m in messages %}{% if m.role != 'system' %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endif %}{% endfor %}{{ '<|im_start|>assistant\n' }}", "SystemMessage", "system message is missing")]
    [InlineData("{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}", "GenerationPrompt", "has to open its own turn")]
    [InlineData("{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|done|>' }}{% endfor %}{{ '<|assistant|>' }}", "SpecialTokensInVocabulary", "<|done|>")]
    [InlineData("{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|done|>' }}{% endfor %}{{ '<|assistant|>' }}", "EosAfterAssistant", "<|done|>, but generation ends at <|im_end|> or <|endoftext|>")]
    [InlineData("{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}{{ 'assistant: ' }}", "EosAfterAssistant", "no control token")]
    [InlineData("{% for m in messages %}{{ m.role + ': ' + m.content | escape + '<|im_end|>' }}{% endfor %}{{ 'assistant: ' }}", "ContentUnaltered", "quotes, braces and templates, markup")]
    [InlineData("{{ strftime_now('%d %B %Y') }}" + CheckpointFolder.ChatMl, "Reproducible", "date")]
    [InlineData("{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content.replace('<|im_end|>', '') + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}", "SpecialTokenInjection", "changed by the template")]
    public async Task A_weakness_is_a_warning_in_words(string template, string name, string expected)
    {
        using var folder = CheckpointFolder.Sound(template.Replace("\n", "\\n", StringComparison.Ordinal));
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        checkpoint = checkpoint with { SpecialTokens = new Dictionary<string, string>(checkpoint.SpecialTokens) { ["bos_token"] = "<|endoftext|>" } };
        var report = await TemplateChecker.CheckAsync(new TemplateSubject("m") { Checkpoint = checkpoint }, default);
        var check = Check(report, name);
        check.Passed.ShouldBeFalse(check.Message);
        check.Verdict.ShouldBe("warning");
        check.Message.ShouldContain(expected);
        report.Passed.ShouldBeTrue();
        report.Suggestion!.GetSetting("premade_chat_template").ShouldBe(true);
    }

    [Theory]
    [InlineData("{% for m in messages %}", "Template", "line 1")]
    [InlineData("{{ raise_exception('never') }}", "MinimalConversation", "never")]
    [InlineData("{% if messages | length > 1 %}{{ raise_exception('one only') }}{% endif %}{{ messages[0].content }}", "MinimalConversation", "one only")]
    [InlineData("{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}", "MinimalConversation", "assistant message is missing")]
    [InlineData("{% for m in messages %}{% if '\\n\\n' in m.content %}{{ raise_exception('one line') }}{% endif %}{{ m.content }}{% endfor %}", "ConsecutiveUserTurns", "one line")]
    [InlineData("{% for m in messages | reverse %}{{ m.content }}{% endfor %}", "MinimalConversation", "order")]
    [InlineData("{% for i in range(99999) %}{% for j in range(99999) %}{{ i }}{% endfor %}{% endfor %}", "MinimalConversation", "too much")]
    public async Task A_template_that_fails_does_not_pass_and_another_is_proposed(string template, string name, string expected)
    {
        using var folder = CheckpointFolder.Sound(template);
        var report = await CheckAsync(folder);

        report.Passed.ShouldBeFalse();
        var check = Check(report, name);
        check.Verdict.ShouldBe("FAILED");
        check.Message.ShouldContain(expected);
        report.Error.ShouldNotBeNullOrEmpty();

        // What is proposed passes.
        report.Suggestion!.GetSetting("premade_chat_template").ShouldBe(false);
        var again = await TemplateChecker.CheckAsync(
            new TemplateSubject("again") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default), Entry = report.Suggestion }, default);
        again.Passed.ShouldBeTrue(again.Error);
        again.Source.ShouldBe("custom");
        again.Suggestion!.Properties.ToString().ShouldBe(report.Suggestion.Properties.ToString());
    }

    [Theory]
    [InlineData("<|im_start|>", "<|im_end|>")]
    [InlineData("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")]
    [InlineData("<start_of_turn>", "<end_of_turn>")]
    [InlineData("<|user|>", "<|assistant|>", "<|end|>")]
    [InlineData("<|user|>", "<|assistant|>")]
    [InlineData("[INST]", "[/INST]")]
    public async Task The_template_to_start_from_follows_the_vocabulary(params string[] tokens)
    {
        using var folder = CheckpointFolder.Sound(template: null);
        folder.Write("tokenizer_config.json", new { eos_token = "</s>", bos_token = "<s>" });
        folder.Delete("generation_config.json");
        // Where roles are tokens, the system's is one, too.
        folder.WriteTokenizer(["</s>", "<s>", .. tokens.Contains("<|user|>") ? ["<|system|>"] : Array.Empty<string>(), .. tokens]);
        var report = await CheckAsync(folder);

        report.Passed.ShouldBeFalse();
        report.Error!.ShouldContain("has no chat template");
        var proposed = await TemplateChecker.CheckAsync(
            new TemplateSubject("p") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default), Entry = report.Suggestion }, default);
        proposed.Passed.ShouldBeTrue(proposed.Error);
        proposed.Rendered!.ShouldContain(tokens[0]);
        proposed.Checks.Where(check => check.Name is "GenerationPrompt" or "SystemMessage" or "SpecialTokensInVocabulary" or "ContentUnaltered").ShouldAllBe(check => check.Passed);
        report.EosToCull.ShouldBe(tokens.Length == 2 && tokens[0] is "<|user|>" or "[INST]" ? "</s>" : tokens[^1]);
    }

    [Theory]
    [InlineData("tiny-base", false)]
    [InlineData("tiny-7b", false)]
    [InlineData("tiny-instruct", true)]
    [InlineData("tiny-2b-it", true)]
    [InlineData("Llama-2-7b-chat-hf", true)]
    public async Task A_base_model_is_told_from_one_for_chat(string name, bool forChat)
    {
        using var folder = new CheckpointFolder(name);
        folder.WriteText("tokenizer_config.json", """{"eos_token": "</s>"}""");
        folder.WriteTokenizer("</s>");
        var report = await CheckAsync(folder);
        report.Passed.ShouldBeFalse();
        (report.Suggestion is not null).ShouldBe(forChat);
        if (!forChat)
            report.Error!.ShouldContain("base model");
    }

    [Fact]
    public async Task A_slow_tokenizer_is_in_the_suggested_entry()
    {
        using var folder = CheckpointFolder.Sound();
        folder.Delete("tokenizer.json");
        folder.WriteText("tokenizer.model", "");
        var report = await CheckAsync(folder);
        report.Passed.ShouldBeTrue();
        report.VocabularySize.ShouldBeNull();
        Check(report, "Tokenizer").Verdict.ShouldBe("warning");
        report.Suggestion!.GetSetting("slow_tokenizer").ShouldBe(true);
    }

    [Fact]
    public async Task A_broken_tokenizer_does_not_pass_and_nothing_is_proposed()
    {
        using var folder = CheckpointFolder.Sound();
        folder.WriteText("tokenizer.json", """{"model": 1}""");
        var report = await CheckAsync(folder);
        report.Passed.ShouldBeFalse();
        report.Error!.ShouldContain("tokenizer.json");
        report.Suggestion.ShouldBeNull();
    }

    [Fact]
    public async Task An_entry_keeps_what_it_has()
    {
        using var folder = CheckpointFolder.Sound();
        var entry = ModelEntryReader.Read(JsonMap.Parse(
            """{"model_name": "mine", "backend": "huggingface_local", "x_note": 1, "model_config": {"premade_chat_template": true, "eos_to_cull": "<\\|im_\\w+\\|>"}}"""));
        var report = await TemplateChecker.CheckAsync(
            new TemplateSubject("mine") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default), Entry = entry }, default);
        report.Suggestion!.Properties.ToString().ShouldBe(
            """{"model_name":"mine","backend":"huggingface_local","x_note":1,"model_config":{"premade_chat_template":true,"eos_to_cull":"<\\|im_\\w+\\|>"},"context_size":"4k"}""");

        // An unescaped alternation would be mended.
        entry = ModelEntryReader.Read(JsonMap.Parse("""{"model_name": "mine", "backend": "huggingface_local", "model_config": {"eos_to_cull": "</s>"}}"""));
        report = await TemplateChecker.CheckAsync(
            new TemplateSubject("mine") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default), Entry = entry }, default);
        report.Suggestion!.GetSetting("eos_to_cull").ShouldBe("<\\|im_end\\|>");
    }

    [Theory]
    [InlineData("</s>", false, "<\\|im_end\\|>")]
    [InlineData("<|im_end|>", true, "<|im_end|>")]
    [InlineData("</s>|<\\|im_end\\|>", true, "</s>|<\\|im_end\\|>")]
    public async Task What_an_entry_culls_is_held_against_how_an_answer_ends(string value, bool passes, string suggested)
    {
        using var folder = CheckpointFolder.Sound();
        var entry = ModelEntryReader.Read(
            new JsonMap([new("model_name", "z"), new("backend", "huggingface_local"), new("path", folder.Path), new("premade_chat_template", true), new("eos_to_cull", value)]), null, 0);
        var report = await TemplateChecker.CheckAsync(
            new TemplateSubject("z") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default), Entry = entry }, default);

        var check = Check(report, "EosToCull");
        check.Passed.ShouldBe(passes, check.Message);
        check.Message.ShouldContain(passes ? "removes <|im_end|>" : "The entry culls '</s>', but answers end with '<|im_end|>'");
        report.Suggestion!.GetSetting("eos_to_cull").ShouldBe(suggested);
    }

    [Theory]
    [InlineData(true, CheckpointFolder.ChatMl, false, "no BOS token is sent at all")]
    [InlineData(true, "{{ bos_token }}" + CheckpointFolder.ChatMl, true, "would add another")]
    [InlineData(false, CheckpointFolder.ChatMl, true, "Neither")]
    public async Task A_template_without_the_BOS_token_that_the_tokenizer_adds_is_warned_of(bool adds, string template, bool passes, string expected)
    {
        using var folder = CheckpointFolder.Sound(template);
        var report = await TemplateChecker.CheckAsync(new TemplateSubject("m") { Checkpoint = await WithBosAsync(folder, adds) }, default);

        var check = Check(report, "BosNotDoubled");
        check.Passed.ShouldBe(passes, check.Message);
        check.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_template_to_start_from_writes_the_BOS_token_that_the_tokenizer_would_add(bool adds)
    {
        using var folder = CheckpointFolder.Sound(template: null);
        var report = await TemplateChecker.CheckAsync(new TemplateSubject("m") { Checkpoint = await WithBosAsync(folder, adds) }, default);

        var template = report.Suggestion!.GetSetting("custom_chat_template").ShouldBeOfType<string>();
        template.StartsWith("{{ bos_token }}", StringComparison.Ordinal).ShouldBe(adds);
        template.ShouldContain("<|im_start|>");
    }

    [Fact]
    public async Task Tokens_that_only_the_configuration_names_are_in_the_vocabulary()
    {
        using var folder = CheckpointFolder.Sound();
        folder.WriteTokenizer("<|endoftext|>");
        folder.Write("special_tokens_map.json", new { additional_special_tokens = new[] { "<|im_start|>", "<|note|>" } });
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        var tokenizer = await checkpoint.LoadTokenizerAsync(default);

        tokenizer.Encode("a<|im_start|>b<|im_end|><|note|>", []).ShouldBe(['a', 257, 'b', 258, 259]);
        tokenizer.Vocabulary.Size.ShouldBe(260);
        tokenizer.Vocabulary.IsControl("<|im_start|>").ShouldBeTrue();
        var report = await CheckAsync(folder);
        Check(report, "SpecialTokensInVocabulary").Passed.ShouldBeTrue(Check(report, "SpecialTokensInVocabulary").Message);
        Check(report, "RoundTrip").Passed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("models--acme--tiny--chat/snapshots/0123456789abcdef0123456789abcdef01234567", "tiny--chat")]
    [InlineData("models--gpt/snapshots/0123456789abcdef0123456789abcdef01234567", "gpt")]
    [InlineData("tiny-chat/models", "tiny-chat")]
    [InlineData("tiny-chat/0123456789abcdef0123456789abcdef01234567", "tiny-chat")]
    [InlineData("tiny-chat", "tiny-chat")]
    public async Task A_folder_s_model_is_named_by_what_says_something(string path, string expected)
    {
        using var folder = new CheckpointFolder(path);
        folder.Write("tokenizer_config.json", new { chat_template = CheckpointFolder.ChatMl });
        folder.WriteTokenizer("<|im_start|>", "<|im_end|>");
        (await CheckAsync(folder)).Suggestion!.Name.ShouldBe(expected);
    }

    [Fact]
    public async Task Tools_are_looked_for_in_the_template_that_is_taken_for_them()
    {
        using var folder = CheckpointFolder.Sound(template: null);
        folder.WriteText("chat_template.jinja", CheckpointFolder.ChatMl);
        folder.WriteText("additional_chat_templates/tool_use.jinja", "{% for tool in tools %}{{ tool.function.name }}{% endfor %}" + CheckpointFolder.ChatMl);
        var check = Check(await CheckAsync(folder), "ToolsSupported");
        check.Passed.ShouldBeTrue(check.Message);
        check.Message.ShouldContain("tool_use");

        // A template of one's own is the only one.
        var own = await TemplateChecker.CheckAsync(
            new TemplateSubject("m") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default), Template = "{# mine #}" + CheckpointFolder.ChatMl }, default);
        Check(own, "ToolsSupported").Passed.ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, "FAILED")]
    [InlineData("vocab.txt", "warning")]
    [InlineData("ice_text.model", "warning")]
    public async Task A_folder_without_a_vocabulary_does_not_pass(string? vocabulary, string verdict)
    {
        using var folder = CheckpointFolder.Sound();
        folder.Delete("tokenizer.json");
        if (vocabulary is not null)
            folder.WriteText(vocabulary, "a vocabulary");
        var report = await CheckAsync(folder);

        Check(report, "Tokenizer").Verdict.ShouldBe(verdict);
        report.Passed.ShouldBe(vocabulary is not null);
        (report.Suggestion is null).ShouldBe(vocabulary is null);
        if (vocabulary is null)
            report.Error!.ShouldContain("has no vocabulary");
    }

    [Fact]
    public async Task The_Harmony_format_is_recognised()
    {
        using var folder = CheckpointFolder.Sound(template: null);
        folder.Write("tokenizer_config.json", new { eos_token = "<|return|>" });
        folder.WriteTokenizer("<|start|>", "<|message|>", "<|channel|>", "<|return|>", "<|call|>", "<|end|>");
        var report = await CheckAsync(folder);

        report.Passed.ShouldBeFalse();
        report.Suggestion.ShouldBeNull();
        report.Error!.ShouldContain("Harmony");
        report.Error!.ShouldNotContain("base model");
    }

    [Fact]
    public async Task A_template_alone_is_checked_as_far_as_that_goes()
    {
        var report = await TemplateChecker.CheckAsync(new TemplateSubject("t") { Template = CheckpointFolder.ChatMl }, default);
        report.Passed.ShouldBeTrue();
        report.Source.ShouldBe("custom");
        report.EosToCull.ShouldBe("<|im_end|>");
        report.Suggestion.ShouldBeNull();
        report.Checks.ShouldNotContain(check => check.Name == "Tokenizer");
    }

    [Fact]
    public async Task What_a_template_can_do_is_told()
    {
        const string Able =
            "{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}\n"
            + "{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}{% if p.type == 'image' %}<image>{% else %}{{ p.text }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}{% endif %}";
        using var folder = CheckpointFolder.Sound(Able);
        var report = await CheckAsync(folder);
        report.Passed.ShouldBeTrue();
        Check(report, "ToolsSupported").Verdict.ShouldBe("yes");
        Check(report, "ThinkingSwitch").Message.ShouldContain("enable_thinking");
        Check(report, "ImagesSupported").Verdict.ShouldBe("yes");
    }

    [Fact]
    public async Task A_check_can_be_stopped()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => TemplateChecker.CheckAsync(new TemplateSubject("t") { Template = "x" }, stopped.Token));
    }

    private static async Task<TemplateReport> CheckAsync(CheckpointFolder folder) => await TemplateChecker.CheckAsync(
        new TemplateSubject("tiny") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default) }, default);

    private static TemplateCheck Check(TemplateReport report, string name) => report.Checks.Single(check => check.Name == name);

    private static async Task<Checkpoint> WithBosAsync(CheckpointFolder folder, bool adds)
    {
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        return checkpoint with { AddBosToken = adds, SpecialTokens = new Dictionary<string, string>(checkpoint.SpecialTokens) { ["bos_token"] = "<|endoftext|>" } };
    }
}
