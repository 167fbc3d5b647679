using System.Text.Json;
using Clembench.Backends.Http;

namespace Clembench.Backends.OpenAi;

/// <summary>Chat completions as OpenAI defines them.</summary>
/// <param name="request">Writes the requests.</param>
internal sealed class ChatFormat(ChatRequest request) : IWireFormat
{
    /// <inheritdoc />
    public string TextPlace => ChatCompletion.TextPlace;

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> WriteAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken) =>
        (await request.BuildAsync(messages, options, cancellationToken).ConfigureAwait(false)).ToUtf8();

    /// <inheritdoc />
    public Completion? Read(JsonElement response) => ChatCompletion.Read(response);
}
