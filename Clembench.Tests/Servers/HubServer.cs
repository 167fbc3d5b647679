using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Clembench.Tests.Servers;

/// <summary>
/// A real HTTP server on free ports of this machine that behaves as the Hugging Face hub: small files are answered by
/// a relative redirect and then by itself, large ones by a redirect to a store at another origin. It records every
/// request and does to each one what the test says.
/// </summary>
public sealed class HubServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<HubRequest> _requests = [];
    private readonly ConcurrentDictionary<string, HubServerRepository> _repositories = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private int _count;

    private HubServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The hub's address.</summary>
    public Uri Endpoint => new(_app.Urls.First());

    /// <summary>The store's address: another host name and another port.</summary>
    public Uri Store => new(_app.Urls.Last().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    /// <summary>All requests so far, in the order in which they came.</summary>
    public IReadOnlyList<HubRequest> Requests => [.. _requests.OrderBy(request => request.Index)];

    /// <summary>The token that people have; other tokens are refused.</summary>
    public string? Token { get; set; }

    /// <summary>What goes wrong with a request; null for nothing.</summary>
    public Func<HubRequest, HubFault?> Fault { get; set; } = _ => null;

    public static async Task<HubServer> StartAsync()
    {
        var server = new HubServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Adds a repository whose branch main has some files.</summary>
    public HubServerRepository Add(string id, params (string Name, byte[] Content)[] files)
    {
        var repository = new HubServerRepository(id);
        repository.Commit("main", files);
        return _repositories[id] = repository;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var isStore = context.Connection.LocalPort == Store.Port;
        var request = new HubRequest(
            Interlocked.Increment(ref _count) - 1, context.Request.Method, context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
            isStore, context.Request.Headers.Authorization, context.Request.Headers.Range, context.Request.Headers.UserAgent);
        _requests.Enqueue(request);
        var fault = Fault(request) ?? new HubFault();
        if (fault.Delay is { } delay)
            await Task.Delay(delay, context.RequestAborted);
        foreach (var (name, value) in fault.Headers)
            context.Response.Headers[name] = value;
        if (fault.Status is { } status)
            await SendAsync(context, status, fault.Content ?? [], fault);
        else if (isStore)
            await SendBlobAsync(context, request, fault);
        else
            await AnswerAsHubAsync(context, request, fault);
    }

    private Task SendBlobAsync(HttpContext context, HubRequest request, HubFault fault)
    {
        var hash = request.Path.Split('?')[0].Split('/')[^1];
        var content = _repositories.Values.SelectMany(repository => repository.Contents).First(content => HubServerRepository.Sha256(content) == hash);
        context.Response.Headers.ETag = "\"of-the-store\"";
        return SendAsync(context, 200, fault.Content ?? content, fault);
    }

    private Task AnswerAsHubAsync(HttpContext context, HubRequest request, HubFault fault)
    {
        // Encoded slashes of a revision stay apart from those of the path.
        var parts = request.Path.Split('?')[0].TrimStart('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var (id, revision, file, isCache) = parts switch
        {
            ["api", "models", var owner, var name, "revision", var rev] => ($"{owner}/{name}", rev, null, false),
            ["api", "models", var owner, var name] => ($"{owner}/{name}", "main", null, false),
            ["api", "resolve-cache", "models", var owner, var name, var rev, .. var rest] => ($"{owner}/{name}", rev, string.Join('/', rest), true),
            [var owner, var name, "resolve", var rev, .. var rest] => ($"{owner}/{name}", rev, string.Join('/', rest), false),
            [var name, "resolve", var rev, .. var rest] => (name, rev, string.Join('/', rest), false),
            _ => ("", "", null, false),
        };
        var isAnonymous = request.Authorization is null;
        if (!isAnonymous && request.Authorization != $"Bearer {Token}")
            return RefuseAsync(context, 401, null, "Invalid credentials in Authorization header");
        if (id.Length == 0)
            return RefuseAsync(context, 404, null, "Sorry, we can't find the page you are looking for.");
        var repository = _repositories.GetValueOrDefault(id);
        if (repository is null || (repository.IsPrivate && isAnonymous))
            return isAnonymous ? RefuseAsync(context, 401, null, "Invalid username or password.") : RefuseAsync(context, 404, "RepoNotFound", "Repository not found");
        if (repository.RenamedTo is { } present)
            return RedirectAsync(context, 307, request.Path.Replace(id, present, StringComparison.Ordinal));
        if (file is not null && repository.IsGated && (isAnonymous || !repository.LetsIn))
            return RefuseAsync(context, isAnonymous ? 401 : 403, "GatedRepo", $"Access to model {id} is restricted.");
        if (repository.FindCommit(revision) is not { } commit)
            return RefuseAsync(context, 404, "RevisionNotFound", $"Invalid rev id: {revision}");
        if (file is null)
            return SendAsync(context, 200, JsonSerializer.SerializeToUtf8Bytes(repository.Info(commit)), fault);
        context.Response.Headers["X-Repo-Commit"] = fault.Commit ?? commit;
        if (repository.Find(commit, file) is not { } content)
            return RefuseAsync(context, 404, "EntryNotFound", "Entry not found");
        if (HubServerRepository.IsLarge(file))
        {
            var sha = HubServerRepository.Sha256(content);
            context.Response.Headers["X-Linked-Etag"] = fault.ETag ?? $"\"{sha}\"";
            context.Response.Headers["X-Linked-Size"] = $"{content.Length}";
            return RedirectAsync(context, 302, $"{Store}blobs/{sha}?signature=secret-of-the-store");
        }

        if (!isCache)
            return RedirectAsync(context, 307, $"/api/resolve-cache/models/{id}/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");
        context.Response.Headers.ETag = fault.ETag ?? $"W/\"{HubServerRepository.GitHash(content)}\"";
        return SendAsync(context, 200, fault.Content ?? content, fault);
    }

    private static Task RedirectAsync(HttpContext context, int status, string location)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return context.Response.WriteAsync($"Redirecting to {location}");
    }

    private static Task RefuseAsync(HttpContext context, int status, string? code, string message)
    {
        if (code is not null)
            context.Response.Headers["X-Error-Code"] = code;
        context.Response.Headers["X-Error-Message"] = message;
        return SendAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(new { error = message }), new HubFault());
    }

    private static async Task SendAsync(HttpContext context, int status, byte[] content, HubFault fault)
    {
        var body = content.AsMemory();
        if (status == 200 && context.Request.GetTypedHeaders().Range?.Ranges.SingleOrDefault()?.From is { } from && !fault.IgnoresRange)
        {
            if (from >= content.Length)
            {
                context.Response.StatusCode = 416;
                return;
            }

            status = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
            body = body[(int)from..];
        }

        context.Response.StatusCode = status;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        if (fault.CutAfter is not { } cut)
        {
            await context.Response.Body.WriteAsync(body);
            return;
        }

        await context.Response.Body.WriteAsync(body[..Math.Min(cut, body.Length)]);
        await context.Response.Body.FlushAsync();
        context.Features.Get<IConnectionSocketFeature>()!.Socket.Shutdown(SocketShutdown.Both);
    }
}

