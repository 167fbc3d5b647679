using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Clembench.Backends.Http;

namespace Clembench.HuggingFace.Hub;

/// <summary>What is asked of the hub, for messages.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="FileName">The file; null for the model information.</param>
internal sealed record HubCall(HubRepository Repository, string? FileName)
{
    public override string ToString() => FileName is null ? $"The information on '{Repository}'" : $"The file '{FileName}' of '{Repository}'";
}

/// <summary>The end of a chain of redirects, with what its steps said.</summary>
internal sealed class HubAnswer(HttpResponseMessage message, Uri address, IReadOnlyDictionary<string, string> earlier, bool isElsewhere) : IDisposable
{
    /// <summary>The last answer.</summary>
    public HttpResponseMessage Message { get; } = message;

    /// <summary>The address that it came from.</summary>
    public Uri Address { get; } = address;

    /// <summary>Whether that is another server than the hub.</summary>
    public bool IsElsewhere { get; } = isElsewhere;

    /// <summary>The commit's full name, where the hub says one.</summary>
    public string? Commit => Header("X-Repo-Commit") is { } commit && HubRepository.IsCommitName(commit) ? commit : null;

    /// <summary>A header of the last answer, else of the last redirect that has it.</summary>
    /// <param name="name">The header: one of the hub's own (X-…).</param>
    /// <returns>The value; null where there is none.</returns>
    public string? Header(string name) => ValueIn(Message, name) ?? earlier.GetValueOrDefault(name);

    /// <summary>A header of an answer.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="name">The header.</param>
    /// <returns>The value; null where there is none.</returns>
    public static string? ValueIn(HttpResponseMessage message, string name) =>
        message.Headers.TryGetValues(name, out var values) || message.Content.Headers.TryGetValues(name, out values)
            ? values.FirstOrDefault(value => value.Length > 0)?.Trim() : null;

    /// <inheritdoc />
    public void Dispose() => Message.Dispose();
}

/// <summary>
/// Sends requests to the hub and follows its redirects. The token goes to the hub's own origin (scheme, host and port) and
/// to nobody else: large files lie at another host, whose addresses are signed.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="http">The connections, which must not follow redirects by themselves.</param>
internal sealed class HubHttp(HubSettings settings, HttpClient http)
{
    private const int MostRedirects = 10;
    private static readonly string[] Kept = ["X-Repo-Commit", "X-Linked-Etag", "X-Linked-Size", "X-Error-Code", "X-Error-Message"];
    private static readonly ProductInfoHeaderValue Product = new("clembench", typeof(HubHttp).Assembly.GetName().Version?.ToString(3));

