using Clembench.Common;

namespace Clembench.Models;

/// <summary>What to tell a person about models that cannot be played as things are.</summary>
public static class AvailabilityAdvice
{
    /// <summary>One text for each backend and reason: which models, why not, and what to do.</summary>
    /// <param name="entries">The models.</param>
    /// <param name="models">Knows what availability alone does not tell, such as that a backend's file is not trusted.</param>
    /// <returns>The texts; none for models that are ready.</returns>
    public static IEnumerable<string> Describe(IEnumerable<ModelEntry> entries, ModelCatalog models) => entries
        .Where(entry => entry.Availability != Availability.Ready)
        .Select(entry => (entry.Name, Reason: models.WhyNot(entry) is { } error ? Tell(error) : Reason(entry)))
        .GroupBy(entry => entry.Reason, entry => entry.Name)
        .Select(group => $"{Names([.. group])} cannot be played: {group.Key}");

    private static string Names(IReadOnlyList<string> names) => names.Count switch
    {
        <= 3 => string.Join(", ", names),
        _ => $"{string.Join(", ", names.Take(2))} and {names.Count - 2} more",
    };

    private static string Tell(ClemException error) => $"{char.ToLowerInvariant(error.Message[0])}{error.Message[1..]} {error.Action}";

    private static string Reason(ModelEntry entry) => entry.Availability switch
    {
        Availability.NeedsKey when entry.Backend == "openai_compatible" =>
            $"there is no address of a server. Set one with: Set-ClemKey {entry.Backend} -BaseUrl http://…/v1, or give the entry a base_url",
        Availability.NeedsKey => $"there is no key for the backend '{entry.Backend}'. Set one with: Set-ClemKey {entry.Backend}",
        Availability.NeedsDownload => $"the backend '{entry.Backend}' does not find its weights on this machine",
        Availability.NeedsFile => "files that its entry names are not there",
        _ => $"its backend '{entry.Backend}' cannot be used here",
    };
}
