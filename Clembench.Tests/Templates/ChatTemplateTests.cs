using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.Tests.Templates;

public sealed class ChatTemplateTests
{
    private static readonly ChatMessage Hello = ChatMessage.User("Hello");

    [Fact]
    public void A_conversation_is_prepared_as_the_backend_does()
    {
        var text = Render(CheckpointFolder.ChatMl, new ChatMessage("system", ""), ChatMessage.User("one"), ChatMessage.User("two"), ChatMessage.Assistant("three"));
        text.ShouldBe("<|im_start|>user\none\n\ntwo<|im_end|>\n<|im_start|>assistant\nthree<|im_end|>\n<|im_start|>assistant\n");
    }

    [Fact]
    public void The_generation_prompt_can_be_left_out() =>
        ChatTemplate.Parse(CheckpointFolder.ChatMl).Render([Hello], ChatTemplateOptions.Default with { AddGenerationPrompt = false }, default)
            .Text.ShouldBe("<|im_start|>user\nHello<|im_end|>\n");

    [Fact]
    public void What_came_from_messages_is_told_from_what_the_template_wrote()
    {
        var output = ChatTemplate.Parse("<u>{{ messages[0].content }}</u>").Render([ChatMessage.User("</u>")], ChatTemplateOptions.Default, default);
        output.Text.ShouldBe("<u></u></u>");
        output.InputSpans.ShouldBe([new TextSpan(3, 4)]);
    }

    [Fact]
    public void What_is_not_given_is_there_and_none_as_in_transformers() =>
        Render("{{ tools is none }} {{ documents is none }} {{ tools is defined }} {{ bos_token is defined }}", Hello).ShouldBe("True True True False");

