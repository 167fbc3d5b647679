namespace Clembench.Shell.Hosting;

/// <summary>Ctrl+C: the first one stops the running command, the next one ends the process.</summary>
internal sealed class InterruptHandler : IDisposable
{
    private readonly PipelineRunner _runner;

    internal InterruptHandler(PipelineRunner runner)
    {
        _runner = runner;
        Console.CancelKeyPress += OnCancel;
    }

    public void Dispose() => Console.CancelKeyPress -= OnCancel;

    // Not cancelled means that the runtime ends the process, with the exit code that a shell gives to SIGINT.
    private void OnCancel(object? sender, ConsoleCancelEventArgs e) => e.Cancel = _runner.Stop();
}
