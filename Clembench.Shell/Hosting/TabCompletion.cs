using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Clembench.Shell.Hosting;

/// <summary>What Tab offers for the text before the cursor.</summary>
internal sealed class TabCompletion(Runspace runspace)
{
    /// <summary>The candidates, and the part of the text that each replaces.</summary>
    internal (IReadOnlyList<string> Candidates, int Start, int Length) Complete(string text, int cursor)
    {
        using var shell = PowerShell.Create(runspace);
        try
        {
            var completion = CommandCompletion.CompleteInput(text, cursor, null, shell);
            return (completion.CompletionMatches.Select(m => m.CompletionText).ToArray(), completion.ReplacementIndex, completion.ReplacementLength);
        }
        catch (RuntimeException)
        {
            // A completer of some module failed: there is nothing to offer, and the line must stay as it is.
            return ([], cursor, 0);
        }
    }
}
