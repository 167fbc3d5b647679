using System.ClientModel.Primitives;
using System.Diagnostics.CodeAnalysis;

namespace Clembench.Backends.Http;

/// <summary>
/// The connections of all remote backends. They are pooled by host and live as long as the process; connections are
/// renewed now and then so that a change of addresses in DNS is seen.
/// </summary>
internal static class BackendHttp
{
    /// <summary>How long a connection may take to come about; the call then ends with an <see cref="OperationCanceledException"/>.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes that an answer may have: no text of a model comes near it.</summary>
    public const int LargestAnswer = 64 * 1024 * 1024;

    private static readonly Lazy<HttpClient> Verifying = new(() => Create(verify: true));
    private static readonly Lazy<HttpClient> Trusting = new(() => Create(verify: false));
    private static readonly Lazy<HttpClientPipelineTransport> VerifyingTransport = new(() => new(Verifying.Value));
    private static readonly Lazy<HttpClientPipelineTransport> TrustingTransport = new(() => new(Trusting.Value));

    /// <summary>The client for plain HTTP.</summary>
    /// <param name="verify">Whether the server's certificate must be valid.</param>
    /// <returns>A shared client, which is not to be disposed; it has no time limit of its own.</returns>
    public static HttpClient Client(bool verify) => (verify ? Verifying : Trusting).Value;

    /// <summary>The transport for clients made with System.ClientModel.</summary>
    /// <param name="verify">Whether the server's certificate must be valid.</param>
    /// <returns>A shared transport.</returns>
    public static HttpClientPipelineTransport Transport(bool verify) => (verify ? VerifyingTransport : TrustingTransport).Value;

    /// <summary>A client of its own, for a library that disposes what it is given.</summary>
    /// <param name="verify">Whether the server's certificate must be valid.</param>
    /// <returns>A client for the caller to dispose; it has no time limit of its own.</returns>
    public static HttpClient Own(bool verify) => Create(verify);

    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "Only where the user's key settings say so, and with a warning.")]
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns the handler.")]
    private static HttpClient Create(bool verify)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            ConnectTimeout = ConnectTimeout,
            // A redirected POST would become a GET, and a key must not travel to an address that nobody configured.
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        if (!verify)
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
    }
}
