using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Clembench.Backends;
using Pipeline = System.Management.Automation.PowerShell;

namespace Clembench.PowerShell.Completion;

/// <summary>Completes the names of the backends that the session sees.</summary>
public sealed class BackendNameCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using var pipeline = Pipeline.Create(RunspaceMode.CurrentRunspace);
        pipeline.AddCommand("Get-ClemBackend").AddArgument(wordToComplete.Trim('\'', '"') + "*").AddParameter("WarningAction", "SilentlyContinue");
        return pipeline.Invoke<BackendInfo>()
            .Select(backend => new CompletionResult(backend.Name, backend.Name, CompletionResultType.ParameterValue, Describe(backend)))
            .ToArray();
    }

    private static string Describe(BackendInfo backend) => backend.Note ?? backend.Path ?? "built in";
}
