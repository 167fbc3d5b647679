using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Clembench.PowerShell.Hosting;

/// <summary>
/// Runs asynchronous cmdlet code on the pipeline thread: continuations are queued here and run by the thread that
/// called <see cref="Run"/>, because a cmdlet may write objects, errors and prompts from that thread only. The engine's
/// own work does not come back here (it awaits without the context), so only the cmdlet's few lines do.
/// </summary>
internal sealed class PipelineThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

    /// <summary>Runs an asynchronous method to its end on the calling thread.</summary>
    /// <param name="method">The method; an exception of its is thrown to the caller as it is.</param>
    public static void Run(Func<Task> method)
    {
        var outer = Current;
        var pump = new PipelineThread();
        SetSynchronizationContext(pump);
        try
        {
            var task = method();
            if (!task.IsCompleted)
            {
                _ = task.ContinueWith(
                    static (_, state) => ((PipelineThread)state!)._queue.CompleteAdding(), pump,
                    CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                foreach (var (callback, state) in pump._queue.GetConsumingEnumerable())
                    callback(state);
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
        catch (InvalidOperationException)
        {
            // A report that arrives after the method has ended (the last progress) has nobody to tell any more.
        }
    }

    /// <inheritdoc />
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Work is posted to the pipeline thread, never awaited from another one.");
}
