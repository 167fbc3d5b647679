using Clembench.Backends.Http;
using Clembench.Json;

namespace Clembench.Backends.OpenAi;

/// <summary>Messages as chat completions take them: a text, or parts where there are images.</summary>
internal static class ChatParts
{
    /// <summary>The messages of a conversation.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="cancellationToken">Stops the reading of image files.</param>
    /// <returns>Plain values.</returns>
    /// <exception cref="Common.ClemException">An image cannot be read.</exception>
    public static async Task<object?[]> OfAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        var all = new object?[messages.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var content = messages[i].Images.Count == 0 ? (object)messages[i].Content
                : await PartsAsync(messages[i], cancellationToken).ConfigureAwait(false);
            all[i] = new JsonMap([new("role", messages[i].Role), new("content", content)]);
        }

        return all;
    }

    private static async Task<object?[]> PartsAsync(ChatMessage message, CancellationToken cancellationToken)
    {
        var parts = new List<object?>();
        if (message.Content.Length > 0)
            parts.Add(new JsonMap([new("type", "text"), new("text", message.Content)]));
        foreach (var image in message.Images)
        {
            var uri = await ImageUri.OfAsync(image.Location, cancellationToken).ConfigureAwait(false);
            parts.Add(new JsonMap([new("type", "image_url"), new("image_url", new JsonMap([new("url", uri)]))]));
        }

        return [.. parts];
    }
}
