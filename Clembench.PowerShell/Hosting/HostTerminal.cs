using System.Management.Automation;
using System.Management.Automation.Host;
using Clembench.Backends;
using Clembench.Common;

namespace Clembench.PowerShell.Hosting;

/// <summary>Asks the person at the session's host, from the pipeline thread: a host answers to no other.</summary>
/// <param name="host">The session's host.</param>
/// <param name="pipeline">The pipeline thread's context, as captured in a cmdlet's hook.</param>
internal sealed class HostTerminal(PSHost host, SynchronizationContext pipeline) : IHumanTerminal
{
    /// <inheritdoc />
    public Task<string> AskAsync(string message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        pipeline.Post(_ => Ask(message, answer, cancellationToken), null);
        return answer.Task.WaitAsync(cancellationToken);
    }

    private void Ask(string message, TaskCompletionSource<string> answer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            answer.TrySetCanceled(cancellationToken);
            return;
        }

        try
        {
            host.UI.WriteLine(message);
            host.UI.Write("> ");
            if (host.UI.ReadLine() is { } line)
                answer.TrySetResult(line);
            else
                answer.TrySetException(NobodyThere(null));
        }
        catch (PipelineStoppedException)
        {
            answer.TrySetCanceled(CancellationToken.None);
        }
        catch (Exception error)
        {
            // Hosts refuse in many ways: no interface at all, -NonInteractive, input that has ended.
            answer.TrySetException(NobodyThere(error));
        }
    }

    private static ClemException NobodyThere(Exception? cause) => new(
        "Clem.Backend.NotInteractive", ErrorKind.NotAvailable, "Nobody can be asked: the session is not interactive.",
        "Play the human role in an interactive session, or use another model.", null, cause);
}
