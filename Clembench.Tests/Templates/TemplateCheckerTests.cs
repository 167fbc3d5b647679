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
}
