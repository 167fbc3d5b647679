using System.Management.Automation;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>An error in a user's script, with the line that it happened in.</summary>
/// <param name="message">What happened, and where.</param>
/// <param name="cause">What the script met, such as a service's refusal.</param>
internal sealed class ScriptError(string message, Exception cause) : Exception(message, cause)
{
    /// <summary>Describes what ended a script.</summary>
    /// <param name="error">What the engine threw.</param>
    /// <param name="entry">The model's entry.</param>
    /// <returns>The error.</returns>
    public static Exception Of(RuntimeException error, ModelEntry entry)
    {
        // An error that became terminating by preference stands behind the exception that says so.
        var record = error.ErrorRecord;
        var cause = record?.Exception is { } met and not ParentContainsErrorRecordException ? met : error;
        var text = record?.ErrorDetails?.Message is { Length: > 0 } details ? details : cause.Message;
        var where = record?.InvocationInfo is { ScriptLineNumber: > 0 } place
            ? $" (line {place.ScriptLineNumber} of {(string.IsNullOrEmpty(place.ScriptName) ? $"the script of the backend '{entry.Backend}'" : $"'{place.ScriptName}'")})"
            : "";
        return new ScriptError(text.TrimEnd() + where, cause);
    }
}
