using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Clembench.Benchmarks;

/// <summary>
/// Answers every chat completion after a while, in a process of its own. It shares the processor with what is measured, so
/// it does no more than it must: a web framework would take as long for a call as its client.
/// </summary>
internal static class LatencyServer
{
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(200);

    private const string Completion = """{"id":"x","object":"chat.completion","created":0,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"An answer of some words."},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":6,"total_tokens":26}}""";

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Completion.Length}\r\n\r\n{Completion}"));

    /// <summary>Serves until a line comes, having said where.</summary>
    public static async Task<int> ServeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(backlog: 4096);
        Console.WriteLine($"http://{listener.LocalEndpoint}");
        using var stop = new CancellationTokenSource();
        var serving = AcceptAsync(listener, stop.Token);
        await Console.In.ReadLineAsync(stop.Token);
        await stop.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static async Task AcceptAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        while (true)
            _ = AnswerAsync(await listener.AcceptSocketAsync(cancellationToken), cancellationToken);
    }

    private static async Task AnswerAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var _ = socket;
        socket.NoDelay = true;
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var received)
        {
            length += received;
            if (!IsWhole(buffer.AsSpan(0, length)))
                continue;
            length = 0;
            await Task.Delay(Latency, cancellationToken);
            await socket.SendAsync(Answer, cancellationToken);
        }
    }

    // One request at a time stands in the buffer: the client of HTTP/1.1 waits for the answer to it.
    private static bool IsWhole(ReadOnlySpan<byte> request)
    {
        var head = request.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var name = request.IndexOf("Content-Length: "u8);
        var value = request[(name + "Content-Length: ".Length)..];
        return request.Length - (head + 4) >= int.Parse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
