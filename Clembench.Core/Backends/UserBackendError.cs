using Clembench.Backends.Http;
using Clembench.Common;
using Clembench.Models;

namespace Clembench.Backends;

/// <summary>Turns what a user's backend throws into errors that a person can act on.</summary>
internal static class UserBackendError
{
    /// <summary>The error for an exception.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="entry">The model's entry.</param>
    /// <param name="key">The key in use, which must not be in the error.</param>
    /// <returns>The error; one of ours as it is, if it holds no secret.</returns>
    public static ClemException Of(Exception error, string backend, ModelEntry entry, BackendKey? key)
    {
        var target = new CallTarget(backend, entry.Name, entry.ModelId ?? entry.Name, null, key);
        var mask = target.Mask;

        // The text of an exception shows its causes, so they go with the secret.
        var cause = mask.IsIn(error.ToString()) ? null : error;
        if (error is ClemException known)
            return cause is null ? Masked(known, mask) : known;
        if (error.Chain().OfType<HttpRequestException>().FirstOrDefault() is { } http)
        {
            return http.StatusCode is { } status
                ? target.Refused((int)status, new ServerMessage(mask.InMessage(error.Message).TrimEnd()), RetryAfter(http))
                : target.Unreachable(cause ?? new HttpRequestException(mask.InMessage(http.Message)));
        }

        return new ModelCallException(
            "Clem.Backend.Failed", ErrorKind.NotAvailable,
            mask.InMessage($"The backend '{backend}' failed for the model '{entry.Name}': {error.Message}"),
            "Correct the backend's code, or ask its author.", entry.Name, cause)
        { IsTransient = error is TimeoutException };
    }

    private static ClemException Masked(ClemException error, SecretMask mask)
    {
        var action = error.Action is null ? null : mask.InMessage(error.Action);
        return error is ModelCallException call
            ? new ModelCallException(error.Id, error.Kind, mask.InMessage(error.Message), action, error.Target)
            {
                Status = call.Status,
                RetryAfter = call.RetryAfter,
                IsTransient = call.IsTransient,
            }
            : new ClemException(error.Id, error.Kind, mask.InMessage(error.Message), action, error.Target);
    }

    // PowerShell's web cmdlets throw an exception of their own that carries the answer.
    private static TimeSpan? RetryAfter(HttpRequestException error) =>
        error.GetType().GetProperty("Response")?.GetValue(error) is HttpResponseMessage answer
            ? RetryAfterHeader.Read(name => answer.Headers.TryGetValues(name, out var values) ? values.First() : null, TimeProvider.System.GetUtcNow())
            : null;
}
