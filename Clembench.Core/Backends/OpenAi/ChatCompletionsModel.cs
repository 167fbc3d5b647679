using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Clembench.Backends.Http;
using ChatClient = OpenAI.Chat.ChatClient;

namespace Clembench.Backends.OpenAi;

/// <summary>
/// A model behind a chat completions API. Requests are written and responses read here, and the SDK carries them as
/// they are: so the record is what went over the wire, with members that the SDK does not know.
/// </summary>
internal sealed class ChatCompletionsModel(CallTarget target, ChatRequest request, ChatClient client, TimeProvider time) : IModel, IModelWarnings
{
    /// <inheritdoc />
    public string Name => target.Model;

    /// <inheritdoc />
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc />
    public async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var sent = await request.WriteAsync(messages, options, cancellationToken).ConfigureAwait(false);
        using var answer = await SendAsync(sent, cancellationToken).ConfigureAwait(false);
        var body = answer.Content.ToMemory();
        string? Header(string name) => answer.Headers.TryGetValue(name, out var value) ? value : null;
        var retryAfter = RetryAfterHeader.Read(Header, time.GetUtcNow());
        if (answer.Status is < 200 or >= 300)
            throw target.Refused(answer.Status, ServerMessage.Read(body, target.Mask), retryAfter);

        // Half a page from a gateway may well be a whole answer the next time.
        var response = JsonBody.TryRead(body, target.Mask)
            ?? throw target.Invalid("what came is not JSON", ServerMessage.Read(body, target.Mask), transient: true);
        var choice = ChatCompletion.FirstChoice(response);
        foreach (var element in new[] { response, choice.GetValueOrDefault() })
        {
            // Routers report an error of the provider behind them under the status 200.
            if (ChatCompletion.HasError(element))
            {
                var said = ServerMessage.Read(element, target.Mask);
                throw target.Refused(said.Status ?? 502, said, retryAfter);
            }
        }

        var text = choice is { } first ? ChatCompletion.Text(first) : null;
        if (text is null)
            throw target.Invalid("the response has no choices[0].message.content", ServerMessage.Read(response, target.Mask), transient: false);
        return new ModelResponse(Record(sent), response, text)
        {
            PromptTokens = ChatCompletion.Usage(response, "prompt_tokens"),
            CompletionTokens = ChatCompletion.Usage(response, "completion_tokens"),
            ExhaustedFor = RateLimitHeaders.ReadExhausted(Header, time.GetUtcNow()),
        };
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<PipelineResponse> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var content = BinaryContent.Create(new BinaryData(body));
        var options = new RequestOptions { CancellationToken = cancellationToken, ErrorOptions = ClientErrorBehaviors.NoThrow };
        try
        {
            var result = await client.CompleteChatAsync(content, options).ConfigureAwait(false);
            return result.GetRawResponse();
        }
        catch (Exception error) when (error is ClientResultException or HttpRequestException or IOException)
        {
            throw target.Unreachable(error);
        }
    }

    private JsonElement Record(ReadOnlyMemory<byte> sent)
    {
        using var document = JsonDocument.Parse(sent, new JsonDocumentOptions { MaxDepth = 256 });
        return target.Mask.InRecord(document.RootElement.Clone());
    }
}
