using System.Text;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Tests.Servers;
using CsCheck;
using static Clembench.Tests.Backends.ChatModels;

namespace Clembench.Tests.Backends;

/// <summary>What is recorded is what went over the wire.</summary>
public class ChatRecordTests
{
    private static readonly string[] Odd =
    [
        "", " ", "plain", "😀 👩‍👩‍👧‍👦 🏳️‍🌈", "שלום עולם ‏", "\"quotes\" 'and' \\backslashes\\ \\u0041", "tab\tline\nreturn\rnull\0bell\a escape\u001b[31m delete\u007f",
        "<script>alert(1)</script> & </s> <|im_end|>", "\u2028\u2029\ufeff\ufffe", "{\"role\": \"system\"}", new('ä', 200_000), "e\u0301 \u00e9", "\U0010FFFF", "+ / = %2B &amp;",
    ];

    [Fact]
    public async Task The_record_of_200_odd_calls_equals_what_the_server_saw_and_sent()
    {
        await using var server = await OpenAiServer.StartAsync(call => Reply.Text(call.LastContent, chunked: call.Index % 2 == 0));
        await using var model = await LoadAsync(server);
        var random = Gen.Char.Where(c => !char.IsSurrogate(c)).Array[0, 60].Select(chars => new string(chars));
        var texts = Odd.Concat(Enumerable.Range(0, 200 - Odd.Length).Select(_ => random.Single())).ToArray();
        for (var i = 0; i < texts.Length; i++)
        {
            var response = await model.AskAsync(texts[i]);
            var call = server.Calls[i];
            response.Text.ShouldBe(texts[i]);
            call.LastContent.ShouldBe(texts[i]);
            JsonElement.DeepEquals(response.Prompt, call.Request).ShouldBeTrue();
            JsonElement.DeepEquals(response.Response, call.Response).ShouldBeTrue();
            response.Prompt.GetRawText().ShouldBe(Encoding.UTF8.GetString(call.RequestBody));
            response.Response.GetRawText().ShouldBe(Encoding.UTF8.GetString(call.ResponseBody));
        }

        server.Calls.Count.ShouldBe(200);
    }

    [Fact]
    public async Task A_hundred_calls_at_once_each_get_their_own_answer()
    {
        var together = new CountdownEvent(100);
        await using var server = await OpenAiServer.StartAsync(call =>
        {
            together.Signal();
            return Reply.Slow(TimeSpan.FromMilliseconds(500), Reply.Text(call.LastContent));
        });
        await using var model = await LoadAsync(server);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => model.AskAsync($"call {i}")));
        answers.Select(answer => answer.Text).ShouldBe(Enumerable.Range(0, 100).Select(i => $"call {i}"));
        together.IsSet.ShouldBeTrue();
    }

    [Fact]
    public async Task Tokens_are_taken_from_usage()
    {
        await using var server = await OpenAiServer.StartEchoAsync();
        await using var model = await LoadAsync(server);
        var response = await model.AskAsync("x");
        response.PromptTokens.ShouldBe(11);
        response.CompletionTokens.ShouldBe(7);
    }

    [Theory]
    [InlineData("null", "")]
    [InlineData("[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"reasoning\"},{\"type\":\"text\",\"text\":\"b\"}]", "ab")]
    [InlineData("\"cut in half \\ud83d\"", "cut in half \ufffd")]
    [InlineData("\"\\ud83d\\ude00 \\\\ud83d\"", "😀 \\ud83d")]
    public async Task Text_is_the_content_of_the_first_choice(string content, string expected)
    {
        await using var server = await OpenAiServer.StartAsync(Reply.Json($$$"""{"choices":[{"message":{"role":"assistant","content":{{{content}}}}}]}"""));
        await using var model = await LoadAsync(server);
        var response = await model.AskAsync("x");
        response.Text.ShouldBe(expected);
        response.Response.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetRawText().ShouldBe(content);
        response.PromptTokens.ShouldBeNull();
    }

    [Fact]
    public async Task Half_a_character_stays_in_the_record_also_where_the_key_is_masked()
    {
        var body = $$$"""{"echo":"{{{Secret}}}","half":"x \ud83d","choices":[{"message":{"content":"{{{Secret}}} \ud83d"}}]}""";
        await using var server = await OpenAiServer.StartAsync(Reply.Json(body));
        await using var model = await LoadAsync(server);
        var response = await model.AskAsync("x");
        response.Response.GetProperty("echo").GetString().ShouldBe("****");
        response.Response.GetProperty("half").GetRawText().ShouldBe("\"x \\ud83d\"");
        response.Response.GetRawText().ShouldNotContain(Secret);
        response.Text.ShouldEndWith("\ufffd");

        // A name cannot be kept so.
        await using var named = await OpenAiServer.StartAsync(Reply.Json("""{"a\ud83d":1,"choices":[{"message":{"content":"fine"}}]}"""));
        await using var other = await LoadAsync(named);
        (await other.AskAsync("x")).Text.ShouldBe("fine");
    }

    [Fact]
    public async Task A_byte_order_mark_before_the_answer_is_no_error()
    {
        await using var server = await OpenAiServer.StartAsync(Reply.Json("\ufeff" + Reply.Completion("fine")));
        await using var model = await LoadAsync(server);
        (await model.AskAsync("x")).Text.ShouldBe("fine");
    }

    [Fact]
    public async Task The_key_goes_to_the_server_and_nowhere_else()
    {
        await using var server = await OpenAiServer.StartAsync(call => Reply.Json(Reply.Completion("your header is " + call.Headers["Authorization"])));
        await using var model = await LoadAsync(server, $$$"""{"extra_body": {"note": "{{{Secret}}}"}}""");
        var response = await model.AskAsync("x");
        server.Calls[0].Headers["Authorization"].ShouldBe("Bearer " + Secret);
        response.Text.ShouldBe("your header is Bearer ****");
        response.Prompt.GetProperty("note").GetString().ShouldBe("****");
        response.ToString().ShouldNotContain(Secret);
        Key().ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public async Task A_key_that_is_echoed_in_escaped_form_is_masked_too()
    {
        var escaped = string.Concat(Secret.Select(c => $"\\u{(int)c:x4}"));
        await using var server = await OpenAiServer.StartAsync(Reply.Json($$$"""{"{{{escaped}}}": 1, "choices":[{"message":{"content":"ok"}}]}"""));
        await using var model = await LoadAsync(server);
        (await model.AskAsync("x")).Response.EnumerateObject().First().Name.ShouldBe("****");
    }

    [Fact]
    public async Task A_placeholder_for_a_key_does_not_change_the_record()
    {
        await using var server = await OpenAiServer.StartEchoAsync();
        await using var model = await LoadAsync(server, key: new BackendKey("openai_compatible") { ApiKey = "EMPTY" });
        var response = await model.AskAsync("EMPTY hands");
        response.Prompt.GetRawText().ShouldContain("EMPTY hands");
        response.Text.ShouldBe("EMPTY hands");
    }
}
