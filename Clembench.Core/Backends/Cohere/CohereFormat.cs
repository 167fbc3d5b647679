using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Backends.OpenAi;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.Cohere;

/// <summary>Cohere's chat API, version 2.</summary>
internal sealed class CohereFormat : IWireFormat
{
    private readonly string _modelId;
    private readonly bool _reasoning;
    private readonly bool? _thinking;
    private readonly long? _budget;
    private readonly long? _maxCompletionTokens;
    private readonly JsonMap _extra;

    /// <summary>Reads the entry's settings.</summary>
    /// <param name="entry">The entry.</param>
    /// <exception cref="Common.ClemException">A setting has the wrong type.</exception>
    public CohereFormat(ModelEntry entry)
    {
        _modelId = entry.ModelId ?? entry.Name;
        _reasoning = entry.Switch("reasoning_model") ?? false;
        _thinking = entry.Switch("thinking_mode");
        _budget = entry.Tokens("thinking_budget");
        _maxCompletionTokens = entry.Tokens("max_completion_tokens");
        _extra = entry.ExtraBody();
    }

    /// <inheritdoc />
    public string TextPlace => "message.content";

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> WriteAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        // Image parts have OpenAI's form.
        var parts = await ChatParts.OfAsync(RemoteConversation.WithoutEmpty(messages), cancellationToken).ConfigureAwait(false);
        return new RequestBody(_extra)
            .Add("stream", false)
            .Add("model", _modelId)
            .Add("messages", parts)
            .AddKnown("temperature", _reasoning && options.Temperature == 0 ? null : options.Temperature)
            .AddKnown("max_tokens", MaxTokens(options))
            .AddKnown("thinking", Thinking())
            .ToUtf8();
    }

    /// <inheritdoc />
    public Completion? Read(JsonElement response)
    {
        // The service's own failures are reported in an answer like any other.
        switch (response.Member("finish_reason").Text())
        {
            case "ERROR":
                throw new WireErrorException(500, response);
            case "TIMEOUT":
                throw new WireErrorException(504, response);
        }

        var message = response.Member("message");
        if (message.ValueKind != JsonValueKind.Object)
            return null;
        var text = string.Concat(message.Member("content").Items()
            .Where(part => part.Member("type").Text() == "text").Select(part => part.Member("text").Text()));
        var usage = response.Member("usage");
        var tokens = usage.Member("tokens").ValueKind == JsonValueKind.Object ? usage.Member("tokens") : usage.Member("billed_units");
        return new Completion(text, tokens.Member("input_tokens").Whole(), tokens.Member("output_tokens").Whole());
    }

    // Thoughts count: the limit is for both, and where their length is not known there is none.
    private long? MaxTokens(GenerationOptions options) =>
        _maxCompletionTokens ?? (_thinking is true ? options.MaxTokens + _budget : _reasoning ? null : options.MaxTokens);

    private JsonMap? Thinking() => _thinking switch
    {
        null => null,
        false => new JsonMap([new("type", "disabled")]),
        true when _budget is { } budget => new JsonMap([new("type", "enabled"), new("token_budget", budget)]),
        true => new JsonMap([new("type", "enabled")]),
    };
}
