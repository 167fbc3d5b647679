namespace Clembench.Models;

/// <summary>What to tell a person about models that cannot be played as things are.</summary>
public static class AvailabilityAdvice
{
    /// <summary>One text for each backend and reason: which models, why not, and what to do.</summary>
    /// <param name="entries">The models.</param>
    /// <returns>The texts; none for models that are ready.</returns>
    public static IEnumerable<string> Describe(IEnumerable<ModelEntry> entries) => entries
        .Where(entry => entry.Availability != Availability.Ready)
        .GroupBy(entry => (entry.Backend, entry.Availability))
        .Select(group => $"{Names([.. group.Select(entry => entry.Name)])} cannot be played: {Reason(group.Key.Backend, group.Key.Availability, group.First())}");

    private static string Names(IReadOnlyList<string> names) => names.Count switch
    {
        <= 3 => string.Join(", ", names),
        _ => $"{string.Join(", ", names.Take(2))} and {names.Count - 2} more",
    };

    private static string Reason(string backend, Availability availability, ModelEntry example) => availability switch
    {
        Availability.NeedsKey when backend == "openai_compatible" =>
            $"there is no address of a server. Set one with: Set-ClemKey {backend} -BaseUrl http://…/v1, or give the entry a base_url",
        Availability.NeedsKey => $"there is no key for the backend '{backend}'. Set one with: Set-ClemKey {backend}",
        Availability.NeedsDownload => $"the weights are not on this machine. Fetch them with: Save-ClemModel '{example.Name}'",
        _ => $"there is no usable backend '{backend}' here. Get-ClemBackend lists those that there are; docs/backends.md tells how to add one.",
    };
}
