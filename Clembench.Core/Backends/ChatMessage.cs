namespace Clembench.Backends;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">The text.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>Images that belong to the message, in the order in which they are shown after the text.</summary>
    public IReadOnlyList<ChatImage> Images { get; init; } = [];

    /// <summary>A message of the user role.</summary>
    /// <param name="content">The text.</param>
    /// <returns>The message.</returns>
    public static ChatMessage User(string content) => new("user", content);

    /// <summary>A message of the assistant role.</summary>
    /// <param name="content">The text.</param>
    /// <returns>The message.</returns>
    public static ChatMessage Assistant(string content) => new("assistant", content);

    /// <summary>
    /// Prepares a conversation for a model as clemcore does before every call: an empty system message is dropped,
    /// and consecutive messages of one role are joined by a blank line.
    /// </summary>
    /// <param name="messages">The conversation.</param>
    /// <returns>The prepared conversation.</returns>
    public static IReadOnlyList<ChatMessage> Prepare(IReadOnlyList<ChatMessage> messages)
    {
        var prepared = new List<ChatMessage>(messages.Count);
        foreach (var message in messages)
        {
            if (message is { Role: "system", Content: "" })
                continue;
            if (prepared.Count > 0 && prepared[^1].Role == message.Role)
            {
                var last = prepared[^1];
                prepared[^1] = last with { Content = $"{last.Content}\n\n{message.Content}", Images = [.. last.Images, .. message.Images] };
            }
            else
            {
                prepared.Add(message);
            }
        }

        return prepared;
    }
}
