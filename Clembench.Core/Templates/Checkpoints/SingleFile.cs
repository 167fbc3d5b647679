namespace Clembench.Templates.Checkpoints;

/// <summary>A checkpoint of which only one file is there.</summary>
/// <param name="path">The file's absolute path.</param>
/// <param name="name">The name that it has in a checkpoint.</param>
internal sealed class SingleFile(string path, string name) : ICheckpointFiles
{
    public string Location => path;

    public Task<string?> FindAsync(string name1, long limit, CancellationToken cancellationToken) => Task.FromResult(
        name1 != name ? null : new FileInfo(path).Length is var length && length > limit ? throw FolderFiles.TooLarge(path, length, limit) : path);

    public Task<IReadOnlyCollection<string>?> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyCollection<string>?>([name]);
}
