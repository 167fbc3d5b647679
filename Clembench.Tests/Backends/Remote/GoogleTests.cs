using System.Text;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;
using static Clembench.Tests.Backends.Remote.RemoteModels;

namespace Clembench.Tests.Backends.Remote;

/// <summary>What is particular to generateContent.</summary>
public class GoogleTests
{
    private static readonly ProviderFormat Format = ProviderFormat.All["google"];
    private static readonly ChatMessage[] Hello = [ChatMessage.User("x")];

    [Theory]
    [InlineData("{}", """{"temperature":0.0,"maxOutputTokens":300}""")]
    [InlineData("""{"thinking_mode": true}""", """{"temperature":0.0,"maxOutputTokens":4396,"thinkingConfig":{"thinkingBudget":4096}}""")]
    [InlineData("""{"thinking_mode": true, "thinking_budget": 512}""", """{"temperature":0.0,"maxOutputTokens":812,"thinkingConfig":{"thinkingBudget":512}}""")]
    [InlineData("""{"thinking_mode": true, "thinking_budget": -1}""", """{"temperature":0.0,"thinkingConfig":{"thinkingBudget":-1}}""")]
    [InlineData("""{"thinking_mode": false}""", """{"temperature":0.0,"maxOutputTokens":300,"thinkingConfig":{"thinkingBudget":0}}""")]
    [InlineData("""{"reasoning_model": true, "reasoning_effort": "low"}""", """{"thinkingConfig":{"thinkingLevel":"low"}}""")]
    [InlineData("""{"thinking_mode": true, "reasoning_effort": "high"}""", """{"temperature":0.0,"thinkingConfig":{"thinkingLevel":"high"}}""")]
    [InlineData("""{"reasoning_model": true, "max_completion_tokens": 5000}""", """{"maxOutputTokens":5000}""")]
    public async Task Settings_shape_the_configuration(string settings, string expected)
    {
        var (request, _) = await RemoteModels.AskAsync(Format, Hello, settings);
        request.GetProperty("generationConfig").GetRawText().ShouldBe(expected);
    }

