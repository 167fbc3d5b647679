using System.Runtime.InteropServices;

namespace Clembench.Common;

/// <summary>
/// The system's own calls for files, where .NET makes several of one (it locks, asks for the kind of file system, looks before it
/// acts) and an episode has dozens. Those with constants have Linux's; each returns less than 0 for an error, whose number is
/// <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static partial class UnixCalls
{
    /// <summary>To be read, by this process alone and not by those that it starts (Linux).</summary>
    public const int ForReading = CloseOnExec;

    /// <summary>To be written, and made by this call; an error where the name is taken (Linux).</summary>
    public const int NewForWriting = 0x1 | 0x40 | 0x80 | CloseOnExec;

    /// <summary>There is no such file or folder.</summary>
    public const int NotFound = 2;

    /// <summary>A signal came in between: the call is to be made again.</summary>
    public const int Interrupted = 4;

    /// <summary>The name is taken.</summary>
    public const int Exists = 17;

    /// <summary>It is no folder, but a link or a file.</summary>
    public const int NotFolder = 20;

    /// <summary>The folder has something in it (Linux).</summary>
    public const int NotEmpty = 39;

    private const int CloseOnExec = 0x80000;

    /// <summary>Opens a file or folder that is there.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    /// <summary>Opens a file that may have to be made; on Linux alone, for others pass the mode in another way.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    /// <summary>Reads what is next; 0 at the end.</summary>
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint length);

    /// <summary>Writes what is next, or the beginning of it.</summary>
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nuint length);

    /// <summary>Waits until the disk has it.</summary>
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int descriptor);

    /// <summary>Lets a file or folder go, whatever is returned.</summary>
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>Makes a folder in one that is there.</summary>
    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFolder(string path, uint mode);

    /// <summary>Renames a file, in place of one that is there, or a folder, in place of an empty one.</summary>
    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string source, string target);
}
