using Clembench.Common;

namespace Clembench.Backends.Http;

/// <summary>What a data URI holds (RFC 2397).</summary>
/// <param name="MediaType">The media type, such as <c>image/png</c>.</param>
/// <param name="Base64">The content in Base64.</param>
internal sealed record DataUri(string MediaType, string Base64)
{
    /// <summary>Whether an address is a data URI.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The verdict.</returns>
    public static bool Is(string uri) => uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a data URI.</summary>
    /// <param name="uri">The text.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="ClemException">It is not of the form.</exception>
    public static DataUri Parse(string uri)
    {
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
            throw Invalid("it has no comma");
        var head = uri["data:".Length..comma].Split(';', StringSplitOptions.TrimEntries);
        var data = uri[(comma + 1)..];
        var mediaType = head[0].Length == 0 ? "text/plain" : head[0].ToLowerInvariant();
        if (!string.Equals(head[^1], "base64", StringComparison.OrdinalIgnoreCase))
            return new DataUri(mediaType, Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(data))));
        data = Uri.UnescapeDataString(data);
        return System.Buffers.Text.Base64.IsValid(data) ? new DataUri(mediaType, data) : throw Invalid("its content is not Base64");
    }

    private static ClemException Invalid(string why) => new(
        "Clem.Backend.BadImage", ErrorKind.InvalidData, $"An image's data URI cannot be read: {why}.",
        "Write it like data:image/png;base64,iVBORw0…");
}
