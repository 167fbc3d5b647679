namespace Clembench.Common;

/// <summary>
/// The right to change a file that people and several processes write to: who reads, edits and replaces it holds this
/// meanwhile, so that nobody's change is lost. A killed process's right is gone with it.
/// </summary>
public sealed class FileEdit : IAsyncDisposable
{
    private const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FileStream _lock;
    private readonly Action _restore;

    private FileEdit(FileStream held, Action restore) => (_lock, _restore) = (held, restore);

    /// <summary>Waits until nobody else changes the file.</summary>
    /// <param name="path">The file; it may not exist yet. A symbolic link is followed.</param>
    /// <param name="force">Whether a file that is marked as read-only may be changed; the mark stays.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The right; to be disposed after the file has been replaced.</returns>
    /// <exception cref="ClemException">The file is read-only, its folder cannot be written, or others do not stop changing it.</exception>
    public static async Task<FileEdit> BeginAsync(string path, bool force, CancellationToken cancellationToken)
    {
        var target = AtomicFile.Target(path);
        if (!force && IsReadOnly(target))
        {
            throw new ClemException(
                "Clem.File.ReadOnly", ErrorKind.Storage, $"'{path}' is read-only.",
                "Add -Force to change it all the same, or name another file with -Path.", path);
        }

        var held = await LockAsync(path, target, cancellationToken).ConfigureAwait(false);
        // Only on Windows does the mark keep a file from being replaced.
        if (!OperatingSystem.IsWindows() || !IsReadOnly(target))
            return new FileEdit(held, () => { });
        File.SetAttributes(target, File.GetAttributes(target) & ~FileAttributes.ReadOnly);
        return new FileEdit(held, () => File.SetAttributes(target, File.GetAttributes(target) | FileAttributes.ReadOnly));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _restore();
        // While it is locked: whoever opens the name from now on makes a new file. On Windows it goes with the handle.
        if (!OperatingSystem.IsWindows())
            File.Delete(_lock.Name);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private static bool IsReadOnly(string path) => File.Exists(path) && ((File.GetAttributes(path) & FileAttributes.ReadOnly) != 0
        || (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Writable) == 0));

    private static async Task<FileStream> LockAsync(string path, string target, CancellationToken cancellationToken)
    {
        var name = Path.Join(Path.GetDirectoryName(target), $".{Path.GetFileName(target)}.lock");
        var deadline = DateTime.UtcNow + Patience;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            while (true)
            {
                if (TryOpen(name) is { } held)
                {
                    if (OperatingSystem.IsWindows() || IsStillThere(held))
                        return held;
                    await held.DisposeAsync().ConfigureAwait(false);
                }
                else if (DateTime.UtcNow > deadline)
                {
                    throw new ClemException(
                        "Clem.File.Busy", ErrorKind.Timeout, $"'{path}' is being changed by another process, which has not ended for {Patience.TotalSeconds:0} s.",
                        $"Try again; '{name}' is locked by that process.", path);
                }
                else
                {
                    await Task.Delay(Random.Shared.Next(5, 40), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.File.NotWritten", ErrorKind.Storage, $"'{path}' cannot be written: {e.Message}",
                "Check the folder's permissions and the free space; what was there is unchanged.", path, e);
        }
    }

    private static FileStream? TryOpen(string name)
    {
        try
        {
            return new FileStream(name, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
                BufferSize = 0,
            });
        }
        catch (IOException error) when (AtomicFile.IsLocked(error))
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (OperatingSystem.IsWindows() && File.Exists(name))
        {
            // It is going: the last holder has closed it.
            return null;
        }
    }

    // Between our opening and our locking, the last holder may have deleted the file: then another one has the name, or
    // none, and our lock is worth nothing. So a mark that is set through the lock has to be seen by the name. (Reading
    // the file by its name would need a lock of its own; its time does not.)
    private static bool IsStillThere(FileStream held)
    {
        var mark = DateTime.UnixEpoch.AddSeconds(Random.Shared.Next(1, int.MaxValue));
        File.SetLastWriteTimeUtc(held.SafeFileHandle, mark);
        return File.GetLastWriteTimeUtc(held.Name) == mark;
    }
}
