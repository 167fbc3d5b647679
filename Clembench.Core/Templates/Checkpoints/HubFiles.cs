using Clembench.Common;
using Clembench.HuggingFace.Hub;

namespace Clembench.Templates.Checkpoints;

/// <summary>A checkpoint in a repository of the Hugging Face hub, or in its cache on this machine.</summary>
internal sealed class HubFiles : ICheckpointFiles
{
    private readonly HubClient _client;
    private readonly HubRepository _repository;

    private HubFiles(HubClient client, HubRepository repository, HubModelInfo? info)
    {
        _client = client;
        _repository = repository;
        Info = info;
    }

    public string Location => _repository.ToString();

    /// <summary>What the hub knows of the repository; null where only the cache was asked.</summary>
    public HubModelInfo? Info { get; }

    /// <summary>The commit of the files found so far.</summary>
    public string? Commit { get; private set; }

    /// <summary>Asks the hub for a repository. Where it cannot be asked and the cache has the revision, that is what is read.</summary>
    /// <param name="client">The hub.</param>
    /// <param name="repository">The repository and revision.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The files.</returns>
    /// <exception cref="ClemException">The repository is missing, closed to us, or cannot be reached.</exception>
    public static async Task<HubFiles> OpenAsync(HubClient client, HubRepository repository, CancellationToken cancellationToken)
    {
        if (client.Settings.Offline)
            return new HubFiles(client, repository, info: null);
        try
        {
            return new HubFiles(client, repository, await client.GetModelInfoAsync(repository, cancellationToken).ConfigureAwait(false));
        }
        catch (ClemException error) when (error.Kind is ErrorKind.Connection or ErrorKind.Timeout && client.GetCachedFiles(repository).Count > 0)
        {
            return new HubFiles(client, repository, info: null);
        }
    }

    public async Task<string?> FindAsync(string name, long limit, CancellationToken cancellationToken)
    {
        // Asking the cache for a file that a repository may or may not have is a warning each time; its list says as much.
        if (Info is not null ? !Info.Files.Any(file => file.Name == name)
            : _client.GetCachedFiles(_repository) is { Count: > 0 } cached && !cached.Any(file => file.Name == name))
            return null;
        var file = await _client.TryGetFileAsync(_repository, name, new HubFileOptions { MaxBytes = limit }, cancellationToken).ConfigureAwait(false);
        Commit ??= file?.Commit;
        return file?.Path;
    }

    public Task<IReadOnlyCollection<string>?> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyCollection<string>?>(
        Info is not null ? [.. Info.Files.Select(file => file.Name)] : [.. _client.GetCachedFiles(_repository).Select(file => file.Name)]);
}
