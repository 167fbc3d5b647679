using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Clembench.Common;

/// <summary>Waits until a folder's entries are on the disk: on Unix a renamed file is safe only when its folder is synced too.</summary>
internal static class DiskSync
{
    /// <summary>Syncs a folder. Windows keeps entries by itself, and there is nothing to do.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The system cannot.</exception>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = UnixCalls.Open(path, 0);
        if (descriptor < 0)
            throw Failed(path);
        try
        {
            if (UnixCalls.Sync(descriptor) != 0)
                throw Failed(path);
        }
        finally
        {
            _ = UnixCalls.Close(descriptor);
        }
    }

    private static IOException Failed(string path) => new($"'{path}' cannot be synced: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
}
