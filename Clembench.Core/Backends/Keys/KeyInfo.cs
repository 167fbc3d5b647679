using Clembench.Json;

namespace Clembench.Backends;

/// <summary>A key as it is shown to a person.</summary>
public sealed record KeyInfo
{
    /// <summary>The backend's name.</summary>
    public required string Backend { get; init; }

    /// <summary>The key, masked unless it was asked to be revealed; null where there is none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether there is a key.</summary>
    public bool HasKey { get; init; }

    /// <summary>The address of the service, where one is set.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Where the key comes from: a file's path, or <c>env:NAME</c>.</summary>
    public string? Source { get; init; }

    /// <summary>What else is set, such as <c>organisation</c>; what may be a secret is masked.</summary>
    public JsonMap Settings { get; init; } = JsonMap.Empty;

    /// <summary>A key as it is shown.</summary>
    /// <param name="key">The key.</param>
    /// <param name="reveal">Whether secrets are shown as they are.</param>
    /// <returns>What to show.</returns>
    public static KeyInfo Of(BackendKey key, bool reveal) => new()
    {
        Backend = key.Backend,
        ApiKey = key.ApiKey is null || reveal ? key.ApiKey : Secrets.Mask(key.ApiKey),
        HasKey = key.ApiKey is not null,
        BaseUrl = key.BaseUrl is null || reveal ? key.BaseUrl : Secrets.StripAddress(key.BaseUrl),
        Source = key.Source,
        Settings = reveal ? key.Settings : Secrets.MaskMembers(key.Settings),
    };
}
