using Clembench.Common;

namespace Clembench.Templates.Checkpoints;

/// <summary>Where the files of a checkpoint come from.</summary>
internal interface ICheckpointFiles
{
    /// <summary>What a person calls the place: a folder, or a repository's id.</summary>
    string Location { get; }

    /// <summary>Finds a file.</summary>
    /// <param name="name">Its name in the checkpoint, with forward slashes.</param>
    /// <param name="limit">The most bytes that are accepted.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The file's path on this machine; null where the checkpoint has none of that name.</returns>
    /// <exception cref="ClemException">The checkpoint cannot be reached, or the file is too large.</exception>
    Task<string?> FindAsync(string name, long limit, CancellationToken cancellationToken);

    /// <summary>Lists the checkpoint's files.</summary>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>Names with forward slashes; null where they cannot be listed.</returns>
    Task<IReadOnlyCollection<string>?> ListAsync(CancellationToken cancellationToken);
}