/// <summary>One request as the server saw it.</summary>
public sealed record HubRequest(int Index, string Method, string Path, bool IsStore, string? Authorization, string? Range, string? UserAgent);

/// <summary>What goes wrong with a request.</summary>
public sealed record HubFault
{
    /// <summary>Answers with this status.</summary>
    public int? Status { get; init; }

    /// <summary>Sends this instead of the content.</summary>
    public byte[]? Content { get; init; }

    /// <summary>Loses the connection after this number of bytes.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Sends the whole where a part is asked for.</summary>
    public bool IgnoresRange { get; init; }

    /// <summary>The ETag instead of the right one.</summary>
    public string? ETag { get; init; }

    /// <summary>The commit's name instead of the right one.</summary>
    public string? Commit { get; init; }

    public TimeSpan? Delay { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>A repository of the server.</summary>
public sealed class HubServerRepository(string id)
{
    private readonly ConcurrentDictionary<string, string> _branches = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Dictionary<string, byte[]>> _commits = new(StringComparer.Ordinal);
    private int _count;

    public bool IsPrivate { get; set; }

    public bool IsGated { get; set; }

    /// <summary>Whether a gated repository lets the owner of the token in.</summary>
    public bool LetsIn { get; set; }

    public string? RenamedTo { get; set; }

    /// <summary>Members of the model information beside those that follow from the files.</summary>
    public Dictionary<string, object?> Members { get; } = [];

    internal IEnumerable<byte[]> Contents => _commits.Values.SelectMany(files => files.Values);

    public static bool IsLarge(string name) => Path.GetExtension(name) is ".safetensors" or ".gguf" or ".bin";

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "It is how Git names content.")]
    public static string GitHash(byte[] content) =>
        Convert.ToHexStringLower(SHA1.HashData([.. System.Text.Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    /// <summary>Makes a commit on a branch, with these files and no others.</summary>
    /// <returns>The commit's name.</returns>
    public string Commit(string branch, params (string Name, byte[] Content)[] files)
    {
        var commit = Sha256(System.Text.Encoding.UTF8.GetBytes($"{id} {branch} {Interlocked.Increment(ref _count)}"))[..40];
        _commits[commit] = files.ToDictionary(file => file.Name, file => file.Content);
        _branches[branch] = commit;
        return commit;
    }

    internal string? FindCommit(string revision) => _commits.ContainsKey(revision) ? revision : _branches.GetValueOrDefault(revision);

    internal byte[]? Find(string commit, string name) => _commits[commit].GetValueOrDefault(name);

    internal Dictionary<string, object?> Info(string commit)
    {
        var info = new Dictionary<string, object?>
        {
            ["_id"] = "0123456789abcdef",
            ["id"] = id,
            ["sha"] = commit,
            ["private"] = IsPrivate,
            ["gated"] = IsGated ? "manual" : false,
            ["siblings"] = _commits[commit].Select(file => new Dictionary<string, object?>
            {
                ["rfilename"] = file.Key,
                ["size"] = file.Value.Length,
                ["blobId"] = GitHash(file.Value),
                ["lfs"] = IsLarge(file.Key) ? new { sha256 = Sha256(file.Value), size = file.Value.Length, pointerSize = 134 } : null,
            }).ToArray(),
        };
        foreach (var (name, value) in Members)
            info[name] = value;
        return info;
    }
}
