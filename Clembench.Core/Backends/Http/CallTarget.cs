using System.Net.Sockets;
using System.Security.Authentication;
using Clembench.Common;

namespace Clembench.Backends.Http;

/// <summary>Where calls of a remote model go, and the errors that they can end in.</summary>
/// <param name="Backend">The backend's name.</param>
/// <param name="Model">The entry's name.</param>
/// <param name="ModelId">The name that the service knows the model by.</param>
/// <param name="Address">The service's address; null where only the backend knows it.</param>
/// <param name="Key">The key in use; null for none.</param>
internal sealed record CallTarget(string Backend, string Model, string ModelId, Uri? Address, BackendKey? Key)
{
    /// <summary>Takes the key out of texts and records.</summary>
    public SecretMask Mask { get; } = new(Key?.ApiKey?.Trim());

    // User information and query may hold secrets; neither helps to find the server.
    private string Place => Address is null
        ? $"through the backend '{Backend}'"
        : $"at {Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";

    /// <summary>The error for an answer with a status that is not success.</summary>
    /// <param name="status">The status.</param>
    /// <param name="said">What the server says.</param>
    /// <param name="retryAfter">How long it asks to wait.</param>
    /// <returns>The error.</returns>
    public ModelCallException Refused(int status, ServerMessage said, TimeSpan? retryAfter)
    {
        if (status is 400 or 413 or 422 && said.IsContextExceeded)
        {
            return new ContextExceededException(Says("the conversation does not fit the model's context", status, said), Model)
            {
                Status = status,
                TokensUsed = said.TokensUsed,
                ContextSize = said.ContextSize,
            };
        }

        var (id, kind, what, action, transient) = status switch
        {
            400 when said.IsFiltered => ("ContentFiltered", ErrorKind.InvalidData, "a content filter of the service refuses the conversation",
                "Change the filter that belongs to the model at the service, or play other instances.", false),
            400 when said.IsQuotaExceeded => QuotaExceeded("the account has no credit left"),
            401 or 403 or 400 when status != 400 || said.IsKeyRefused => ("Unauthorized", ErrorKind.Authentication,
                $"the service refuses {(Key?.ApiKey is null ? "a call without a key" : $"the key from {Key.Source ?? "the session"}")}",
                $"Set a valid key with Set-ClemKey {Backend}.", false),
            402 => QuotaExceeded("the account has no credit left"),
            404 => ("NotFound", ErrorKind.NotFound, $"the service does not know the model '{ModelId}' or the address",
                "Check the entry's model_id and the base_url.", false),
            408 or 504 => ("Timeout", ErrorKind.Timeout, "the service ran out of time", "Try again later, or with a higher -RetryLimit.", true),
            429 when said.IsQuotaExceeded => QuotaExceeded("the account's quota is used up"),
            429 => ("RateLimited", ErrorKind.LimitExceeded, "the service's rate limit is reached",
                "Lower -ThrottleLimit, or raise -RetryLimit.", true),
            >= 500 => ("ServerError", ErrorKind.Connection, "the service failed", "Try again later, or with a higher -RetryLimit.", status is not (501 or 505)),
            >= 300 and < 400 => ("Redirected", ErrorKind.Connection, "the service answers from another address", "Check the base_url: calls are not redirected.", false),
            _ => ("BadRequest", ErrorKind.InvalidArgument, "the service refuses the request", "Check the entry's settings (model_config, extra_body).", false),
        };
        return new ModelCallException($"Clem.Backend.{id}", kind, Says(what, status, said), action, Model)
        {
            Status = status,
            RetryAfter = retryAfter ?? said.RetryAfter,
            IsTransient = transient,
        };
    }

    /// <summary>The error for a call that got no whole answer.</summary>
    /// <param name="cause">What the connection ended in.</param>
    /// <returns>The error.</returns>
    public ModelCallException Unreachable(Exception cause)
    {
        var chain = cause.Chain().ToArray();
        var certificate = chain.Any(error => error is AuthenticationException);
        var (what, action) = certificate
            ? ("the connection is not secure", $"Check the server's certificate; \"verify\": false beside the key of {Backend} switches the check off.")
            : chain.Any(error => error is OperationCanceledException or TimeoutException)
            ? (FormattableString.Invariant($"there is no connection within {BackendHttp.ConnectTimeout.TotalSeconds:0} s"), "Check the network and the base_url; the call can be tried again.")
            : chain.OfType<SocketException>().FirstOrDefault()?.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => ("nothing listens there", "Check that the server runs and the base_url is right."),
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => ("there is no such host", "Check the base_url and the network."),
                _ => ("the connection was lost", "Check the network; the call can be tried again."),
            };
        return new ModelCallException(
            ModelCallException.UnreachableId, ErrorKind.Connection,
            Mask.InMessage($"The model '{Model}' cannot be reached {Place}: {what} ({chain[^1].Message.TrimEnd('.')})."),
            action, Model, cause)
        { IsTransient = !certificate };
    }

    /// <summary>The error for an answer that is not what the service promises.</summary>
    /// <param name="what">What is wrong with it.</param>
    /// <param name="said">The beginning of what came.</param>
    /// <param name="transient">Whether the next answer may well be right.</param>
    /// <returns>The error.</returns>
    public ModelCallException Invalid(string what, ServerMessage said, bool transient) => new(
        "Clem.Backend.InvalidResponse", ErrorKind.InvalidData, Says(what, null, said),
        "Check that the base_url is the address of an API of that kind.", Model)
    { IsTransient = transient };

    private static (string Id, ErrorKind Kind, string What, string Action, bool Transient) QuotaExceeded(string what) =>
        ("QuotaExceeded", ErrorKind.LimitExceeded, what, "Check the account's plan and billing.", false);

    private string Says(string what, int? status, ServerMessage said) => Mask.InMessage(
        $"The model '{Model}' {Place} did not answer: {what}"
        + (status is null ? "" : $" (HTTP {status})")
        + (said.Text.Length == 0 ? "." : $". It says: {said.Text}{(said.Text[^1] is '.' or '!' or '…' ? "" : ".")}"));
}
