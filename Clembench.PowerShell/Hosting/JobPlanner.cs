using System.Management.Automation;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Games;
using Clembench.Jobs;
using Clembench.Models;
using Clembench.Runs;

namespace Clembench.PowerShell.Hosting;

/// <summary>What a job plays, as far as it can be told here.</summary>
/// <param name="Models">The models as the tasks are to name them.</param>
/// <param name="Games">The games' names.</param>
/// <param name="Episodes">How many episodes that is; null where what is played is known there alone.</param>
/// <param name="NeedKeys">The models that have no key here.</param>
internal sealed record JobPlan(IReadOnlyList<string> Models, IReadOnlyList<string> Games, int? Episodes, IReadOnlyList<string> NeedKeys);

/// <summary>
/// Finds out what a job plays before anything waits in a queue: wildcards become names, misspelt ones and line-ups that do not fit are
/// errors here and not in every task. A container may know models and games that are not known here; those are passed on as they are written.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="workspace">Its workspace.</param>
/// <param name="session">The session's models.</param>
/// <param name="elsewhere">Whether tasks have registries of their own.</param>
internal sealed class JobPlanner(ClemCmdlet cmdlet, Workspace workspace, ModelSession session, bool elsewhere)
{
    private bool _unknown;

    /// <summary>Plans.</summary>
    /// <param name="models">The models as they were given.</param>
    /// <param name="byRole">Whether they are one for each role.</param>
    /// <param name="games">The games as they were given.</param>
    /// <param name="experiments">Only these experiments; null for all.</param>
    /// <param name="ids">Only these instances; null for all.</param>
    /// <param name="instancePath">An instance file in place of the games' own; null for those.</param>
    /// <param name="repeat">How often each instance is played.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The plan; null where there is none, and errors have been written.</returns>
    public async Task<JobPlan?> PlanAsync(
        IReadOnlyList<object> models, bool byRole, IReadOnlyList<string> games, string[]? experiments, int[]? ids, string? instancePath, int repeat, CancellationToken cancellationToken)
    {
        var named = new List<(string Name, ModelEntry? Entry)>();
        foreach (var model in models)
            named.AddRange(NameModels(model));
        if (!byRole)
            named = [.. named.DistinctBy(model => model.Entry?.Name ?? model.Name)];
        var selected = SelectGames(games);
        if (named.Count == 0)
            throw new ClemException("Clem.Run.NoModelAvailable", ErrorKind.NotAvailable, "No model is left that the job could play.", "Get-ClemModel lists the models.");
        if (selected.Count == 0)
            throw new ClemException("Clem.Game.NotFound", ErrorKind.NotFound, "No game is left that the job could play.", "Get-ClemGame lists the games.");

        var entries = named.Select(model => model.Entry).OfType<ModelEntry>().ToArray();
        if (!elsewhere)
        {
            foreach (var advice in AvailabilityAdvice.Describe(entries, session.Models))
                cmdlet.WriteWarning($"{advice} (as things are here)");
        }

        // An instance file in a container cannot be read from here.
        int? episodes = _unknown || (elsewhere && instancePath is not null)
            ? null
            : await CountAsync(entries, byRole, selected, experiments, ids, instancePath, repeat, cancellationToken);
        return new JobPlan(
            [.. named.Select(model => model.Name)], [.. selected.Select(game => game.Name)], episodes,
            [.. entries.Where(entry => entry.Availability == Availability.NeedsKey && !LocalModelStore.IsLocal(entry)).Select(entry => entry.Name).Distinct()]);
    }

    private async Task<int?> CountAsync(
        ModelEntry[] entries, bool byRole, List<(string Name, GameEntry? Entry)> games, string[]? experiments, int[]? ids, string? instancePath, int repeat, CancellationToken cancellationToken)
    {
        IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps = byRole ? [entries] : [.. entries.Select(entry => (IReadOnlyList<ModelEntry>)[entry])];
        var selections = new List<GameSelection>();
        foreach (var (_, game) in games)
            selections.Add(await GamePlanner.SelectAsync(game!, instancePath, experiments, ids, lineUps, cancellationToken));
        foreach (var unseen in GamePlanner.Unseen(lineUps, selections))
            cmdlet.WriteWarning(unseen.Message);
        return RunPlan.Of(lineUps, selections, repeat, shard: null).Count;
    }

    private IEnumerable<(string Name, ModelEntry? Entry)> NameModels(object model)
    {
        ModelEntry[] entries;
        try
        {
            entries = [.. session.SelectModels(model).Where(entry => !entry.IsPerson || entry.SelectedByName)];
        }
        catch (ClemException error) when (elsewhere && error.Kind == ErrorKind.NotFound && (model is PSObject wrapped ? wrapped.BaseObject : model) is string name)
        {
            cmdlet.WriteWarning($"There is no model '{name}' here; the container's registries have to have it.");
            _unknown = true;
            return [(name, null)];
        }

        return entries.Select(entry => (NameOf(entry), (ModelEntry?)entry));
    }

    private string NameOf(ModelEntry entry)
    {
        FileNames.Check(entry.Name, "model");
        if (entry.Backend == "human")
        {
            throw new ClemException(
                "Clem.Job.NoTerminal", ErrorKind.InvalidArgument, "A person cannot play in a job: there is no terminal.", "Leave 'human' out.", entry.Name);
        }

        // The entry that the name stands for is looked up by the tasks; any other one goes with the job.
        var first = session.Registry.Entries.FirstOrDefault(other => other.Name == entry.Name);
        if (first is not null && first.Source == entry.Source && first.Position == entry.Position && $"{first.Properties}" == $"{entry.Properties}")
            return WildcardPattern.ContainsWildcardCharacters(entry.Name) ? new Json.JsonMap([new("model_name", entry.Name)]).ToString() : entry.Name;
        if (!entry.IsAddressTrusted)
        {
            throw new ClemException(
                "Clem.Backend.AddressNotTrusted", ErrorKind.InvalidArgument, $"'{entry.Name}' is not the first entry of its name, and lies in a registry that nobody named.",
                "Give it a name of its own, or put it into your registry: Register-ClemModel.", entry.Name);
        }

        JobSecrets.Check(entry.Name, entry.Properties);
        return entry.Properties.ToString();
    }

    private List<(string Name, GameEntry? Entry)> SelectGames(IReadOnlyList<string> names)
    {
        var selected = new List<(string Name, GameEntry? Entry)>();
        foreach (var name in names)
        {
            var selector = new GameSelector(workspace, error =>
            {
                if (error.Id != "Clem.Game.NotFound")
                {
                    cmdlet.WriteError(error.ToErrorRecord());
                    return;
                }

                if (!elsewhere)
                    throw error;
                cmdlet.WriteWarning($"There is no game '{name}' here; the container's registries have to have it.");
                _unknown = true;
                selected.Add((name, null));
            });
            selected.AddRange(selector.Select([name]).Where(game => !selected.Exists(other => other.Name == game.Name)).Select(game => (game.Name, (GameEntry?)game)));
        }

        return selected;
    }
}
