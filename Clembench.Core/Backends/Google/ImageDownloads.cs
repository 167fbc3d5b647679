using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Clembench.Backends.Http;
using Clembench.Common;

namespace Clembench.Backends.Google;

/// <summary>
/// Fetches images that are given as URLs, because generateContent wants their bytes. A conversation has the same image
/// in every turn, so the last ones are kept. No key is ever sent.
/// </summary>
/// <param name="target">The model that the images are for.</param>
internal sealed class ImageDownloads(CallTarget target)
{
    private const int MostKept = 32;

    private static readonly Lazy<HttpClient> Client = new(Create);
    private readonly ConcurrentDictionary<string, DataUri> _kept = new(StringComparer.Ordinal);

    /// <summary>An image's content.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>The content.</returns>
    /// <exception cref="ClemException">It cannot be fetched, or is no image.</exception>
    public async Task<DataUri> GetAsync(string url, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(url, out var known))
            return known;
        byte[] bytes;
        try
        {
            bytes = await Client.Value.GetByteArrayAsync(url, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw ImageUri.TooLarge(url, length: null);
        }
        catch (Exception error) when (error is HttpRequestException or UriFormatException or InvalidOperationException
            || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ModelCallException(
                "Clem.Backend.BadImage", ErrorKind.Connection, target.Mask.InMessage($"The image '{url}' cannot be fetched: {error.Message}"),
                "Check the address in the message.", target.Model)
            {
                // A server that is not there or is overloaded may be there the next time; an image that is not will not.
                IsTransient = error is TaskCanceledException or HttpRequestException { StatusCode: null or >= System.Net.HttpStatusCode.InternalServerError or System.Net.HttpStatusCode.TooManyRequests },
            };
        }

        var image = new DataUri(ImageUri.MediaType(bytes) ?? throw ImageUri.Unknown(url), Convert.ToBase64String(bytes));
        if (_kept.Count >= MostKept)
            _kept.Clear();
        _kept[url] = image;
        return image;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns the handler and lives as long as the process.")]
    private static HttpClient Create()
    {
        var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(15), UseCookies = false })
        {
            Timeout = TimeSpan.FromMinutes(2),
            MaxResponseContentBufferSize = ImageUri.LargestImage,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("clembench");
        return client;
    }
}
