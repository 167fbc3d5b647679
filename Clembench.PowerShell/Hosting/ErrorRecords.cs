using System.Management.Automation;
using Clembench.Common;

namespace Clembench.PowerShell.Hosting;

/// <summary>Turns the engine's errors into PowerShell's: identifier, category, target, recommended action.</summary>
internal static class ErrorRecords
{
    /// <summary>The error record of an engine error.</summary>
    /// <param name="error">The engine's error.</param>
    /// <returns>A record whose details carry the recommended action.</returns>
    public static ErrorRecord ToErrorRecord(this ClemException error)
    {
        var record = new ErrorRecord(error, error.Id, Category(error.Kind), error.Target);
        if (error.Action is { } action)
            record.ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = action };
        return record;
    }

    private static ErrorCategory Category(ErrorKind kind) => kind switch
    {
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.InvalidData => ErrorCategory.InvalidData,
        ErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        ErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        ErrorKind.Authentication => ErrorCategory.AuthenticationError,
        ErrorKind.Storage => ErrorCategory.WriteError,
        ErrorKind.Connection => ErrorCategory.ConnectionError,
        ErrorKind.Timeout => ErrorCategory.OperationTimeout,
        ErrorKind.LimitExceeded => ErrorCategory.LimitsExceeded,
        ErrorKind.NotAvailable => ErrorCategory.NotInstalled,
        _ => ErrorCategory.NotSpecified,
    };
}
