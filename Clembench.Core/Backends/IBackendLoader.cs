namespace Clembench.Backends;

/// <summary>Makes backends of files of one kind.</summary>
public interface IBackendLoader
{
    /// <summary>What the names of such files end in, such as <c>_api.dll</c>.</summary>
    string Suffix { get; }

    /// <summary>What the backends are made of.</summary>
    BackendKind Kind { get; }

    /// <summary>Judges a file by its form; nothing of it runs, because nobody has trusted it yet.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="Common.ClemException">The file is not a backend.</exception>
    void Check(BackendFile file);

    /// <summary>Makes a backend of a file that is trusted.</summary>
    /// <param name="file">The file; its content is what is to be run.</param>
    /// <returns>The backend.</returns>
    /// <exception cref="Common.ClemException">The file is not a backend.</exception>
    IBackend Load(BackendFile file);
}
