using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Clembench.Games;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Completion;

/// <summary>Completes names of games.</summary>
public sealed class GameCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.Matching(
            wordToComplete,
            GameRegistry.Read(CurrentWorkspace.Get()).Games
                .Select(game => (game.Name, game.Description)));
}
