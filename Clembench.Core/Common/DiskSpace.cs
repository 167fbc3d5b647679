namespace Clembench.Common;

/// <summary>How much room a disk has.</summary>
internal static class DiskSpace
{
    /// <summary>The bytes that this user may still write where a folder is, or would be made.</summary>
    /// <param name="folder">An absolute path; it need not exist.</param>
    /// <returns>The number of bytes; null where the system does not tell, as for some network drives.</returns>
    public static long? Available(string folder)
    {
        var place = folder;
        while (!Directory.Exists(place) && Path.GetDirectoryName(place) is { } parent)
            place = parent;
        try
        {
            // On Unix any path stands for the file system that it is on; on Windows a drive is named by its root.
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(place)! : place).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
