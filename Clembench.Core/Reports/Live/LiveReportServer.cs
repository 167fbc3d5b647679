using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Clembench.Common;
using Clembench.Results;

namespace Clembench.Reports.Live;

/// <summary>
/// Serves a report on results that still grow, on the loopback interface alone, and to those alone who know the random part of
/// its address. It answers requests to read and nothing else.
/// </summary>
public sealed class LiveReportServer : IAsyncDisposable
{
    private const int Attempts = 20;

    private readonly HttpListener _listener;
    private readonly LiveReport _report;
    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[] _page;
    private readonly string _policy;
    private readonly Task _serving;

    private LiveReportServer(HttpListener listener, Uri address, LiveReport report)
    {
        (_listener, Address, _report) = (listener, address, report);
        using var page = new MemoryStream();
        ReportPage.WriteHead(page, [], images: true);
        ReportPage.WriteEnd(page);
        (_page, _policy) = (page.ToArray(), ReportPage.Policy(live: true, images: true));
        _serving = ServeAsync();
    }

    /// <summary>Where the page is.</summary>
    public Uri Address { get; }

    /// <summary>The page.</summary>
    public LivePage Page => new(Address);

    /// <summary>Begins to serve.</summary>
    /// <param name="reader">Reads records.</param>
    /// <param name="roots">Results folders, as absolute paths; one that is not there yet has no episodes yet.</param>
    /// <param name="options">What the report is to be like.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <returns>A server that serves until it is disposed.</returns>
    /// <exception cref="ClemException">The port cannot be had.</exception>
    public static LiveReportServer Start(ResultsReader reader, IReadOnlyList<string> roots, ReportOptions options, int port = 0)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        for (var attempt = 1; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{(port == 0 ? FreePort() : port)}/{token}/");
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{address.Port}/");
            try
            {
                listener.Start();
                return new LiveReportServer(listener, address, new LiveReport(reader, roots, options));
            }
            catch (HttpListenerException error)
            {
                listener.Close();
                // Between being found and being taken, a free port may have gone to somebody else.
                if (port == 0 && attempt < Attempts)
                    continue;
                throw new ClemException(
                    "Clem.Report.PortInUse", ErrorKind.NotAvailable, $"The page cannot be served on port {address.Port} of this machine: {error.Message}",
                    "Leave out -Port, or name one that is free.", address.Port, error);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Close();
        await _serving.ConfigureAwait(false);
        _report.Dispose();
        _stopping.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        var answering = new HashSet<Task>();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                answering.Add(AnswerAsync(await _listener.GetContextAsync().ConfigureAwait(false)));
                answering.RemoveWhere(task => task.IsCompleted);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The listener was closed: that is how serving ends.
                break;
            }
        }

        // What went wrong with an answer is over with it.
        await Task.WhenAll(answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var response = context.Response;
        try
        {
            try
            {
                await AnswerAsync(context.Request, response).ConfigureAwait(false);
            }
            catch (ClemException error)
            {
                await TextAsync(response, error.Kind == ErrorKind.NotFound ? 404 : 500, error.Message).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not (HttpListenerException or ObjectDisposedException or OperationCanceledException))
            {
                await TextAsync(response, 500, $"The report cannot be read: {e.Message}").ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or InvalidOperationException or OperationCanceledException)
        {
            // Whoever asked has gone, the answer has begun already, or the server ends.
            response.Abort();
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        response.Headers["Cache-Control"] = "no-store";
        response.Headers["Content-Security-Policy"] = _policy + "; frame-ancestors 'none'";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Content-Type-Options"] = "nosniff";
        // A name that somebody lets point to this machine is not this address.
        if (request.HttpMethod != "GET" || request.UserHostName != Address.Authority || !KnowsToken(request.Url))
        {
            await TextAsync(response, 404, "There is nothing here.").ConfigureAwait(false);
            return;
        }

        var query = request.QueryString;
        switch (request.Url!.AbsolutePath[Address.AbsolutePath.Length..])
        {
            case "":
                await SendAsync(response, "text/html; charset=utf-8", _page).ConfigureAwait(false);
                break;
            case "overview":
                var (version, content) = await _report.OverviewAsync(_stopping.Token).ConfigureAwait(false);
                response.Headers["ETag"] = version.ToString(CultureInfo.InvariantCulture);
                if (query["since"] != response.Headers["ETag"])
                {
                    await SendAsync(response, "application/json", content).ConfigureAwait(false);
                    break;
                }

                response.StatusCode = 204;
                response.Close();
                break;
            case "transcript" when int.TryParse(query["id"], CultureInfo.InvariantCulture, out var id):
                await SendAsync(response, "application/json", await _report.TranscriptAsync(id, _stopping.Token).ConfigureAwait(false)).ConfigureAwait(false);
                break;
            case "comparison" when query["reference"] is { } reference && query["difference"] is { } difference:
                await SendAsync(response, "application/json", await _report.ComparisonAsync(reference, difference, _stopping.Token).ConfigureAwait(false)).ConfigureAwait(false);
                break;
            default:
                await TextAsync(response, 404, "There is nothing here.").ConfigureAwait(false);
                break;
        }
    }

    // The time that the comparison takes does not tell how much of a guess was right.
    private bool KnowsToken(Uri? asked)
    {
        var path = Encoding.UTF8.GetBytes(asked?.AbsolutePath ?? "");
        var own = Encoding.UTF8.GetBytes(Address.AbsolutePath);
        return path.Length >= own.Length && CryptographicOperations.FixedTimeEquals(path.AsSpan(0, own.Length), own);
    }

    private Task TextAsync(HttpListenerResponse response, int status, string text)
    {
        response.StatusCode = status;
        return SendAsync(response, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
    }

    private async Task SendAsync(HttpListenerResponse response, string type, ReadOnlyMemory<byte> content)
    {
        response.ContentType = type;
        response.ContentLength64 = content.Length;
        await response.OutputStream.WriteAsync(content, _stopping.Token).ConfigureAwait(false);
        response.Close();
    }
}
