using System.IO.Enumeration;
using System.Text;
using Clembench.Common;

namespace Clembench.HuggingFace.Hub;

/// <summary>
/// The hub's cache on disk, in the layout that all of Hugging Face's tools share
/// (https://huggingface.co/docs/huggingface_hub/guides/manage-cache):
/// <c>models--owner--name/refs/&lt;revision&gt;</c> holds a commit's name, <c>snapshots/&lt;commit&gt;/&lt;file&gt;</c> links to
/// <c>blobs/&lt;etag&gt;</c>, an empty <c>.no_exist/&lt;commit&gt;/&lt;file&gt;</c> notes a file that the commit does not have, and
/// <c>.locks/models--owner--name/&lt;etag&gt;.lock</c> is held by whoever downloads. Everything that is read and written is
/// checked to lie in the cache, links included.
/// </summary>
/// <param name="root">The cache's folder.</param>
/// <param name="useSymbolicLinks">Whether snapshots link to blobs; else they hold copies.</param>
internal sealed class HubCache(string root, bool useSymbolicLinks)
{
    /// <summary>What the name of a file that is being downloaded ends in, as with the Python tools.</summary>
    public const string IncompleteSuffix = ".incomplete";

    private const string Snapshots = "snapshots";

    /// <summary>The commit that a repository's revision is, as far as the cache knows.</summary>
    /// <param name="repository">The repository.</param>
    /// <returns>The commit's full name; null where the cache does not know it.</returns>
    public string? FindCommit(HubRepository repository)
    {
        if (repository.IsCommit)
            return repository.Revision;
        var path = Guarded(Path.Join(Folder(repository), "refs", repository.Revision));
        if (!File.Exists(path))
            return null;
        var commit = Reading(path, File.ReadAllText).Trim();
        return HubRepository.IsCommitName(commit) ? commit : null;
    }

    /// <summary>A file of a commit.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="fileName">The file.</param>
    /// <returns>The file; null where it is not here.</returns>
    /// <exception cref="ClemException">A link leads out of the cache.</exception>
    public HubFile? Find(HubRepository repository, string commit, string fileName)
    {
        var path = SnapshotPath(repository, commit, fileName);
        return File.Exists(Guarded(path)) ? new HubFile(path, commit) : null;
    }

    /// <summary>Whether a commit is known not to have a file.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="fileName">The file.</param>
    /// <returns>Whether it was looked for and not found.</returns>
    public bool IsKnownMissing(HubRepository repository, string commit, string fileName) =>
        File.Exists(Guarded(MissingPath(repository, commit, fileName)));

    /// <summary>Whether there is a snapshot of a commit.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <returns>Whether there is one, of some files at least.</returns>
    public bool HasSnapshot(HubRepository repository, string commit) =>
        Directory.Exists(Guarded(Path.Join(Folder(repository), Snapshots, commit)));

