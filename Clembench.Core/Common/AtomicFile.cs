namespace Clembench.Common;

/// <summary>Writes files so that a reader, or a crash, finds the old content or the new one and never half of it.</summary>
public static class AtomicFile
{
    // Together a name that nobody else takes, on whatever machine a tree is written to.
    private static readonly string Process = Guid.NewGuid().ToString("N");
    private static long _written;

    /// <summary>Writes a file under a temporary name in its folder and renames it.</summary>
    /// <param name="path">The file; a symbolic link is followed, so that its target is replaced.</param>
    /// <param name="content">The new content.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be written; the old content stands.</exception>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(path, content, mode: null, cancellationToken);

    /// <summary>
    /// Writes a file of a results tree under a temporary name in its folder and renames it. Such trees come from strangers: a symbolic
    /// link in the file's place is replaced, and what it leads to stays as it is.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The new content.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be written; the old content stands.</exception>
    internal static Task WriteInTreeAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(path, content, mode: null, throughLink: false, cancellationToken);

    /// <summary>Writes a file under a temporary name in its folder and renames it.</summary>
    /// <param name="path">The file; a symbolic link is followed, so that its target is replaced.</param>
    /// <param name="content">The new content.</param>
    /// <param name="mode">The permissions on Unix, from the first byte on; null keeps those of the file that is there.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be written; the old content stands.</exception>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode, CancellationToken cancellationToken) =>
        WriteAsync(path, content, mode, throughLink: true, cancellationToken);

    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode, bool throughLink, CancellationToken cancellationToken)
    {
        string? temporary = null;
        try
        {
            var target = Target(path, throughLink);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            temporary = Path.Join(Path.GetDirectoryName(target), $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = mode ?? (File.Exists(target) && (throughLink || new FileInfo(target).LinkTarget is null) ? File.GetUnixFileMode(target) : null);
            var stream = new FileStream(temporary, options);
            await using (stream.ConfigureAwait(false))
                await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            // The mode given at creation is narrowed by the umask; the old file's may have been wider.
            if (!OperatingSystem.IsWindows() && options.UnixCreateMode is { } exact)
                File.SetUnixFileMode(temporary, exact);
            File.Move(temporary, target, overwrite: true);
            temporary = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
        finally
        {
            if (temporary is not null)
                File.Delete(temporary);
        }
    }

    /// <summary>
    /// Writes a small file of a results tree under a temporary name in its folder, which is there, and renames it; at once, on the calling thread.
    /// </summary>
    /// <param name="path">The file; a symbolic link in its place is replaced, and what it leads to stays as it is.</param>
    /// <param name="content">The new content.</param>
    /// <exception cref="ClemException">The file cannot be written; the old content stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string? temporary = null;
        try
        {
            var target = Path.GetFullPath(path);
            var name = Path.Join(Path.GetDirectoryName(target.AsSpan()), $".{Path.GetFileName(target.AsSpan())}.{Process}-{Interlocked.Increment(ref _written)}.tmp");
            SmallFile.WriteNew(name, content);
            temporary = name;
            SmallFile.Replace(name, target);
            temporary = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
        finally
        {
            if (temporary is not null)
                File.Delete(temporary);
        }
    }

    private static ClemException NotWritten(string path, Exception cause) => new(
        "Clem.File.NotWritten", ErrorKind.Storage, $"'{path}' cannot be written: {cause.Message}",
        "Check the folder's permissions and the free space; what was there is unchanged.", path, cause);

    /// <summary>The file itself.</summary>
    /// <param name="path">The file, or a symbolic link to it.</param>
    /// <param name="throughLink">Whether a link is followed.</param>
    /// <returns>An absolute path.</returns>
    internal static string Target(string path, bool throughLink = true)
    {
        var link = new FileInfo(path);
        return !throughLink || link.LinkTarget is null ? link.FullName : link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Whether a file could not be opened because another process has locked it.</summary>
    /// <param name="error">What opening it ended in.</param>
    /// <returns>A sharing violation on Windows; EWOULDBLOCK on Linux (11) and macOS (35).</returns>
    internal static bool IsLocked(IOException error) => error.HResult is unchecked((int)0x80070020) or 11 or 35;
}
