namespace Clembench.Common;

/// <summary>Finds what somebody who misspelt a name may have meant.</summary>
internal static class Spelling
{
    /// <summary>The number of letters to insert, remove or change to make one word of the other (Levenshtein's distance).</summary>
    /// <param name="one">A word.</param>
    /// <param name="other">Another one.</param>
    /// <returns>The number.</returns>
    public static int Distance(string one, string other)
    {
        var previous = Enumerable.Range(0, other.Length + 1).ToArray();
        foreach (var letter in one)
        {
            var current = new int[previous.Length];
            current[0] = previous[0] + 1;
            for (var i = 1; i < current.Length; i++)
                current[i] = Math.Min(Math.Min(current[i - 1], previous[i]) + 1, previous[i - 1] + (other[i - 1] == letter ? 0 : 1));
            previous = current;
        }

        return previous[^1];
    }

    /// <summary>The nearest of the names that are known, of several the one that begins as it is written, or the only one that begins so; case, underscores, hyphens and dots do not count.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">The names that there are.</param>
    /// <returns>The name; null where none is so near that it will have been meant.</returns>
    public static string? Nearest(string name, IReadOnlyCollection<string> known)
    {
        var written = Plain(name);
        var (nearest, distance) = known.Select(candidate => (candidate, Distance: Distance(written, Plain(candidate))))
            .MinBy(candidate => (candidate.Distance, !Plain(candidate.candidate).StartsWith(written, StringComparison.Ordinal)));
        if (nearest is not null && distance <= Math.Min(2, written.Length / 3))
            return nearest;
        // A word that was cut short, where only one name begins so.
        var longer = written.Length < 5 ? [] : known.Where(candidate => Plain(candidate).StartsWith(written, StringComparison.Ordinal)).Take(2).ToArray();
        return longer is [var only] ? only : null;
    }

    private static string Plain(string name) => name.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
}
