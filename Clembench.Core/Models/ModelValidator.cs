using System.Runtime.CompilerServices;
using Clembench.Backends;
using Clembench.Backends.Llama.Native;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.Models;

/// <summary>Checks registry entries: what a person would otherwise find out by playing.</summary>
/// <param name="schema">The schema of entries.</param>
/// <param name="registry">The entries, to find those that are hidden by another one.</param>
/// <param name="keys">The keys.</param>
/// <param name="backends">The backends.</param>
/// <param name="store">The files of models that run on this machine; asked for when there is such an entry.</param>
public sealed class ModelValidator(RegistrySchema schema, ModelRegistry registry, KeyStore keys, BackendCatalog backends, Lazy<LocalModelStore> store)
{
    private readonly LocalModelChecker _local = new(store);

    // The entry that each name means: found once, because whole registries are checked.
    private readonly Lazy<Dictionary<string, ModelEntry>> _first = new(() =>
        registry.Entries.DistinctBy(entry => entry.Name).ToDictionary(entry => entry.Name, StringComparer.Ordinal));

    /// <summary>Checks an entry without touching the network.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Stops the reading of a local model's files.</param>
    /// <returns>The checks.</returns>
    public async IAsyncEnumerable<ModelCheck> CheckAsync(ModelEntry entry, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return CheckSchema(entry);
        if (CheckSpelling(entry) is { } spelling)
            yield return spelling;
        if (CheckReaders(entry) is { } readers)
            yield return readers;
        yield return CheckBackend(entry);
        Checkpoint? checkpoint = null;
        if (LocalModelStore.IsLocal(entry))
        {
            (var files, checkpoint) = await _local.CheckAsync(entry, cancellationToken).ConfigureAwait(false);
            yield return files;
        }

        if (CheckKey(entry) is { } key)
            yield return key;
        if (entry.GetSetting("eos_to_cull") is string { Length: > 0 } eos)
            yield return CheckEos(entry, eos);
        if (entry.GetSetting("premade_chat_template") is bool premade)
            yield return CheckTemplate(entry, premade, checkpoint);
        else if (entry.GetSetting("custom_chat_template") is string { Length: > 0 } custom)
            yield return CheckCustomTemplate(entry, custom);
        if (entry.Properties.TryGetValue("context_size", out var size))
            yield return CheckContextSize(entry, size, checkpoint);
        if (CheckPlaces(entry) is { } places)
            yield return places;
        if (CheckHidden(entry) is { } hidden)
            yield return hidden;
    }

    private ModelCheck CheckSchema(ModelEntry entry)
    {
        var problems = schema.Validate(entry.Properties);
        return problems.Count == 0
            ? new(entry.Name, "Schema", true, "The entry has the form of the schema.")
            : new(entry.Name, "Schema", false, string.Join("; ", problems) + ".", "Correct the entry; registry/model_registry.schema.json describes every key.");
    }

    // A key that nothing reads may be one of the backend's own; one that looks like a known key will have been meant as that.
    private ModelCheck? CheckSpelling(ModelEntry entry)
    {
        var found = Misspelt(Members(entry).Select(member => member.Key), schema.Keys)
            .Concat(Members(entry).Where(member => member.Value is JsonMap)
                .SelectMany(member => Misspelt(((JsonMap)member.Value!).Keys, schema.KeysOf(member.Key)).Select(key => (Key: $"{member.Key}.{key.Key}", Meant: $"{member.Key}.{key.Meant}"))))
            .ToArray();
        return found.Length == 0 ? null : new(
            entry.Name, "Spelling", true, $"No key of an entry is called {string.Join(" or ", found.Select(key => $"'{key.Key}'"))}, so that it has no effect, unless the backend reads it.",
            $"Did you mean {string.Join(" and ", found.Select(key => $"'{key.Meant}'"))}?");
    }

    private static IEnumerable<(string Key, string Meant)> Misspelt(IEnumerable<string> written, IReadOnlyCollection<string> known) => written
        .Where(key => known.Count > 0 && !known.Contains(key))
        .Select(key => (Key: key, Meant: Spelling.Nearest(key, known)))
        .Where(key => key.Meant is not null).Select(key => (key.Key, key.Meant!));

    // A setting of another backend is no fault either, as where the backend was changed, but whoever wrote it expects something of it.
    private ModelCheck? CheckReaders(ModelEntry entry)
    {
        if (backends.List().FirstOrDefault(backend => backend.Name == entry.Backend) is not { Kind: BackendKind.BuiltIn })
            return null;
        var unread = Members(entry).Select(member => member.Key).Where(key => !schema.MayBeRead(key, entry.Backend)).ToArray();
        return unread.Length == 0 ? null : new(
            entry.Name, "Settings", true, $"The backend '{entry.Backend}' does not read {string.Join(" and ", unread.Select(key => $"'{key}'"))}, so that it has no effect.",
            "Remove it, or check the entry's backend; docs/backends.md has the settings of each.");
    }

    private static IEnumerable<KeyValuePair<string, object?>> Members(ModelEntry entry) =>
        (entry.Properties.GetOrDefault<JsonMap>("model_config") ?? JsonMap.Empty).Concat(entry.Properties).DistinctBy(member => member.Key);

    private ModelCheck CheckBackend(ModelEntry entry)
    {
        try
        {
            _ = backends.Get(entry.Backend);
            return LocalModelStore.IsLocal(entry) && LlamaLibrary.WhyNot() is { } missing
                ? new(entry.Name, "Backend", false, missing.Message, missing.Action)
                : new(entry.Name, "Backend", true, $"There is a backend '{entry.Backend}'.");
        }
        catch (ClemException error)
        {
            return new(entry.Name, "Backend", false, error.Message, error.Action);
        }
    }