    [Fact]
    public async Task A_request_is_what_its_parts_are()
    {
        ChatMessage[] dialogue = [new("system", "Be brief."), ChatMessage.User("a"), ChatMessage.Assistant("b"), ChatMessage.User("c")];
        var (request, _) = await RemoteModels.AskAsync(Format, dialogue);
        request.GetRawText().ShouldBe(
            """{"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]},{"role":"user","parts":[{"text":"c"}]}],"""
            + """ "systemInstruction":{"parts":[{"text":"Be brief."}]},"generationConfig":{"temperature":0.0,"maxOutputTokens":300},"safetySettings":[ """.Trim()
            + string.Join(',', new[] { "HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT" }.Select(
                category => $$"""{"category":"HARM_CATEGORY_{{category}}","threshold":"BLOCK_NONE"}""")) + "]}");
        (request, _) = await RemoteModels.AskAsync(Format, Hello, """{"extra_body": {"safetySettings": []}}""");
        request.GetProperty("safetySettings").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"Hm.","thought":true},{"text":"a"},{"text":"b"}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":40}}""", "ab", 5L, 42L)]
    [InlineData("""{"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":5,"thoughtsTokenCount":300}}""", "", 5L, 300L)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"cut o"}],"role":"model"},"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":300}}""", "cut o", 5L, 300L)]
    [InlineData("""{"candidates":[{"finishReason":"SAFETY","index":0,"safetyRatings":[{"category":"HARM_CATEGORY_HARASSMENT","probability":"HIGH","blocked":true}]}],"usageMetadata":{"promptTokenCount":5}}""", "", 5L, null)]
    [InlineData("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":5}}""", "", 5L, null)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"text":"no"}}}],"role":"model"},"finishReason":"STOP"}]}""", "", null, null)]
    public async Task Text_is_that_of_the_parts_that_are_no_thoughts(string body, string text, long? prompt, long? completion)
    {
        var (_, response) = await RemoteModels.AskAsync(Format, Hello, reply: Reply.Json(body));
        response.Text.ShouldBe(text);
        response.PromptTokens.ShouldBe(prompt);
        response.CompletionTokens.ShouldBe(completion);
    }

    [Fact]
    public async Task A_key_that_is_refused_is_told_apart_from_a_bad_request()
    {
        var body = """
            {"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT",
             "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]}}
            """;
        var error = await FailAsync(Format, Reply.Raw(400, Encoding.UTF8.GetBytes(body)));
        error.Id.ShouldBe("Clem.Backend.Unauthorized");
        error.Message.ShouldContain("/home/me/key.json");
    }

    [Fact]
    public async Task The_wait_is_read_from_the_body()
    {
        var body = """
            {"error": {"code": 429, "message": "You exceeded your current quota.", "status": "RESOURCE_EXHAUSTED", "details": [
              {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}]},
              {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}]}}
            """;
        var error = await FailAsync(Format, Reply.Raw(429, Encoding.UTF8.GetBytes(body)));
        (error.Id, error.IsTransient, error.RetryAfter).ShouldBe(("Clem.Backend.RateLimited", true, TimeSpan.FromSeconds(34.5)));
    }

    [Fact]
    public async Task A_context_that_is_exceeded_is_told_apart()
    {
        var message = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).";
        var error = (await FailAsync(Format, Reply.Raw(400, Encoding.UTF8.GetBytes(Format.Error(400, message))))).ShouldBeOfType<ContextExceededException>();
        (error.TokensUsed, error.ContextSize).ShouldBe((1200000, 1048576));
    }

    [Fact]
    public async Task An_image_that_cannot_be_fetched_is_named()
    {
        await using var images = await ImageServer.StartAsync("no image"u8.ToArray());
        await using var model = await Format.Backend.LoadModelAsync(Entry(Format, "http://127.0.0.1:9"), Key(Format), default);
        async Task<ClemException> FailAsync(string url) => await Should.ThrowAsync<ClemException>(() =>
            model.GenerateAsync([ChatMessage.User("x") with { Images = [url] }], new GenerationOptions(), default));
        foreach (var url in new[] { images.Url, images.MissingUrl, "http://127.0.0.1:9/x.png", "http://" })
        {
            var error = await FailAsync(url);
            error.Id.ShouldBe("Clem.Backend.BadImage", url);
            error.Message.ShouldContain(url);
        }

        (await FailAsync(images.MissingUrl)).ShouldBeOfType<ModelCallException>().IsTransient.ShouldBeFalse();
        (await FailAsync("http://127.0.0.1:9/x.png")).ShouldBeOfType<ModelCallException>().IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task An_image_that_is_too_large_is_not_asked_for_again()
    {
        await using var images = await ImageServer.StartAsync(new byte[(20 * 1024 * 1024) + 1]);
        await using var model = await Format.Backend.LoadModelAsync(Entry(Format, "http://127.0.0.1:9"), Key(Format), default);
        var error = await Should.ThrowAsync<ClemException>(() =>
            model.GenerateAsync([ChatMessage.User("x") with { Images = [images.Url] }], new GenerationOptions(), default));
        error.ShouldNotBeOfType<ModelCallException>();
        error.Id.ShouldBe("Clem.Backend.BadImage");
        error.Message.ShouldContain("too large");
    }

    [Theory]
    [InlineData("tunedModels/my-model-1", "/v1beta/tunedModels/my-model-1:generateContent")]
    [InlineData("models/gemini-x", "/v1beta/models/gemini-x:generateContent")]
    [InlineData("gemini x", "/v1beta/models/gemini x:generateContent")]
    public async Task The_model_is_part_of_the_address(string id, string path)
    {
        await using var server = await ProviderServer.StartAsync(Format, Reply.Json(Format.Completion("x")));
        await using var model = await Format.Backend.LoadModelAsync(Entry(Format, server.Address) with { ModelId = id }, Key(Format), default);
        await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"));
        server.Calls.ShouldHaveSingleItem().Path.ShouldBe(path);
    }
}
