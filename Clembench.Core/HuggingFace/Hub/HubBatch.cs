using Clembench.Common;

namespace Clembench.HuggingFace.Hub;

/// <summary>A file of a commit that the cache lacks.</summary>
/// <param name="File">The file.</param>
/// <param name="Received">The bytes that an interrupted download has left of it.</param>
public sealed record HubMissingFile(HubModelFile File, long Received);

/// <summary>Fetches several files of one commit, so that they belong together even if the branch moves meanwhile.</summary>
/// <param name="client">The hub and its cache.</param>
/// <param name="repository">The repository and revision.</param>
/// <param name="info">What the hub knows of it: the commit, and the files with their sizes.</param>
public sealed class HubBatch(HubClient client, HubRepository repository, HubModelInfo info)
{
    // A list without commit (a mirror's, perhaps) leaves the revision as it is.
    private readonly HubRepository _pinned = info.Commit is { } commit ? repository with { Revision = commit } : repository;

    /// <summary>Tells how many bytes the disk of a folder has left; null where that cannot be known.</summary>
    public Func<string, long?> FreeSpace { get; init; } = DiskSpace.Available;

    /// <summary>The files that the cache lacks.</summary>
    /// <param name="names">The files that are wanted, by name; the repository has them.</param>
    /// <returns>Those that are not here, in order.</returns>
    /// <exception cref="ClemException">A link leads out of the cache.</exception>
    public IReadOnlyList<HubMissingFile> FindMissing(IEnumerable<string> names)
    {
        var known = info.Files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        return
        [
            .. names.Distinct(StringComparer.Ordinal).Where(name => client.FindCached(_pinned, name) is null)
                .Select(name => known[name])
                .Select(file => new HubMissingFile(file, file.Sha256 is { } sha256 ? client.Cache.IncompleteLength(repository, sha256) : 0)),
        ];
    }

    /// <summary>Fetches files, one after the other. When all are there, the revision means their commit to the cache.</summary>
    /// <param name="files">The files.</param>
    /// <param name="progress">Is told how far each is, on an arbitrary thread.</param>
    /// <param name="cancellationToken">Ends the download; what has come is kept for the next one.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">As <see cref="HubClient.TryGetFileAsync"/>, and <c>Clem.Hub.DiskFull</c> before anything is fetched.</exception>
    public async Task FetchAsync(IReadOnlyList<HubMissingFile> files, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var needed = files.Sum(file => Math.Max(0, (file.File.Size ?? 0) - file.Received));
        if (FreeSpace(client.Settings.CacheDirectory) is { } free && free < needed)
            throw HubErrors.DiskFull(repository, client.Settings.CacheDirectory, needed, free);
        var options = new HubFileOptions { Progress = progress };
        foreach (var file in files)
            await client.GetFileAsync(_pinned, file.File.Name, options, cancellationToken).ConfigureAwait(false);
        if (info.Commit is { } commit)
            await client.Cache.WriteCommitAsync(repository, commit, cancellationToken).ConfigureAwait(false);
    }
}