    private ModelCheck? CheckKey(ModelEntry entry)
    {
        // A gated model on the hub needs the hub's token; other backends say themselves whether they lack a key.
        if (entry.GetSetting("requires_api_key") is true && entry.Backend is "huggingface_local" or "llamacpp")
        {
            return keys.Get("huggingface")?.ApiKey is not null
                ? new(entry.Name, "Key", true, "There is a key for the Hugging Face hub.")
                : new(entry.Name, "Key", false, "The model is gated, and there is no key for the Hugging Face hub.", "Set one with: Set-ClemKey huggingface");
        }

        var key = keys.Get(entry.Backend);
        if (backends.WhyNot(entry, key) is { Kind: ErrorKind.Authentication } refusal)
            return new(entry.Name, "Key", false, refusal.Message, refusal.Action);
        return backends.GetAvailability(entry, key) switch
        {
            Availability.NeedsKey => new(entry.Name, "Key", false, $"There is no key for the backend '{entry.Backend}', or no address.", $"Set one with: Set-ClemKey {entry.Backend}"),
            _ when key?.ApiKey is not null => new(entry.Name, "Key", true, $"There is a key for the backend '{entry.Backend}' ({key.Source})."),
            _ => null,
        };
    }

    private static ModelCheck CheckEos(ModelEntry entry, string eos) => EosPattern.Parse(eos).LiteralBecause is { } because
        ? new(entry.Name, "EosToCull", false, $"'{eos}' is taken as a text: {because}.",
            $"Write it as a regular expression: \"eos_to_cull\": {JsonData.ToJson(EosPattern.Escape(eos))}")
        : new(entry.Name, "EosToCull", true, $"'{eos}' is a regular expression that removes more than a single character.");

    private static ModelCheck CheckTemplate(ModelEntry entry, bool premade, Checkpoint? checkpoint)
    {
        var hasCustom = entry.GetSetting("custom_chat_template") is string { Length: > 0 };
        return premade == hasCustom
            ? premade
                ? new(entry.Name, "ChatTemplate", false, "premade_chat_template is true, and there is a custom_chat_template too, which is not used.", "Set premade_chat_template to false, or remove the template.")
                : new(entry.Name, "ChatTemplate", false, "premade_chat_template is false, and there is no custom_chat_template.", "Add the template as custom_chat_template, in jinja2 form.")
            : premade ? CheckPremadeTemplate(entry, checkpoint)
            : CheckCustomTemplate(entry, (string)entry.GetSetting("custom_chat_template")!);
    }

    private static ModelCheck CheckPremadeTemplate(ModelEntry entry, Checkpoint? checkpoint)
    {
        try
        {
            if (checkpoint is not null)
                ChatTemplate.For(checkpoint, custom: null, entry);
            return new(entry.Name, "ChatTemplate", true, $"The tokenizer's own chat template is used{(checkpoint is null ? "" : "; it compiles")}.");
        }
        catch (ClemException error)
        {
            return new(entry.Name, "ChatTemplate", false, error.Message, error.Action ?? "Give the entry a custom_chat_template, and premade_chat_template false.");
        }
    }

    private static ModelCheck CheckCustomTemplate(ModelEntry entry, string source)
    {
        try
        {
            ChatTemplate.Parse(source);
            return new(entry.Name, "ChatTemplate", true, "The entry's chat template is used; it compiles.");
        }
        catch (ClemException error)
        {
            return new(entry.Name, "ChatTemplate", false, error.Message, "Correct custom_chat_template; Test-ClemTemplate -Template shows what it renders.");
        }
    }

    private static ModelCheck CheckContextSize(ModelEntry entry, object? size, Checkpoint? checkpoint) => ModelEntryReader.ParseContextSize(size) is { } tokens
        ? checkpoint?.ContextSize is { } own && tokens > own
            ? new(entry.Name, "ContextSize", false, $"The entry says a context of {tokens} tokens, and the model was trained with {own}: what goes beyond that it does not understand.",
                $"Set context_size to {own} or less, or leave it out.")
            : new(entry.Name, "ContextSize", true, $"The context has {tokens} tokens.")
        : new(entry.Name, "ContextSize", false, $"The context size {JsonData.ToJson(size)} cannot be read.", "Write digits, perhaps with k or m: \"128k\", \"8192\".");

    private static ModelCheck? CheckPlaces(ModelEntry entry)
    {
        if (entry.Properties.GetOrDefault<JsonMap>("model_config") is not { } config)
            return null;
        var twice = config.Where(member => entry.Properties.TryGetValue(member.Key, out var top) && !PlainValue.AreEqual(top, member.Value)).Select(member => member.Key).ToArray();
        return twice.Length == 0 ? null : new(
            entry.Name, "Places", false, $"{string.Join(", ", twice)}: different values at the top level and under model_config; the latter counts.",
            "Keep one of the two.");
    }

    private ModelCheck? CheckHidden(ModelEntry entry)
    {
        var first = _first.Value.GetValueOrDefault(entry.Name);
        return entry.Source is null || first is null || (first.Source == entry.Source && first.Position == entry.Position) ? null : new(
            entry.Name, "Precedence", false, $"Another entry of that name comes first: {first.Source}, entry {first.Position}.",
            "Rename one of them, or select this one by a specification that the other does not unify with.");
    }
}
