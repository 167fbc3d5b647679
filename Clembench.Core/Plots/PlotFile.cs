using System.Globalization;

namespace Clembench.Plots;

/// <summary>A picture that was written.</summary>
/// <param name="File">The file.</param>
/// <param name="Missing">The characters, by number, for which the machine has no font: their codes are drawn in their place.</param>
public sealed record PlotFile(FileInfo File, IReadOnlyList<int> Missing)
{
    private const int MostNamed = 8;

    /// <summary>What to tell whoever looks at it; null where every letter is drawn.</summary>
    public string? Warning => Missing.Count == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"No font of this machine has {string.Join(", ", Missing.Take(MostNamed).Select(code => $"{char.ConvertFromUtf32(code)} (U+{code:X4})"))}{(Missing.Count > MostNamed ? $" and {Missing.Count - MostNamed} more characters" : "")} of the names, so codes stand in their place in '{File.Name}'. Install a font that has them (on Debian fonts-noto-cjk for Chinese, Japanese and Korean, fonts-noto-core for most other scripts) and draw it again.");
}
