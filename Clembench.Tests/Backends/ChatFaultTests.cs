using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Tests.Servers;
using static Clembench.Tests.Backends.ChatModels;

namespace Clembench.Tests.Backends;

/// <summary>Every way in which a call can fail, and what a person reads about it.</summary>
public class ChatFaultTests
{
    [Theory]
    [InlineData(401, "Clem.Backend.Unauthorized", ErrorKind.Authentication, false)]
    [InlineData(403, "Clem.Backend.Unauthorized", ErrorKind.Authentication, false)]
    [InlineData(402, "Clem.Backend.QuotaExceeded", ErrorKind.LimitExceeded, false)]
    [InlineData(404, "Clem.Backend.NotFound", ErrorKind.NotFound, false)]
    [InlineData(400, "Clem.Backend.BadRequest", ErrorKind.InvalidArgument, false)]
    [InlineData(422, "Clem.Backend.BadRequest", ErrorKind.InvalidArgument, false)]
    [InlineData(408, "Clem.Backend.Timeout", ErrorKind.Timeout, true)]
    [InlineData(429, "Clem.Backend.RateLimited", ErrorKind.LimitExceeded, true)]
    [InlineData(500, "Clem.Backend.ServerError", ErrorKind.Connection, true)]
    [InlineData(501, "Clem.Backend.ServerError", ErrorKind.Connection, false)]
    [InlineData(503, "Clem.Backend.ServerError", ErrorKind.Connection, true)]
    [InlineData(504, "Clem.Backend.Timeout", ErrorKind.Timeout, true)]
    public async Task A_status_becomes_an_error_that_says_what_the_server_said(int status, string id, ErrorKind kind, bool transient)
    {
        var error = await FailAsync(Reply.Error(status, $"The server says no to {Secret}.\u001b[31m\nTruly"));
        error.Id.ShouldBe(id);
        error.Kind.ShouldBe(kind);
        error.Status.ShouldBe(status);
        error.IsTransient.ShouldBe(transient);
        error.Message.ShouldContain("test-model");
        error.Message.ShouldContain("http://127.0.0.1:");
        error.Message.ShouldContain($"HTTP {status}");
        error.Message.ShouldContain("The server says no to ****. [31m Truly.");
        error.Action.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_refused_key_is_named_by_its_source()
    {
        var error = await FailAsync(Reply.Error(401, "Incorrect API key"));
        error.Message.ShouldContain("/home/me/key.json");
        error.Action!.ShouldContain("Set-ClemKey openai_compatible");
    }

    [Theory]
    [InlineData("""{"error": {"message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4700 in the messages, 300 in the completion).", "code": "context_length_exceeded"}}""", 5000L, 4096L)]
    [InlineData("""{"object": "error", "message": "This model's maximum context length is 2048 tokens. However, your messages resulted in 2,100 tokens."}""", 2100L, 2048L)]
    [InlineData("""{"error": {"code": 400, "message": "the request exceeds the available context size", "type": "exceed_context_size_error", "n_prompt_tokens": 900, "n_ctx": 512}}""", 900L, 512L)]
    [InlineData("""{"error": {"message": "too long", "code": "context_length_exceeded"}}""", null, null)]
    public async Task A_context_that_is_exceeded_is_an_error_of_its_own(string body, long? used, long? size)
    {
        var error = (await FailAsync(Reply.Raw(400, Encoding.UTF8.GetBytes(body)))).ShouldBeOfType<ContextExceededException>();
        error.Id.ShouldBe("Clem.Backend.ContextExceeded");
        error.Kind.ShouldBe(ErrorKind.LimitExceeded);
        error.TokensUsed.ShouldBe(used);
        error.ContextSize.ShouldBe(size);
        error.TokensLeft.ShouldBe(size - used);
        error.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task A_used_up_quota_is_not_waited_for()
    {
        var error = await FailAsync(Reply.Error(429, "You exceeded your current quota", "insufficient_quota"));
        error.Id.ShouldBe("Clem.Backend.QuotaExceeded");
        error.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task Retry_after_is_read_in_all_its_forms()
    {
        (await FailAsync(Reply.RateLimited(TimeSpan.FromSeconds(7)))).RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        (await FailAsync(Reply.Error(429, "x", null, ("Retry-After", "100"), ("retry-after-ms", "250")))).RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(250));
        (await FailAsync(Reply.Error(503, "x", null, ("Retry-After", "-5")))).RetryAfter.ShouldBe(TimeSpan.Zero);
        (await FailAsync(Reply.Error(503, "x", null, ("Retry-After", "soon")))).RetryAfter.ShouldBeNull();
        (await FailAsync(Reply.Error(503, "x"))).RetryAfter.ShouldBeNull();
        (await FailAsync(Reply.Error(503, "x", null, ("Retry-After", "NaN"), ("retry-after-ms", "Infinity")))).RetryAfter.ShouldBeNull();

        // By the server's own clock, which may be wrong, but is the one that it counts by.
        var serverNow = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        (await FailAsync(Reply.Error(429, "x", null, ("Date", serverNow.ToString("R")), ("Retry-After", serverNow.AddSeconds(90).ToString("R")))))
            .RetryAfter.ShouldBe(TimeSpan.FromSeconds(90));
        (await FailAsync(Reply.RateLimitedUntil(DateTimeOffset.UtcNow.AddSeconds(60)))).RetryAfter!.Value.TotalSeconds.ShouldBeInRange(50, 61);
        (await FailAsync(Reply.RateLimitedUntil(DateTimeOffset.UtcNow.AddDays(-1)))).RetryAfter.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("{\"choices\": [", true)]
    [InlineData("<html><body><h1>502 Bad Gateway</h1></body></html>", true)]
    [InlineData("", true)]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    [InlineData("{\"choices\": []}", false)]
    [InlineData("{\"choices\": [{}]}", false)]
    [InlineData("{\"choices\": [{\"message\": {\"content\": 5}}]}", false)]
    public async Task An_answer_that_is_no_completion_is_an_error(string body, bool transient)
    {
        var error = await FailAsync(Reply.Json(body));
        error.Id.ShouldBe("Clem.Backend.InvalidResponse");
        error.Kind.ShouldBe(ErrorKind.InvalidData);
        error.IsTransient.ShouldBe(transient);
        error.Message.ShouldNotContain("<h1>");
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_an_error() =>
        (await FailAsync(Reply.Raw(200, [(byte)'"', 0xff, 0xfe, (byte)'"']))).Id.ShouldBe("Clem.Backend.InvalidResponse");

    [Fact]
    public async Task An_error_that_claims_success_is_an_error_all_the_same()
    {
        var error = await FailAsync(Reply.Json("""{"error": {"code": 429, "message": "slow down"}}"""));
        error.Id.ShouldBe("Clem.Backend.RateLimited");
        error = await FailAsync(Reply.Json("""{"choices": [{"error": {"code": 502, "message": "upstream"}, "message": {"content": ""}}]}"""));
        error.Id.ShouldBe("Clem.Backend.ServerError");
        error.IsTransient.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_is_cut_in_the_body_is_an_error(bool chunked)
    {
        var error = await FailAsync(Reply.Cut(Reply.Text(new string('x', 5000), chunked)));
        error.Id.ShouldBe("Clem.Backend.Unreachable");
        error.Kind.ShouldBe(ErrorKind.Connection);
        error.IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var escaped = Uri.EscapeDataString(Secret);
        await using var model = await LoadAsync($"http://user:{escaped}@127.0.0.1:{port}/v1?token={escaped}");
        var error = await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"));
        error.Id.ShouldBe("Clem.Backend.Unreachable");
        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain($"http://127.0.0.1:{port}/v1: nothing listens there");
        error.ToString().ShouldNotContain(Secret);
        error.ToString().ShouldNotContain(escaped);
    }

    [SkippableFact]
    public async Task A_server_that_takes_no_connections_is_an_error_that_can_be_tried_again()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only on Linux does a listener with a full queue leave a connection waiting.");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(listener.LocalEndPoint!);
        await using var model = await LoadAsync($"http://{listener.LocalEndPoint}/v1");
        var error = await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"));
        error.Id.ShouldBe("Clem.Backend.Unreachable");
        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("no connection within 30 s");

        using var stopping = new CancellationTokenSource();
        var call = model.GenerateAsync(Hello, new GenerationOptions(), stopping.Token);
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_an_error()
    {
        await using var model = await LoadAsync("http://no-such-host.invalid/v1");
        (await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"))).Id.ShouldBe("Clem.Backend.Unreachable");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_unless_the_key_says_otherwise()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await OpenAiServer.StartAsync(call => Reply.Text("over TLS"), certificate);
        await using var strict = await LoadAsync(server);
        var error = await Should.ThrowAsync<ModelCallException>(() => strict.AskAsync("x"));
        error.Id.ShouldBe("Clem.Backend.Unreachable");
        error.IsTransient.ShouldBeFalse();
        error.Message.ShouldContain("the connection is not secure");
        error.Action!.ShouldContain("\"verify\": false");
        server.Calls.ShouldBeEmpty();

        await using var trusting = await LoadAsync(server, key: Key(json: """{"verify": false}"""));
        (await trusting.AskAsync("x")).Text.ShouldBe("over TLS");
    }

    [Fact]
    public async Task A_redirection_is_not_followed()
    {
        var error = await FailAsync(Reply.Raw(302, [], ("Location", "http://127.0.0.1:9/")));
        error.Id.ShouldBe("Clem.Backend.Redirected");
    }

    [Fact]
    public async Task A_long_message_is_cut_after_the_secret_is_masked()
    {
        var error = await FailAsync(Reply.Error(400, new string('x', 490) + Secret + new string('y', 10_000)));
        error.Message.Length.ShouldBeLessThan(800);
        error.Message.ShouldNotContain(Secret[..9]);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{{\"unknown\": {{\"shape\": \"{0}\"}}}}")]
    [InlineData("{{\"detail\": [{{\"msg\": \"{0}\"}}]}}")]
    public async Task The_secret_is_masked_wherever_the_server_puts_it(string format)
    {
        var error = await FailAsync(Reply.Raw(500, Encoding.UTF8.GetBytes(string.Format(null, format, Secret.Replace("+", "\\u002b", StringComparison.Ordinal)))));
        error.ToString().ShouldNotContain("sk-test-8f3b+");
    }

    [Fact]
    public async Task Cancelling_stops_a_call_at_once()
    {
        await using var server = await OpenAiServer.StartAsync(Reply.Slow(TimeSpan.FromMinutes(5), Reply.Text("late")));
        await using var model = await LoadAsync(server);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(() => model.GenerateAsync(Hello, new GenerationOptions(), stop.Token));
    }

    private static async Task<ModelCallException> FailAsync(Reply reply)
    {
        await using var server = await OpenAiServer.StartAsync(reply);
        await using var model = await LoadAsync(server);
        var error = await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("Hello"));
        error.ToString().ShouldNotContain(Secret);
        error.Action?.ShouldNotContain(Secret);
        return error;
    }
}
