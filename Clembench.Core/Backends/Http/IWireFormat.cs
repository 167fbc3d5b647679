using System.Text.Json;

namespace Clembench.Backends.Http;

/// <summary>A service's form of requests and answers.</summary>
internal interface IWireFormat
{
    /// <summary>Writes the body of a request.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="cancellationToken">Stops the reading of images.</param>
    /// <returns>JSON in UTF-8.</returns>
    /// <exception cref="Common.ClemException">An image cannot be read.</exception>
    Task<ReadOnlyMemory<byte>> WriteAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken);

    /// <summary>Reads the body of an answer that claims success.</summary>
    /// <param name="response">The body.</param>
    /// <returns>What was generated; null where the body is not of the form.</returns>
    /// <exception cref="WireErrorException">The body reports an error.</exception>
    Completion? Read(JsonElement response);

    /// <summary>Where the generated text is in an answer, for a person who reads that it is missing.</summary>
    string TextPlace { get; }
}

/// <summary>What a service generated.</summary>
/// <param name="Text">The message alone; empty where the model said nothing or refused.</param>
/// <param name="PromptTokens">The tokens of the prompt, those from a cache among them; null where unknown.</param>
/// <param name="CompletionTokens">The generated tokens, those of hidden thoughts among them; null where unknown.</param>
internal sealed record Completion(string Text, long? PromptTokens, long? CompletionTokens);

/// <summary>An error that a body reports under the status 200.</summary>
/// <param name="status">The status that would be right.</param>
/// <param name="element">The part of the body that reports it.</param>
internal sealed class WireErrorException(int status, JsonElement element) : Exception
{
    /// <summary>The status that would be right, unless the body names one.</summary>
    public int Status { get; } = status;

    /// <summary>The part of the body that reports the error.</summary>
    public JsonElement Element { get; } = element;
}
