using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Clembench.Tests.Pester.Commands;
using Clembench.Tests.Pester.Model;
using Clembench.Tests.Shell;

namespace Clembench.Tests.Pester;

/// <summary>
/// A test file in Pester 5's language and a session for it. <see cref="Discover"/> runs the bodies of its blocks and finds
/// the tests; <see cref="Run"/> runs them. Each happens once.
/// </summary>
public sealed class PesterFile : IDisposable
{
    /// <summary>A file that runs longer than this is stopped, so that one that hangs fails.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(15);

    private readonly PesterSession _session = new();
    private readonly Lazy<Runspace> _runspace;
    private readonly Lazy<PesterDiscovery> _discovery;
    private readonly Lazy<PesterFileResult> _result;

    /// <param name="path">The file; its folder is <c>$PSScriptRoot</c>.</param>
    public PesterFile(string path)
    {
        FullPath = Path.GetFullPath(path);
        _runspace = new(() => PesterRunspace.Open(_session));
        _discovery = new(DiscoverOnce);
        _result = new(RunOnce);
    }

    /// <summary>The file's path.</summary>
    public string FullPath { get; }

    /// <summary>The tests of the file, from its first phase.</summary>
    public PesterDiscovery Discover() => _discovery.Value;

    /// <summary>The results of the file, from its second phase.</summary>
    public PesterFileResult Run() => _result.Value;

    /// <inheritdoc />
    public void Dispose()
    {
        if (_runspace.IsValueCreated) _runspace.Value.Dispose();
    }

    private PesterDiscovery DiscoverOnce()
    {
        PesterError? error = null;
        var failure = InSession(state => error = new DiscoveryPhase(_session, state, FullPath).Discover());
        error ??= failure;
        return new PesterDiscovery(error is not null ? [] : [.. _session.Root.AllTests.Select(Describe)], error);
    }

    private PesterFileResult RunOnce()
    {
        var discovery = Discover();
        if (discovery.Error is not null) return new PesterFileResult([], [discovery.Error]);

        PesterFileResult? result = null;
        var failure = InSession(state => result = new RunPhase(_session, state, FullPath).Run());
        if (result is not null && failure is null) return result;
        // Whatever stopped the runner has stopped every test: none may look as if it had passed.
        failure ??= new PesterError("The run of the file ended without a result.", "PesterNoResult", FullPath, 0, string.Empty);
        return new PesterFileResult(
            [.. discovery.Tests.Select(t => new PesterTestResult(t.Path, PesterOutcome.Failed, TimeSpan.Zero, null, [failure]))], [failure]);
    }

    private const string ModelHostVariable = "CLEMBENCH_LLAMA_HOST";

    // Runs an action on the session's thread, with its scopes; what the file did to the process is undone.
    private PesterError? InSession(Action<SessionState> action)
    {
        // The shell's own variables (where modules are) are set when its session opens, and stay.
        var runspace = _runspace.Value;
        var variables = Environment.GetEnvironmentVariables();
        var folder = Directory.GetCurrentDirectory();
        try
        {
            // This program cannot be a local model's own process; the shell beside it can, as for a user.
            Environment.SetEnvironmentVariable(ModelHostVariable, Environment.GetEnvironmentVariable(ModelHostVariable) ?? ShellProcess.ProgramPath);
            using var shell = System.Management.Automation.PowerShell.Create(runspace);
            shell.AddCommand(PesterCommands.PhaseName).AddParameter(nameof(InvokePesterPhaseCommand.Action), action);
            var running = shell.BeginInvoke();
            if (!running.AsyncWaitHandle.WaitOne(TimeLimit))
            {
                shell.Stop();
                return new PesterError($"The file ran longer than {TimeLimit}.", "PesterTimeLimit", FullPath, 0, string.Empty);
            }

            shell.EndInvoke(running);
            return null;
        }
        catch (RuntimeException e)
        {
            return PesterError.From(e, FullPath);
        }
        finally
        {
            Directory.SetCurrentDirectory(folder);
            Restore(variables);
        }
    }

    private static void Restore(IDictionary variables)
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(n => !variables.Contains(n)).ToList())
            Environment.SetEnvironmentVariable(name, null);
        foreach (DictionaryEntry variable in variables)
        {
            if (Environment.GetEnvironmentVariable((string)variable.Key) != (string?)variable.Value)
                Environment.SetEnvironmentVariable((string)variable.Key, (string?)variable.Value);
        }
    }

    private static PesterDiscoveredTest Describe(PesterTest test)
    {
        var tags = new List<string>(test.Tags);
        for (var block = test.Parent; block is not null; block = block.Parent) tags.AddRange(block.Tags);
        return new PesterDiscoveredTest(test.Index, test.Path, test.Line, tags);
    }
}
