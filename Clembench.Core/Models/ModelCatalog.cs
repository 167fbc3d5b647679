using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Models;

/// <summary>The models that a session sees: registry entries with what keys and backends say about them.</summary>
/// <param name="registry">The entries.</param>
/// <param name="keys">The keys.</param>
/// <param name="backends">The backends.</param>
public sealed class ModelCatalog(ModelRegistry registry, KeyStore keys, BackendCatalog backends)
{
    // The names that Python's framework knows its players without a model by.
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["programmatic"] = "mock",
        ["terminal"] = "human",
    };

    /// <summary>The error's id where a model is not found, and a registry file cannot be used: the broken file is what there is to tell.</summary>
    public const string MayBeInBrokenFileId = "Clem.Model.MayBeInBrokenFile";

    /// <summary>The files that could not be used.</summary>
    public IReadOnlyList<ClemException> Errors => registry.Errors;

    /// <summary>All entries, in order of precedence.</summary>
    public IEnumerable<ModelEntry> Entries => registry.Entries.Select(WithAvailability);

    /// <summary>Selects all entries that a partial specification unifies with.</summary>
    /// <param name="selector">The specification.</param>
    /// <returns>The entries as they are unified, in order of precedence.</returns>
    public IEnumerable<ModelEntry> Select(JsonMap selector) => registry.Select(selector).Select(WithAvailability);

    /// <summary>Selects the first entry that a partial specification unifies with.</summary>
    /// <param name="selector">The specification; one that names a backend needs no entry.</param>
    /// <returns>The union of the two.</returns>
    /// <exception cref="ClemException">There is no such entry.</exception>
    public ModelEntry Resolve(JsonMap selector)
    {
        if (selector.GetOrDefault<string>("model_name") is { } name && OtherNames.TryGetValue(name, out var entryName))
            selector = new JsonMap(selector.Select(member => member.Key == "model_name" ? new("model_name", entryName) : member));
        var entry = registry.Select(selector).FirstOrDefault()
            ?? SelectInAnyCase(selector)
            ?? (ModelEntryReader.FindProblem(selector) is null ? ModelEntryReader.Read(selector) : null)
            ?? throw NotFound(selector);
        return WithAvailability(entry) with { SelectedByName = selector.ContainsKey("model_name") };
    }

    /// <summary>The entry with its availability as things are.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>The entry.</returns>
    public ModelEntry WithAvailability(ModelEntry entry) =>
        entry with { Availability = backends.GetAvailability(entry, keys.Get(entry.Backend)) };

    /// <summary>Why an entry's model cannot be played as things are, where its availability alone does not tell.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>An error that says what to do; null where there is nothing to add.</returns>
    public ClemException? WhyNot(ModelEntry entry) => backends.WhyNot(entry, keys.Get(entry.Backend));

    // A name in another case than any entry's means the one that it can mean; where it could mean two, it means none.
    private ModelEntry? SelectInAnyCase(JsonMap selector)
    {
        if (selector.GetOrDefault<string>("model_name") is not { } name || ModelEntryReader.FindProblem(selector) is null)
            return null;
        var meant = registry.Entries.Select(entry => entry.Name)
            .Where(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal).Take(2).ToArray();
        return meant is [var only] && only != name
            ? registry.Select(new JsonMap(selector.Select(member => member.Key == "model_name" ? new("model_name", only) : member))).FirstOrDefault()
            : null;
    }

    private ClemException NotFound(JsonMap selector)
    {
        // What a file that cannot be read would have had, nobody knows: a model that is missing may stand in it.
        if (registry.Errors.Count > 0)
        {
            var wanted = selector.GetOrDefault<string>("model_name") is { } called ? $"'{called}'" : $"{selector}";
            return new ClemException(
                MayBeInBrokenFileId, ErrorKind.NotFound, $"No model of the registry files that can be read is meant by {wanted}.",
                $"Correct {string.Join(" and ", registry.Errors.Select(error => $"'{error.Target}'"))} first: the model may stand there.", selector);
        }

        if (selector.Count == 1 && selector.GetOrDefault<string>("model_name") is { } name)
        {
            var near = registry.Entries.Select(entry => entry.Name).Distinct()
                .Select(candidate => (Name: candidate, Distance: Spelling.Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
                .Where(candidate => candidate.Distance <= Math.Min(Math.Max(2, name.Length / 3), name.Length / 2) || (name.Length >= 3 && candidate.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(candidate => candidate.Distance).Take(3).Select(candidate => candidate.Name).ToArray();
            return new ClemException(
                "Clem.Model.NotFound", ErrorKind.NotFound, $"There is no model '{name}'.",
                (near.Length > 0 ? $"Did you mean {string.Join(" or ", near)}? " : "") + "Get-ClemModel lists the models; Register-ClemModel adds one.", name);
        }

        return new ClemException(
            "Clem.Model.NotFound", ErrorKind.NotFound, $"No model unifies with {selector}.",
            "Get-ClemModel lists the models. A specification that is to stand alone needs a model_name and a backend.", selector);
    }
}
