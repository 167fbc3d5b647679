using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Clembench.PowerShell.Completion;

/// <summary>x</summary>
public sealed class ModelNameCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => [];
}
