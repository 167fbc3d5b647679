namespace Clembench.HuggingFace.Hub;

/// <summary>A file of a repository in the cache.</summary>
/// <param name="Path">The absolute path of the file in the commit's snapshot; it may be a symbolic link to the content.</param>
/// <param name="Commit">The commit's full name.</param>
public sealed record HubFile(string Path, string Commit);

/// <summary>A file of a snapshot in the cache.</summary>
/// <param name="Name">The file's name in the repository, with forward slashes.</param>
/// <param name="Path">The absolute path in the snapshot.</param>
/// <param name="Size">The size of the content in bytes.</param>
public sealed record HubCachedFile(string Name, string Path, long Size);

/// <summary>How far a download is.</summary>
/// <param name="RepositoryId">The repository's id.</param>
/// <param name="FileName">The file's name in the repository.</param>
/// <param name="Received">The bytes that are on this machine, those of an earlier attempt included.</param>
/// <param name="Total">The file's size in bytes; null where the server does not tell it.</param>
public sealed record DownloadProgress(string RepositoryId, string FileName, long Received, long? Total);

/// <summary>How a file is fetched.</summary>
public sealed record HubFileOptions
{
    /// <summary>Is told how far the download is, on an arbitrary thread, about once for each megabyte.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>The largest size in bytes that is accepted; null for any.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Looks in the cache only, without touching the network.</summary>
    public bool LocalOnly { get; init; }
}
