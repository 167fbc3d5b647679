using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends;

/// <summary>
/// A model whose responses at temperature 0 are kept on disk: the same model asked the same gets the same response
/// without being called. A response from the cache says so (<see cref="ModelResponse.FromCache"/>).
/// What does not survive: nothing; prompt and response are kept in their very text.
/// </summary>
/// <param name="inner">The model that answers.</param>
/// <param name="entry">The model's entry: another setting is another model.</param>
/// <param name="folder">The cache's folder.</param>
public sealed class CachingModel(IModel inner, ModelEntry entry, string folder) : DelegatingModel(inner)
{
    // To be raised whenever the form of a kept response, or what counts as the same call, changes.
    private const long FormatVersion = 1;

    private readonly JsonMap _identity = Secrets.Strip(new JsonMap(entry.Properties.Where(member => member.Key != "lookup_source")));

    /// <inheritdoc />
    /// <exception cref="ClemException">The cache's folder cannot be written.</exception>
    public override async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        if (options.Temperature != 0)
            return await Inner.GenerateAsync(messages, options, cancellationToken).ConfigureAwait(false);

        var key = await KeyOfAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var path = Path.Join(folder, key[..2], key + ".json");
        if (await ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } known)
            return known;
        var response = await Inner.GenerateAsync(messages, options, cancellationToken).ConfigureAwait(false);
        await AtomicFile.WriteAsync(path, Write(response), cancellationToken).ConfigureAwait(false);
        return response;
    }

    private async Task<string> KeyOfAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var said = new object?[messages.Count];
        for (var i = 0; i < said.Length; i++)
        {
            var images = new List<object?>();
            foreach (var image in messages[i].Images)
                images.Add(await IdentityAsync(image.Location, cancellationToken).ConfigureAwait(false));
            said[i] = new object?[] { messages[i].Role, messages[i].Content, images.ToArray() };
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonData.ToJson(new JsonMap(
        [
            new("version", FormatVersion),
            new("model", Inner.Name),
            new("backend", entry.Backend),
            new("service", Service),
            new("entry", _identity),
            new("max_tokens", (long)options.MaxTokens),
            new("messages", said),
        ])))));
    }

    // A file is what is in it, whatever it is called.
    private static async Task<string> IdentityAsync(string image, CancellationToken cancellationToken) => File.Exists(image)
        ? Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(image, cancellationToken).ConfigureAwait(false)))
        : image;

    private static async Task<ModelResponse?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), JsonFormat.Record);
            var root = document.RootElement;
            return new ModelResponse(root.GetProperty("prompt").Clone(), root.GetProperty("response").Clone(), root.GetProperty("text").GetString()!)
            {
                PromptTokens = Number(root, "prompt_tokens"),
                CompletionTokens = Number(root, "completion_tokens"),
                FromCache = true,
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FileNotFoundException)
        {
            // Damaged or just removed: the model is asked again, and its response takes the place.
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Write(ModelResponse response)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Compact))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("prompt");
            JsonFormat.WriteExact(writer, response.Prompt);
            writer.WritePropertyName("response");
            JsonFormat.WriteExact(writer, response.Response);
            writer.WriteString("text", response.Text);
            if (response.PromptTokens is { } prompt)
                writer.WriteNumber("prompt_tokens", prompt);
            if (response.CompletionTokens is { } completion)
                writer.WriteNumber("completion_tokens", completion);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static long? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : null;
}
