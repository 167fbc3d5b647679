using Clembench.Json;

namespace Clembench.Results;

/// <summary>One event of an episode: something said between the game master and a player, or a note of the game master.</summary>
public sealed record InteractionEvent
{
    // As they were read. Hardly anybody asks for the map, so it is made when somebody does.
    private readonly KeyValuePair<string, object?>[]? _actionMembers;
    private readonly JsonMap? _action;

    /// <summary>Creates an event of a running episode.</summary>
    public InteractionEvent()
    {
    }

    private InteractionEvent(KeyValuePair<string, object?>[] actionMembers) => _actionMembers = actionMembers;

    /// <summary>The round that the event belongs to, from 0.</summary>
    public required int Turn { get; init; }

    /// <summary>Who speaks: <c>GM</c> or a player's name.</summary>
    public required string From { get; init; }

    /// <summary>Who is spoken to; <c>GM</c> to <c>GM</c> is a note.</summary>
    public required string To { get; init; }

    /// <summary>The kind of event: <c>send message</c>, <c>get message</c>, or one of the game's own.</summary>
    public required string Type { get; init; }

    /// <summary>The content: mostly a text, for some notes a list or a dictionary (see <see cref="JsonMap"/>).</summary>
    public object? Content { get; init; }

    /// <summary>How the player keeps it: <c>context</c>, <c>response</c>, <c>forget</c> or <c>pseudo</c>.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Images that belong to the content, as the instance names them: paths in the game's folder (see
    /// <see cref="Games.InstanceImages"/>), URLs or data URIs.
    /// </summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>The local time of the event, to the microsecond.</summary>
    public DateTime Timestamp { get; init; }

    /// <summary>
    /// The event's action, exactly as it was read from a file, or with the further members that the game gave it; null for
    /// an event of a running episode that has none.
    /// </summary>
    public JsonMap? Action
    {
        get => _action ?? (_actionMembers is null ? null : JsonMap.Own([.. _actionMembers]));
        init => (_action, _actionMembers) = (value, null);
    }

    /// <summary>
    /// Whether a player answered: a request to it was made. What privateshared writes into the record as if it had been asked for, was not.
    /// </summary>
    internal bool IsAnswer => this is { Type: "get message", To: Games.Dialogue.GameMaster } && Label != "pseudo";

    /// <summary>The episode that the event belongs to, where it was read from one.</summary>
    public Episode? Episode { get; init; }

    /// <summary>Makes an event of what stands in a file.</summary>
    /// <param name="turn">The round.</param>
    /// <param name="from">Who speaks.</param>
    /// <param name="to">Who is spoken to.</param>
    /// <param name="timestamp">The local time.</param>
    /// <param name="action">The members of the action, which nobody changes; of those with the same name the last one counts.</param>
    /// <returns>The event.</returns>
    internal static InteractionEvent Read(int turn, string from, string to, DateTime timestamp, KeyValuePair<string, object?>[] action)
    {
        object? type = null, content = null, label = null, image = null;
        foreach (var (name, value) in action)
        {
            switch (name)
            {
                case "type": type = value; break;
                case "content": content = value; break;
                case "label": label = value; break;
                case "image": image = value; break;
            }
        }

        return new InteractionEvent(action)
        {
            Turn = turn,
            From = from,
            To = to,
            Type = type as string ?? "",
            Content = content,
            Label = label as string,
            // Beside the content; in records of the time when the content was the whole message, within it.
            Images = (image ?? (content as JsonMap)?.GetValueOrDefault("image")) switch
            {
                string one => [one],
                object?[] several => [.. several.OfType<string>()],
                _ => [],
            },
            Timestamp = timestamp,
        };
    }
}
