using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Clembench.Backends.Llama.Worker;

/// <summary>
/// The pipes to the session, taken out of standard input and output, so that nothing else can read or write there: what
/// native code prints to standard output goes to standard error, which the session keeps as the process's last words.
/// </summary>
internal static partial class PipeStreams
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <summary>Takes both. To be called once, before anything that could print is loaded.</summary>
    /// <returns>What the session sends, and where it listens; reads and writes wait.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public static (Stream Input, Stream Output) Take()
    {
        if (OperatingSystem.IsWindows())
            return Windows.Take();
        var (input, output) = (Unix.Duplicate(StandardInput), Unix.Duplicate(StandardOutput));
        Unix.Replace(StandardOutput, StandardError);
        using (var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read))
            Unix.Replace(StandardInput, (int)nothing.DangerousGetHandle());
        return (Open(input, FileAccess.Read), Open(output, FileAccess.Write));
    }

    /// <summary>Ends this process at once: neither finalizers nor native code that is computing are waited for.</summary>
    /// <param name="code">The exit code.</param>
    public static void Exit(int code)
    {
        if (OperatingSystem.IsWindows())
            Windows.Exit(code);
        Unix.Exit(code);
    }

    private static FileStream Open(nint handle, FileAccess access) => new(new SafeFileHandle(handle, ownsHandle: true), access, bufferSize: 0);

    private static partial class Unix
    {
        private const int DuplicateClosedOnExec = 1030;

        // On Linux the copy is closed in programs that native code may start: they would keep the session waiting for our end.
        public static int Duplicate(int descriptor) =>
            Check(OperatingSystem.IsLinux() ? Control(descriptor, DuplicateClosedOnExec, 3) : Copy(descriptor));

        public static void Replace(int descriptor, int by) => Check(CopyTo(by, descriptor));

        [LibraryImport("libc", EntryPoint = "_exit")]
        public static partial void Exit(int code);

        private static int Check(int result) =>
            result >= 0 ? result : throw new IOException($"The standard streams cannot be taken over: {Marshal.GetLastPInvokeErrorMessage()}");

        [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
        private static partial int Control(int descriptor, int command, int argument);

        [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
        private static partial int Copy(int descriptor);

        [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
        private static partial int CopyTo(int source, int target);
    }

    private static partial class Windows
    {
        private const int InputHandle = -10;
        private const int OutputHandle = -11;
        private const int ErrorHandle = -12;
        private const int SameAccess = 2;

        public static (Stream Input, Stream Output) Take()
        {
            var (input, output) = (Duplicate(GetStandardHandle(InputHandle)), Duplicate(GetStandardHandle(OutputHandle)));
            // Twice: for what asks Windows, and for the C runtime, which has opened its streams already.
            if (SetStandardHandle(OutputHandle, GetStandardHandle(ErrorHandle)) == 0 || SetStandardHandle(InputHandle, 0) == 0)
                throw Failed();
            if (CopyTo(StandardError, StandardOutput) != 0)
                throw Failed();
            return (Open(input, FileAccess.Read), Open(output, FileAccess.Write));
        }

        public static void Exit(int code) => _ = TerminateProcess(GetCurrentProcess(), (uint)code);

        private static nint Duplicate(nint handle) =>
            DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), out var copy, 0, 0, SameAccess) != 0 ? copy : throw Failed();

        private static IOException Failed() => new($"The standard streams cannot be taken over: {Marshal.GetLastPInvokeErrorMessage()}");

        [LibraryImport("kernel32", EntryPoint = "GetStdHandle", SetLastError = true)]
        private static partial nint GetStandardHandle(int which);

        [LibraryImport("kernel32", EntryPoint = "SetStdHandle", SetLastError = true)]
        private static partial int SetStandardHandle(int which, nint handle);

        [LibraryImport("kernel32")]
        private static partial nint GetCurrentProcess();

        [LibraryImport("kernel32", SetLastError = true)]
        private static partial int DuplicateHandle(nint sourceProcess, nint source, nint targetProcess, out nint target, uint access, int inherit, int options);

        [LibraryImport("kernel32")]
        private static partial int TerminateProcess(nint process, uint code);

        [LibraryImport("ucrtbase", EntryPoint = "_dup2", SetLastError = true)]
        private static partial int CopyTo(int source, int target);
    }
}
