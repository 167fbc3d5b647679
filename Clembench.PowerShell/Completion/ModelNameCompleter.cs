using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Clembench.Models;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Completion;

/// <summary>Completes names of models.</summary>
public sealed class ModelNameCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.Matching(
            wordToComplete,
            ModelRegistry.Load(CurrentWorkspace.Get()).Entries
                .DistinctBy(entry => entry.Name)
                .Select(entry => (entry.Name, $"{entry.Name} ({entry.Backend})")));
}
