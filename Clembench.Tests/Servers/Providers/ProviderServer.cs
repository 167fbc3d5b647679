using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Clembench.Tests.Servers.Providers;

/// <summary>
/// A real HTTP server on a free port of this machine in a provider's place. It checks every request against the
/// provider's published format, refuses what is not of the format as the provider would, and does to the rest what the
/// test says.
/// </summary>
public sealed class ProviderServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedCall> _calls = [];
    private readonly ConcurrentQueue<string> _violations = [];
    private readonly WebApplication _app;
    private int _count;

    private ProviderServer(ProviderFormat format, Func<RecordedCall, Reply> reply)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var call = new RecordedCall(Interlocked.Increment(ref _count) - 1, headers, body.ToArray())
            {
                Path = context.Request.Path.Value!,
                Query = context.Request.QueryString.Value ?? "",
            };
            var wrong = context.Request.Method == "POST" ? format.Check(call).ToArray() : [$"the method {context.Request.Method}"];
            _calls.Enqueue(call);
            foreach (var violation in wrong)
                _violations.Enqueue($"{violation} in {call.Path}{call.Query} {call}");
            var answer = wrong.Length == 0 ? reply(call)
                : Reply.Raw(400, JsonSerializer.SerializeToUtf8Bytes(new { message = "Not of the format: " + string.Join("; ", wrong) }));
            await answer.WriteAsync(context, call);
        });
    }

    /// <summary>The server's address, without a path.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>All calls so far, in the order in which they came.</summary>
    public IReadOnlyList<RecordedCall> Calls => [.. _calls.OrderBy(call => call.Index)];

    /// <summary>What was not of the format.</summary>
    public IReadOnlyList<string> Violations => [.. _violations];

    /// <summary>Starts a server that does to each request what a function says.</summary>
    public static async Task<ProviderServer> StartAsync(ProviderFormat format, Func<RecordedCall, Reply> reply)
    {
        var server = new ProviderServer(format, reply);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Starts a server that gives the replies in their order, the last one for ever.</summary>
    public static Task<ProviderServer> StartAsync(ProviderFormat format, params Reply[] replies) =>
        StartAsync(format, call => replies[Math.Min(call.Index, replies.Length - 1)]);

    /// <summary>Starts a server that says what was said last.</summary>
    public static Task<ProviderServer> StartEchoAsync(ProviderFormat format) =>
        StartAsync(format, call => Reply.Json(format.Completion(format.LastContent(call.Request))));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
