using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Backends.OpenAi;
using Clembench.Models;

namespace Clembench.Backends.Mistral;

/// <summary>
/// Mistral's chat completions: OpenAI's, except that the limit of tokens has one name, messages must say something, a
/// model that thinks does so in <c>prompt_mode</c>, and its thoughts are parts of the content.
/// </summary>
internal sealed class MistralFormat : IWireFormat
{
    private readonly ChatRequest _request;
    private readonly bool _thinking;

    /// <summary>Reads the entry's settings.</summary>
    /// <param name="entry">The entry.</param>
    /// <exception cref="Common.ClemException">A setting has the wrong type.</exception>
    public MistralFormat(ModelEntry entry)
    {
        _request = new ChatRequest(entry) { CompletionLimitName = "max_tokens" };
        _thinking = entry.Switch("thinking_mode") ?? false;
    }

    /// <inheritdoc />
    public string TextPlace => ChatCompletion.TextPlace;

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> WriteAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var body = await _request.BuildAsync(RemoteConversation.WithoutEmpty(messages), options, cancellationToken).ConfigureAwait(false);
        return body.AddKnown("prompt_mode", _thinking ? "reasoning" : null).ToUtf8();
    }

    /// <inheritdoc />
    public Completion? Read(JsonElement response) =>
        response.Member("choices").Items().FirstOrDefault().Member("finish_reason").Text() == "error"
            ? throw new WireErrorException(500, response)
            : ChatCompletion.Read(response);
}
