using Clembench.Common;

namespace Clembench.Backends.Http;

/// <summary>Images as addresses: URLs and data URIs as they are, files as data URIs.</summary>
internal static class ImageUri
{
    /// <summary>The largest image, in bytes: the most that the services take.</summary>
    public const int LargestImage = 20 * 1024 * 1024;

    /// <summary>The address that stands for an image in a request.</summary>
    /// <param name="image">A URL, a data URI or a file's path.</param>
    /// <param name="cancellationToken">Stops the reading of the file.</param>
    /// <returns>A URL or a data URI.</returns>
    /// <exception cref="ClemException">The file cannot be read, is too large, or is no image of a known kind.</exception>
    public static async Task<string> OfAsync(string image, CancellationToken cancellationToken)
    {
        if (ChatImage.IsAddress(image))
            return image;
        byte[] bytes;
        try
        {
            if (new FileInfo(image) is { Exists: true, Length: > LargestImage and var length })
                throw TooLarge(image, length);
            bytes = await File.ReadAllBytesAsync(image, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Backend.BadImage", error is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Storage,
                $"The image '{image}' cannot be read: {(Directory.Exists(image) ? "it is a folder." : error.Message)}",
                "Check the path in the message.", image, error);
        }

        var mediaType = MediaType(bytes) ?? throw Unknown(image);
        return $"data:{mediaType};base64,{Convert.ToBase64String(bytes)}";
    }

    /// <summary>The error for what is no image of a known kind.</summary>
    /// <param name="image">Its path or address.</param>
    /// <returns>The error.</returns>
    public static ClemException Unknown(string image) => new(
        "Clem.Backend.BadImage", ErrorKind.InvalidData, $"'{image}' is not a PNG, JPEG, GIF, WebP or BMP image.",
        "Use an image of one of these kinds.", image);

    /// <summary>The error for what is too large.</summary>
    /// <param name="image">Its path or address.</param>
    /// <param name="length">Its size in bytes; null where it is not known.</param>
    /// <returns>The error.</returns>
    public static ClemException TooLarge(string image, long? length) => new(
        "Clem.Backend.BadImage", ErrorKind.InvalidData,
        $"The image '{image}' is too large{(length is { } bytes ? FormattableString.Invariant($": it has {bytes / 1048576.0:0.0} MiB") : "")}; services take up to {LargestImage / 1048576} MiB.",
        "Use a smaller image.", image);

    /// <summary>
    /// The media type of an image, by content, not by name: services refuse an image whose media type is wrong, and
    /// files are often misnamed.
    /// </summary>
    /// <param name="bytes">The content, or its beginning.</param>
    /// <returns>The type; null for no image of a known kind.</returns>
    public static string? MediaType(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? "image/png"
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : bytes.StartsWith("GIF8"u8) ? "image/gif"
        : bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : bytes.StartsWith("BM"u8) ? "image/bmp"
        : null;
}
