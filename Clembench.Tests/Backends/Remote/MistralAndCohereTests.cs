using System.Text;
using Clembench.Backends;
using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;
using static Clembench.Tests.Backends.Remote.RemoteModels;

namespace Clembench.Tests.Backends.Remote;

/// <summary>What is particular to Mistral's chat completions and Cohere's chat.</summary>
public class MistralAndCohereTests
{
    private static readonly ChatMessage[] Hello = [ChatMessage.User("x")];

    [Theory]
    [InlineData("mistral", "{}", """{"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.0,"max_tokens":300}""")]
    [InlineData("mistral", """{"thinking_mode": true, "max_completion_tokens": 4000}""",
        """{"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.0,"max_tokens":4000,"prompt_mode":"reasoning"}""")]
    [InlineData("mistral", """{"reasoning_model": true, "reasoning_effort": "high"}""",
        """{"model":"test-model","messages":[{"role":"user","content":"x"}],"reasoning_effort":"high"}""")]
    [InlineData("cohere", "{}", """{"stream":false,"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.0,"max_tokens":300}""")]
    [InlineData("cohere", """{"thinking_mode": true, "thinking_budget": 1000}""",
        """{"stream":false,"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.0,"max_tokens":1300,"thinking":{"type":"enabled","token_budget":1000}}""")]
    [InlineData("cohere", """{"thinking_mode": true}""",
        """{"stream":false,"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.0,"thinking":{"type":"enabled"}}""")]
    [InlineData("cohere", """{"thinking_mode": false}""",
        """{"stream":false,"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.0,"max_tokens":300,"thinking":{"type":"disabled"}}""")]
    [InlineData("cohere", """{"reasoning_model": true, "max_completion_tokens": 50}""", """{"stream":false,"model":"test-model","messages":[{"role":"user","content":"x"}],"max_tokens":50}""")]
    public async Task Settings_shape_the_request(string name, string settings, string expected)
    {
        var (request, _) = await RemoteModels.AskAsync(ProviderFormat.All[name], Hello, settings);
        request.GetRawText().ShouldBe(expected);
    }

    [Theory]
    [InlineData("mistral", """{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]},{"type":"text","text":"a"},"b"]}}]}""", "ab")]
    [InlineData("mistral", """{"choices":[{"index":0,"finish_reason":"length","message":{"role":"assistant","content":"cut o"}}]}""", "cut o")]
    [InlineData("mistral", """{"choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}]}""", "")]
    [InlineData("mistral", """{"choices":[{"index":0,"finish_reason":"model_length","message":{"role":"assistant","content":null}}]}""", "")]
    [InlineData("cohere", """{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"thinking","thinking":"Hm."},{"type":"text","text":"a"},{"type":"text","text":"b"}]}}""", "ab")]
    [InlineData("cohere", """{"id":"1","finish_reason":"MAX_TOKENS","message":{"role":"assistant","content":[{"type":"text","text":"cut o"}]}}""", "cut o")]
    [InlineData("cohere", """{"id":"1","finish_reason":"MAX_TOKENS","message":{"role":"assistant"}}""", "")]
    [InlineData("cohere", """{"id":"1","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_plan":"I will call f.","tool_calls":[{"function":{"name":"f"}}]}}""", "")]
    [InlineData("azure", """{"choices":[{"index":0,"finish_reason":"content_filter","message":{"role":"assistant"},"content_filter_results":{"violence":{"filtered":true,"severity":"medium"}}}]}""", "")]
    [InlineData("openai", """{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":null,"refusal":"I cannot help with that."}}]}""", "")]
    public async Task Text_is_what_was_said(string name, string body, string text)
    {
        var (_, response) = await RemoteModels.AskAsync(ProviderFormat.All[name], Hello, reply: Reply.Json(body));
        response.Text.ShouldBe(text);
        response.PromptTokens.ShouldBeNull();
    }

    [Fact]
    public async Task Cohere_counts_tokens_or_at_least_bills_them()
    {
        var billed = """{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[]},"usage":{"billed_units":{"input_tokens":3,"output_tokens":2.0}}}""";
        var (_, response) = await RemoteModels.AskAsync(ProviderFormat.All["cohere"], Hello, reply: Reply.Json(billed));
        (response.PromptTokens, response.CompletionTokens).ShouldBe((3, 2));
    }

    [Theory]
    [InlineData("cohere", """{"id":"1","finish_reason":"ERROR","message":{"role":"assistant","content":[]}}""", "Clem.Backend.ServerError")]
    [InlineData("cohere", """{"id":"1","finish_reason":"TIMEOUT","message":{"role":"assistant","content":[]}}""", "Clem.Backend.Timeout")]
    [InlineData("mistral", """{"choices":[{"index":0,"finish_reason":"error","message":{"role":"assistant","content":""}}]}""", "Clem.Backend.ServerError")]
    public async Task A_failure_that_claims_success_is_tried_again(string name, string body, string id)
    {
        var error = await FailAsync(ProviderFormat.All[name], Reply.Json(body));
        (error.Id, error.IsTransient).ShouldBe((id, true));
    }

    [Theory]
    [InlineData("mistral", 400, """{"object":"error","message":"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_prompt","param":null,"code":"3051"}""", 40000L, 32768L)]
    [InlineData("cohere", 400, """{"message":"too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292. Try using a shorter prompt"}""", 4292L, 4081L)]
    [InlineData("azure", 400, """{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""", 9000L, 8192L)]
    public async Task A_context_that_is_exceeded_is_told_apart(string name, int status, string body, long used, long size)
    {
        var error = (await FailAsync(ProviderFormat.All[name], Reply.Raw(status, Encoding.UTF8.GetBytes(body)))).ShouldBeOfType<ContextExceededException>();
        (error.TokensUsed, error.ContextSize).ShouldBe((used, size));
    }

    [Theory]
    [InlineData("mistral", 422, """{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":1}]},"type":"invalid_request_error","code":null}""", "extra_forbidden")]
    [InlineData("mistral", 400, """{"object":"error","message":"Invalid model: nope","type":"invalid_model","param":null,"code":"1500"}""", "Invalid model: nope")]
    [InlineData("cohere", 498, """{"message":"invalid token"}""", "invalid token")]
    public async Task Errors_of_other_forms_say_what_the_service_said(string name, int status, string body, string said)
    {
        var error = await FailAsync(ProviderFormat.All[name], Reply.Raw(status, Encoding.UTF8.GetBytes(body)));
        error.Id.ShouldBe("Clem.Backend.BadRequest");
        error.Message.ShouldContain(said);
    }
}
