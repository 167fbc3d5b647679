using System.Globalization;
using System.Text;

namespace Clembench.Fuzz;

/// <summary>What a campaign did.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Executions">How many inputs were tried.</param>
/// <param name="Time">How long that took.</param>
/// <param name="Accepted">How many of them the target took for sound.</param>
/// <param name="Kept">How many inputs were kept because they reached new code.</param>
/// <param name="Edges">How many branches were taken; 0 where nobody counted.</param>
/// <param name="Finds">What broke, one of each kind.</param>
public sealed record CampaignReport(string Target, long Executions, TimeSpan Time, long Accepted, int Kept, int Edges, IReadOnlyList<Find> Finds)
{
    /// <inheritdoc />
    public override string ToString()
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"{Target}: {Executions:N0} executions in {Time.TotalSeconds:N0} s ({Executions / Math.Max(Time.TotalSeconds, 0.001):N0} a second), {Accepted:N0} accepted, {Finds.Count} finds"));
        if (Edges > 0)
            text.Append(CultureInfo.InvariantCulture, $"; {Edges:N0} branches, {Kept:N0} inputs kept");
        foreach (var find in Finds)
            text.Append("\n  ").Append(find.Kind).Append('\n').Append(Indented(find.Detail));
        return text.ToString();
    }

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Take(14).Select(line => "    " + line.TrimEnd()));
}
