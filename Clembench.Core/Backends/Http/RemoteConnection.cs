using Clembench.Models;

namespace Clembench.Backends.Http;

/// <summary>What is known of a remote model when it is loaded, checked.</summary>
/// <param name="Entry">The registry entry.</param>
/// <param name="Target">Where calls go.</param>
/// <param name="Address">The service's address, without a slash at its end.</param>
/// <param name="Secret">The key, such that a header can hold it; null for none.</param>
/// <param name="Verify">Whether the server's certificate must be valid.</param>
internal sealed record RemoteConnection(ModelEntry Entry, CallTarget Target, Uri Address, string? Secret, bool Verify)
{
    /// <summary>Whether there is a key that is not for this address.</summary>
    public bool KeyIsWithheld { get; init; }

    /// <summary>The address of a method of the service.</summary>
    /// <param name="path">The method's path below the address.</param>
    /// <param name="version">The version that comes first where the address does not end in one, such as <c>v1</c>; null for none.</param>
    /// <returns>The address, with the query that the configured address has.</returns>
    public Uri Method(string path, string? version = null)
    {
        var below = Address.AbsolutePath.TrimEnd('/');
        if (version is not null && !EndsInVersion(below))
            below += $"/{version}";
        return new UriBuilder(Address) { Path = $"{below}/{path}" }.Uri;
    }

    // v1, v2, v1beta: as in https://host/v1
    private static bool EndsInVersion(string path) =>
        path[(path.LastIndexOf('/') + 1)..] is { Length: > 1 } last && last[0] == 'v' && char.IsAsciiDigit(last[1]);
}
