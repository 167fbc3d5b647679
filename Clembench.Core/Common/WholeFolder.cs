using System.Runtime.InteropServices;

namespace Clembench.Common;

/// <summary>Folders that are made and renamed as a whole. On Linux a folder is not looked for beforehand: the call itself tells whether it is there.</summary>
internal static class WholeFolder
{
    private const uint Mode = 0b111_111_111;
    private const int MoveAttempts = 10;

    /// <summary>Makes a folder, and those that it lies in.</summary>
    /// <param name="path">The folder, as an absolute path.</param>
    /// <returns>Whether it was made; false where the name is taken.</returns>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder above must not be written to.</exception>
    public static bool TryMake(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            if (UnixCalls.MakeFolder(path, Mode) == 0)
                return true;
            if (Marshal.GetLastPInvokeError() == UnixCalls.Exists)
                return false;
        }
        else if (Directory.Exists(path))
        {
            return false;
        }

        Directory.CreateDirectory(path);
        return true;
    }

    /// <summary>Renames a folder.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="target">Its new name, in the same folder above.</param>
    /// <returns>Whether it was renamed; false where there is a folder of that name with something in it, or a link to a folder.</returns>
    /// <exception cref="IOException">The folder cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder above must not be written to.</exception>
    public static bool TryMove(string source, string target)
    {
        if (OperatingSystem.IsLinux())
        {
            if (UnixCalls.Rename(source, target) == 0)
                return true;
            if (Marshal.GetLastPInvokeError() is var error && (error is UnixCalls.Exists or UnixCalls.NotEmpty || (error == UnixCalls.NotFolder && Directory.Exists(target))))
                return false;
        }
        else if (Directory.Exists(target))
        {
            return false;
        }

        Move(source, target);
        return true;
    }

    private static void Move(string source, string target)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Move(source, target);
                return;
            }
            catch (IOException) when (OperatingSystem.IsWindows() && attempt < MoveAttempts)
            {
                // Scanners and indexers hold new files open for a moment.
                Thread.Sleep(10 * attempt);
            }
        }
    }
}
