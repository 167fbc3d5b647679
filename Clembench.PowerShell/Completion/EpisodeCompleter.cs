using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Clembench.Results;
using Pipeline = System.Management.Automation.PowerShell;

namespace Clembench.PowerShell.Completion;

/// <summary>Completes models, games and experiments of recorded episodes: those in the folder that the command line names.</summary>
public sealed class EpisodeCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using var pipeline = Pipeline.Create(RunspaceMode.CurrentRunspace);
        pipeline.AddCommand("Get-ClemEpisode").AddParameter("ErrorAction", "SilentlyContinue").AddParameter("WarningAction", "SilentlyContinue");
        foreach (var place in (string[])["Path", "LiteralPath"])
        {
            if (fakeBoundParameters[place] is { } named)
                pipeline.AddParameter(place, named);
        }

        return Completions.Matching(wordToComplete, pipeline.Invoke<Episode>()
            .Select(episode => parameterName switch
            {
                "Model" or "Reference" or "Difference" => (episode.Model, ""),
                "Game" => (episode.Game, ""),
                _ => (episode.Experiment, episode.Game),
            })
            .DistinctBy(candidate => candidate.Item1).OrderBy(candidate => candidate.Item1, StringComparer.OrdinalIgnoreCase)).ToArray();
    }
}
