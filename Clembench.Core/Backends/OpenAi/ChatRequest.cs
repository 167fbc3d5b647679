using System.Buffers;
using System.Text.Json;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.OpenAi;

/// <summary>Writes the bodies of chat completion requests for one registry entry.</summary>
internal sealed class ChatRequest
{
    private readonly bool _reasoning;
    private readonly string? _effort;
    private readonly long? _maxCompletionTokens;
    private readonly JsonMap _extra;

    /// <summary>Reads the entry's settings.</summary>
    /// <param name="entry">The entry.</param>
    /// <exception cref="ClemException">A setting has the wrong type.</exception>
    public ChatRequest(ModelEntry entry)
    {
        ModelId = entry.ModelId ?? entry.Name;
        _reasoning = Setting<bool?>(entry, "reasoning_model", "true or false") ?? false;
        _effort = Setting<string>(entry, "reasoning_effort", "a text");
        _maxCompletionTokens = Setting<long?>(entry, "max_completion_tokens", "a whole number");
        _extra = Setting<JsonMap>(entry, "extra_body", "an object") ?? JsonMap.Empty;
        if (_extra.GetOrDefault<bool>("stream"))
        {
            throw new ClemException(
                "Clem.Backend.InvalidSetting", ErrorKind.InvalidData,
                $"The entry '{entry.Name}' asks for a streamed response (extra_body.stream), which cannot be recorded as one object.",
                "Remove stream from extra_body.", entry.Name);
        }
    }

    /// <summary>The name that the service knows the model by.</summary>
    public string ModelId { get; }

    /// <summary>Writes the body of a request.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="cancellationToken">Stops the reading of image files.</param>
    /// <returns>JSON in UTF-8.</returns>
    /// <exception cref="ClemException">An image cannot be read.</exception>
    public async Task<ReadOnlyMemory<byte>> WriteAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var images = new List<string>();
        foreach (var image in messages.SelectMany(message => message.Images))
            images.Add(await ImageUri.OfAsync(image, cancellationToken).ConfigureAwait(false));
        return Write(messages, new Queue<string>(images), options);
    }

    private ReadOnlyMemory<byte> Write(IReadOnlyList<ChatMessage> messages, Queue<string> images, GenerationOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Compact))
        {
            writer.WriteStartObject();
            Member("model", () => writer.WriteStringValue(ModelId));
            Member("messages", () =>
            {
                writer.WriteStartArray();
                foreach (var message in messages)
                    Write(writer, message, images);
                writer.WriteEndArray();
            });

            // Reasoning models know neither greedy decoding nor max_tokens, which would cut the hidden reasoning.
            if (!_reasoning || options.Temperature > 0)
                Member("temperature", () => JsonFormat.WriteNumber(writer, options.Temperature));
            if (_maxCompletionTokens is { } most)
                Member("max_completion_tokens", () => writer.WriteNumberValue(most));
            else if (!_reasoning)
                Member("max_tokens", () => writer.WriteNumberValue(options.MaxTokens));
            if (_effort is not null)
                Member("reasoning_effort", () => writer.WriteStringValue(_effort));
            foreach (var (name, value) in _extra)
            {
                writer.WritePropertyName(name);
                JsonData.Write(writer, value);
            }
            writer.WriteEndObject();

            // What the entry says in extra_body goes before what we would say: each name stands once.
            void Member(string name, Action write)
            {
                if (_extra.ContainsKey(name))
                    return;
                writer.WritePropertyName(name);
                write();
            }
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, ChatMessage message, Queue<string> images)
    {
        writer.WriteStartObject();
        writer.WriteString("role", message.Role);
        if (message.Images.Count == 0)
        {
            writer.WriteString("content", message.Content);
        }
        else
        {
            writer.WriteStartArray("content");
            writer.WriteStartObject();
            writer.WriteString("type", "text");
            writer.WriteString("text", message.Content);
            writer.WriteEndObject();
            for (var i = 0; i < message.Images.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("type", "image_url");
                writer.WriteStartObject("image_url");
                writer.WriteString("url", images.Dequeue());
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static T? Setting<T>(ModelEntry entry, string name, string form) => entry.GetSetting(name) switch
    {
        null => default,
        T value => value,
        _ => throw new ClemException(
            "Clem.Backend.InvalidSetting", ErrorKind.InvalidData, $"The setting {name} of the entry '{entry.Name}' is not {form}.",
            "Correct the entry in its registry.", entry.Name),
    };
}
