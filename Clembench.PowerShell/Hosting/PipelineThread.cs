using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Clembench.PowerShell.Hosting;

/// <summary>
/// Runs asynchronous cmdlet code on the pipeline thread: continuations are queued here and run by the thread that
/// called <see cref="Run"/>, because a cmdlet may write objects, errors and prompts from that thread only. The engine's
/// own work does not come back here (it awaits without the context), so only the cmdlet's few lines do. One cmdlet has
/// one: what is begun in one of its phases can come back in a later one.
/// </summary>
internal sealed class PipelineThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

    /// <summary>Runs an asynchronous method to its end on the calling thread.</summary>
    /// <param name="method">The method; an exception of its is thrown to the caller as it is.</param>
    public void Run(Func<Task> method)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = method();
            if (!task.IsCompleted)
            {
                // Something to wake up for: the end of the method comes from a thread of the engine.
                _ = task.ContinueWith(
                    static (_, state) => ((PipelineThread)state!).Post(static _ => { }, null), this,
                    CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                while (!task.IsCompleted)
                {
                    var (callback, state) = _queue.Take();
                    callback(state);
                }
            }

            if (task.IsFaulted)
                ExceptionDispatchInfo.Throw(task.Exception.InnerException!);
            if (task.IsCanceled)
                throw new OperationCanceledException();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <inheritdoc />
    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (Exception error) when (error is InvalidOperationException or ObjectDisposedException)
        {
            // A report that arrives after the cmdlet has ended (the last progress) has nobody to tell any more.
        }
    }

    /// <inheritdoc />
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Work is posted to the pipeline thread, never awaited from another one.");

    /// <inheritdoc />
    public void Dispose() => _queue.Dispose();
}
