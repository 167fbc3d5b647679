using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Clembench.Games;
using Clembench.Json;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Completion;

/// <summary>Completes names of experiments: those of the games that the command line names, else of all games.</summary>
public sealed class ExperimentCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var named = fakeBoundParameters["Game"] switch
        {
            string name => NamePattern.Any([name]),
            IEnumerable names => NamePattern.Any(names.Cast<object>().Select(name => name.ToString()!)),
            _ => NamePattern.Any(null),
        };
        var games = GameRegistry.Read(CurrentWorkspace.Get()).Games;
        return Completions.Matching(wordToComplete, games
            .Where(game => named(game.Name) && File.Exists(game.InstancePath))
            .SelectMany(game => ExperimentNames(game.InstancePath).Select(name => (name, game.Name)))
            .DistinctBy(candidate => candidate.name));
    }

    // A completion never fails: a file that is not readable completes nothing.
    private static IEnumerable<string> ExperimentNames(string file)
    {
        try
        {
            using var content = File.OpenRead(file);
            using var document = System.Text.Json.JsonDocument.Parse(content, JsonFormat.Lenient);
            return document.RootElement.GetProperty("experiments").EnumerateArray()
                .Select(experiment => experiment.GetProperty("name").GetString()!).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }
}
