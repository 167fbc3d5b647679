using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Clembench.Tests.Servers;

/// <summary>What the server does with a request.</summary>
public abstract record Reply
{
    /// <summary>A completion with a text.</summary>
    public static Reply Text(string text, bool chunked = false) => Json(Completion(text), chunked);

    /// <summary>The status 200 with a body.</summary>
    public static Reply Json(string body, bool chunked = false) => new BodyReply(200, Encoding.UTF8.GetBytes(body)) { Chunked = chunked };

    /// <summary>A status with an error as OpenAI writes them.</summary>
    public static Reply Error(int status, string message, string? code = null, params (string Name, string Value)[] headers) =>
        new BodyReply(status, JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, type = "error", param = (string?)null, code } }, Plain)) { Headers = headers };

    /// <summary>A status with a body of any kind.</summary>
    public static Reply Raw(int status, byte[] body, params (string Name, string Value)[] headers) => new BodyReply(status, body) { Headers = headers };

    public static Reply RateLimited(TimeSpan after) =>
        Error(429, "Rate limit reached", "rate_limit_exceeded", ("Retry-After", after.TotalSeconds.ToString(CultureInfo.InvariantCulture)));

    public static Reply RateLimitedUntil(DateTimeOffset until) => Error(429, "Rate limit reached", "rate_limit_exceeded", ("Retry-After", until.ToString("R")));

    /// <summary>A reply that comes after a delay.</summary>
    public static Reply Slow(TimeSpan delay, Reply then) => new SlowReply(delay, then);

    /// <summary>Half of the body of a reply, and then the connection is reset.</summary>
    public static Reply Cut(Reply reply) => new CutReply((BodyReply)reply);

    /// <summary>A completion as OpenAI writes them, with members that the SDK has no types for.</summary>
    public static string Completion(string text) => JsonSerializer.Serialize(
        new
        {
            id = "chatcmpl-" + Guid.NewGuid().ToString("n"),
            @object = "chat.completion",
            created = 1763942400,
            model = "test-model",
            choices = new[] { new { index = 0, message = new { role = "assistant", content = text, refusal = (string?)null }, logprobs = (object?)null, finish_reason = "stop" } },
            usage = new { prompt_tokens = 11, completion_tokens = 7, total_tokens = 18, prompt_tokens_details = new { cached_tokens = 0 } },
            not_in_any_sdk = new { big = 12345678901234567890123456789m, small = 1e-7, nested = new[] { new { deep = true } } },
        }, Plain);

    internal static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal abstract Task WriteAsync(HttpContext context, RecordedCall call);

    private sealed record BodyReply(int Status, byte[] Body) : Reply
    {
        public bool Chunked { get; init; }

        public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

        internal override async Task WriteAsync(HttpContext context, RecordedCall call)
        {
            Start(context);
            call.ResponseBody = Body;
            if (!Chunked)
            {
                await context.Response.Body.WriteAsync(Body);
                return;
            }

            foreach (var chunk in Body.Chunk(100))
            {
                await context.Response.Body.WriteAsync(chunk);
                await context.Response.Body.FlushAsync();
            }
        }

        internal void Start(HttpContext context)
        {
            context.Response.StatusCode = Status;
            context.Response.ContentType = "application/json";
            foreach (var (name, value) in Headers)
                context.Response.Headers[name] = value;
            if (!Chunked)
                context.Response.ContentLength = Body.Length;
        }
    }

    private sealed record SlowReply(TimeSpan Delay, Reply Then) : Reply
    {
        internal override async Task WriteAsync(HttpContext context, RecordedCall call)
        {
            await Task.Delay(Delay, context.RequestAborted);
            await Then.WriteAsync(context, call);
        }
    }

    private sealed record CutReply(BodyReply Whole) : Reply
    {
        internal override async Task WriteAsync(HttpContext context, RecordedCall call)
        {
            Whole.Start(context);
            call.ResponseBody = Whole.Body[..(Whole.Body.Length / 2)];
            await context.Response.Body.WriteAsync(call.ResponseBody);
            await context.Response.Body.FlushAsync();
            context.Features.Get<IConnectionSocketFeature>()!.Socket.Shutdown(SocketShutdown.Both);
        }
    }
}
