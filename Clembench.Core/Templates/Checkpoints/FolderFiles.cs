using Clembench.Common;

namespace Clembench.Templates.Checkpoints;

/// <summary>A checkpoint in a folder, as <c>save_pretrained</c> leaves it.</summary>
/// <param name="folder">The folder's absolute path.</param>
internal sealed class FolderFiles(string folder) : ICheckpointFiles
{
    private const int MostNames = 10_000;

    public string Location => folder;

    public Task<string?> FindAsync(string name, long limit, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Join(folder, name));
        if (!file.Exists)
            return Task.FromResult<string?>(null);
        var length = file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : file.Length;
        return Task.FromResult<string?>(length <= limit ? file.FullName : throw TooLarge(file.FullName, length, limit));
    }

    public Task<IReadOnlyCollection<string>?> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The configuration lies at the top, additional templates one level deeper.
            var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 };
            return Task.FromResult<IReadOnlyCollection<string>?>(
                [.. Directory.EnumerateFiles(folder, "*", options).Take(MostNames).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Template.Unreadable", ErrorKind.Storage, $"The folder '{folder}' cannot be read: {e.Message}", "Check the permissions.", folder, e);
        }
    }

    public static ClemException TooLarge(string path, long length, long limit) => new(
        "Clem.Template.TooLarge", ErrorKind.LimitExceeded,
        $"{path} has {length:N0} bytes, and no more than {limit:N0} are read.", "Check that it is the file it is named after.", path);
}
