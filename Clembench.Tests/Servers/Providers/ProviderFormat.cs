using System.Text.Json;
using Clembench.Backends;
using NJsonSchema;

namespace Clembench.Tests.Servers.Providers;

/// <summary>
/// A provider's published format: where requests go, how they carry the key, what their bodies may hold, and what
/// answers look like. Schemas name every member that the provider does, and refuse all others.
/// </summary>
public abstract class ProviderFormat
{
    /// <summary>The key that requests must carry.</summary>
    public const string Secret = "sk-planted+8f3b/secret";

    private readonly Lazy<JsonSchema> _schema;

    protected ProviderFormat() => _schema = new(() => JsonSchema.FromJsonAsync(RequestSchema).GetAwaiter().GetResult());

    /// <summary>All formats, by the names of their backends.</summary>
    public static IReadOnlyDictionary<string, ProviderFormat> All { get; } = new ProviderFormat[]
    {
        new OpenAiFormat("openai"), new OpenAiFormat("openai_compatible"), new OpenAiFormat("openrouter"),
        new AzureFormat(), new AnthropicFormat(), new GoogleFormat(), new MistralFormat(), new CohereFormat(),
    }.ToDictionary(format => format.Name);

    /// <summary>The backend's name.</summary>
    public abstract string Name { get; }

    /// <summary>The path below the server's address that an entry's <c>base_url</c> has.</summary>
    public abstract string BasePath { get; }

    /// <summary>The path that requests for the model <c>test-model</c> are posted to, with their query.</summary>
    public abstract string MethodPath { get; }

    /// <summary>The header that carries the key, and its value.</summary>
    public virtual (string Name, string Value) KeyHeader => ("Authorization", $"Bearer {Secret}");

    /// <summary>A usual answer as the provider documents it, with a member that we do not know.</summary>
    public abstract string Completion(string text);

    /// <summary>An error as the provider writes them.</summary>
    public abstract string Error(int status, string message);

    /// <summary>The text of the last message.</summary>
    public abstract string LastContent(JsonElement request);

    /// <summary>What the usual answer says of tokens.</summary>
    public virtual (long Prompt, long Completion) Usage => (11, 7);

    /// <summary>The built-in backend.</summary>
    public IBackend Backend => BuiltInBackend.All(terminal: null).Single(one => one.Backend.Name == Name).Backend;

    /// <summary>The JSON schema of requests.</summary>
    protected abstract string RequestSchema { get; }

    /// <summary>What is not of the format.</summary>
    public IEnumerable<string> Check(RecordedCall call)
    {
        if (call.Path + call.Query != MethodPath)
            yield return $"the address {call.Path}{call.Query} (should be {MethodPath})";
        if (call.Headers.GetValueOrDefault("Content-Type")?.Split(';')[0] != "application/json")
            yield return "the content type";
        if (call.Headers.GetValueOrDefault(KeyHeader.Name) != KeyHeader.Value)
            yield return $"the header {KeyHeader.Name}";
        if (call.Query.Contains(Secret, StringComparison.Ordinal) || call.Headers.Any(header => header.Key != KeyHeader.Name && header.Value.Contains(Secret, StringComparison.Ordinal)))
            yield return "a key in another place";
        foreach (var error in _schema.Value.Validate(call.ToString()))
            yield return error.ToString().ReplaceLineEndings(" ");
        foreach (var rule in Rules(call.Request, call.Headers))
            yield return rule;
    }

    /// <summary>What the provider demands beyond its schema.</summary>
    protected virtual IEnumerable<string> Rules(JsonElement request, IReadOnlyDictionary<string, string> headers) => [];

    /// <summary>Whether roles alternate, beginning and ending with the user's.</summary>
    protected static IEnumerable<string> Alternation(IEnumerable<string?> roles, string user, string assistant)
    {
        var all = roles.ToArray();
        if (all.Length == 0 || all[0] != user || all[^1] != user)
            yield return "a conversation that does not begin and end with the user";
        if (all.Where((role, i) => role != (i % 2 == 0 ? user : assistant)).Any())
            yield return $"roles that do not alternate ({string.Join(", ", all)})";
    }

    /// <summary>A text as JSON.</summary>
    protected static string Quote(string text) => JsonSerializer.Serialize(text, Reply.Plain);
}
