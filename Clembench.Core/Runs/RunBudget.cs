namespace Clembench.Runs;

/// <summary>Counts what a run has spent against its limits.</summary>
/// <param name="limits">The limits.</param>
/// <param name="clock">The clock.</param>
internal sealed class RunBudget(RunLimits limits, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private readonly Lock _lock = new();
    private int _begun;
    private int _unconfirmed;
    private TaskCompletionSource _settled = NewSignal();

    /// <summary>What has been spent so far, in the currency of the entries' prices.</summary>
    public decimal Cost { get; private set; }

    /// <summary>The limit that ended the run, in words; null while none has.</summary>
    public string? Reached { get; private set; }

    /// <summary>
    /// Asks for one more episode to be played. While the last places are held by episodes whose models are still being loaded, it
    /// waits: those that cannot be loaded give their places back.
    /// </summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Whether it may begin; then it is to be confirmed or withdrawn.</returns>
    public async Task<bool> TryBeginAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task settled;
            lock (_lock)
            {
                if (limits.MaxEpisodes is not { } most || _begun < most || _unconfirmed == 0)
                    return TryTakePlace();
                settled = _settled.Task;
            }

            await settled.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says that an episode begins.</summary>
    public void Confirm() => Settle(begins: true);

    /// <summary>Takes back that an episode begins: it could not.</summary>
    public void Withdraw() => Settle(begins: false);

    /// <summary>Adds what an episode cost.</summary>
    /// <param name="cost">The cost; null where it is not known.</param>
    public void Spend(decimal? cost)
    {
        lock (_lock)
            Cost += cost ?? 0;
    }

    private bool TryTakePlace()
    {
        if (limits.MaxEpisodes is { } most && _begun >= most)
            Reached = $"{most} episode(s) have been played (-MaxEpisodes).";
        else if (limits.MaxCost is { } cost && Cost >= cost)
            Reached = FormattableString.Invariant($"{Cost:0.####} has been spent, of at most {cost:0.####} (-MaxCost).");
        else if (limits.MaxTime is { } time && clock.GetElapsedTime(_start) >= time)
            Reached = FormattableString.Invariant($"it has lasted {time.TotalMinutes:0.##} minute(s).");
        else
            (_begun, _unconfirmed) = (_begun + 1, _unconfirmed + 1);
        return Reached is null;
    }

    private void Settle(bool begins)
    {
        lock (_lock)
        {
            _unconfirmed--;
            _begun -= begins ? 0 : 1;
            _settled.SetResult();
            _settled = NewSignal();
        }
    }

    // Whoever waits goes on elsewhere, not within the lock.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
