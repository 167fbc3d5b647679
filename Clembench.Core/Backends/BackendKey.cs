using Clembench.Json;

namespace Clembench.Backends;

/// <summary>What <c>key.json</c> or the environment holds for a backend: a secret and the settings beside it.</summary>
/// <param name="Backend">The backend's name.</param>
public sealed record BackendKey(string Backend)
{
    /// <summary>The secret. Never part of <see cref="ToString"/>, of an error or of a record.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The address of the service (<c>base_url</c>), where the backend lets one be set.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Where the key comes from: a file's path, or <c>env:NAME</c>.</summary>
    public string? Source { get; init; }

    /// <summary>All members beside the secret, such as <c>organisation</c> or <c>verify</c>.</summary>
    public JsonMap Settings { get; init; } = JsonMap.Empty;

    /// <summary>The backend's name and where the key comes from; never the secret.</summary>
    /// <returns>A text that is safe to show.</returns>
    public override string ToString() => $"{Backend} ({Source})";
}
