using System.Management.Automation;
using Clembench.Tests.Pester.Commands;
using Clembench.Tests.Pester.Model;

namespace Clembench.Tests.Pester;

/// <summary>What the commands of a test file share: where discovery stands, and what it found.</summary>
internal sealed class PesterSession
{
    /// <summary>The variable that holds the session in its runspace.</summary>
    public const string VariableName = "______pester";

    private int _testCount;

    public PesterSession() => CurrentBlock = Root;

    /// <summary>The block of the file itself.</summary>
    public PesterBlock Root { get; } = new() { Name = "file" };

    /// <summary>The block whose body is being discovered.</summary>
    public PesterBlock CurrentBlock { get; set; }

    public PesterPhase Phase { get; set; }

    /// <summary>Errors of assertions that were told to go on, in the running test.</summary>
    public List<PesterError> AssertionErrors { get; } = [];

    /// <summary>The session of the runspace that a command runs in.</summary>
    public static PesterSession Of(PSCmdlet command) =>
        (PesterSession)((command.SessionState.PSVariable.GetValue(VariableName) is PSObject wrapped
            ? wrapped.BaseObject
            : command.SessionState.PSVariable.GetValue(VariableName))
            ?? throw new InvalidOperationException($"'{PesterCommands.NameOf(command)}' works only in a test file that the runner runs."));

    /// <summary>The session, if the phase is discovery.</summary>
    /// <exception cref="InvalidOperationException">Tests are running.</exception>
    public static PesterSession InDiscovery(PSCmdlet command)
    {
        var session = Of(command);
        return session.Phase == PesterPhase.Discovery
            ? session
            : throw new InvalidOperationException($"'{PesterCommands.NameOf(command)}' cannot stand in a test or its set-up.");
    }

    public int NextTestIndex() => _testCount++;
}

/// <summary>The two phases of a file.</summary>
internal enum PesterPhase
{
    Discovery,
    Run,
}
