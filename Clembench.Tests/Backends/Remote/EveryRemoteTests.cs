using System.Text;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Models;
using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;
using Clembench.Tests.Support;
using static Clembench.Tests.Backends.Remote.RemoteModels;

namespace Clembench.Tests.Backends.Remote;

/// <summary>What holds for every remote API.</summary>
public class EveryRemoteTests
{
    public static TheoryData<string> Names => new(ProviderFormat.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_dialogue_is_sent_in_the_published_format_and_recorded_as_it_went(string name)
    {
        var format = ProviderFormat.All[name];
        ChatMessage[] dialogue =
        [
            new("system", "You play a game."), ChatMessage.User("Say \"A\" \\ <b>\u00e4\u05d0😀\u2028\u0000</b>"), ChatMessage.Assistant("A\n\n"),
            ChatMessage.User("And now?"), ChatMessage.Assistant("B"), ChatMessage.User("Thanks."),
        ];
        var (_, response) = await RemoteModels.AskAsync(format, dialogue, reply: Reply.Json(format.Completion("  \"C\" \\ \u05d0😀\n"), chunked: true));
        response.Text.ShouldBe("  \"C\" \\ \u05d0😀\n");
        response.PromptTokens.ShouldBe(format.Usage.Prompt);
        response.CompletionTokens.ShouldBe(format.Usage.Completion);
        foreach (var message in dialogue)
            Strings(response.Prompt).ShouldContain(message.Content);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_limit_and_the_temperature_are_those_that_were_asked_for(string name)
    {
        var (request, _) = await RemoteModels.AskAsync(ProviderFormat.All[name], [ChatMessage.User("x")], options: new GenerationOptions(0.7, 123));
        request.GetRawText().ShouldContain("\"temperature\":0.7");
        request.GetRawText().ShouldMatch("\"(max_tokens|maxOutputTokens)\":123[,}]");
        (request, _) = await RemoteModels.AskAsync(ProviderFormat.All[name], [ChatMessage.User("x")]);
        request.GetRawText().ShouldContain("\"temperature\":0.0");
    }

    [Theory]
    [InlineData("openai", "x-ratelimit-remaining-requests=7;x-ratelimit-reset-requests=1m30.5s", 7, 90.5)]
    [InlineData("openai", "x-ratelimit-remaining-requests=7;x-ratelimit-reset-requests=120ms;x-ratelimit-remaining-tokens=0;x-ratelimit-reset-tokens=6s", 0, 6.0)]
    [InlineData("mistral", "x-ratelimit-remaining-req-minute=3;x-ratelimit-remaining-tokens-minute=4999911", 3, 60.0)]
    [InlineData("cohere", "x-ratelimit-remaining-requests=many;x-ratelimit-reset-requests=soon", null, 0.0)]
    public async Task What_a_service_says_it_still_takes_is_heard(string name, string headers, int? callsLeft, double resetsIn)
    {
        var format = ProviderFormat.All[name];
        var (_, response) = await RemoteModels.AskAsync(format, [ChatMessage.User("x")], reply: Reply.Raw(
            200, Encoding.UTF8.GetBytes(format.Completion("fine")), [("content-type", "application/json"), .. headers.Split(';').Select(header => (header.Split('=')[0], header.Split('=')[1]))]));
        response.Allowance.ShouldBe(callsLeft is { } left ? new RateAllowance(left, TimeSpan.FromSeconds(resetsIn)) : null);
    }

    [Fact]
    public async Task A_limit_in_tokens_is_counted_in_calls_like_the_one_that_was_answered()
    {
        var format = ProviderFormat.All["anthropic"];
        var tokens = format.Usage.Prompt + format.Usage.Completion;
        var (_, response) = await RemoteModels.AskAsync(format, [ChatMessage.User("x")], reply: Reply.Raw(
            200, Encoding.UTF8.GetBytes(format.Completion("fine")), ("content-type", "application/json"),
            ("anthropic-ratelimit-requests-remaining", "100"), ("anthropic-ratelimit-requests-reset", DateTimeOffset.UtcNow.AddHours(1).ToString("O")),
            ("anthropic-ratelimit-tokens-remaining", $"{tokens * 5 + 1}"), ("anthropic-ratelimit-tokens-reset", DateTimeOffset.UtcNow.AddHours(1).ToString("O"))));
        response.Allowance.ShouldNotBeNull().CallsLeft.ShouldBe(5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Members_of_the_entry_go_into_the_request_before_ours(string name)
    {
        var (temperature, member) = name switch
        {
            "google" => ("""{"generationConfig": {"temperature": 0.25, "topK": 5}}""", "\"topK\":5"),
            "cohere" => ("""{"temperature": 0.25, "k": 5}""", "\"k\":5"),
            "mistral" => ("""{"temperature": 0.25, "random_seed": 5}""", "\"random_seed\":5"),
            "anthropic" => ("""{"temperature": 0.25, "top_k": 5}""", "\"top_k\":5"),
            _ => ("""{"temperature": 0.25, "seed": 5}""", "\"seed\":5"),
        };
        var (request, _) = await RemoteModels.AskAsync(ProviderFormat.All[name], [ChatMessage.User("x")], $$"""{"extra_body": {{temperature}}}""");
        request.GetRawText().ShouldContain("\"temperature\":0.25");
        request.GetRawText().ShouldContain(member);
        request.GetRawText().ShouldMatch("\"(max_tokens|maxOutputTokens)\":300[,}]");
        request.GetRawText().Split("\"temperature\"").Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("google")]
    [InlineData("mistral")]
    [InlineData("cohere")]
    public async Task An_answer_that_says_nothing_can_be_followed_by_the_next_turn(string name)
    {
        // After an empty answer the game goes on; no request may be refused for it.
        ChatMessage[] dialogue = [ChatMessage.User("first"), ChatMessage.Assistant(""), ChatMessage.User("second")];
        var (_, response) = await RemoteModels.AskAsync(ProviderFormat.All[name], dialogue);
        Strings(response.Prompt).ShouldContain("first\n\nsecond");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Images_are_sent_as_the_api_wants_them(string name)
    {
        var format = ProviderFormat.All[name];
        using var folder = new TemporaryFolder();
        byte[] png = [0x89, .. "PNG\r\n\x1a\n"u8, 1, 2, 3];
        var file = folder.File("picture.jpg");
        await File.WriteAllBytesAsync(file, png);
        await using var images = await ImageServer.StartAsync(png);
        ChatMessage[] messages = [ChatMessage.User("What is this?") with { Images = [file, "data:image/png;base64,iVBORw0KGgo=", images.Url] }];
        var (request, _) = await RemoteModels.AskAsync(format, messages);
        var strings = Strings(request);
        strings.ShouldContain("What is this?");
        var base64 = Convert.ToBase64String(png);
        switch (name)
        {
            case "anthropic":
                var blocks = request.GetProperty("messages")[0].GetProperty("content");
                blocks.GetArrayLength().ShouldBe(4);
                blocks[1].GetProperty("source").GetRawText().ShouldBe($$"""{"type":"base64","media_type":"image/png","data":"{{base64}}"}""");
                blocks[2].GetProperty("source").GetProperty("data").GetString().ShouldBe("iVBORw0KGgo=");
                blocks[3].GetProperty("source").GetRawText().ShouldBe($$"""{"type":"url","url":"{{images.Url}}"}""");
                break;
            case "google":
                // Its API wants the bytes; a conversation that goes on does not fetch them again.
                var parts = request.GetProperty("contents")[0].GetProperty("parts");
                parts.EnumerateArray().Skip(1).Select(part => part.GetProperty("inlineData").GetRawText()).ShouldBe(
                    new[] { base64, "iVBORw0KGgo=", base64 }.Select(data => $$"""{"mimeType":"image/png","data":"{{data}}"}"""));
                images.Requests.ShouldHaveSingleItem().ShouldNotContain(ProviderFormat.Secret);
                break;
            default:
                strings.ShouldContain($"data:image/png;base64,{base64}");
                strings.ShouldContain("data:image/png;base64,iVBORw0KGgo=");
                strings.ShouldContain(images.Url);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_image_alone_has_no_empty_text_beside_it(string name)
    {
        var (request, _) = await RemoteModels.AskAsync(
            ProviderFormat.All[name], [ChatMessage.User("") with { Images = ["data:image/png;base64,iVBORw0KGgo="] }]);
        Strings(request).ShouldNotContain("");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_status_becomes_its_error(string name)
    {
        var format = ProviderFormat.All[name];
        (int Status, string Id, ErrorKind Kind, bool Transient)[] expected =
        [
            (400, "Clem.Backend.BadRequest", ErrorKind.InvalidArgument, false),
            (401, "Clem.Backend.Unauthorized", ErrorKind.Authentication, false),
            (403, "Clem.Backend.Unauthorized", ErrorKind.Authentication, false),
            (404, "Clem.Backend.NotFound", ErrorKind.NotFound, false),
            (422, "Clem.Backend.BadRequest", ErrorKind.InvalidArgument, false),
            (429, "Clem.Backend.RateLimited", ErrorKind.LimitExceeded, true),
            (500, "Clem.Backend.ServerError", ErrorKind.Connection, true),
            (503, "Clem.Backend.ServerError", ErrorKind.Connection, true),
            (504, "Clem.Backend.Timeout", ErrorKind.Timeout, true),
            (529, "Clem.Backend.ServerError", ErrorKind.Connection, true),
        ];
        foreach (var (status, id, kind, transient) in expected)
        {
            var error = await FailAsync(format, Reply.Raw(status, Encoding.UTF8.GetBytes(format.Error(status, $"No, said the service to {ProviderFormat.Secret}"))));
            (error.Id, error.Kind, error.IsTransient, error.Status).ShouldBe((id, kind, transient, status));
            error.Message.ShouldContain("No, said the service to ****.");
            error.Message.ShouldNotContain("{");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Retry_after_is_honoured_in_seconds_and_as_a_date(string name)
    {
        var format = ProviderFormat.All[name];
        var body = Encoding.UTF8.GetBytes(format.Error(429, "slow down"));
        (await FailAsync(format, Reply.Raw(429, body, ("Retry-After", "7")))).RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        var now = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        (await FailAsync(format, Reply.Raw(429, body, ("Date", now.ToString("R")), ("Retry-After", now.AddSeconds(90).ToString("R")))))
            .RetryAfter.ShouldBe(TimeSpan.FromSeconds(90));
        (await FailAsync(format, Reply.Raw(529, body))).RetryAfter.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_no_answer_is_an_error(string name)
    {
        var format = ProviderFormat.All[name];
        foreach (var (body, transient) in new[] { ("{\"id\": ", true), ("<html>gateway</html>", true), ("", true), ("{}", false), ("[]", false), ("null", false), ("5", false) })
        {
            var error = await FailAsync(format, Reply.Json(body));
            (error.Id, error.Kind, error.IsTransient).ShouldBe(("Clem.Backend.InvalidResponse", ErrorKind.InvalidData, transient), body);
        }

        var cut = await FailAsync(format, Reply.Cut(Reply.Json(format.Completion(new string('x', 5000)))));
        (cut.Id, cut.Kind, cut.IsTransient).ShouldBe(("Clem.Backend.Unreachable", ErrorKind.Connection, true));
        (await FailAsync(format, Reply.Raw(302, [], ("Location", "http://127.0.0.1:9/")))).Id.ShouldBe("Clem.Backend.Redirected");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_server_that_is_not_there_is_an_error(string name)
    {
        var format = ProviderFormat.All[name];
        await using var model = await format.Backend.LoadModelAsync(Entry(format, "http://127.0.0.1:9"), Key(format), default);
        var error = await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"));
        error.Id.ShouldBe("Clem.Backend.Unreachable");
        error.ToString().ShouldNotContain(ProviderFormat.Secret);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_key_that_is_echoed_is_masked(string name)
    {
        var format = ProviderFormat.All[name];
        await using var server = await ProviderServer.StartAsync(format, call => Reply.Json(format.Completion(call.Headers[format.KeyHeader.Name])));
        await using var model = await LoadAsync(format, server);
        var response = await model.AskAsync("x");
        response.Text.ShouldBe(format.KeyHeader.Value.Replace(ProviderFormat.Secret, "****", StringComparison.Ordinal));
        response.ToString().ShouldNotContain(ProviderFormat.Secret);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_a_usage_the_tokens_are_unknown(string name)
    {
        var format = ProviderFormat.All[name];
        var whole = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(format.Completion("text"))!;
        whole.Remove("usage");
        whole.Remove("usageMetadata");
        var (_, response) = await RemoteModels.AskAsync(format, [ChatMessage.User("x")], reply: Reply.Json(JsonSerializer.Serialize(whole)));
        response.Text.ShouldBe("text");
        response.PromptTokens.ShouldBeNull();
        response.CompletionTokens.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Cancelling_stops_a_call_at_once(string name)
    {
        var format = ProviderFormat.All[name];
        await using var server = await ProviderServer.StartAsync(format, Reply.Slow(TimeSpan.FromMinutes(5), Reply.Json(format.Completion("late"))));
        await using var model = await LoadAsync(format, server);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(() => model.GenerateAsync([ChatMessage.User("x")], new GenerationOptions(), stop.Token));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("openrouter")]
    [InlineData("azure")]
    [InlineData("anthropic")]
    [InlineData("google")]
    [InlineData("mistral")]
    [InlineData("cohere")]
    public async Task Without_a_key_no_call_is_made(string name)
    {
        var format = ProviderFormat.All[name];
        var entry = Entry(format, "http://127.0.0.1:9");
        format.Backend.GetAvailability(entry, null).ShouldBe(Availability.NeedsKey);
        format.Backend.GetAvailability(entry, Key(format)).ShouldBe(Availability.Ready);
        var error = await Should.ThrowAsync<ClemException>(() => format.Backend.LoadModelAsync(entry, null, default));
        error.Id.ShouldBe("Clem.Backend.KeyMissing");
        error.Action!.ShouldContain($"Set-ClemKey {name}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Settings_of_a_wrong_type_are_refused(string name)
    {
        var format = ProviderFormat.All[name];
        foreach (var settings in new[] { """{"extra_body": 5}""", """{"extra_body": {"stream": true}}""", """{"reasoning_model": "yes"}""", """{"max_completion_tokens": "many"}""" })
        {
            var error = await Should.ThrowAsync<ClemException>(() =>
                format.Backend.LoadModelAsync(Entry(format, "http://127.0.0.1:9", settings), Key(format), default));
            error.Id.ShouldBe("Clem.Backend.InvalidSetting");
        }
    }

    private static HashSet<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => [.. element.EnumerateObject().SelectMany(member => Strings(member.Value))],
        JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(Strings)],
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };
}
