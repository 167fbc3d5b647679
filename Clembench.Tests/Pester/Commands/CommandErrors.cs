using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;

namespace Clembench.Tests.Pester.Commands;

/// <summary>How the runner's commands end in an error.</summary>
internal static class CommandErrors
{
    /// <summary>Refuses something that Pester has and the runner does not.</summary>
    [DoesNotReturn]
    public static void Refuse(this Cmdlet command, string what) =>
        command.Throw($"{what} is not supported by this runner.", "PesterNotSupported", ErrorCategory.NotImplemented);

    /// <summary>Ends the command with an error.</summary>
    [DoesNotReturn]
    public static void Throw(this Cmdlet command, string message, string id, ErrorCategory category = ErrorCategory.InvalidOperation)
    {
        command.ThrowTerminatingError(new ErrorRecord(new InvalidOperationException(message), id, category, null));
        throw new InvalidOperationException(message);
    }
}
