namespace Clembench.Common;

/// <summary>
/// The right to change a file that people and several processes write to: who reads, edits and replaces it holds this
/// meanwhile, so that nobody's change is lost. A killed process's right is gone with it.
/// </summary>
public sealed class FileEdit : IDisposable
{
    private const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LockFile _lock;
    private readonly Action _restore;

    private FileEdit(LockFile held, Action restore) => (_lock, _restore) = (held, restore);

    /// <summary>Waits until nobody else changes the file.</summary>
    /// <param name="path">The file; it may not exist yet.</param>
    /// <param name="force">Whether a file that is marked as read-only may be changed; the mark stays.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="throughLink">Whether a symbolic link is followed.</param>
    /// <returns>The right; to be disposed after the file has been replaced.</returns>
    /// <exception cref="ClemException">The file is read-only, its folder cannot be written, or others do not stop changing it.</exception>
    public static async Task<FileEdit> BeginAsync(string path, bool force, CancellationToken cancellationToken, bool throughLink = true)
    {
        var target = AtomicFile.Target(path, throughLink);
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
    public void Dispose()
    {
        _restore();
        _lock.Dispose();
    }

    private static bool IsReadOnly(string path) => File.Exists(path) && ((File.GetAttributes(path) & FileAttributes.ReadOnly) != 0
        || (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Writable) == 0));

    private static async Task<LockFile> LockAsync(string path, string target, CancellationToken cancellationToken)
    {
        var name = Path.Join(Path.GetDirectoryName(target), $".{Path.GetFileName(target)}.lock");
        var deadline = DateTime.UtcNow + Patience;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            while (true)
            {
                if (LockFile.TryTake(name) is { } held)
                    return held;
                if (DateTime.UtcNow > deadline)
                {
                    throw new ClemException(
                        "Clem.File.Busy", ErrorKind.Timeout, $"'{path}' is being changed by another process, which has not ended for {Patience.TotalSeconds:0} s.",
                        $"Try again; '{name}' is locked by that process.", path);
                }

                await Task.Delay(Random.Shared.Next(5, 40), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.File.NotWritten", ErrorKind.Storage, $"'{path}' cannot be written: {e.Message}",
                "Check the folder's permissions and the free space; what was there is unchanged.", path, e);
        }
    }
}
