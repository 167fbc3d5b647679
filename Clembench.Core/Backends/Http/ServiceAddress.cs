using Clembench.Common;
using Clembench.Models;

namespace Clembench.Backends.Http;

/// <summary>
/// Where calls of a model go, and whether the key may go there. A key belongs to the addresses that its owner chose: the
/// one beside it, the service's own, and those of registries that are the user's or were named. A registry that merely
/// lies in the working directory is data of somebody else's until somebody says otherwise.
/// </summary>
/// <param name="Address">The address, without a slash at its end.</param>
/// <param name="TakesKey">Whether the key may be sent there.</param>
internal sealed record ServiceAddress(Uri Address, bool TakesKey)
{
    /// <summary>Judges an address.</summary>
    /// <param name="entry">The entry, which may have a <c>base_url</c>.</param>
    /// <param name="besideKey">The address beside the key; null for none.</param>
    /// <param name="serviceOwn">The service's own address; null where there is none.</param>
    /// <returns>The address; null where there is none.</returns>
    /// <exception cref="ClemException">What stands there is not an address.</exception>
    public static ServiceAddress? Of(ModelEntry entry, string? besideKey, Uri? serviceOwn)
    {
        if (entry.GetSetting("base_url") is not { } said)
            return besideKey is not null ? new(Read(besideKey, entry), true) : serviceOwn is not null ? new(serviceOwn, true) : null;
        var address = Read(said, entry);
        return new(address, entry.IsAddressTrusted || IsSameServer(address, serviceOwn)
            || (besideKey is not null && TryRead(besideKey) is { } own && IsSameServer(address, own)));
    }

    private static bool IsSameServer(Uri one, Uri? other) => other is not null
        && Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    // The text itself is not shown: it may hold a password.
    private static Uri Read(object text, ModelEntry entry) => TryRead(text as string) ?? throw new ClemException(
        "Clem.Backend.InvalidBaseUrl", ErrorKind.InvalidData, $"The base_url of the model '{entry.Name}' is not an http or https address.",
        "Write it like https://host/v1.", entry.Name);

    private static Uri? TryRead(string? text) =>
        Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            ? new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') }.Uri
            : null;
}
