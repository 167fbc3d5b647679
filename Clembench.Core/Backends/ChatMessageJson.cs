using System.Text.Json;
using Clembench.Json;

namespace Clembench.Backends;

/// <summary>The JSON form of messages: <c>role</c>, <c>content</c>, and <c>image</c> where there are any.</summary>
public static class ChatMessageJson
{
    /// <summary>A message as a JSON object.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The object.</returns>
    public static JsonElement ToElement(ChatMessage message) => JsonData.ToElement(ToMap(message));

    /// <summary>A conversation as a JSON array.</summary>
    /// <param name="messages">The messages.</param>
    /// <returns>The array.</returns>
    public static JsonElement ToElement(IReadOnlyList<ChatMessage> messages) => JsonData.ToElement(messages.Select(ToMap).ToArray());

    private static JsonMap ToMap(ChatMessage message) => message.Images.Count == 0
        ? new([new("role", message.Role), new("content", message.Content)])
        : new([new("role", message.Role), new("content", message.Content), new("image", message.Images.Select(image => image.Reference).ToArray())]);
}