    /// <summary>The address of a file.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="fileName">The file.</param>
    /// <returns>The address.</returns>
    public Uri FileAddress(HubRepository repository, string revision, string fileName) =>
        new($"{Base}/{repository.Id}/resolve/{Uri.EscapeDataString(revision)}/{string.Join('/', fileName.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>The address of the model information.</summary>
    /// <param name="repository">The repository.</param>
    /// <returns>The address.</returns>
    public Uri InfoAddress(HubRepository repository) =>
        new($"{Base}/api/models/{repository.Id}/revision/{Uri.EscapeDataString(repository.Revision)}?blobs=true");

    private string Base => settings.Endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    /// <summary>Sends a request and follows redirects.</summary>
    /// <param name="call">What is asked for.</param>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="address">The address, at the hub.</param>
    /// <param name="from">The first byte that is wanted; 0 for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// The answer, whose status is success; a HEAD request is not sent on to another server, so that its answer may also
    /// be the redirect there. The body has not been read.
    /// </returns>
    /// <exception cref="HubCallException">The hub or the file store refuses, or cannot be reached.</exception>
    public async Task<HubAnswer> SendAsync(HubCall call, HttpMethod method, Uri address, long from, CancellationToken cancellationToken)
    {
        var earlier = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var origin = address;
        for (var step = 0; step <= MostRedirects; step++)
        {
            var elsewhere = !IsSameOrigin(address, settings.Endpoint);
            var message = await SendOnceAsync(call, method, address, from, elsewhere, cancellationToken).ConfigureAwait(false);
            var answer = new HubAnswer(message, address, earlier, elsewhere);
            try
            {
                if (!IsRedirect(message.StatusCode))
                    return Checked(call, answer, from);
                var next = Target(call, address, message);
                // Only the hub's own word counts for what a file is; a file store could say anything.
                if (!elsewhere)
                {
                    foreach (var name in Kept)
                    {
                        if (HubAnswer.ValueIn(message, name) is { } value)
                            earlier[name] = value;
                    }
                }

                if (method == HttpMethod.Head && !IsSameOrigin(next, address) && answer.Commit is not null)
                    return answer;
                address = next;
            }
            catch
            {
                answer.Dispose();
                throw;
            }

            answer.Dispose();
        }

        throw HubErrors.Invalid(call, $"{HubErrors.Place(origin)} redirects more than {MostRedirects} times");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HubCall call, HttpMethod method, Uri address, long from, bool elsewhere, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { VersionPolicy = HttpVersionPolicy.RequestVersionOrLower, Version = HttpVersion.Version20 };
        request.Headers.UserAgent.Add(Product);
        // A compressed answer has another length than the file, and cannot be resumed.
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        if (!elsewhere && settings.Token is { } token)
        {
            if (!token.All(c => c is > ' ' and < '\x7f'))
                throw HubErrors.UnusableToken(settings);
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.AnswerTimeout);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw HubErrors.Unreachable(call, address, error);
        }
    }

    private HubAnswer Checked(HubCall call, HubAnswer answer, long from)
    {
        var message = answer.Message;
        // A range that cannot be had is for the download to mend.
        if (message.IsSuccessStatusCode || (from > 0 && message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable))
            return answer;
        var wait = RetryAfterHeader.Read(name => HubAnswer.ValueIn(message, name), TimeProvider.System.GetUtcNow());
        throw answer.IsElsewhere ? HubErrors.StoreRefused(call, answer, wait) : HubErrors.Refused(call, answer, settings, wait);
    }

    private static Uri Target(HubCall call, Uri from, HttpResponseMessage message)
    {
        var location = HubAnswer.ValueIn(message, "Location");
        if (location is null || !Uri.TryCreate(from, location, out var target) || target.Scheme is not ("http" or "https"))
            throw HubErrors.Invalid(call, $"{HubErrors.Place(from)} redirects to no usable address");
        if (from.Scheme == "https" && target.Scheme == "http")
            throw HubErrors.Invalid(call, $"{HubErrors.Place(from)} redirects to {HubErrors.Place(target)}, which is not encrypted");
        return target;
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>What the hub says about a file without sending it.</summary>
    /// <param name="call">The file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The file's commit, ETag and size.</returns>
    public async Task<HubFileMetadata> GetMetadataAsync(HubCall call, CancellationToken cancellationToken)
    {
        var address = FileAddress(call.Repository, call.Repository.Revision, call.FileName!);
        using var answer = await SendAsync(call, HttpMethod.Head, address, 0, cancellationToken).ConfigureAwait(false);
        var commit = answer.Commit ?? throw HubErrors.Invalid(call, "it names no commit (X-Repo-Commit)");
        var linked = answer.Header("X-Linked-Etag");
        var etag = HubFileMetadata.NormalizeETag(linked ?? HubAnswer.ValueIn(answer.Message, "ETag"))
            ?? throw HubErrors.Invalid(call, "it has no usable ETag");
        var size = long.TryParse(answer.Header("X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var announced) ? announced
            : answer.Message.IsSuccessStatusCode ? answer.Message.Content.Headers.ContentLength : null;
        return new HubFileMetadata(commit, etag, size);
    }
}
