using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Json;

namespace Clembench.Backends.Slurk;

/// <summary>The HTTP API of a slurk server: makes layouts, rooms, permissions, tokens and users.</summary>
/// <param name="connection">Where the server is.</param>
/// <param name="time">The clock.</param>
internal sealed class SlurkApi(RemoteConnection connection, TimeProvider time)
{
    /// <summary>Makes something.</summary>
    /// <param name="collection">What kind of thing, such as <c>rooms</c>.</param>
    /// <param name="thing">What is to be made.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Its <c>id</c>: a number, or for a token a text.</returns>
    /// <exception cref="ModelCallException">The server refuses or cannot be reached.</exception>
    public async Task<JsonElement> CreateAsync(string collection, JsonMap thing, CancellationToken cancellationToken)
    {
        var target = connection.Target;
        var transport = new HttpTransport(
            BackendHttp.Client(connection.Verify), connection.Method($"slurk/api/{collection}"), [("Authorization", $"Bearer {connection.Secret}")]);
        WireAnswer answer;
        try
        {
            answer = await transport.SendAsync(new RequestBody(thing).ToUtf8(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw target.Unreachable(error);
        }

        var said = ServerMessage.Read(answer.Body, target.Mask);
        if (answer.Status is < 200 or >= 300)
            throw target.Refused(answer.Status, said, RetryAfterHeader.Read(answer.Header, time.GetUtcNow()));
        var id = JsonBody.TryRead(answer.Body, target.Mask)?.Member("id") ?? default;
        return id.ValueKind is JsonValueKind.Number or JsonValueKind.String
            ? id
            : throw target.Invalid($"what it says of the new one of its {collection} has no id", said, transient: false);
    }
}
