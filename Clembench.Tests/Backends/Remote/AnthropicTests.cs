using System.Text;
using Clembench.Backends;
using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;
using static Clembench.Tests.Backends.Remote.RemoteModels;

namespace Clembench.Tests.Backends.Remote;

/// <summary>What is particular to the Messages API.</summary>
public class AnthropicTests
{
    private static readonly ProviderFormat Format = ProviderFormat.All["anthropic"];
    private static readonly ChatMessage[] Hello = [ChatMessage.User("x")];

    [Theory]
    [InlineData("{}", 0.0, """{"model":"test-model","max_tokens":300,"messages":[{"role":"user","content":"x"}],"temperature":0.0}""")]
    [InlineData("""{"thinking_mode": true}""", 0.0,
        """{"model":"test-model","max_tokens":4300,"messages":[{"role":"user","content":"x"}],"temperature":1.0,"thinking":{"type":"enabled","budget_tokens":4000}}""")]
    [InlineData("""{"thinking_mode": true, "thinking_budget": 2048}""", 0.5,
        """{"model":"test-model","max_tokens":2348,"messages":[{"role":"user","content":"x"}],"temperature":1.0,"thinking":{"type":"enabled","budget_tokens":2048}}""")]
    [InlineData("""{"thinking_mode": true, "max_completion_tokens": 9000}""", 0.0,
        """{"model":"test-model","max_tokens":9000,"messages":[{"role":"user","content":"x"}],"temperature":1.0,"thinking":{"type":"enabled","budget_tokens":4000}}""")]
    [InlineData("""{"thinking_mode": false}""", 0.0,
        """{"model":"test-model","max_tokens":300,"messages":[{"role":"user","content":"x"}],"temperature":0.0,"thinking":{"type":"disabled"}}""")]
    [InlineData("""{"reasoning_model": true, "reasoning_effort": "low", "max_completion_tokens": 5000, "extra_body": {"thinking": {"type": "adaptive"}}}""", 0.0,
        """{"model":"test-model","max_tokens":5000,"messages":[{"role":"user","content":"x"}],"output_config":{"effort":"low"},"thinking":{"type":"adaptive"}}""")]
    public async Task Settings_shape_the_request(string settings, double temperature, string expected)
    {
        var (request, _) = await RemoteModels.AskAsync(Format, Hello, settings, new GenerationOptions(temperature));
        request.GetRawText().ShouldBe(expected);
    }

    [Fact]
    public async Task System_texts_stand_apart_and_roles_alternate()
    {
        ChatMessage[] dialogue =
        [
            new("system", "One."), ChatMessage.User("a"), new("system", "Two."), ChatMessage.User("b"), ChatMessage.Assistant("c"), ChatMessage.User("d"),
        ];
        var (request, _) = await RemoteModels.AskAsync(Format, dialogue);
        request.GetProperty("system").GetString().ShouldBe("One.\n\nTwo.");
        request.GetProperty("messages").GetRawText().ShouldBe(
            """[{"role":"user","content":"a\n\nb"},{"role":"assistant","content":"c"},{"role":"user","content":"d"}]""");
    }

    [Theory]
    [InlineData("""[{"type":"thinking","thinking":"Hm.","signature":"s"},{"type":"redacted_thinking","data":"…"},{"type":"text","text":"a"},{"type":"text","text":"b"}]""", "end_turn", "ab")]
    [InlineData("""[{"type":"thinking","thinking":"Hm, hm","signature":"s"}]""", "max_tokens", "")]
    [InlineData("""[{"type":"text","text":"I would rath"}]""", "max_tokens", "I would rath")]
    [InlineData("[]", "end_turn", "")]
    [InlineData("[]", "refusal", "")]
    [InlineData("""[{"type":"text","text":"half"}]""", "model_context_window_exceeded", "half")]
    [InlineData("""[{"type":"text","text":"So:"},{"type":"tool_use","id":"t","name":"n","input":{"text":"no"}}]""", "tool_use", "So:")]
    public async Task Text_is_that_of_the_text_blocks_alone(string content, string reason, string text)
    {
        var body = $$$"""{"id":"m","type":"message","role":"assistant","content":{{{content}}},"stop_reason":"{{{reason}}}","usage":{"input_tokens":5,"output_tokens":2048}}""";
        var (_, response) = await RemoteModels.AskAsync(Format, Hello, reply: Reply.Json(body));
        response.Text.ShouldBe(text);
        response.PromptTokens.ShouldBe(5);
        response.CompletionTokens.ShouldBe(2048);
        response.Response.GetProperty("stop_reason").GetString().ShouldBe(reason);
    }

    [Theory]
    [InlineData("prompt is too long: 208310 tokens > 200000 maximum", 208310L, 200000L)]
    [InlineData("input length and `max_tokens` exceed context limit: 199000 + 4000 > 200000, decrease input length or `max_tokens` and try again", null, 200000L)]
    public async Task A_context_that_is_exceeded_is_told_apart(string message, long? used, long? size)
    {
        var error = (await FailAsync(Format, Reply.Raw(400, Encoding.UTF8.GetBytes(Format.Error(400, message))))).ShouldBeOfType<ContextExceededException>();
        (error.TokensUsed, error.ContextSize).ShouldBe((used, size));
    }

    [Fact]
    public async Task Credit_that_is_used_up_is_told_apart()
    {
        var message = "Your credit balance is too low to access the Anthropic API.";
        (await FailAsync(Format, Reply.Raw(400, Encoding.UTF8.GetBytes(Format.Error(400, message))))).Id.ShouldBe("Clem.Backend.QuotaExceeded");
        (await FailAsync(Format, Reply.Raw(400, Encoding.UTF8.GetBytes(Format.Error(400, "max_tokens: 300000 > 64000, which is the maximum allowed number of output tokens"))))).Id
            .ShouldBe("Clem.Backend.BadRequest");
    }

    [Theory]
    [InlineData("http://host/v1", "/v1/messages")]
    [InlineData("http://host/", "/v1/messages")]
    [InlineData("http://host/anthropic", "/anthropic/v1/messages")]
    public async Task The_version_is_added_where_the_address_has_none(string address, string path)
    {
        await using var server = await ProviderServer.StartAsync(Format, Reply.Json(Format.Completion("x")));
        var entry = Entry(Format, server.Address + new Uri(address).AbsolutePath);
        await using var model = await Format.Backend.LoadModelAsync(entry, Key(Format), default);
        if (path == Format.MethodPath)
            await model.AskAsync("x");
        else
            await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"));
        server.Calls.ShouldHaveSingleItem().Path.ShouldBe(path);
    }

    [Fact]
    public async Task A_data_uri_that_is_not_base64_is_made_so_and_one_that_is_broken_is_refused()
    {
        var (request, _) = await RemoteModels.AskAsync(Format, [ChatMessage.User("x") with { Images = ["data:image/png,%41BC"] }]);
        request.GetProperty("messages")[0].GetProperty("content")[1].GetProperty("source").GetProperty("data").GetString().ShouldBe("QUJD");
        foreach (var broken in new[] { "data:image/png;base64", "data:image/png;base64,***" })
        {
            await using var model = await Format.Backend.LoadModelAsync(Entry(Format, "http://127.0.0.1:9"), Key(Format), default);
            var error = await Should.ThrowAsync<Common.ClemException>(() =>
                model.GenerateAsync([ChatMessage.User("x") with { Images = [broken] }], new GenerationOptions(), default));
            error.Id.ShouldBe("Clem.Backend.BadImage");
        }
    }
}
