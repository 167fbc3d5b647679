using Clembench.Json;
using Clembench.Templates.Checks;

namespace Clembench.Results.Checks;

/// <summary>
/// One call with what the dialogue's record says about it, in the terms of a local model: the templated input, all that came
/// back, and the message that the game got. Reads our records and those of all versions of the Python framework.
/// </summary>
internal sealed record RecordedExchange
{
    /// <summary>The exact text that the model was given (<c>inputs</c>); null where the record has none: remote APIs.</summary>
    public string? Input { get; private init; }

    /// <summary>The messages that the input was made from; null where the record does not have them.</summary>
    public IReadOnlyList<JsonMap>? Messages { get; private init; }

    /// <summary>The text of the response as recorded; null where it has none that is known.</summary>
    public string? Raw { get; private init; }

    /// <summary>The message that the game got; null where the dialogue's record does not hold it.</summary>
    public string? Reply { get; private init; }

    /// <summary>What the player was told last.</summary>
    public string? Sent { get; private init; }

    /// <summary>The most tokens that were to be generated; null where the record does not tell.</summary>
    public long? MaxTokens { get; private init; }

    /// <summary>Whether the record says that generation ended at that limit.</summary>
    public bool SaysCut { get; private init; }

    /// <summary>When the response came, as a local time.</summary>
    public DateTime Timestamp { get; private init; }

    /// <summary>How the response holds the prompt.</summary>
    public PromptHolding Holding { get; private init; }

    /// <summary>What was generated, as well as it can be told from the prompt; empty where there is no text.</summary>
    public string Output { get; private init; } = "";

    /// <summary>Whether it is a local model's call.</summary>
    public bool IsLocal => Input is not null;

    /// <summary>
    /// Whether the game got the prompt before the generated text. A model may repeat a message; where its output does not
    /// have it, the reply has it from the prompt.
    /// </summary>
    public bool HasPromptInReply => Holding != PromptHolding.None && Sent is not null && Reply is not null && Bare(Sent) is { Length: > 0 } sent
        && Bare(Reply).Contains(sent, StringComparison.Ordinal) && !Bare(Output).Contains(sent, StringComparison.Ordinal);

    /// <summary>The text that the template put behind the last message, for the model to go on from.</summary>
    public string Tail => Input is null || Sent is null || LastIndexOf(Input, Sent) is not (>= 0 and var at) ? "" : Input[(at + Sent.Trim().Length)..];

    /// <summary>The calls of each player of an episode.</summary>
    /// <param name="requests">The calls, by time.</param>
    /// <param name="interactions">The dialogue.</param>
    /// <returns>The calls by player, in order.</returns>
    public static IEnumerable<(string? Player, IReadOnlyList<RecordedExchange> Exchanges)> Of(IReadOnlyList<RequestRecord> requests, Interactions? interactions)
    {
        foreach (var player in requests.GroupBy(request => request.Player, StringComparer.Ordinal))
        {
            var said = Dialogue(interactions, player.Key).ToArray();
            yield return (player.Key, [.. player.Select((request, index) => Read(request, index < said.Length ? said[index] : null))]);
        }
    }

    /// <summary>Where a text stands last in another one, white space around it aside.</summary>
    public static int LastIndexOf(string text, string part) =>
        part.Trim() is { Length: > 0 } bare ? text.LastIndexOf(bare, StringComparison.Ordinal) : -1;

    /// <summary>A text without white space, which decoding may change.</summary>
    public static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static RecordedExchange Read(RequestRecord request, (string? Sent, string Reply)? said)
    {
        var prompt = request.Prompt;
        var map = prompt as JsonMap;
        var messages = ReadMessages(map?.GetValueOrDefault("messages"));
        // Older records have the templated text itself.
        var input = map?.GetOrDefault<string>("inputs") ?? prompt as string;
        var response = request.Response;
        var raw = Text(response);
        var sent = messages?.LastOrDefault()?.GetOrDefault<string>("content") ?? said?.Sent;
        var (holding, output) = input is null || raw is null ? (PromptHolding.None, raw ?? "") : Separate(raw, input, messages is null ? sent : null);
        return new RecordedExchange
        {
            Input = input,
            Messages = messages,
            Raw = raw,
            Reply = said?.Reply ?? request.ResponseText,
            Sent = sent,
            MaxTokens = Number(map, "max_new_tokens") ?? Number(map, "max_tokens"),
            SaysCut = response is JsonMap answer && (answer.GetOrDefault<string>("finish_reason") ?? answer.GetOrDefault<string>("stop")) is "length" or "max_tokens",
            Timestamp = request.Timestamp,
            Holding = holding,
            Output = output,
        };
    }

