namespace Clembench.Shell.Hosting;

/// <summary>
/// Ctrl+C: stops the running command. Where there is no prompt to come back to, the next one ends the process; at a prompt none does.
/// </summary>
internal sealed class InterruptHandler : IDisposable
{
    private readonly PipelineRunner _runner;
    private volatile bool _hasPrompt;

    internal InterruptHandler(PipelineRunner runner)
    {
        _runner = runner;
        Console.CancelKeyPress += OnCancel;
    }

    /// <summary>From now on there is a prompt: an interrupt never ends the process.</summary>
    internal void KeepAlive() => _hasPrompt = true;

    public void Dispose() => Console.CancelKeyPress -= OnCancel;

    // Not cancelled means that the runtime ends the process, with the exit code that a shell gives to SIGINT. A program that ran
    // gets the signal too, so that its pipeline is often over by now, and nothing is left to stop: no reason to leave the prompt.
    private void OnCancel(object? sender, ConsoleCancelEventArgs e) => e.Cancel = _runner.Stop() || _hasPrompt;
}
