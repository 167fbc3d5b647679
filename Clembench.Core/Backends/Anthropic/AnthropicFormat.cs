using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.Anthropic;

/// <summary>The Messages API: the system text stands apart, content consists of blocks, and a limit of tokens must be given.</summary>
internal sealed class AnthropicFormat : IWireFormat
{
    // What clemcore gives a model to think with.
    private const long DefaultBudget = 4000;

    private readonly string _modelId;
    private readonly bool _reasoning;
    private readonly bool? _thinking;
    private readonly long _budget;
    private readonly string? _effort;
    private readonly long? _maxCompletionTokens;
    private readonly JsonMap _extra;

    /// <summary>Reads the entry's settings.</summary>
    /// <param name="entry">The entry.</param>
    /// <exception cref="Common.ClemException">A setting has the wrong type.</exception>
    public AnthropicFormat(ModelEntry entry)
    {
        _modelId = entry.ModelId ?? entry.Name;
        _reasoning = entry.Switch("reasoning_model") ?? false;
        _thinking = entry.Switch("thinking_mode");
        _budget = entry.Tokens("thinking_budget") ?? DefaultBudget;
        _effort = entry.Setting<string>("reasoning_effort", "a text");
        _maxCompletionTokens = entry.Tokens("max_completion_tokens");
        _extra = entry.ExtraBody();
    }

    /// <inheritdoc />
    public string TextPlace => "list of content blocks";

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> WriteAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var conversation = RemoteConversation.Of(messages);
        var turns = new object?[conversation.Turns.Count];
        for (var i = 0; i < turns.Length; i++)
            turns[i] = await TurnAsync(conversation.Turns[i], cancellationToken).ConfigureAwait(false);

        // Thoughts count, and they exclude any temperature but 1.
        var thinks = _thinking is true;
        double? temperature = thinks ? 1 : _reasoning && options.Temperature == 0 ? null : options.Temperature;
        return new RequestBody(_extra)
            .Add("model", _modelId)
            .Add("max_tokens", _maxCompletionTokens ?? (thinks ? options.MaxTokens + _budget : options.MaxTokens))
            .AddKnown("system", conversation.System)
            .Add("messages", turns)
            .AddKnown("temperature", temperature)
            .AddKnown("thinking", Thinking())
            .AddKnown("output_config", _effort is null ? null : new JsonMap([new("effort", _effort)]))
            .ToUtf8();
    }

    /// <inheritdoc />
    public Completion? Read(JsonElement response)
    {
        var content = response.Member("content");
        if (content.ValueKind != JsonValueKind.Array)
            return null;
        var usage = response.Member("usage");
        return new Completion(
            string.Concat(content.EnumerateArray().Where(block => block.Member("type").Text() == "text").Select(block => block.Member("text").Text())),
            JsonMembers.Sum(
                usage.Member("input_tokens").Whole(),
                usage.Member("cache_creation_input_tokens").Whole(),
                usage.Member("cache_read_input_tokens").Whole()),
            usage.Member("output_tokens").Whole());
    }

    private static async Task<JsonMap> TurnAsync(ChatMessage message, CancellationToken cancellationToken)
    {
        if (message.Images.Count == 0)
            return new JsonMap([new("role", message.Role), new("content", message.Content)]);
        var blocks = new List<object?>();
        if (!string.IsNullOrWhiteSpace(message.Content))
            blocks.Add(new JsonMap([new("type", "text"), new("text", message.Content)]));
        foreach (var image in message.Images)
        {
            var uri = await ImageUri.OfAsync(image.Location, cancellationToken).ConfigureAwait(false);
            blocks.Add(new JsonMap([new("type", "image"), new("source", Source(uri))]));
        }

        return new JsonMap([new("role", message.Role), new("content", blocks.ToArray())]);
    }

    private static JsonMap Source(string uri)
    {
        if (!DataUri.Is(uri))
            return new JsonMap([new("type", "url"), new("url", uri)]);
        var data = DataUri.Parse(uri);
        return new JsonMap([new("type", "base64"), new("media_type", data.MediaType), new("data", data.Base64)]);
    }

    private JsonMap? Thinking() => _thinking switch
    {
        null => null,
        false => new JsonMap([new("type", "disabled")]),
        true => new JsonMap([new("type", "enabled"), new("budget_tokens", _budget)]),
    };
}