    // Python's local backends record the decoded text with the prompt in it; decoding may have changed its white space, or
    // left its control tokens out.
    private static (PromptHolding Holding, string Output) Separate(string raw, string input, string? sent)
    {
        if (input.Length == 0)
            return (PromptHolding.None, raw);
        if (raw.IndexOf(input, StringComparison.Ordinal) is >= 0 and var at)
            return (PromptHolding.Exact, raw[(at + input.Length)..]);
        if (SkipLoosely(raw, input) is { } rest)
            return (PromptHolding.Changed, rest);
        if (sent is null || LastIndexOf(raw, sent) is not (>= 0 and var place))
            return (PromptHolding.None, raw);
        var behind = raw[(place + sent.Trim().Length)..];
        var tail = LastIndexOf(input, sent) is >= 0 and var before ? input[(before + sent.Trim().Length)..] : "";
        return (PromptHolding.Changed, SkipLoosely(behind, tail) ?? SkipLoosely(behind, WithoutTokens(tail)) ?? behind);
    }

    private static string WithoutTokens(string text)
    {
        foreach (var (_, token) in new ControlTokens([]).Find(text, 0, text.Length).ToArray())
            text = text.Replace(token, "", StringComparison.Ordinal);
        return text;
    }

    // What follows a text that begins with another one, but for white space.
    private static string? SkipLoosely(string text, string beginning)
    {
        var at = 0;
        foreach (var expected in beginning)
        {
            if (char.IsWhiteSpace(expected))
                continue;
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at >= text.Length || text[at] != expected)
                return null;
            at++;
        }

        return text[at..];
    }

    private static IEnumerable<(string? Sent, string Reply)> Dialogue(Interactions? interactions, string? player)
    {
        string? sent = null;
        foreach (var interaction in interactions?.Events ?? [])
        {
            if (interaction.Type == "send message" && (player is null || interaction.To == player))
                sent = interaction.Content as string;
            else if (interaction is { IsAnswer: true, Content: string reply } && (player is null || interaction.From == player))
                yield return (sent, reply);
        }
    }

    private static JsonMap[]? ReadMessages(object? value) =>
        value is object?[] { Length: > 0 } list && list.All(item => item is JsonMap map && map.ContainsKey("role")) ? [.. list.Cast<JsonMap>()] : null;

    private static long? Number(JsonMap? map, string key) => map?.GetValueOrDefault(key) as long?;

    // {"response": text} of the local backends, where text may be llama.cpp's own object; transformers' pipelines;
    // completions; a text alone.
    private static string? Text(object? response) => response switch
    {
        string text => text,
        JsonMap map => map.GetOrDefault<string>("response") ?? map.GetOrDefault<string>("generated_text") ?? map.GetOrDefault<string>("text")
            ?? (map.GetOrDefault<JsonMap>("response") is { } inner ? Text(inner) : null)
            ?? ((map.GetOrDefault<object?[]>("choices") ?? []).FirstOrDefault() is JsonMap choice
                ? choice.GetOrDefault<string>("text") ?? choice.GetOrDefault<JsonMap>("message")?.GetOrDefault<string>("content") : null)
            ?? map.GetOrDefault<JsonMap>("clem_player")?.GetOrDefault<string>("response"),
        object?[] list => Text(list.FirstOrDefault()),
        _ => null,
    };
}

/// <summary>How a recorded response holds the prompt.</summary>
internal enum PromptHolding
{
    /// <summary>Not at all: it is the generated text alone.</summary>
    None,

    /// <summary>As it was sent.</summary>
    Exact,

    /// <summary>With other white space, or without its control tokens: it cannot be cut off by its text.</summary>
    Changed,
}
