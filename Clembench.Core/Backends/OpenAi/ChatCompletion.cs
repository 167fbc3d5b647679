using System.Text.Json;

namespace Clembench.Backends.OpenAi;

/// <summary>Reads chat completions as services send them.</summary>
internal static class ChatCompletion
{
    /// <summary>The first choice.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The choice; null where there is none.</returns>
    public static JsonElement? FirstChoice(JsonElement response) =>
        response.ValueKind == JsonValueKind.Object
        && response.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array
        && choices.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first ? first : null;

    /// <summary>An error that stands in place of a choice or of a whole response.</summary>
    /// <param name="element">A response or a choice.</param>
    /// <returns>Whether there is one.</returns>
    public static bool HasError(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String;

    /// <summary>The generated text: a string, or the text parts of a list, or nothing where the model said nothing.</summary>
    /// <param name="choice">The choice.</param>
    /// <returns>The text; null where the choice has no message, or the message is of an unknown form.</returns>
    public static string? Text(JsonElement choice)
    {
        if (!choice.TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.Object)
            return null;
        if (!message.TryGetProperty("content", out var content))
            return "";
        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString(),
            JsonValueKind.Null => "",
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(PartText)),
            _ => null,
        };
    }

    /// <summary>A number of tokens from the response's <c>usage</c>.</summary>
    /// <param name="response">The response.</param>
    /// <param name="name">The member's name.</param>
    /// <returns>The number; null where the service does not tell.</returns>
    public static long? Usage(JsonElement response, string name) =>
        response.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object
        && usage.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number) ? number : null;

    private static string PartText(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.String => part.GetString()!,
        JsonValueKind.Object when part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String => text.GetString()!,
        _ => "",
    };
}
