using Clembench.Backends.Http;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.OpenAi;

/// <summary>Writes the bodies of chat completion requests for one registry entry.</summary>
internal sealed class ChatRequest
{
    private readonly bool _reasoning;
    private readonly string? _effort;
    private readonly long? _maxCompletionTokens;
    private readonly JsonMap _extra;

    /// <summary>Reads the entry's settings.</summary>
    /// <param name="entry">The entry.</param>
    /// <exception cref="ClemException">A setting has the wrong type.</exception>
    public ChatRequest(ModelEntry entry)
    {
        ModelId = entry.ModelId ?? entry.Name;
        _reasoning = entry.Switch("reasoning_model") ?? false;
        _effort = entry.Setting<string>("reasoning_effort", "a text");
        _maxCompletionTokens = entry.Tokens("max_completion_tokens");
        _extra = entry.ExtraBody();
    }

    /// <summary>The name that the service knows the model by.</summary>
    public string ModelId { get; }

    /// <summary>What the limit of a reasoning model, thoughts included, is called.</summary>
    public string CompletionLimitName { get; init; } = "max_completion_tokens";

    /// <summary>The body of a request.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="cancellationToken">Stops the reading of image files.</param>
    /// <returns>The body.</returns>
    /// <exception cref="ClemException">An image cannot be read.</exception>
    public async Task<RequestBody> BuildAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var body = new RequestBody(_extra)
            .Add("model", ModelId)
            .Add("messages", await ChatParts.OfAsync(messages, cancellationToken).ConfigureAwait(false));

        // Reasoning models know neither greedy decoding nor max_tokens, which would cut the hidden reasoning.
        if (!_reasoning || options.Temperature > 0)
            body.Add("temperature", options.Temperature);
        if (_maxCompletionTokens is { } most)
            body.Add(CompletionLimitName, most);
        else if (!_reasoning)
            body.Add("max_tokens", options.MaxTokens);
        return body.AddKnown("reasoning_effort", _effort);
    }
}
