using System.Buffers;

namespace Clembench.HuggingFace.Hub;

/// <summary>
/// The rules for names that become parts of paths in the cache: a name must stay in its folder on every operating
/// system, whichever this one is, because a cache is shared and a name that is harmless on one is a drive, a server or a
/// device on another.
/// </summary>
internal static class HubFileName
{
    private const int LongestName = 1024;
    private const int LongestSegment = 255;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        ['\\', ':', .. Enumerable.Range(0, 0x20).Select(code => (char)code), .. Enumerable.Range(0x7f, 0x21).Select(code => (char)code)]);

    // https://learn.microsoft.com/windows/win32/fileio/naming-a-file: reserved with any extension, too.
    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    /// <summary>Why a relative name with forward slashes is no name within a folder.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The reason, to follow "because"; null where the name is fine.</returns>
    public static string? Fault(string name)
    {
        if (name.Length == 0)
            return "it is empty";
        if (name.Length > LongestName)
            return $"it is longer than {LongestName} characters";
        if (name[0] == '/')
            return "it is absolute";
        var at = name.AsSpan().IndexOfAny(Forbidden);
        if (at >= 0)
        {
            return name[at] switch
            {
                '\\' => "it has a backslash, which separates folders on Windows",
                ':' => "it has a colon, which names a drive or a stream on Windows",
                _ => "it has a control character",
            };
        }

        if (!IsWellFormed(name))
            return "it is no valid Unicode text";
        return name.Split('/').Select(SegmentFault).FirstOrDefault(fault => fault is not null);
    }

    private static string? SegmentFault(string segment) => segment switch
    {
        "" => "it has an empty folder or file name",
        "." or ".." => "it has '.' or '..' for a folder",
        _ when segment.Length > LongestSegment => $"a part of it is longer than {LongestSegment} characters",
        // Windows drops these: the name would stand for another file, or for '..'.
        _ when segment[^1] is '.' or ' ' => "a part of it ends in a dot or a space",
        _ when Devices.Contains(segment.Split('.')[0].TrimEnd(' ')) => "a part of it is the name of a device on Windows",
        _ => null,
    };

    private static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
                continue;
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return false;
            at++;
        }

        return true;
    }
}
