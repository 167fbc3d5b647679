namespace Clembench.Backends.Http;

/// <summary>Conversations as services take them that are stricter than OpenAI's.</summary>
/// <param name="System">The system text, which some services keep apart; null where there is none.</param>
/// <param name="Turns">What user and assistant said in turn.</param>
internal sealed record RemoteConversation(string? System, IReadOnlyList<ChatMessage> Turns)
{
    /// <summary>Takes the system messages out, wherever they stand, and joins what then belongs together.</summary>
    /// <param name="messages">The conversation.</param>
    /// <returns>The conversation in parts.</returns>
    public static RemoteConversation Of(IReadOnlyList<ChatMessage> messages)
    {
        var system = string.Join("\n\n", messages.Where(message => message.Role == "system" && message.Content.Length > 0).Select(message => message.Content));
        return new(system.Length == 0 ? null : system, WithoutEmpty(messages.Where(message => message.Role != "system")));
    }

    /// <summary>
    /// Leaves messages out that say nothing, such as an empty answer of the model's: services refuse a request for them.
    /// Messages of one role that come together are joined.
    /// </summary>
    /// <param name="messages">The conversation.</param>
    /// <returns>The conversation without them.</returns>
    public static IReadOnlyList<ChatMessage> WithoutEmpty(IEnumerable<ChatMessage> messages) =>
        ChatMessage.Prepare(messages.Where(message => !string.IsNullOrWhiteSpace(message.Content) || message.Images.Count > 0).ToArray());
}
