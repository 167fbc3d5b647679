using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Common;
using Polly;
using Polly.Retry;

namespace Clembench.HuggingFace.Hub;

/// <summary>
/// Reads model repositories of the Hugging Face hub, through the cache that all its tools share. A file that is there is
/// not fetched again; a branch or tag is asked for its present commit every time, unless the settings are offline.
/// </summary>
public sealed class HubClient
{
    private const int AnswerRetries = 3;
    private const int DownloadRetries = 5;
    private const int LargestInfo = 64 << 20;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(2);

    private readonly HubHttp _http;
    private readonly HubCache _cache;
    private readonly ResiliencePipeline _answers;
    private readonly ResiliencePipeline _downloads;

    /// <summary>Creates a client. It holds nothing that needs to be released, and may be used by several threads.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="http">Connections that do not follow redirects by themselves; the shared ones where it is null.</param>
    public HubClient(HubSettings settings, HttpClient? http = null)
        : this(settings, http, TimeProvider.System)
    {
    }

    /// <summary>Creates a client with a clock of its own.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="http">Connections that do not follow redirects by themselves; the shared ones where it is null.</param>
    /// <param name="time">The clock that waits between attempts.</param>
    public HubClient(HubSettings settings, HttpClient? http, TimeProvider time)
    {
        Settings = settings;
        _http = new HubHttp(settings, http ?? BackendHttp.Client(verify: true));
        _cache = new HubCache(settings.CacheDirectory, settings.UseSymbolicLinks);
        // Without a connection there is no use in asking again at once; a download that was under way is worth more patience.
        _answers = Retrying(AnswerRetries, time, static error => error is { IsTransient: true, IsUnconnected: false });
        _downloads = Retrying(DownloadRetries, time, static error => error.IsTransient);
    }

    /// <summary>The settings.</summary>
    public HubSettings Settings { get; }

    internal HubCache Cache => _cache;

    /// <summary>Is told, on an arbitrary thread, what a person should know: that an older file of the cache is used, for example.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>A file of a repository, fetched unless the cache has it.</summary>
    /// <param name="repository">The repository and revision.</param>
    /// <param name="fileName">The file's name in the repository, with forward slashes.</param>
    /// <param name="options">How it is fetched.</param>
    /// <param name="cancellationToken">Ends the download; what has come is kept for the next one.</param>
    /// <returns>
    /// The file; null where the repository has no such file. Offline, that is also the answer when the cache has a snapshot
    /// of the revision without the file.
    /// </returns>
    /// <exception cref="ClemException">
    /// <c>Clem.Hub.</c>… <c>RepositoryNotFound</c>, <c>RevisionNotFound</c>, <c>GatedRepository</c>, <c>InvalidToken</c>,
    /// <c>Offline</c>, <c>NotCached</c>, <c>Unreachable</c>, <c>Unavailable</c>, <c>UnsafeFileName</c>, <c>FileTooLarge</c>,
    /// <c>Corrupt</c>, <c>OutsideCache</c>, <c>CacheNotWritten</c>.
    /// </exception>
    public async Task<HubFile?> TryGetFileAsync(
        HubRepository repository, string fileName, HubFileOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return await GetFileAsync(repository, fileName, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ClemException error) when (error.Id == HubErrors.FileNotFound)
        {
            return null;
        }
        catch (ClemException error) when (error.Id is HubErrors.Offline or HubErrors.NotCached
            && _cache.FindCommit(repository) is { } commit && _cache.HasSnapshot(repository, commit))
        {
            Warn?.Invoke($"The cache has '{repository}' without '{fileName}'; offline, it cannot be known whether the repository has that file.");
            return null;
        }
    }

    /// <summary>A file of a repository, fetched unless the cache has it.</summary>
    /// <param name="repository">The repository and revision.</param>
    /// <param name="fileName">The file's name in the repository, with forward slashes.</param>
    /// <param name="options">How it is fetched.</param>
    /// <param name="cancellationToken">Ends the download; what has come is kept for the next one.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ClemException">As <see cref="TryGetFileAsync"/>, and <c>Clem.Hub.FileNotFound</c>.</exception>
    public async Task<HubFile> GetFileAsync(
        HubRepository repository, string fileName, HubFileOptions? options, CancellationToken cancellationToken)
    {
        CheckName(repository, fileName);
        options ??= new HubFileOptions();
        var file = await FindOrFetchAsync(repository, fileName, options, cancellationToken).ConfigureAwait(false);
        // What is in the cache already may have been put there by anybody.
        if (options.MaxBytes is { } limit && new FileInfo(RealPath.Within(Settings.CacheDirectory, file.Path)).Length is var size && size > limit)
            throw HubErrors.TooLarge(repository, fileName, size, limit);
        return file;
    }

