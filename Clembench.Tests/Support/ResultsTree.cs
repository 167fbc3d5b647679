using System.Text.RegularExpressions;

namespace Clembench.Tests.Support;

/// <summary>Results folders as they compare: what was played, and not when.</summary>
internal static partial class ResultsTree
{
    /// <summary>The files below a folder, with times and durations left out.</summary>
    public static SortedDictionary<string, string> Read(string root) => new(
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(root, file), file => Times().Replace(File.ReadAllText(file), "…")),
        StringComparer.Ordinal);

    [GeneratedRegex("""(?<="(timestamp|created|benchmark_start|benchmark_end|duration)": )"[^"]*"|(?<="duration_seconds": )[0-9.e-]+""")]
    private static partial Regex Times();
}
