using System.Management.Automation;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>Which of the models that were asked for play, each for all roles.</summary>
internal static class PlayableModels
{
    /// <summary>Chooses: one model of each name, people only by name, and those alone that are ready.</summary>
    /// <param name="cmdlet">The cmdlet: what is left out, and why, is a warning.</param>
    /// <param name="session">The session's models.</param>
    /// <param name="asked">The models that were asked for.</param>
    /// <returns>The models that play; those that are not ready; and whether only people were asked for, and not by name.</returns>
    public static (IReadOnlyList<ModelEntry> Ready, IReadOnlyList<ModelEntry> NotReady, bool OnlyPeople) Choose(Cmdlet cmdlet, ModelSession session, IReadOnlyCollection<ModelEntry> asked)
    {
        // A person plays only when asked for by name: a run over all models must not wait for one.
        var playing = asked.Where(model => !model.IsPerson || model.SelectedByName).ToArray();
        var distinct = playing.DistinctBy(model => model.Name).ToArray();
        foreach (var name in playing.GroupBy(model => model.Name).Where(same => same.Select(model => $"{model.Backend} {model.Properties}").Distinct().Skip(1).Any()).Select(same => same.Key))
            cmdlet.WriteWarning($"Several entries are called '{name}', and their results would lie in one folder: the first one plays.");
        foreach (var advice in AvailabilityAdvice.Describe(distinct, session.Models))
            cmdlet.WriteWarning(advice);
        return (
            [.. distinct.Where(model => model.Availability == Availability.Ready)],
            [.. distinct.Where(model => model.Availability != Availability.Ready)],
            asked.Count > 0 && playing.Length == 0);
    }
}
