using Clembench.Json;

namespace Clembench.Models;

/// <summary>
/// One entry of a model registry: what a model is called, which backend runs it, and what that backend needs to know.
/// </summary>
public sealed record ModelEntry
{
    /// <summary>The model's name (<c>model_name</c>), by which people and result folders refer to it.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the backend that runs the model (<c>backend</c>).</summary>
    public required string Backend { get; init; }

    /// <summary>The name that a remote API knows the model by (<c>model_id</c>).</summary>
    public string? ModelId { get; init; }

    /// <summary>The repository on the Hugging Face hub (<c>huggingface_id</c>), <c>owner/name</c>.</summary>
    public string? HuggingFaceId { get; init; }

    /// <summary>The length of the model's context in tokens (<c>context_size</c>, where <c>128k</c> is 131,072).</summary>
    public int? ContextSize { get; init; }

    /// <summary>Whether the model's weights are public (<c>open_weight</c>).</summary>
    public bool? OpenWeight { get; init; }

    /// <summary>Whether the model can be played on this machine as it is.</summary>
    public Availability Availability { get; init; }

    /// <summary>The registry file that the entry was read from; <see langword="null"/> for an entry made in memory.</summary>
    public string? Source { get; init; }

    /// <summary>The entry's place in its file, from 1; 0 for an entry made in memory.</summary>
    public int Position { get; init; }

    /// <summary>
    /// Whether <c>base_url</c> may be sent a key that does not belong to it. A file that merely lies in the working
    /// directory may not say where the user's keys go; one that somebody named, or that is the user's own, may.
    /// </summary>
    public bool IsAddressTrusted { get; init; } = true;

    /// <summary>
    /// Whether a person answers in place of a model, at the terminal or in a chat room: slower than any machine, one
    /// dialogue at a time, and only when somebody asked for that.
    /// </summary>
    public bool IsPerson => Backend is "human" or "slurk";

    /// <summary>
    /// How many images a message may have, by the entry's <c>multimodality</c>, as clemcore takes it: an entry without it is
    /// of a model that sees none. Models on this machine see none; persons and <c>mock</c> do.
    /// </summary>
    public ImageSupport ImageSupport =>
        IsPerson || Backend is "mock" ? ImageSupport.Several
        : Backends.Local.LocalModelStore.IsLocal(this) || GetSetting("multimodality") is not JsonMap sees ? ImageSupport.None
        : sees.GetValueOrDefault("multiple_images") is true ? ImageSupport.Several
        : sees.GetValueOrDefault("single_image") is true ? ImageSupport.One
        : ImageSupport.None;

    /// <summary>
    /// Whether somebody asked for this entry by its name, not by a wildcard or for all entries: a person plays only then.
    /// </summary>
    public bool SelectedByName { get; init; }

    /// <summary>Every key of the entry, as read.</summary>
    public JsonMap Properties { get; init; } = JsonMap.Empty;

    /// <summary>
    /// A setting of the model: the value under <c>model_config</c> (clemcore's place), else at the top level of the
    /// entry (the older guide's place).
    /// </summary>
    /// <param name="key">The setting's name, such as <c>eos_to_cull</c>.</param>
    /// <returns>The value, or <see langword="null"/> where the entry does not have it.</returns>
    public object? GetSetting(string key) =>
        Properties.GetOrDefault<JsonMap>("model_config") is { } config && config.TryGetValue(key, out var value) ? value
        : Properties.TryGetValue(key, out value) ? value
        : null;

    /// <inheritdoc />
    public override string ToString() => Name;
}
