using System.ClientModel;
using System.ClientModel.Primitives;
using Clembench.Backends.Http;
using ChatClient = OpenAI.Chat.ChatClient;

namespace Clembench.Backends.OpenAi;

/// <summary>Carries chat completions with the SDK's protocol method, which leaves both bodies as they are.</summary>
/// <param name="client">The SDK's client.</param>
internal sealed class ChatTransport(ChatClient client) : IWireTransport
{
    /// <inheritdoc />
    public async Task<WireAnswer> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var content = BinaryContent.Create(new BinaryData(body));
        var options = new RequestOptions { CancellationToken = cancellationToken, ErrorOptions = ClientErrorBehaviors.NoThrow };
        var result = await client.CompleteChatAsync(content, options).ConfigureAwait(false);
        using var answer = result.GetRawResponse();
        return new WireAnswer(answer.Status, answer.Content.ToMemory(), WireAnswer.ByName(answer.Headers));
    }
}
