namespace Clembench.Common;

/// <summary>A file that is written piece by piece under a temporary name, and put in place as a whole.</summary>
internal sealed class ReplacedFile : IDisposable
{
    private readonly string _target;
    private readonly string _temporary;
    private bool _done;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where it is to be.</param>
    /// <param name="throughLink">Whether a symbolic link in its place is followed, as that of a file that a person named; else it is replaced.</param>
    /// <exception cref="IOException">The temporary file cannot be made.</exception>
    public ReplacedFile(string path, bool throughLink)
    {
        _target = AtomicFile.Target(path, throughLink);
        _temporary = Path.Join(Path.GetDirectoryName(_target), $".{Path.GetFileName(_target)}.{Guid.NewGuid():N}.tmp");
        Stream = new FileStream(_temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 1 << 16 });
    }

    /// <summary>Where the content is written.</summary>
    public Stream Stream { get; }

    /// <summary>Puts the file in place.</summary>
    public void Commit()
    {
        Stream.Dispose();
        File.Move(_temporary, _target, overwrite: true);
        _done = true;
    }

    /// <summary>Removes the temporary file, unless it was put in place.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_done)
            File.Delete(_temporary);
    }
}
