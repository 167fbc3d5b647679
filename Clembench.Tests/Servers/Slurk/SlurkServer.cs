using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Clembench.Tests.Support;

namespace Clembench.Tests.Servers.Slurk;

/// <summary>
/// A slurk server on a free port of this machine: <c>server.js</c> with npm's socket.io, which checks what it is sent
/// and plays the person as the test says.
/// </summary>
public sealed class SlurkServer : IAsyncDisposable
{
    /// <summary>The token with which its API is called.</summary>
    public const string ApiToken = "00000000-planted-0000-0000-000000000000";

    private static readonly string Folder = Path.Join(Repository.Root, "Clembench.Tests", "Servers", "Slurk");

    private readonly Process _process;
    private readonly ConcurrentQueue<JsonElement> _lines = [];
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private SlurkServer(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>The address for <c>base_url</c>.</summary>
    public string BaseUrl { get; private set; } = "";

    /// <summary>What was not as slurk wants it.</summary>
    public IReadOnlyList<string> Violations => [.. Told("violation").Select(text => text.GetString()!)];

    /// <summary>The calls of the API: <c>path</c>, <c>authorization</c>, <c>body</c>.</summary>
    public IReadOnlyList<JsonElement> Requests => Told("request");

    /// <summary>The events that the bot sent: <c>name</c>, <c>payload</c>.</summary>
    public IReadOnlyList<JsonElement> Events => Told("event");

    /// <summary>Starts a server; skips the test where Node.js or the package is missing.</summary>
    public static async Task<SlurkServer> StartAsync()
    {
        Skip.IfNot(Directory.Exists(Path.Join(Folder, "node_modules", "socket.io")),
            "The slurk tests need npm's socket.io: run 'npm ci' in Clembench.Tests/Servers/Slurk.");
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("node", [Path.Join(Folder, "server.js"), ApiToken])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        }
        catch (Win32Exception error)
        {
            throw new SkipException($"The slurk tests need Node.js: {error.Message}");
        }

        var server = new SlurkServer(process);
        server.BaseUrl = $"http://127.0.0.1:{await server._port.Task}";
        return server;
    }

    /// <summary>Has the person, or the server, do something.</summary>
    public async Task DoAsync(object command)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the server has seen an event; half a minute at most, so that a test that fails ends.</summary>
    public async Task SeesAsync(string name, int times = 1)
    {
        for (var tries = 0; Events.Count(one => one.GetProperty("name").GetString() == name) < times; tries++)
        {
            if (tries > 1500)
                throw new InvalidOperationException($"The server did not see {name}, but: {string.Join(", ", Events.Select(one => one.GetRawText()))}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // It ends when nobody commands it any more.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private JsonElement[] Told(string kind) =>
        [.. _lines.Where(line => line.TryGetProperty(kind, out _)).Select(line => line.GetProperty(kind))];

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var told = document.RootElement.Clone();
            if (told.TryGetProperty("listening", out var port))
                _port.TrySetResult(port.GetInt32());
            _lines.Enqueue(told);
        }

        _port.TrySetException(new InvalidOperationException("The slurk server ended before it listened."));
    }
}
