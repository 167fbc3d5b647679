using System.Management.Automation;

namespace Clembench.Shell.Essentials;

/// <summary>The base of the essential cmdlets: short ways to write an error, and to look inside a wrapped object.</summary>
public abstract class EssentialCommand : PSCmdlet
{
    /// <summary>Writes a non-terminating error.</summary>
    protected void Error(Exception exception, string id, ErrorCategory category, object? target = null)
        => WriteError(exception is IContainsErrorRecord { ErrorRecord: { } record } && !HasGenericId(record)
            ? new ErrorRecord(record, exception)
            : new ErrorRecord(exception, id, category, target));

    /// <summary>Writes a non-terminating error with a plain message.</summary>
    protected void Error(string message, string id, ErrorCategory category, object? target = null)
        => WriteError(new ErrorRecord(new InvalidOperationException(message), id, category, target));

    // Engine exceptions made without an identifier carry one that says nothing but their kind.
    private static bool HasGenericId(ErrorRecord record)
        => record.Exception is ParentContainsErrorRecordException
        && record.FullyQualifiedErrorId is "SessionStateException" or "RuntimeException" or "InvalidOperation" or "Argument" or "NotSupported";

    /// <summary>Ends the command with an error.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    protected void Fail(string message, string id, ErrorCategory category, object? target = null)
    {
        ThrowTerminatingError(new ErrorRecord(new PSInvalidOperationException(message), id, category, target));
        throw new InvalidOperationException(message);
    }

    /// <summary>The object inside a PSObject; a PSCustomObject, which has nothing inside, stays as it is.</summary>
    protected internal static object? Unwrap(object? value)
        => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>Whether a pipeline gave an object at all.</summary>
    protected internal static bool IsGiven(PSObject? input) => input is not null && input != System.Management.Automation.Internal.AutomationNull.Value;
}
