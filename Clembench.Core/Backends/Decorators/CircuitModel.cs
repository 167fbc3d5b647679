namespace Clembench.Backends;

/// <summary>
/// A model that is given up when it fails for good. After several failures in a row, calls are held back for a while,
/// then one is let through; when that fails too, the wait grows, and after the last one all further calls fail at once
/// with the cause. Failures that waiting does not mend (a wrong key, an unknown model) end it without any wait.
/// Failures that concern one conversation alone, such as a context that is exceeded, do not count.
/// </summary>
/// <param name="inner">The model that answers; retries are behind it.</param>
/// <param name="time">The clock.</param>
public sealed class CircuitModel(IModel inner, TimeProvider time) : DelegatingModel(inner)
{
    private const int FailuresInARow = 5;

    /// <summary>How long calls are held back after the first, second and third time that the model fails for good.</summary>
    public static readonly IReadOnlyList<TimeSpan> Pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30)];

    private readonly SemaphoreSlim _probe = new(1, 1);
    private readonly Lock _lock = new();
    private int _failures;
    private volatile int _pauses;
    private long _pausedSince;
    private volatile bool _isPaused;
    private volatile ModelCallException? _cause;

    /// <inheritdoc />
    /// <exception cref="ModelCallException">The model has been given up (<c>Clem.Backend.GivenUp</c>).</exception>
    public override async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        ThrowWhenGivenUp();
        if (!_isPaused)
            return await CallAsync(messages, options, cancellationToken).ConfigureAwait(false);

        // One caller at a time finds out whether the model is back; the others go on when it is, or fail with it.
        await _probe.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (WaitOfPause() is { } wait)
            {
                ThrowWhenGivenUp();
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
                return await CallAsync(messages, options, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _probe.Release();
        }

        ThrowWhenGivenUp();
        return await CallAsync(messages, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _probe.Dispose();
        return base.DisposeAsync();
    }

    // Null where a call has succeeded meanwhile.
    private TimeSpan? WaitOfPause()
    {
        lock (_lock)
            return _isPaused ? Pauses[Math.Min(_pauses, Pauses.Count) - 1] - time.GetElapsedTime(_pausedSince) : null;
    }

    private async Task<ModelResponse> CallAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var pauses = _pauses;
        try
        {
            var response = await Inner.GenerateAsync(messages, options, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _failures = 0;
                _pauses = 0;
                _isPaused = false;
            }

            return response;
        }
        catch (ModelCallException error) when (error is not ContextExceededException)
        {
            Count(error, pauses);
            throw;
        }
    }

    private void Count(ModelCallException error, int pausesWhenCalled)
    {
        lock (_lock)
        {
            // Calls that were under way when the pause began fail for the reason that is known already.
            if (_cause is not null || _pauses != pausesWhenCalled)
                return;
            _failures++;
            if (!_isPaused && _failures < FailuresInARow && !error.IsFinal)
                return;
            if (_pauses == Pauses.Count || !MayMend(error))
            {
                _cause = error;
            }
            else
            {
                _pauses++;
                _isPaused = true;
                _pausedSince = time.GetTimestamp();
            }
        }
    }

    // An answer that the service refuses in words (a filter, a bad request) may be this conversation's; a wrong key or
    // an unknown model is everybody's, and stays.
    private static bool MayMend(ModelCallException error) => error.IsTransient || (!error.IsFinal && error.Status is null or 400 or 422);

    private void ThrowWhenGivenUp()
    {
        if (_cause is { } cause)
        {
            throw new ModelCallException(
                "Clem.Backend.GivenUp", cause.Kind, $"The model '{Name}' is not asked any more in this run, for it failed again and again: {cause.Message}",
                cause.Action, cause.Target, cause)
            { Status = cause.Status };
        }
    }
}
