using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Clembench.Tests.Servers;

/// <summary>A web server with one image, which is first looked for at another address; <c>/missing</c> is not there.</summary>
public sealed class ImageServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = [];

    private ImageServer(byte[] image)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/moved.png", () => TypedResults.Redirect("/image"));
        _app.MapGet("/image", (HttpContext context) =>
        {
            _requests.Enqueue(string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")));
            return TypedResults.Bytes(image, "application/octet-stream");
        });
    }

    /// <summary>The image's address.</summary>
    public string Url => _app.Urls.Single() + "/moved.png";

    /// <summary>An address where nothing is.</summary>
    public string MissingUrl => _app.Urls.Single() + "/missing";

    /// <summary>The headers of each request for the image.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static async Task<ImageServer> StartAsync(byte[] image)
    {
        var server = new ImageServer(image);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
