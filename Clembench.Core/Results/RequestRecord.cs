using System.Text.Json;
using Clembench.Json;

namespace Clembench.Results;

/// <summary>One exact prompt–response pair of an episode.</summary>
public sealed record RequestRecord
{
    /// <summary>The round that the call was made in, from 0.</summary>
    public required int Round { get; init; }

    /// <summary>The call's place among all calls of the episode, from 0, by time.</summary>
    public required int Index { get; init; }

    /// <summary>The local time of the call's record.</summary>
    public required DateTime Timestamp { get; init; }

    /// <summary>The player who was asked, such as <c>Player 1</c>; null where the record does not tell.</summary>
    public string? Player { get; init; }

    /// <summary>The prompt, exactly as it was sent, as plain values to navigate; <see cref="PromptJson"/> is its text.</summary>
    public object? Prompt => JsonData.ToPlain(PromptElement);

    /// <summary>The response, exactly as it was received, as plain values; <see cref="ResponseJson"/> is its text.</summary>
    public object? Response => JsonData.ToPlain(ResponseElement);

    /// <summary>The prompt as JSON text on one line.</summary>
    public string PromptJson => JsonFormat.ToText(PromptElement);

    /// <summary>The response as JSON text on one line.</summary>
    public string ResponseJson => JsonFormat.ToText(ResponseElement);

    /// <summary>The generated message alone; null where the dialogue's record does not hold it.</summary>
    public string? ResponseText { get; init; }

    /// <summary>The episode that the call belongs to.</summary>
    public required Episode Episode { get; init; }

    /// <summary>The prompt as JSON text for people to read, indented.</summary>
    internal string IndentedPrompt => JsonFormat.ToIndentedText(PromptElement);

    /// <summary>The response as JSON text for people to read, indented.</summary>
    internal string IndentedResponse => JsonFormat.ToIndentedText(ResponseElement);

    internal JsonElement PromptElement { get; init; }

    internal JsonElement ResponseElement { get; init; }
}
