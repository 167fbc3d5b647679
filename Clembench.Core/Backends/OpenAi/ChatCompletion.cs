using System.Text.Json;
using Clembench.Backends.Http;

namespace Clembench.Backends.OpenAi;

/// <summary>Reads chat completions as services send them.</summary>
internal static class ChatCompletion
{
    /// <summary>Where the text is.</summary>
    public const string TextPlace = "choices[0].message.content";

    /// <summary>What was generated.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The text of the first choice and the usage; null where there is no choice, or it is of an unknown form.</returns>
    /// <exception cref="WireErrorException">The first choice is an error.</exception>
    public static Completion? Read(JsonElement response)
    {
        if (response.Member("choices").Items().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } choice)
            return null;
        if (JsonMembers.HasError(choice))
            throw new WireErrorException(502, choice);
        var usage = response.Member("usage");
        return Text(choice) is { } text
            ? new Completion(text, usage.Member("prompt_tokens").Whole(), usage.Member("completion_tokens").Whole())
            : null;
    }

    // A string, or the text parts of a list, or nothing where the model said nothing.
    private static string? Text(JsonElement choice)
    {
        var message = choice.Member("message");
        if (message.ValueKind != JsonValueKind.Object)
            return null;
        var content = message.Member("content");
        return content.ValueKind switch
        {
            JsonValueKind.String => content.Text(),
            JsonValueKind.Null or JsonValueKind.Undefined => "",
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => part.Text() ?? part.Member("text").Text())),
            _ => null,
        };
    }
}