    /// <summary>The files of a commit that are here.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <returns>The files by name; links that lead nowhere are left out.</returns>
    /// <exception cref="ClemException">A link leads out of the cache.</exception>
    public IReadOnlyList<HubCachedFile> List(HubRepository repository, string commit)
    {
        var snapshot = Guarded(Path.Join(Folder(repository), Snapshots, commit));
        if (!Directory.Exists(snapshot))
            return [];
        var folder = Path.Join(Folder(repository), Snapshots, commit);
        return
        [
            .. Reading(folder, Files)
                .Select(path => (Path: path, Content: new FileInfo(Guarded(path))))
                .Where(file => file.Content.Exists)
                .Select(file => new HubCachedFile(
                    Path.GetRelativePath(folder, file.Path).Replace(Path.DirectorySeparatorChar, '/'), file.Path, file.Content.Length))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Notes which commit a branch or tag is.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task.</returns>
    public async Task WriteCommitAsync(HubRepository repository, string commit, CancellationToken cancellationToken)
    {
        // A cache that is only read, as on many clusters, serves as long as nothing has changed.
        if (repository.Revision == commit || FindCommit(repository) == commit)
            return;
        var path = Path.Join(Folder(repository), "refs", repository.Revision);
        CreateFolder(Path.GetDirectoryName(path)!);
        await AtomicFile.WriteAsync(path, Encoding.ASCII.GetBytes(commit), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes that a commit does not have a file.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="fileName">The file.</param>
    public void WriteMissing(HubRepository repository, string commit, string fileName)
    {
        var path = MissingPath(repository, commit, fileName);
        if (File.Exists(Guarded(path)))
            return;
        CreateFolder(Path.GetDirectoryName(path)!);
        Writing(path, static path => File.WriteAllBytes(path, []));
    }

    /// <summary>Where the content of an ETag lies.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="etag">The ETag, checked to be a name.</param>
    /// <returns>The path; the folder exists.</returns>
    public string BlobPath(HubRepository repository, string etag)
    {
        var folder = Path.Join(Folder(repository), "blobs");
        CreateFolder(folder);
        var path = Path.Join(folder, etag);
        Guarded(path);
        return path;
    }

    /// <summary>How much an interrupted download has left of the content of an ETag.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="etag">The ETag, checked to be a name.</param>
    /// <returns>The number of bytes; 0 where there is nothing.</returns>
    public long IncompleteLength(HubRepository repository, string etag)
    {
        var file = new FileInfo(Guarded(Path.Join(Folder(repository), "blobs", etag + IncompleteSuffix)));
        return file.Exists ? file.Length : 0;
    }

    /// <summary>Waits until this caller alone may download the content of an ETag.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="etag">The ETag, checked to be a name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock, released when it is disposed.</returns>
    public Task<HubCacheLock> LockAsync(HubRepository repository, string etag, CancellationToken cancellationToken)
    {
        var folder = Path.Join(root, ".locks", FolderName(repository));
        CreateFolder(folder);
        var path = Path.Join(folder, etag + ".lock");
        Guarded(path);
        return HubCacheLock.AcquireAsync(path, cancellationToken);
    }

    /// <summary>Puts content into a snapshot.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="fileName">The file.</param>
    /// <param name="blob">The content's path.</param>
    /// <param name="isNew">Whether the content has just been downloaded, so that no other snapshot needs it yet.</param>
    /// <returns>The file in the snapshot.</returns>
    public HubFile Link(HubRepository repository, string commit, string fileName, string blob, bool isNew)
    {
        var path = SnapshotPath(repository, commit, fileName);
        var folder = Path.GetDirectoryName(path)!;
        CreateFolder(folder);
        Writing(path, path =>
        {
            File.Delete(path);
            if (useSymbolicLinks && TryLink(path, Path.GetRelativePath(folder, blob)))
                return;
            // As the Python tools do where there are no links: the content itself lies in the snapshot.
            if (isNew)
                File.Move(blob, path);
            else
                File.Copy(blob, path);
        });
        return new HubFile(path, commit);
    }

    private static string[] Files(string folder) =>
    [
        .. new FileSystemEnumerable<string>(
            folder, static (ref entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory,
            // A folder that is a link could lead in circles; none of the tools makes one.
            ShouldRecursePredicate = static (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        },
    ];

    private static bool TryLink(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // Windows without developer mode, or a file system without links. If the folder is not writable at all, the
            // copy that follows fails and says so.
            return false;
        }
    }

    private static string FolderName(HubRepository repository) => "models--" + repository.Id.Replace("/", "--", StringComparison.Ordinal);

    private string Folder(HubRepository repository) => Path.Join(root, FolderName(repository));

    private string SnapshotPath(HubRepository repository, string commit, string fileName) =>
        Path.Join(Folder(repository), Snapshots, commit, fileName.Replace('/', Path.DirectorySeparatorChar));

    private string MissingPath(HubRepository repository, string commit, string fileName) =>
        Path.Join(Folder(repository), ".no_exist", commit, fileName.Replace('/', Path.DirectorySeparatorChar));

    private string Guarded(string path) => RealPath.Within(root, path);

    private void CreateFolder(string path)
    {
        Guarded(path);
        Writing(path, static path => Directory.CreateDirectory(path));
    }

    private static T Reading<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw HubErrors.CacheUnreadable(path, error);
        }
    }

    private static void Writing(string path, Action<string> write)
    {
        try
        {
            write(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw HubErrors.CacheNotWritten(path, error);
        }
    }
}
