using System.ClientModel;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.Backends.Http;

/// <summary>
/// A model behind a service. Requests are written and responses read by a format, and a transport carries them as they
/// are: so the record is what went over the wire, with members that we do not know.
/// </summary>
/// <param name="target">Where it is.</param>
/// <param name="format">The service's form of requests and answers.</param>
/// <param name="transport">What carries them.</param>
/// <param name="time">The clock by which a date in <c>Retry-After</c> is judged.</param>
internal sealed class RemoteModel(CallTarget target, IWireFormat format, IWireTransport transport, TimeProvider time) : IModel, IModelWarnings, IServiceModel
{
    /// <inheritdoc />
    public string Name => target.Model;

    /// <inheritdoc />
    public string? Service => target.Address?.GetComponents(UriComponents.SchemeAndServer | UriComponents.PathAndQuery, UriFormat.UriEscaped);

    /// <inheritdoc />
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc />
    public async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var sent = await format.WriteAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var answer = await SendAsync(sent, cancellationToken).ConfigureAwait(false);
        var retryAfter = RetryAfterHeader.Read(answer.Header, time.GetUtcNow());
        if (answer.Status is < 200 or >= 300)
            throw target.Refused(answer.Status, ServerMessage.Read(answer.Body, target.Mask), retryAfter);

        // Half a page from a gateway may well be a whole answer the next time.
        var response = JsonBody.TryRead(answer.Body, target.Mask)
            ?? throw target.Invalid("what came is not JSON", ServerMessage.Read(answer.Body, target.Mask), transient: true);
        var completion = Read(response, retryAfter)
            ?? throw target.Invalid($"the response has no {format.TextPlace}", ServerMessage.Read(response, target.Mask), transient: false);
        return new ModelResponse(Record(sent), response, completion.Text)
        {
            PromptTokens = completion.PromptTokens,
            CompletionTokens = completion.CompletionTokens,
            Allowance = RateLimitHeaders.Read(answer.Header, completion.PromptTokens + completion.CompletionTokens, time.GetUtcNow()),
        };
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<WireAnswer> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            return await transport.SendAsync(body, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ClientResultException or HttpRequestException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw target.Unreachable(error);
        }
    }

    private Completion? Read(JsonElement response, TimeSpan? retryAfter)
    {
        try
        {
            // Routers report an error of the provider behind them under the status 200.
            return JsonMembers.HasError(response) ? throw new WireErrorException(502, response) : format.Read(response);
        }
        catch (WireErrorException error)
        {
            var said = ServerMessage.Read(error.Element, target.Mask);
            throw target.Refused(said.Status ?? error.Status, said, retryAfter);
        }
    }

    private JsonElement Record(ReadOnlyMemory<byte> sent)
    {
        using var document = JsonDocument.Parse(sent, JsonFormat.Deep);
        return target.Mask.InRecord(document.RootElement.Clone());
    }
}
