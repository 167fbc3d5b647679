using System.Text;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Backends.Anthropic;
using Clembench.Backends.Cohere;
using Clembench.Backends.Google;
using Clembench.Backends.Http;
using Clembench.Backends.Mistral;
using Clembench.Backends.OpenAi;
using Clembench.Fuzz.Mutation;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;

namespace Clembench.Fuzz.Targets;

/// <summary>
/// A service's answer: an object with the API, the status, headers and the body, which is a value, or a text where it is no JSON. What a model
/// answered is recorded and read again; no error and no record has the key in it, wherever the service repeats it.
/// </summary>
internal sealed class ResponseTarget : FuzzTarget
{
    private const string Key = "sk-planted-0123456789";
    private static readonly ChatMessage[] Conversation = [new("user", "Name a colour.")];
    private static readonly CallTarget Target = new("openai", "m", "m-1", new Uri("http://127.0.0.1:1/v1?key=" + Key), new BackendKey("openai") { ApiKey = Key, Source = "key.json" });
    private static readonly ModelEntry Entry = ModelEntryReader.Read(new JsonMap([new("model_name", "m"), new("backend", "openai"), new("model_id", "m-1")]));
    private static readonly Dictionary<string, IWireFormat> Formats = new()
    {
        ["openai"] = new ChatFormat(new ChatRequest(Entry)),
        ["anthropic"] = new AnthropicFormat(Entry),
        ["google"] = new GoogleFormat(Entry, new ImageDownloads(Target)),
        ["mistral"] = new MistralFormat(Entry),
        ["cohere"] = new CohereFormat(Entry),
    };

    public override string Name => "responses";

    public override string Description => "answers of the remote backends, JSON and others";

    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words("[", "{", "]", "}", "\"", ",", ":", "null", Key, "\\ud83d", "\\udc00", "data: {}\\n\\n", "data: [DONE]\\n\\n", "<html>", "error", "\\u0000", "\\u0073k-planted-0123456789", "retryDelay", "1e9s");

    public override bool Run(byte[] input)
    {
        if (Unpack(input) is not var (format, answer))
            return false;
        var model = new RemoteModel(Target, format, new Canned(answer), TimeProvider.System);
        ModelResponse response;
        try
        {
            response = Wait(model.GenerateAsync(Conversation, new GenerationOptions(), default));
        }
        catch (ModelCallException error)
        {
            NoKey(error.ToString(), "an error");
            // What a service refuses in its own form is no odd input.
            return answer.Status is < 200 or >= 300;
        }

        NoKey(response.Text, "what is said");
        NoKey(JsonFormat.ToText(response.Response), "the record");
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written, JsonFormat.Indented))
            RequestsFile.WriteShared(writer, [new RecordedCall("Player 1", 0, DateTime.UnixEpoch, TimeSpan.Zero, response)]);
        ResultsReader.Parse("requests.json", () =>
        {
            using var document = RequestsFile.Parse(written.WrittenMemory);
            return RequestsFile.Read(document.RootElement).Single();
        });
        return true;
    }

    private static void NoKey(string text, string where) => Promise(!text.Contains(Key, StringComparison.Ordinal), $"no key in {where}", () => text);

    private static (IWireFormat Format, WireAnswer Answer)? Unpack(byte[] input)
    {
        try
        {
            using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = 1_000 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("body", out var body))
                return null;
            var format = root.TryGetProperty("api", out var api) && api.ValueKind == JsonValueKind.String && Formats.TryGetValue(api.GetString()!, out var known) ? known : Formats["openai"];
            var status = root.TryGetProperty("status", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number : 200;
            var headers = root.TryGetProperty("headers", out var all) && all.ValueKind == JsonValueKind.Object
                ? all.EnumerateObject().Where(header => header.Value.ValueKind == JsonValueKind.String).Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!)) : [];
            var bytes = body.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(body.GetString()!) : Encoding.UTF8.GetBytes(body.GetRawText());
            return (format, new WireAnswer(status, bytes, WireAnswer.ByName(headers)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not the form of this target's inputs.
            return null;
        }
    }

    private sealed class Canned(WireAnswer answer) : IWireTransport
    {
        public Task<WireAnswer> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => Task.FromResult(answer);
    }
}
