using Clembench.Common;

namespace Clembench.HuggingFace.Hub;

/// <summary>
/// A lock between processes on a file. An exclusive open is <c>flock</c> on Unix and a sharing mode on Windows, both of
/// which Python's filelock respects, as we do its locks. The file stays: removing it would let two processes hold locks on
/// different files of one name.
/// </summary>
internal sealed class HubCacheLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _stream;

    private HubCacheLock(FileStream stream) => _stream = stream;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The file, made where it does not exist; its folder must exist.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock.</returns>
    /// <exception cref="ClemException">The file cannot be made.</exception>
    public static async Task<HubCacheLock> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new HubCacheLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
            }
            catch (IOException error) when (IsHeldByOther(error))
            {
                await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw HubErrors.CacheNotWritten(path, error);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    // Windows: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION. Unix: EWOULDBLOCK, which is 11 on Linux and 35 on macOS.
    private static bool IsHeldByOther(IOException error) => OperatingSystem.IsWindows()
        ? (error.HResult & 0xffff) is 32 or 33
        : error.HResult is 11 or 35;
}
