using System.Globalization;
using Clembench.Common;

namespace Clembench.Specifications;

/// <summary>Finds the results that a run is compared with.</summary>
public static class BaselineFolder
{
    private const string Date = "{date}";

    /// <summary>Finds them.</summary>
    /// <param name="specification">The specification.</param>
    /// <param name="day">The run's day.</param>
    /// <returns>The folder, as an absolute path; null where none is wanted, or there is none of an earlier day.</returns>
    /// <exception cref="ClemException">A folder that is named is not there, or an earlier day's is wanted and the results have no date.</exception>
    public static string? Find(RunSpecification specification, DateOnly day)
    {
        ArgumentNullException.ThrowIfNull(specification);
        if (specification.Baseline is not { } baseline)
            return null;
        if (baseline != RunSpecification.Previous)
        {
            return Directory.Exists(baseline) ? baseline : throw new ClemException(
                "Clem.Specification.NoBaseline", ErrorKind.NotFound, $"There is no results folder '{baseline}' to compare with.", "Correct baseline, or leave it out.", baseline);
        }

        var at = specification.Results.IndexOf(Date, StringComparison.Ordinal);
        if (at < 0)
        {
            throw new ClemException(
                "Clem.Specification.NoBaseline", ErrorKind.InvalidData, $"The results of '{specification.Name}' have no {{date}}, so that there is none of an earlier day to compare with.",
                "Write results: results/{date}, or name a folder as baseline.", specification.Source);
        }

        // The part of the path that has the date: what is before and behind it stays as it is.
        var (parent, prefix) = (Path.GetDirectoryName(specification.Results[..(at + Date.Length)])!, Path.GetFileName(specification.Results[..at]));
        var rest = specification.Results[(at + Date.Length)..];
        var suffix = rest.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar)[0];
        return !Directory.Exists(parent) ? null : Directory.EnumerateDirectories(parent)
            .Select(folder => (Folder: folder, Day: DayOf(Path.GetFileName(folder), prefix, suffix)))
            .Where(folder => folder.Day < day && Directory.Exists(folder.Folder + rest[suffix.Length..]))
            .OrderByDescending(folder => folder.Day).Select(folder => folder.Folder + rest[suffix.Length..]).FirstOrDefault();
    }

    private static DateOnly? DayOf(string name, string prefix, string suffix) =>
        name.Length == prefix.Length + 10 + suffix.Length && name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal)
        && DateOnly.TryParseExact(name.AsSpan(prefix.Length, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
