using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Clembench.Tests.Servers;

/// <summary>
/// A real HTTP server on a free port of this machine that speaks OpenAI's chat completions, records every request and
/// answer, and does to each request what the test says.
/// </summary>
public sealed class OpenAiServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedCall> _calls = [];
    private readonly Func<RecordedCall, Reply> _reply;
    private readonly WebApplication _app;
    private int _count;

    private OpenAiServer(Func<RecordedCall, Reply> reply, X509Certificate2? certificate)
    {
        _reply = reply;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", AnswerAsync);
    }

    /// <summary>The address for <c>base_url</c>.</summary>
    public string BaseUrl => _app.Urls.Single() + "/v1";

    /// <summary>All calls so far, in the order in which they came.</summary>
    public IReadOnlyList<RecordedCall> Calls => [.. _calls.OrderBy(call => call.Index)];

    /// <summary>Starts a server that does to each request what a function says.</summary>
    /// <param name="reply">The function.</param>
    /// <param name="certificate">The certificate of an HTTPS server; null for plain HTTP.</param>
    public static async Task<OpenAiServer> StartAsync(Func<RecordedCall, Reply> reply, X509Certificate2? certificate = null)
    {
        var server = new OpenAiServer(reply, certificate);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Starts a server that gives the replies in their order, the last one for ever.</summary>
    public static Task<OpenAiServer> StartAsync(params Reply[] replies) =>
        StartAsync(call => replies[Math.Min(call.Index, replies.Length - 1)]);

    /// <summary>Starts a server that says what was said last.</summary>
    public static Task<OpenAiServer> StartEchoAsync() => StartAsync(call => Reply.Text(call.LastContent));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var call = new RecordedCall(Interlocked.Increment(ref _count) - 1, headers, body.ToArray());
        _calls.Enqueue(call);
        await _reply(call).WriteAsync(context, call);
    }
}
