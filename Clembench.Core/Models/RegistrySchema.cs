using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;
using NJsonSchema;

namespace Clembench.Models;

/// <summary>The JSON Schema of registry files, <c>registry/model_registry.schema.json</c>.</summary>
public sealed class RegistrySchema
{
    private readonly JsonSchema _entry;
    private readonly Dictionary<string, JsonSchemaProperty> _properties;

    private RegistrySchema(JsonSchema entry)
    {
        _entry = entry;
        _properties = entry.ActualProperties.Concat(entry.AllOf.SelectMany(part => part.ActualSchema.ActualProperties))
            .DistinctBy(property => property.Key).ToDictionary(property => property.Key, property => property.Value, StringComparer.Ordinal);
    }

    /// <summary>Reads the packaged schema.</summary>
    /// <param name="workspace">Where the product's data lie.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The schema.</returns>
    public static async Task<RegistrySchema> LoadAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var path = Path.Join(workspace.PackagedDirectory, "registry", "model_registry.schema.json");
        var schema = await JsonSchema.FromJsonAsync(
            await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return new RegistrySchema(schema.Definitions["entry"]);
    }

    /// <summary>The keys of an entry that the schema describes, at its top level and under <c>model_config</c>.</summary>
    public IReadOnlyCollection<string> Keys => _properties.Keys;

    /// <summary>The keys that the schema describes of an entry's object, such as <c>pricing</c>.</summary>
    /// <param name="key">The entry's key.</param>
    /// <returns>The keys; none where the object may have any.</returns>
    public IReadOnlyCollection<string> KeysOf(string key) =>
        _properties.TryGetValue(key, out var property) && key != "model_config" ? [.. property.ActualSchema.ActualProperties.Keys] : [];

    /// <summary>Whether a backend reads a key, as far as the schema says who does (<c>x-backends</c>).</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="backend">The backend.</param>
    /// <returns>Whether it may read it.</returns>
    public bool MayBeRead(string key, string backend) =>
        !_properties.TryGetValue(key, out var property) || property.ExtensionData is not { } extensions
        || !extensions.TryGetValue("x-backends", out var readers) || readers is not IEnumerable<object> backends
        || backends.Any(one => string.Equals($"{one}", backend, StringComparison.OrdinalIgnoreCase));

    /// <summary>Checks an entry.</summary>
    /// <param name="entry">The entry's members.</param>
    /// <returns>What does not fit, in words; nothing where all does.</returns>
    public IReadOnlyList<string> Validate(JsonMap entry) =>
        SchemaProblems.Of(_entry, entry, "the entry");
}
