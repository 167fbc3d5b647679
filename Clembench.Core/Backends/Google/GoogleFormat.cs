using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.Google;

/// <summary>
/// The form of generateContent: the system text stands apart, the assistant is called model, images are part of the
/// request, and how to generate is an object of its own.
/// </summary>
internal sealed class GoogleFormat : IWireFormat
{
    // What clemcore gives a model to think with.
    private const long DefaultBudget = 4096;

    // The model itself decides how long it thinks.
    private const long DynamicBudget = -1;

    // Games speak of weapons and insults; a filter of words would make that a failure of the model.
    private static readonly object?[] SafetyOff =
    [
        .. new[] { "HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT" }.Select(
            category => new JsonMap([new("category", $"HARM_CATEGORY_{category}"), new("threshold", "BLOCK_NONE")])),
    ];

    private readonly bool _reasoning;
    private readonly bool? _thinking;
    private readonly long? _budget;
    private readonly string? _effort;
    private readonly long? _maxCompletionTokens;
    private readonly JsonMap _extra;
    private readonly JsonMap _extraConfig;
    private readonly ImageDownloads _downloads;

    /// <summary>Reads the entry's settings.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="downloads">Fetches images that are given as URLs.</param>
    /// <exception cref="Common.ClemException">A setting has the wrong type.</exception>
    public GoogleFormat(ModelEntry entry, ImageDownloads downloads)
    {
        _reasoning = entry.Switch("reasoning_model") ?? false;
        _thinking = entry.Switch("thinking_mode");
        _budget = entry.Tokens("thinking_budget");
        _effort = entry.Setting<string>("reasoning_effort", "a text");
        _maxCompletionTokens = entry.Tokens("max_completion_tokens");
        _extra = entry.ExtraBody();
        _extraConfig = _extra.GetOrDefault<JsonMap>(ConfigName) ?? JsonMap.Empty;
        _downloads = downloads;
    }

    /// <inheritdoc />
    public string TextPlace => "candidates[0]";

    private static string ConfigName => "generationConfig";

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> WriteAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var conversation = RemoteConversation.Of(messages);
        var contents = new object?[conversation.Turns.Count];
        for (var i = 0; i < contents.Length; i++)
            contents[i] = await ContentAsync(conversation.Turns[i], cancellationToken).ConfigureAwait(false);

        // What the entry says of how to generate is put into what we say of it, and does not take its place.
        return new RequestBody(new JsonMap(_extra.Where(member => member.Key != ConfigName)))
            .Add("contents", contents)
            .AddKnown("systemInstruction", conversation.System is { } system ? new JsonMap([new("parts", new object?[] { TextPart(system) })]) : null)
            .Add(ConfigName, Config(options))
            .Add("safetySettings", SafetyOff)
            .ToUtf8();
    }

    /// <inheritdoc />
    public Completion? Read(JsonElement response)
    {
        var candidate = response.Member("candidates").Items().FirstOrDefault();

        // A prompt that is blocked has no candidates: the service answered, and the answer is that it says nothing.
        if (candidate.ValueKind != JsonValueKind.Object && response.Member("promptFeedback").Member("blockReason").Text() is null)
            return null;
        var usage = response.Member("usageMetadata");
        return new Completion(
            string.Concat(candidate.Member("content").Member("parts").Items()
                .Where(part => part.Member("thought").ValueKind != JsonValueKind.True).Select(part => part.Member("text").Text())),
            usage.Member("promptTokenCount").Whole(),
            JsonMembers.Sum(usage.Member("candidatesTokenCount").Whole(), usage.Member("thoughtsTokenCount").Whole()));
    }

    private static JsonMap TextPart(string text) => new([new("text", text)]);

    private async Task<JsonMap> ContentAsync(ChatMessage message, CancellationToken cancellationToken)
    {
        var parts = new List<object?>();
        if (!string.IsNullOrWhiteSpace(message.Content))
            parts.Add(TextPart(message.Content));
        foreach (var image in message.Images)
        {
            var uri = await ImageUri.OfAsync(image.Location, cancellationToken).ConfigureAwait(false);
            var data = DataUri.Is(uri) ? DataUri.Parse(uri) : await _downloads.GetAsync(uri, cancellationToken).ConfigureAwait(false);
            parts.Add(new JsonMap([new("inlineData", new JsonMap([new("mimeType", data.MediaType), new("data", data.Base64)]))]));
        }

        return new JsonMap([new("role", message.Role == "assistant" ? "model" : message.Role), new("parts", parts.ToArray())]);
    }

    private JsonMap Config(GenerationOptions options) => new RequestBody(_extraConfig)
        .AddKnown("temperature", _reasoning && options.Temperature == 0 ? null : options.Temperature)
        .AddKnown("maxOutputTokens", MaxTokens(options))
        .AddKnown("thinkingConfig", Thinking())
        .ToMap();

    // Thoughts count: the limit is for both, and where their length is not known there is none.
    private long? MaxTokens(GenerationOptions options) =>
        _maxCompletionTokens ?? (Budget switch
        {
            DynamicBudget => null,
            { } budget => options.MaxTokens + budget,
            null => _reasoning ? null : options.MaxTokens,
        });

    private long? Budget => _thinking switch
    {
        true => _budget ?? (_effort is null ? DefaultBudget : DynamicBudget),
        false => 0,
        null => null,
    };

    // Newer models take a level, older ones a number of tokens; both together are refused.
    private JsonMap? Thinking() =>
        _effort is not null ? new JsonMap([new("thinkingLevel", _effort)])
        : Budget is { } budget ? new JsonMap([new("thinkingBudget", budget)])
        : null;
}
