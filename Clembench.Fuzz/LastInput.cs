using System.IO.MemoryMappedFiles;

namespace Clembench.Fuzz;

/// <summary>
/// The input that is being tried, in a file: a stack overflow ends the process before it can say anything, and the file tells which input
/// did it. It is mapped into memory, so that keeping an input costs no more than copying it.
/// </summary>
internal sealed class LastInput : IDisposable
{
    private const int Room = 4 << 20;

    private readonly string? _path;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;

    private LastInput(string? path)
    {
        if (path is null)
            return;
        _path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, Room);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Opens the file.</summary>
    /// <param name="folder">Its folder; null for no file.</param>
    /// <param name="target">The target's name.</param>
    public static LastInput Open(string? folder, string target)
    {
        if (folder is null)
            return new LastInput(null);
        Directory.CreateDirectory(folder);
        return new LastInput(Path.Join(folder, $"{target}.last"));
    }

    /// <summary>Keeps an input: its length in the first four bytes, then its bytes.</summary>
    /// <param name="input">The input.</param>
    public void Keep(byte[] input)
    {
        if (_view is null || input.Length > Room - sizeof(int))
            return;
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, input.Length);
    }

    /// <summary>Takes the file away: nothing broke so badly.</summary>
    public void Forget()
    {
        Dispose();
        if (_path is not null)
            File.Delete(_path);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _view?.Dispose();
        _file?.Dispose();
    }
}
