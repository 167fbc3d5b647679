using System.ClientModel;
using System.ClientModel.Primitives;
using Clembench.Backends.Http;
using ChatClient = OpenAI.Chat.ChatClient;

namespace Clembench.Backends.OpenAi;

/// <summary>Carries chat completions with the SDK's protocol method, which leaves both bodies as they are.</summary>
/// <param name="client">The SDK's client.</param>
/// <param name="time">The clock by which a date in <c>Retry-After</c> is judged.</param>
internal sealed class ChatTransport(ChatClient client, TimeProvider time) : IWireTransport
{
    /// <inheritdoc />
    public async Task<WireAnswer> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var content = BinaryContent.Create(new BinaryData(body));
        var options = new RequestOptions { CancellationToken = cancellationToken, ErrorOptions = ClientErrorBehaviors.NoThrow };
        var result = await client.CompleteChatAsync(content, options).ConfigureAwait(false);
        using var answer = result.GetRawResponse();
        return WireAnswer.Read(
            answer.Status, answer.Content.ToMemory(),
            name => answer.Headers.TryGetValue(name, out var value) ? value : null, time.GetUtcNow());
    }
}
