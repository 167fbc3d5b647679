using System.Security.Cryptography;
using Clembench.Common;

namespace Clembench.Backends;

/// <summary>A user's backend file with the content that was read: what is checked is what is run.</summary>
/// <param name="Name">The backend's name: what precedes <c>_api</c> in the file's name.</param>
/// <param name="Path">The file's absolute path.</param>
/// <param name="Content">The file's bytes.</param>
public sealed record BackendFile(string Name, string Path, ReadOnlyMemory<byte> Content)
{
    /// <summary>The SHA-256 of the content, in lower-case hexadecimal digits.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content.Span));

    /// <summary>Reads a file.</summary>
    /// <param name="name">The backend's name.</param>
    /// <param name="path">The file's path.</param>
    /// <returns>The file with its content.</returns>
    /// <exception cref="ClemException">The file cannot be read.</exception>
    public static BackendFile Read(string name, string path)
    {
        try
        {
            return new BackendFile(name, path, File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Backend.Unreadable", ErrorKind.Storage, $"The backend file '{path}' cannot be read: {error.Message}",
                "Check the file's permissions.", path, error);
        }
    }
}
