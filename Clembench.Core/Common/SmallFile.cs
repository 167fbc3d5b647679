using System.Buffers;
using System.Runtime.InteropServices;

namespace Clembench.Common;

/// <summary>
/// Files of some kilobytes, read and written as a whole with as few calls of the system as can be. What fails on Linux is asked of
/// .NET anew, which has the words for it.
/// </summary>
internal static class SmallFile
{
    private const uint Mode = 0b110_110_110;
    private const int FirstGuess = 16 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as an absolute path.</param>
    /// <returns>Its content, to be disposed; null where there is no file.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public static Content? TryRead(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            var descriptor = UnixCalls.Open(path, UnixCalls.ForReading);
            if (descriptor >= 0)
            {
                var content = ReadToEnd(descriptor);
                _ = UnixCalls.Close(descriptor);
                if (content is not null)
                    return content;
            }
            else if (Marshal.GetLastPInvokeError() == UnixCalls.NotFound)
            {
                return null;
            }
        }

        return File.Exists(path) ? Content.Of(File.ReadAllBytes(path)) : null;
    }

    /// <summary>Writes a file that is not there yet and that nobody else knows of; one that cannot be written to its end is removed.</summary>
    /// <param name="path">The file, as an absolute path.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="durable">Whether to wait until the disk has it.</param>
    /// <exception cref="IOException">The file is there, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written to.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content, bool durable = false)
    {
        var descriptor = OperatingSystem.IsLinux() ? UnixCalls.Open(path, UnixCalls.NewForWriting, Mode) : -1;
        if (descriptor < 0)
        {
            WriteNewByHandle(path, content, durable);
            return;
        }

        var error = WriteToEnd(descriptor, content);
        if (error == 0 && durable && UnixCalls.Sync(descriptor) != 0)
            error = Marshal.GetLastPInvokeError();
        // Network drives may tell here, and only here, that they did not take it. The file is closed even so.
        if (UnixCalls.Close(descriptor) != 0 && error == 0 && Marshal.GetLastPInvokeError() is var late and not UnixCalls.Interrupted)
            error = late;
        if (error == 0)
            return;
        File.Delete(path);
        throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
    }

    /// <summary>Gives a file another name, in place of the file that has it.</summary>
    /// <param name="source">The file.</param>
    /// <param name="target">Its new name, in the same folder.</param>
    /// <exception cref="IOException">The file cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written to.</exception>
    public static void Replace(string source, string target)
    {
        if (!OperatingSystem.IsLinux() || UnixCalls.Rename(source, target) != 0)
            File.Move(source, target, overwrite: true);
    }

    private static Content? ReadToEnd(int descriptor)
    {
        var content = Content.Rent(FirstGuess);
        while (true)
        {
            var room = content.Room;
            var read = UnixCalls.Read(descriptor, room, (nuint)room.Length);
            if (read > 0)
            {
                content.Advance((int)read);
            }
            else if (read == 0)
            {
                return content;
            }
            else if (Marshal.GetLastPInvokeError() != UnixCalls.Interrupted)
            {
                content.Dispose();
                return null;
            }
        }
    }

    private static int WriteToEnd(int descriptor, ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var written = UnixCalls.Write(descriptor, content, (nuint)content.Length);
            if (written >= 0)
                content = content[(int)written..];
            else if (Marshal.GetLastPInvokeError() is var error and not UnixCalls.Interrupted)
                return error;
        }

        return 0;
    }

    private static void WriteNewByHandle(string path, ReadOnlySpan<byte> content, bool durable)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            RandomAccess.Write(file, content, 0);
            if (durable)
                RandomAccess.FlushToDisk(file);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>What was read of a file, in an array of the pool.</summary>
    public sealed class Content : IDisposable
    {
        private byte[] _buffer;
        private int _length;

        private Content(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

        /// <summary>The bytes, until they are given back.</summary>
        public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

        internal Span<byte> Room
        {
            get
            {
                if (_length == _buffer.Length)
                    Grow();
                return _buffer.AsSpan(_length);
            }
        }

        /// <summary>Gives the array back.</summary>
        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _length) = ([], 0);
        }

        internal static Content Rent(int size) => new(ArrayPool<byte>.Shared.Rent(size), 0);

        internal static Content Of(byte[] bytes)
        {
            var content = Rent(bytes.Length);
            bytes.CopyTo(content.Room);
            content.Advance(bytes.Length);
            return content;
        }

        internal void Advance(int count) => _length += count;

        private void Grow()
        {
            if (_length == Array.MaxLength)
                throw new IOException("The file is too large.");
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _length, Array.MaxLength));
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
