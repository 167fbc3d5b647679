using Clembench.Json;

namespace Clembench.Tests.Oracles;

/// <summary>Where our engine differs from jinja2 on purpose: differences.json, each with the reason.</summary>
internal static class KnownDifferences
{
    private static readonly IReadOnlyList<JsonMap> All =
        [.. JsonMap.Parse(File.ReadAllText(Path.Join(Installed.Folder, "Cases", "differences.json"))).GetOrDefault<object?[]>("differences")!.Cast<JsonMap>()];

    /// <summary>The reason for a difference, or <see langword="null"/> for one that is not known.</summary>
    /// <param name="kind">What differs, as <see cref="Difference"/> names it.</param>
    /// <param name="template">The template, or the name of a published one.</param>
    public static string? Reason(string kind, string template) =>
        All.FirstOrDefault(d => d.GetOrDefault<string>("kind") == kind && d.GetOrDefault<string>("template") == template)?.GetOrDefault<string>("reason");

    /// <summary>The templates listed.</summary>
    public static IEnumerable<string> Templates => All.Select(d => d.GetOrDefault<string>("template")!);
}
