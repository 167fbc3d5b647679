namespace Clembench.Common;

/// <summary>
/// A file that one process at a time can hold. It is removed by whoever lets it go, and a killed process's hold is gone
/// with the process.
/// </summary>
internal sealed class LockFile : IDisposable
{
    private readonly FileStream _file;

    private LockFile(FileStream file) => _file = file;

    /// <summary>Takes hold of a lock file.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <returns>The hold; null where another process has it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static LockFile? TryTake(string path)
    {
        // Whoever put a link there would have us make a file in another place.
        if (new FileInfo(path).LinkTarget is not null)
            File.Delete(path);
        while (TryOpen(path, FileMode.OpenOrCreate, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None) is { } file)
        {
            if (OperatingSystem.IsWindows() || IsStillThere(file))
                return new LockFile(file);
            file.Dispose();
        }

        return null;
    }

    /// <summary>Whether another process holds a lock file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The verdict.</returns>
    public static bool IsHeld(string path)
    {
        try
        {
            using var file = TryOpen(path, FileMode.Open, FileOptions.None);
            return file is null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // While it is locked: whoever opens the name from now on makes a new file. On Windows it goes with the handle.
        if (!OperatingSystem.IsWindows())
            File.Delete(_file.Name);
        _file.Dispose();
    }

    private static FileStream? TryOpen(string path, FileMode mode, FileOptions options)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = mode,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = options,
                BufferSize = 0,
            });
        }
        catch (IOException error) when (AtomicFile.IsLocked(error))
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (OperatingSystem.IsWindows() && File.Exists(path))
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