    /// <summary>A file that the cache has, without touching the network.</summary>
    /// <param name="repository">The repository and revision.</param>
    /// <param name="fileName">The file's name in the repository, with forward slashes.</param>
    /// <returns>The file; null where the cache does not have it at that revision.</returns>
    /// <exception cref="ClemException">The name is not one of a file in a repository, or a link leads out of the cache.</exception>
    public HubFile? FindCached(HubRepository repository, string fileName)
    {
        CheckName(repository, fileName);
        return _cache.FindCommit(repository) is { } commit ? _cache.Find(repository, commit, fileName) : null;
    }

    /// <summary>The files of a revision that the cache has, without touching the network.</summary>
    /// <param name="repository">The repository and revision.</param>
    /// <returns>The files by name; none where the cache does not know the revision.</returns>
    /// <exception cref="ClemException">A link leads out of the cache.</exception>
    public IReadOnlyList<HubCachedFile> GetCachedFiles(HubRepository repository) =>
        _cache.FindCommit(repository) is { } commit ? _cache.List(repository, commit) : [];

    /// <summary>What the hub knows of a repository: its files with sizes, who may read it, its tags, …</summary>
    /// <param name="repository">The repository and revision.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The information.</returns>
    /// <exception cref="ClemException">As <see cref="TryGetFileAsync"/>, and <c>Clem.Hub.InvalidResponse</c>.</exception>
    public async Task<HubModelInfo> GetModelInfoAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        if (Settings.Offline)
            throw HubErrors.NotHere(repository, null, Settings);
        var call = new HubCall(repository, null);
        var body = await _answers.ExecuteAsync(
            async token => await ReadInfoAsync(call, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        try
        {
            return HubModelInfoReader.Parse(body, repository.Id) ?? throw HubErrors.Invalid(call, "it is not a JSON object");
        }
        catch (JsonException)
        {
            throw HubErrors.Invalid(call, "it is not JSON");
        }
    }

    private async Task<HubFile> FindOrFetchAsync(HubRepository repository, string fileName, HubFileOptions options, CancellationToken cancellationToken)
    {
        var known = _cache.FindCommit(repository);
        var cached = known is null ? null : _cache.Find(repository, known, fileName);
        // A commit does not change; of a branch the cache is only the last that was heard.
        if (repository.IsCommit || Settings.Offline || options.LocalOnly)
        {
            if (cached is not null)
                return cached;
            if (known is not null && _cache.IsKnownMissing(repository, known, fileName))
                throw HubErrors.KnownMissing(repository, fileName);
            if (Settings.Offline || options.LocalOnly)
                throw HubErrors.NotHere(repository, fileName, Settings);
        }

        var call = new HubCall(repository, fileName);
        HubFileMetadata metadata;
        try
        {
            metadata = await _answers.ExecuteAsync(
                async token => await _http.GetMetadataAsync(call, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (HubCallException error) when (error.Id == HubErrors.FileNotFound)
        {
            if (error.Commit is { } commit)
                await NoteMissingAsync(repository, commit, fileName, cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch (HubCallException error) when (cached is not null && error.Id != HubErrors.RevisionNotFound)
        {
            Warn?.Invoke($"{error.Message} The copy in the cache is used, of commit {cached.Commit[..12]}.");
            return cached;
        }

        if (metadata.Size > options.MaxBytes)
            throw HubErrors.TooLarge(repository, fileName, metadata.Size, options.MaxBytes.Value);
        await _cache.WriteCommitAsync(repository, metadata.Commit, cancellationToken).ConfigureAwait(false);
        return _cache.Find(repository, metadata.Commit, fileName)
            ?? await FetchAsync(call, metadata, options, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HubFile> FetchAsync(HubCall call, HubFileMetadata metadata, HubFileOptions options, CancellationToken cancellationToken)
    {
        var (repository, fileName) = (call.Repository, call.FileName!);
        var blob = _cache.BlobPath(repository, metadata.ETag);
        using var held = await _cache.LockAsync(repository, metadata.ETag, cancellationToken).ConfigureAwait(false);
        // Whoever held the lock before may have brought it.
        if (_cache.Find(repository, metadata.Commit, fileName) is { } brought)
            return brought;
        var isNew = !File.Exists(blob);
        if (isNew)
            await DownloadAsync(call, metadata, blob, options, cancellationToken).ConfigureAwait(false);
        return _cache.Link(repository, metadata.Commit, fileName, blob, isNew);
    }

    private async Task DownloadAsync(HubCall call, HubFileMetadata metadata, string blob, HubFileOptions options, CancellationToken cancellationToken)
    {
        var incomplete = RealPath.Within(Settings.CacheDirectory, blob + HubCache.IncompleteSuffix);
        var address = _http.FileAddress(call.Repository, metadata.Commit, call.FileName!);
        var keep = true;
        try
        {
            using (var download = new HubDownload(_http, call, address, metadata, options, Settings.StallTimeout))
            {
                await download.OpenAsync(incomplete, cancellationToken).ConfigureAwait(false);
                string? fault;
                do
                {
                    await FetchAllAsync(download, cancellationToken).ConfigureAwait(false);
                    fault = download.Fault();
                }
                while (fault is not null && download.RestartIfResumed());
                if (fault is not null)
                    throw HubErrors.Corrupt(call, fault);
            }

            File.Move(incomplete, blob, overwrite: true);
        }
        catch (ClemException error) when (error is not HubCallException)
        {
            // Too large, or not what was announced: nothing to go on from.
            keep = false;
            throw;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw HubErrors.CacheNotWritten(incomplete, error);
        }
        finally
        {
            if (!keep)
                File.Delete(incomplete);
        }
    }

    // The number of attempts limits how often nothing comes, not how often a long download is interrupted.
    private async Task FetchAllAsync(HubDownload download, CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = download.Received;
            try
            {
                await _downloads.ExecuteAsync(
                    async token => await download.ContinueAsync(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (HubCallException error) when (error.IsTransient && download.Received > before)
            {
            }
        }
    }

    private async Task<byte[]> ReadInfoAsync(HubCall call, CancellationToken cancellationToken)
    {
        var address = _http.InfoAddress(call.Repository);
        using var answer = await _http.SendAsync(call, HttpMethod.Get, address, 0, cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Settings.AnswerTimeout + Settings.StallTimeout);
        try
        {
            using var body = new MemoryStream();
            var stream = await answer.Message.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var buffer = new byte[1 << 16];
                for (int read; (read = await stream.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0;)
                {
                    if (body.Length + read > LargestInfo)
                        throw HubErrors.Invalid(call, $"it has more than {LargestInfo:N0} bytes");
                    await body.WriteAsync(buffer.AsMemory(0, read), limit.Token).ConfigureAwait(false);
                }
            }

            return body.ToArray();
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw HubErrors.Unreachable(call, address, error);
        }
    }

    private async Task NoteMissingAsync(HubRepository repository, string commit, string fileName, CancellationToken cancellationToken)
    {
        try
        {
            _cache.WriteMissing(repository, commit, fileName);
            await _cache.WriteCommitAsync(repository, commit, cancellationToken).ConfigureAwait(false);
        }
        catch (ClemException error) when (error.Kind == ErrorKind.Storage)
        {
            // The note only saves a question next time; a cache that is only read does without.
        }
    }

    private static void CheckName(HubRepository repository, string fileName)
    {
        if (HubFileName.Fault(fileName) is { } fault)
            throw HubErrors.UnsafeFileName(repository, fileName, fault);
    }

    private static ResiliencePipeline Retrying(int limit, TimeProvider time, Func<HubCallException, bool> isWorthIt) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = limit,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = LongestDelay,
                ShouldHandle = new PredicateBuilder().Handle<HubCallException>(error => isWorthIt(error) && !(error.RetryAfter > LongestRetryAfter)),
                DelayGenerator = static failed => new((failed.Outcome.Exception as HubCallException)?.RetryAfter),
            })
            .Build();
}
