namespace Clembench.Runs;

/// <summary>Counts what a run has spent against its limits.</summary>
/// <param name="limits">The limits.</param>
/// <param name="clock">The clock.</param>
internal sealed class RunBudget(RunLimits limits, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private readonly Lock _lock = new();
    private int _begun;

    /// <summary>What has been spent so far, in the currency of the entries' prices.</summary>
    public decimal Cost { get; private set; }

    /// <summary>The limit that ended the run, in words; null while none has.</summary>
    public string? Reached { get; private set; }

    /// <summary>Asks for one more episode to be played.</summary>
    /// <returns>Whether it may begin.</returns>
    public bool TryBegin()
    {
        lock (_lock)
        {
            if (limits.MaxEpisodes is { } most && _begun >= most)
                Reached = $"{most} episode(s) have been played (-MaxEpisodes).";
            else if (limits.MaxCost is { } cost && Cost >= cost)
                Reached = FormattableString.Invariant($"{Cost:0.####} has been spent, of at most {cost:0.####} (-MaxCost).");
            else if (limits.MaxTime is { } time && clock.GetElapsedTime(_start) >= time)
                Reached = FormattableString.Invariant($"it has lasted {time.TotalMinutes:0.##} minute(s).");
            else
                _begun++;
            return Reached is null;
        }
    }

    /// <summary>Takes back that an episode begins: it could not.</summary>
    public void Withdraw()
    {
        lock (_lock)
            _begun--;
    }

    /// <summary>Adds what an episode cost.</summary>
    /// <param name="cost">The cost; null where it is not known.</param>
    public void Spend(decimal? cost)
    {
        lock (_lock)
            Cost += cost ?? 0;
    }
}
