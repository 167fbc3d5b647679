using System.Runtime.CompilerServices;

namespace Clembench.Common;

/// <summary>Work on many small items by several threads, whose results come in the order of the items.</summary>
internal static class OrderedParallel
{
    // Enough work for one task that handing it over does not matter, and little enough that the first results come soon.
    private const int ItemsOfTask = 32;

    /// <summary>Works on each item. So many items are taken ahead as keep the threads busy, never all.</summary>
    /// <typeparam name="T">The type of item.</typeparam>
    /// <typeparam name="TResult">The type of result.</typeparam>
    /// <param name="items">The items; they are taken by one thread, as they are needed.</param>
    /// <param name="work">What is done with an item, on any thread.</param>
    /// <param name="cancellationToken">Stops the work; what is in hand is finished before this returns.</param>
    /// <returns>The results, in the order of the items.</returns>
    public static async IAsyncEnumerable<TResult> SelectAsync<T, TResult>(
        IEnumerable<T> items, Func<T, CancellationToken, Task<TResult>> work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<Task<TResult[]>>();
        var most = 2 * Environment.ProcessorCount;
        try
        {
            foreach (var part in items.Chunk(ItemsOfTask))
            {
                if (ahead.Count == most)
                {
                    foreach (var result in await ahead.Dequeue().ConfigureAwait(false))
                        yield return result;
                }

                cancellationToken.ThrowIfCancellationRequested();
                ahead.Enqueue(Task.Run(() => WorkAsync(part, work, cancellationToken), cancellationToken));
            }

            while (ahead.TryDequeue(out var task))
            {
                foreach (var result in await task.ConfigureAwait(false))
                    yield return result;
            }
        }
        finally
        {
            // A consumer that stops early, or an error, leaves nobody at work.
            foreach (var task in ahead)
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<TResult[]> WorkAsync<T, TResult>(T[] items, Func<T, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results[i] = await work(items[i], cancellationToken).ConfigureAwait(false);
        }

        return results;
    }
}