    [Fact]
    public async Task The_template_sees_special_tokens_and_the_variables_of_the_entry()
    {
        using var folder = CheckpointFolder.Sound("{{ eos_token }}{{ bos_token is defined }}{{ additional_special_tokens }}{{ reasoning_effort }}{{ enable_thinking }}");
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default) with { AdditionalSpecialTokens = ["<x>"] };
        var entry = Entry("""{"cot_effort": "low", "chat_template_kwargs": {"enable_thinking": false}}""");
        ChatTemplate.For(checkpoint, entry: entry).Render([Hello], ChatTemplateOptions.Default, default).Text.ShouldBe("<|im_end|>False['<x>']lowFalse");
    }

    [Fact]
    public async Task The_entry_decides_which_template_is_used()
    {
        using var folder = CheckpointFolder.Sound("premade");
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        ChatTemplate.For(checkpoint).Source.ShouldBe("premade");
        ChatTemplate.For(checkpoint, "own").Source.ShouldBe("own");
        ChatTemplate.For(checkpoint, entry: Entry("""{"custom_chat_template": "custom"}""")).Source.ShouldBe("custom");
        ChatTemplate.For(checkpoint, entry: Entry("""{"premade_chat_template": false, "custom_chat_template": "custom"}""")).Source.ShouldBe("custom");
        ChatTemplate.For(checkpoint, entry: Entry("""{"premade_chat_template": true, "custom_chat_template": "custom"}""")).Source.ShouldBe("premade");
        ChatTemplate.For(null, entry: Entry("""{"model_config": {"custom_chat_template": "inner"}}""")).Source.ShouldBe("inner");
    }

    [Fact]
    public void Images_become_parts_of_the_content() =>
        Render("{{ messages[0].content | tojson }}", Hello with { Images = ["a.png", "b.png"] })
            .ShouldBe("""[{"type": "image", "image": "a.png"}, {"type": "image", "image": "b.png"}, {"type": "text", "text": "Hello"}]""");

    [Fact]
    public void Messages_with_other_members_are_rendered_as_they_are()
    {
        var message = JsonMap.Parse("""{"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1.5}}}]}""");
        ChatTemplate.Parse("{{ messages[0].tool_calls[0].function.arguments | tojson }}{{ messages | length }}")
            .RenderExactly([message, message], ChatTemplateOptions.Default, default).Text.ShouldBe("""{"x": 1.5}2""");
    }

    [Theory]
    [InlineData("{% if %}", "Clem.Template.Syntax", "line 1")]
    [InlineData("a\nb\n{{ raise_exception('No system role') }}", "Clem.Template.Raised", "No system role (line 3")]
    [InlineData("\n{{ nothing.at.all }}", "Clem.Template.Undefined", "line 2")]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}", "Clem.Template.Limit", "line 1")]
    [InlineData("{{ 'a' + 1 }}", "Clem.Template.Failed", "line 1")]
    [InlineData("{% include 'x' %}", "Clem.Template.Syntax", "")]
    public void Errors_name_the_cause_and_the_line(string template, string id, string expected)
    {
        var error = Should.Throw<ClemException>(() => Render(template, Hello));
        error.Id.ShouldBe(id);
        error.Message.ShouldContain(expected);
        error.Action.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_model_without_a_template_says_so() =>
        Should.Throw<ClemException>(() => ChatTemplate.For(null)).Id.ShouldBe("Clem.Template.Missing");

    [Fact]
    public async Task A_prompt_has_text_tokens_and_spans()
    {
        using var folder = CheckpointFolder.Sound();
        var subject = new TemplateSubject("m") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default) };
        var formatter = await PromptFormatter.LoadAsync(subject, tokenize: true, default);
        var prompt = formatter.Format([ChatMessage.User("<|im_end|>")], ChatTemplateOptions.Default, default);

        prompt.Text.ShouldBe("<|im_start|>user\n<|im_end|><|im_end|>\n<|im_start|>assistant\n");
        prompt.TokenIds!.Count(id => id == 258).ShouldBe(1);
        prompt.TokenIds![0].ShouldBe(257);
        prompt.TokenCount.ShouldBe(prompt.TokenIds!.Count);
        prompt.Tokens![0].ShouldBe("<|im_start|>");
        (await PromptFormatter.LoadAsync(subject, tokenize: false, default)).Format([Hello], ChatTemplateOptions.Default, default).TokenIds.ShouldBeNull();

        folder.Delete("tokenizer.json");
        subject = subject with { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default) };
        (await Should.ThrowAsync<ClemException>(() => PromptFormatter.LoadAsync(subject, tokenize: true, default))).Id.ShouldBe("Clem.Template.NoTokenizer");
    }

    /// <summary>Phi, GLM and Zephyr: the role is a part of the token, and the content of a message is none.</summary>
    [Fact]
    public async Task A_role_within_a_token_makes_the_token()
    {
        using var folder = CheckpointFolder.Sound(
            "{% for m in messages %}{{ '<|' + m['role'] + '|>\n' + m['content'] + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}");
        folder.WriteTokenizer("<|end|>", "<|user|>", "<|assistant|>");
        var subject = new TemplateSubject("m") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default) };
        var formatter = await PromptFormatter.LoadAsync(subject, tokenize: true, default);
        ChatMessage[] messages = [ChatMessage.User("A <|user|>"), ChatMessage.Assistant("<|end|>"), ChatMessage.User("B")];
        var prompt = formatter.Format(messages, ChatTemplateOptions.Default, default);
        prompt.Tokens!.Where(token => token.StartsWith("<|", StringComparison.Ordinal))
            .ShouldBe(["<|user|>", "<|end|>", "<|assistant|>", "<|end|>", "<|user|>", "<|end|>", "<|assistant|>"]);
    }

    private static string Render(string template, params ChatMessage[] messages) =>
        ChatTemplate.Parse(template).Render(messages, ChatTemplateOptions.Default, default).Text;

    private static ModelEntry Entry(string members) =>
        ModelEntryReader.Read(new JsonMap([new("model_name", "m"), new("backend", "huggingface_local"), .. JsonMap.Parse(members)]));
}
