using System.Net.Sockets;
using System.Text;
using Clembench.Backends.Http;
using Clembench.Common;

namespace Clembench.HuggingFace.Hub;

/// <summary>A call to the hub that failed.</summary>
internal sealed class HubCallException(
    string id, ErrorKind kind, string message, string? action, object? target, Exception? innerException = null)
    : ClemException(id, kind, message, action, target, innerException)
{
    /// <summary>Whether the same call may well succeed a little later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether nobody answered at all, so that asking again at once is of little use.</summary>
    public bool IsUnconnected { get; init; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The commit that the server looked in, where it says that there is no such file.</summary>
    public string? Commit { get; init; }
}

/// <summary>The errors of the hub and its cache, in words. No message holds the token.</summary>
internal static class HubErrors
{
    public const string FileNotFound = "Clem.Hub.FileNotFound";
    public const string RevisionNotFound = "Clem.Hub.RevisionNotFound";
    public const string GatedRepository = "Clem.Hub.GatedRepository";
    public const string RepositoryNotFound = "Clem.Hub.RepositoryNotFound";
    public const string Offline = "Clem.Hub.Offline";
    public const string NotCached = "Clem.Hub.NotCached";

    private const string SetToken = "Set-ClemKey huggingface, or the environment variable HF_TOKEN";

    /// <summary>The error for an answer of the hub that is not success.</summary>
    /// <param name="call">What was asked for.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="settings">The settings in use.</param>
    /// <param name="retryAfter">How long the server asks to wait.</param>
    /// <returns>The error.</returns>
    public static HubCallException Refused(HubCall call, HubAnswer answer, HubSettings settings, TimeSpan? retryAfter)
    {
        var status = (int)answer.Message.StatusCode;
        var code = answer.Header("X-Error-Code");
        var said = ServerMessage.Read(Encoding.UTF8.GetBytes(answer.Header("X-Error-Message") ?? ""), new SecretMask(settings.Token)).Text;
        var (id, revision) = (call.Repository.Id, call.Repository.Revision);
        var page = $"{settings.Endpoint.ToString().TrimEnd('/')}/{id}";
        var isInvalidToken = status == 401 && said.StartsWith("Invalid credentials", StringComparison.OrdinalIgnoreCase);
        var (error, kind, message, action) = (code, status) switch
        {
            ("EntryNotFound", _) => (FileNotFound, ErrorKind.NotFound,
                $"The repository '{id}' has no file '{call.FileName}' at the revision '{revision}'.", $"See its files at {page}/tree/{revision}."),
            ("RevisionNotFound", _) => (RevisionNotFound, ErrorKind.NotFound,
                $"The repository '{id}' has no revision '{revision}'.", $"See its branches, tags and commits at {page}/commits."),
            ("GatedRepo", _) when settings.Token is null => (GatedRepository, ErrorKind.Authentication,
                $"The repository '{id}' is gated: its files are only for people who have accepted its conditions, and no token is set.",
                $"Log in at {page}, accept the conditions there, make a token at {Site(settings)}/settings/tokens, and set it with: {SetToken}."),
            ("GatedRepo", _) => (GatedRepository, ErrorKind.Authentication,
                $"The repository '{id}' is gated, and the account of the token from {settings.TokenSource ?? "the settings"} has no access to it.",
                $"Accept the conditions at {page} with that account, or wait until the authors let you in. A fine-grained token needs the permission to read gated repositories."),
            ("RepoNotFound", _) when settings.Token is not null => (RepositoryNotFound, ErrorKind.NotFound,
                $"There is no model repository '{id}', or the account of the token from {settings.TokenSource ?? "the settings"} may not see it.",
                $"Check the spelling at {page}."),
            ("RepoNotFound", _) => (RepositoryNotFound, ErrorKind.NotFound,
                $"There is no model repository '{id}', or it is private, and no token is set.", $"Check the spelling at {page}; for a private repository set a token with: {SetToken}."),
            (_, 401) when isInvalidToken => ("Clem.Hub.InvalidToken", ErrorKind.Authentication,
                $"The hub refuses the token from {settings.TokenSource ?? "the settings"}: it is wrong, expired or revoked.",
                $"Make a new one at {Site(settings)}/settings/tokens and set it with: {SetToken}; for public models remove it."),
            (_, 401) when settings.Token is null => (RepositoryNotFound, ErrorKind.NotFound,
                $"There is no model repository '{id}', or it is private: the hub answers 401 to both while no token is set.",
                $"Check the spelling at {page}; for a private repository set a token with: {SetToken}."),
            (_, 401) => (RepositoryNotFound, ErrorKind.NotFound,
                $"There is no model repository '{id}' that the token from {settings.TokenSource ?? "the settings"} may see (HTTP 401).", $"Check the spelling at {page}, and the token."),
            (_, 403) => ("Clem.Hub.Forbidden", ErrorKind.Authentication,
                $"The hub refuses access to '{id}' (HTTP 403){Quote(said)}.", $"See {page}; the token may lack a permission."),
            (_, 404 or 410) => ("Clem.Hub.UnexpectedAnswer", ErrorKind.Connection,
                $"{Place(answer)} knows no such address (HTTP {status}), and does not say what is missing{Quote(said)}.", "Check that HF_ENDPOINT is the address of a Hugging Face hub."),
            (_, 429) => ("Clem.Hub.RateLimited", ErrorKind.LimitExceeded,
                $"The hub's rate limit is reached (HTTP 429){Quote(said)}.", $"Try again later; with a token the limit is higher: {SetToken}."),
            (_, 408 or >= 500) => ("Clem.Hub.Unavailable", ErrorKind.Connection,
                $"{Place(answer)} failed (HTTP {status}){Quote(said)}.", "Try again later; what has been downloaded is kept."),
            _ => ("Clem.Hub.UnexpectedAnswer", ErrorKind.Connection,
                $"{Place(answer)} answers {status} to a request for {call}{Quote(said)}.", "Check that HF_ENDPOINT is the address of a Hugging Face hub."),
        };
        return new HubCallException(error, kind, message, action, id)
        {
            IsTransient = status is 408 or 429 or >= 500 and not (501 or 505),
            RetryAfter = retryAfter,
            Commit = answer.Commit,
        };
    }

    /// <summary>The error for a file store (not the hub itself) that refuses; the hub's next address for it may be good.</summary>
    public static HubCallException StoreRefused(HubCall call, HubAnswer answer, TimeSpan? retryAfter) => new(
        "Clem.Hub.Unavailable", ErrorKind.Connection,
        $"The file store at {Place(answer)} refuses {call} (HTTP {(int)answer.Message.StatusCode}).",
        "Try again later; what has been downloaded is kept.", call.Repository.Id)
    { IsTransient = true, RetryAfter = retryAfter };

    /// <summary>The error for a call that got no whole answer.</summary>
    public static HubCallException Unreachable(HubCall call, Uri address, Exception cause)
    {
        var chain = cause.Chain().ToArray();
        var request = chain.OfType<HttpRequestException>().FirstOrDefault()?.HttpRequestError;
        var what = request switch
        {
            HttpRequestError.NameResolutionError => "there is no such host",
            HttpRequestError.SecureConnectionError => "the connection is not secure",
            _ when cause is OperationCanceledException or TimeoutException => "it does not answer in time",
            _ when chain.OfType<SocketException>().Any(error => error.SocketErrorCode == SocketError.ConnectionRefused) => "nothing listens there",
            _ => "the connection was lost",
        };
        var unconnected = cause is OperationCanceledException
            || request is HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ConnectionError;
        var detail = cause is OperationCanceledException ? "" : $" ({HubText.OneLine(chain[^1].Message).TrimEnd('.')})";
        return new HubCallException(
            "Clem.Hub.Unreachable", ErrorKind.Connection, $"{call} cannot be fetched from {Place(address)}: {what}{detail}.",
            "Check the network and HF_ENDPOINT; the command can be repeated, and what has been downloaded is kept.", call.Repository.Id, cause)
        { IsTransient = request != HttpRequestError.SecureConnectionError, IsUnconnected = unconnected };
    }

    /// <summary>The error for an answer that is not what a hub sends.</summary>
    public static HubCallException Invalid(HubCall call, string what, bool transient = false) => new(
        "Clem.Hub.InvalidResponse", ErrorKind.InvalidData, $"The answer for {call} is not a hub's: {what}.",
        "Check that HF_ENDPOINT is the address of a Hugging Face hub, and that no proxy changes answers.", call.Repository.Id)
    { IsTransient = transient };

    /// <summary>The error for a name that would leave the cache.</summary>
    public static ClemException UnsafeFileName(HubRepository repository, string fileName, string fault) => new(
        "Clem.Hub.UnsafeFileName", ErrorKind.InvalidArgument,
        $"The name '{HubText.OneLine(fileName)}' is refused for a file of '{repository.Id}', because {fault}.",
        "A name is relative, with forward slashes, such as 'tokenizer.json'.", fileName);

    /// <summary>The error for a token that cannot be sent.</summary>
    public static ClemException UnusableToken(HubSettings settings) => new(
        "Clem.Hub.InvalidToken", ErrorKind.Authentication,
        $"The token from {settings.TokenSource ?? "the settings"} cannot be one: it has a space, a control character or a character beyond ASCII.",
        $"Set it again with: {SetToken}.", settings.TokenSource);

    /// <summary>The error for a file that is not here while the network is not to be touched.</summary>
    public static ClemException NotHere(HubRepository repository, string? fileName, HubSettings settings)
    {
        var what = fileName is null ? "The hub's information on" : $"The file '{fileName}' of";
        return settings.Offline
            ? new ClemException(Offline, ErrorKind.NotAvailable,
                $"{what} '{repository}' is needed, but HF_HUB_OFFLINE is set{(fileName is null ? "" : $" and the cache '{settings.CacheDirectory}' does not have it")}.",
                "Remove HF_HUB_OFFLINE (and TRANSFORMERS_OFFLINE) to fetch it.", repository.Id)
            : new ClemException(NotCached, ErrorKind.NotAvailable,
                $"{what} '{repository}' is not in the cache '{settings.CacheDirectory}'.", "Fetch the model first, with Save-ClemModel.", repository.Id);
    }

    /// <summary>The error for a file that a commit is known not to have.</summary>
    public static ClemException KnownMissing(HubRepository repository, string fileName) => new(
        FileNotFound, ErrorKind.NotFound, $"The repository '{repository.Id}' has no file '{fileName}' at the revision '{repository.Revision}'.",
        "Check the name of the file.", repository.Id);

    /// <summary>The error for a file that is larger than is sensible.</summary>
    public static ClemException TooLarge(HubRepository repository, string fileName, long? size, long limit) => new(
        "Clem.Hub.FileTooLarge", ErrorKind.LimitExceeded,
        $"The file '{fileName}' of '{repository}' has {(size is null ? $"more than {limit:N0}" : $"{size:N0}")} bytes; a file of that name is read up to {limit:N0} bytes.",
        "Check the repository: the file is not what its name says.", repository.Id);

    /// <summary>The error for content that is not what the hub announced.</summary>
    public static ClemException Corrupt(HubCall call, string what) => new(
        "Clem.Hub.Corrupt", ErrorKind.InvalidData, $"{call} came damaged: {what}. Nothing of it is kept.",
        "Repeat the command; if it happens again, a proxy or mirror changes the file.", call.Repository.Id);

    /// <summary>The error for a disk that has no room for a download.</summary>
    public static ClemException DiskFull(HubRepository repository, string folder, long needed, long free) => new(
        "Clem.Hub.DiskFull", ErrorKind.Storage,
        $"The files of '{repository}' need {HubText.Bytes(needed)} more, and the disk of the cache '{folder}' has {HubText.Bytes(free)} left.",
        "Make room, or set HF_HUB_CACHE to a folder on another disk.", repository.Id);

    /// <summary>The error for a cache that cannot be read.</summary>
    public static ClemException CacheUnreadable(string path, Exception cause) => new(
        "Clem.Hub.CacheUnreadable", ErrorKind.Storage, $"'{path}' in the hub's cache cannot be read: {cause.Message}",
        "Check its permissions, or set HF_HUB_CACHE to another folder.", path, cause);

    /// <summary>The error for a cache that cannot be written.</summary>
    public static ClemException CacheNotWritten(string path, Exception cause) => new(
        "Clem.Hub.CacheNotWritten", ErrorKind.Storage, $"'{path}' in the hub's cache cannot be written: {cause.Message}",
        "Check the folder's permissions and the free space, or set HF_HUB_CACHE to another folder.", path, cause);

    /// <summary>A server's address without what may be a secret (signed addresses have theirs in the query).</summary>
    public static string Place(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private static string Place(HubAnswer answer) => Place(answer.Address);

    private static string Site(HubSettings settings) => Place(settings.Endpoint);

    private static string Quote(string said) => said.Length == 0 ? "" : $"; it says: {said.TrimEnd('.')}";
}
