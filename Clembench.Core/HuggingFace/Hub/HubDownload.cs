using System.Net;
using System.Security.Cryptography;

namespace Clembench.HuggingFace.Hub;

/// <summary>
/// One download into a file beside its place (<c>&lt;etag&gt;.incomplete</c>, as the Python tools name it), which goes on
/// where an earlier one broke off, whoever made it.
/// </summary>
/// <param name="http">Sends the requests.</param>
/// <param name="call">What is fetched.</param>
/// <param name="address">Its address, at a commit, so that all parts are of one content.</param>
/// <param name="metadata">What it has to be.</param>
/// <param name="options">The caller's wishes.</param>
/// <param name="stallTimeout">How long it may stand still.</param>
internal sealed class HubDownload(
    HubHttp http, HubCall call, Uri address, HubFileMetadata metadata, HubFileOptions options, TimeSpan stallTimeout) : IDisposable
{
    private const int BufferSize = 1 << 17;
    private const long ReportEvery = 1 << 20;

    private readonly IncrementalHash? _hash = metadata.Sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private FileStream? _file;
    private bool _resumed;

    /// <summary>The bytes that are here.</summary>
    public long Received { get; private set; }

    /// <summary>Opens the file, and takes over what is in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading of what is there.</param>
    /// <returns>A task.</returns>
    public async Task OpenAsync(string path, CancellationToken cancellationToken)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, BufferSize, FileOptions.Asynchronous);
        if (_file.Length > (metadata.Size ?? long.MaxValue))
            _file.SetLength(0);
        _resumed = _file.Length > 0;
        await TakeOverAsync(_file, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fetches what is missing, in one request.</summary>
    /// <param name="cancellationToken">Ends the download; what has come stays.</param>
    /// <returns>A task.</returns>
    /// <exception cref="HubCallException">The connection broke, or the server refuses; a further call goes on.</exception>
    public async Task ContinueAsync(CancellationToken cancellationToken)
    {
        if (Received == metadata.Size)
            return;
        using var answer = await http.SendAsync(call, HttpMethod.Get, address, Received, cancellationToken).ConfigureAwait(false);
        var message = answer.Message;
        var range = message.Content.Headers.ContentRange;
        if (Received > 0 && (message.StatusCode != HttpStatusCode.PartialContent || range?.From != Received))
        {
            Restart();
            // Without the range the whole file comes, and can be taken at once; anything else is asked for again.
            if (message.StatusCode != HttpStatusCode.OK)
                throw HubErrors.Invalid(call, "the server does not go on where it was asked to", transient: true);
        }

        var total = metadata.Size ?? range?.Length ?? (message.Content.Headers.ContentLength is { } rest ? Received + rest : null);
        try
        {
            var body = await message.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
                await CopyAsync(body, total, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await _file!.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }

        if (Received < total)
            throw HubErrors.Unreachable(call, answer.Address, new EndOfStreamException($"it ended after {Received} of {total} bytes"));
    }

    /// <summary>Whether the content is what the hub announced.</summary>
    /// <returns>Why not; null where it is.</returns>
    public string? Fault()
    {
        if (metadata.Size is { } size && Received != size)
            return $"it has {Received:N0} bytes instead of {size:N0}";
        return _hash is not null && Convert.ToHexStringLower(_hash.GetCurrentHash()) != metadata.Sha256 ? "its SHA-256 is another one than the hub's" : null;
    }

    /// <summary>Whether a fault may come from what an earlier download left; begins anew in that case.</summary>
    /// <returns>Whether it may.</returns>
    public bool RestartIfResumed()
    {
        if (!_resumed)
            return false;
        Restart();
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _file?.Dispose();
        _hash?.Dispose();
    }

    private async Task TakeOverAsync(FileStream file, CancellationToken cancellationToken)
    {
        Received = file.Length;
        if (_hash is null)
        {
            file.Seek(0, SeekOrigin.End);
            return;
        }

        var buffer = new byte[BufferSize];
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            _hash.AppendData(buffer.AsSpan(0, read));
    }

    private async Task CopyAsync(Stream body, long? total, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        var reported = -ReportEvery;
        while (true)
        {
            var read = await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false);
            if (Received - reported >= ReportEvery || read == 0)
            {
                options.Progress?.Report(new DownloadProgress(call.Repository.Id, call.FileName!, Received, total));
                reported = Received;
            }

            if (read == 0)
                return;
            await _file!.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            _hash?.AppendData(buffer.AsSpan(0, read));
            Received += read;
            if (Received > options.MaxBytes)
                throw HubErrors.TooLarge(call.Repository, call.FileName!, null, options.MaxBytes.Value);
            if (Received > metadata.Size)
                throw HubErrors.Corrupt(call, $"more than the {metadata.Size:N0} bytes came that the hub announced");
        }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(stallTimeout);
        try
        {
            return await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw HubErrors.Unreachable(call, address, error);
        }
    }

    private void Restart()
    {
        _file!.SetLength(0);
        _file.Seek(0, SeekOrigin.Begin);
        _hash?.GetHashAndReset();
        Received = 0;
        _resumed = false;
    }
}
