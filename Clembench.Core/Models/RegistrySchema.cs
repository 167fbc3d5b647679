using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;
using NJsonSchema;

namespace Clembench.Models;

/// <summary>The JSON Schema of registry files, <c>registry/model_registry.schema.json</c>.</summary>
public sealed class RegistrySchema
{
    private readonly JsonSchema _entry;
    private HashSet<string>? _keys;

    private RegistrySchema(JsonSchema entry) => _entry = entry;

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
    public IReadOnlySet<string> Keys => _keys ??= [.. _entry.ActualProperties.Keys, .. _entry.AllOf.SelectMany(part => part.ActualSchema.ActualProperties.Keys)];

    /// <summary>Checks an entry.</summary>
    /// <param name="entry">The entry's members.</param>
    /// <returns>What does not fit, in words; nothing where all does.</returns>
    public IReadOnlyList<string> Validate(JsonMap entry) =>
        SchemaProblems.Of(_entry, entry, "the entry");
}
