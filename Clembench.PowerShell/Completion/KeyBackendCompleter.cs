using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Clembench.Backends;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Completion;

/// <summary>Completes names that keys are kept under: backends, and the Hugging Face hub.</summary>
public sealed class KeyBackendCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var workspace = CurrentWorkspace.Get();
        return Completions.Matching(wordToComplete, KeyStore.Load(workspace).KnownBackends.Select(name => (name, "")));
    }
}
