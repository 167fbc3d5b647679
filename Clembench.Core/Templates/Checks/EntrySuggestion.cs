using System.Globalization;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates.Checkpoints;

namespace Clembench.Templates.Checks;

/// <summary>Writes the registry entry that the guide to adding models has a person write.</summary>
internal static class EntrySuggestion
{
    /// <summary>The entry for a model.</summary>
    /// <param name="checkpoint">The model's checkpoint.</param>
    /// <param name="entry">The entry that it has already; null for none.</param>
    /// <param name="customTemplate">The template to use in place of the checkpoint's own; null where that is used.</param>
    /// <param name="eosToCull">The text that ends a response; null where it is not known.</param>
    /// <returns>The entry; null where the checkpoint is not one that can be played, such as a single configuration file.</returns>
    public static ModelEntry? Write(Checkpoint checkpoint, ModelEntry? entry, string? customTemplate, string? eosToCull)
    {
        if (checkpoint.Kind == CheckpointKind.File && entry is null)
            return null;
        var members = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in entry?.Properties ?? Begin(checkpoint))
            members[name] = value;

        Set(members, "premade_chat_template", customTemplate is null);
        if (customTemplate is null)
            Remove(members, "custom_chat_template");
        else
            Set(members, "custom_chat_template", customTemplate);
        if (checkpoint.SlowVocabularyFile is not null)
            Set(members, "slow_tokenizer", true);
        if (eosToCull is not null && !Culls(members, eosToCull))
            Set(members, "eos_to_cull", EosPattern.Escape(eosToCull));
        if (checkpoint.IsGated)
            Set(members, "requires_api_key", true);
        if (checkpoint.ContextSize is { } size && !members.ContainsKey("context_size"))
            members["context_size"] = size % 1024 == 0 ? $"{size / 1024}k" : size.ToString(CultureInfo.InvariantCulture);
        return ModelEntryReader.Read(new JsonMap(members), entry?.Source, entry?.Position ?? 0);
    }

    /// <summary>An entry with a changed setting.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="name">The setting's name.</param>
    /// <param name="value">Its value; null removes it.</param>
    /// <returns>The entry, with the setting in its place.</returns>
    public static ModelEntry With(ModelEntry entry, string name, object? value)
    {
        var members = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in entry.Properties)
            members[member.Key] = member.Value;
        if (value is null)
            Remove(members, name);
        else
            Set(members, name, value);
        return ModelEntryReader.Read(new JsonMap(members), entry.Source, entry.Position) with { Availability = entry.Availability };
    }

    /// <summary>Whether a value of <c>eos_to_cull</c> removes a text as a whole.</summary>
    /// <param name="value">The value; not empty.</param>
    /// <param name="text">The text.</param>
    /// <returns>Whether it does.</returns>
    public static bool Culls(string value, string text) =>
        EosPattern.Parse(value).Expression.Match(text) is { Success: true } match && match.Length == text.Length;

    private static IEnumerable<KeyValuePair<string, object?>> Begin(Checkpoint checkpoint)
    {
        yield return new("model_name", checkpoint.Name);
        yield return new("backend", checkpoint.Kind == CheckpointKind.Gguf ? "llamacpp" : "huggingface_local");
        if (checkpoint.HuggingFaceId is null)
        {
            yield return new("path", checkpoint.Location);
            yield break;
        }

        yield return new("huggingface_id", checkpoint.HuggingFaceId);
        if (checkpoint.FileName is not null)
            yield return new("filename", checkpoint.FileName);
    }

    private static bool Culls(OrderedDictionary<string, object?> members, string text)
    {
        var known = (Config(members)?.GetValueOrDefault("eos_to_cull") ?? members.GetValueOrDefault("eos_to_cull")) as string;
        return known is { Length: > 0 } && Culls(known, text);
    }

    // A setting is written where the entry has it; else where the entry keeps its settings.
    private static void Set(OrderedDictionary<string, object?> members, string name, object value)
    {
        if (Config(members) is { } config && !(members.ContainsKey(name) && !config.ContainsKey(name)))
            members["model_config"] = new JsonMap([.. config, new(name, value)]);
        else
            members[name] = value;
    }

    private static void Remove(OrderedDictionary<string, object?> members, string name)
    {
        members.Remove(name);
        if (Config(members) is { } config)
            members["model_config"] = new JsonMap(config.Where(member => member.Key != name));
    }

    private static JsonMap? Config(OrderedDictionary<string, object?> members) => members.GetValueOrDefault("model_config") as JsonMap;
}
