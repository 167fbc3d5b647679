namespace Clembench.Backends;

/// <summary>
/// Finds by itself how many calls a service takes at once. The limit triples with every round of answers until the
/// service first refuses; a refusal (429) takes a fifth away, and from then on the limit grows by a twentieth a round.
/// A failing server (5xx) only stops the growth for a while. When a service says how long to wait, no call starts before;
/// when it says how many calls it still takes, no more are made.
/// One limiter serves all models of a service. Of those who wait, the one whose model has the fewest calls under way comes
/// first, and every model may have one call under way whatever the limit: a slow model never starves another.
/// </summary>
/// <param name="cap">The most calls at once, whatever the service allows.</param>
/// <param name="time">The clock.</param>
public sealed class AdaptiveLimiter(int cap, TimeProvider time)
{
    /// <summary>The calls at once to begin with.</summary>
    public const int Start = 64;

    private const double Cut = 0.8;
    private const double Growth = 0.05;

    // One burst of refusals is one signal, however many calls it hits; and the service is given time to recover.
    private static readonly TimeSpan AfterCut = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AfterServerError = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedList<Waiter>> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _inFlightOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long CallsLeft, TimeSpan Until)> _leftOf = new(StringComparer.Ordinal);
    private readonly long _origin = time.GetTimestamp();
    private double _limit = Math.Min(cap, Start);
    private bool _unrefused = true;
    private int _inFlight;
    private int _waitingCount;
    private TimeSpan _lastCut = TimeSpan.MinValue;
    private TimeSpan _growFrom;
    private TimeSpan _openFrom;
    private TimeSpan _opensAt = TimeSpan.MinValue;
    private ITimer? _opening;

    /// <summary>The calls at once that are allowed at the moment.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
                return (int)_limit;
        }
    }

    /// <summary>The calls that are under way.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
                return _inFlight;
        }
    }

    /// <summary>How long no call starts, because the service asked for it; zero when calls may start.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_lock)
                return _openFrom > Now ? _openFrom - Now : TimeSpan.Zero;
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Waits until a call may start.</summary>
    /// <param name="model">The model that is called.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>The permit; it is given back by one of its methods.</returns>
    public async ValueTask<Permit> AcquireAsync(string model, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            var now = Now;
            if (_waitingCount == 0 && MayStart(model, now))
            {
                Enter(model, now);
                return new Permit(this, model, now);
            }

            waiter = new Waiter(model);
            if (!_waiting.TryGetValue(model, out var queue))
                _waiting[model] = queue = [];
            waiter.Node = queue.AddLast(waiter);
            _waitingCount++;
            Serve(now);
        }

        using (cancellationToken.UnsafeRegister(static state => ((Action)state!)(), (Action)(() => GiveUp(waiter, cancellationToken))))
            await waiter.Task.ConfigureAwait(false);
        return new Permit(this, model, Now);
    }

    /// <summary>Starts no more calls of a model than its service said it still takes, until it takes more or says otherwise.</summary>
    /// <param name="model">The model: services have limits for each.</param>
    /// <param name="allowance">What the service said beside the latest answer.</param>
    public void Allow(string model, RateAllowance allowance)
    {
        lock (_lock)
        {
            // The calls that are under way have reached the service already, all but a few.
            _leftOf[model] = (allowance.CallsLeft, Now + allowance.ResetsIn);
        }
    }

    private TimeSpan OpenFrom(string model) =>
        _leftOf.TryGetValue(model, out var left) && left.CallsLeft <= 0 && left.Until > _openFrom ? left.Until : _openFrom;

    private bool MayStart(string model, TimeSpan now) => OpenFrom(model) <= now && (_inFlight < (int)_limit || _inFlightOf.GetValueOrDefault(model) == 0);

    private void Enter(string model, TimeSpan now)
    {
        _inFlight++;
        _inFlightOf[model] = _inFlightOf.GetValueOrDefault(model) + 1;
        if (!_leftOf.TryGetValue(model, out var left))
            return;
        if (left.Until <= now)
            _leftOf.Remove(model);
        else
            _leftOf[model] = left with { CallsLeft = left.CallsLeft - 1 };
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (waiter.Node is not { } node)
                return;
            Remove(waiter, node);
        }

        waiter.TrySetCanceled(cancellationToken);
    }

    private void Release(string model, Action<TimeSpan>? signal)
    {
        lock (_lock)
        {
            var now = Now;
            signal?.Invoke(now);
            _inFlight--;
            if (--_inFlightOf[model] == 0)
                _inFlightOf.Remove(model);
            Serve(now);
        }
    }

    // Called under the lock, with one time for all decisions. Those who are served go on elsewhere.
    private void Serve(TimeSpan now)
    {
        while (Next(now) is { } next && MayStart(next.Model, now))
        {
            Remove(next, next.Node!);
            Enter(next.Model, now);
            next.TrySetResult();
        }

        if (_waitingCount == 0)
            return;
        // Those who may start, but for the limit, are served when a call ends; for the others a clock has to tell.
        TimeSpan? opens = null;
        foreach (var (model, waiting) in _waiting)
        {
            if (waiting.Count > 0 && OpenFrom(model) is var from && from > now && (opens is null || from < opens))
                opens = from;
        }

        if (opens is not { } at || at == _opensAt)
            return;
        _opening?.Dispose();
        _opensAt = at;
        _opening = time.CreateTimer(Open, null, at - now, Timeout.InfiniteTimeSpan);
    }

    private void Remove(Waiter waiter, LinkedListNode<Waiter> node)
    {
        node.List!.Remove(node);
        waiter.Node = null;
        _waitingCount--;
    }

    private Waiter? Next(TimeSpan now)
    {
        LinkedList<Waiter>? next = null;
        var fewest = int.MaxValue;
        foreach (var (model, waiting) in _waiting)
        {
            if (waiting.Count > 0 && OpenFrom(model) <= now && _inFlightOf.GetValueOrDefault(model) is var inFlight && inFlight < fewest)
                (next, fewest) = (waiting, inFlight);
        }

        return next?.First!.Value;
    }

    private void Open(object? state)
    {
        lock (_lock)
        {
            _opening?.Dispose();
            _opening = null;
            _opensAt = TimeSpan.MinValue;
            Serve(Now);
        }
    }

    private void Grow(TimeSpan now)
    {
        // A limit that is not used says nothing about what the service could take.
        if (now < _growFrom || _inFlight < (int)_limit)
            return;
        _limit = Math.Min(cap, _limit + (_unrefused ? 2 : Math.Max(1, _limit * Growth) / _limit));
    }

    private void Shrink(TimeSpan started, TimeSpan now, TimeSpan? retryAfter)
    {
        _unrefused = false;
        _growFrom = now + (retryAfter > AfterCut ? retryAfter.Value : AfterCut);
        if (started > _lastCut)
        {
            _limit = Math.Max(1, _limit * Cut);
            _lastCut = now;
        }

        if (retryAfter is { } wait)
            HoldUntil(now + wait);
    }

    // The longest wait that was asked for counts.
    private void HoldUntil(TimeSpan until) => _openFrom = until > _openFrom ? until : _openFrom;

    /// <summary>The right to make one call. It is given back once, in the way that tells how the call ended.</summary>
    public sealed class Permit
    {
        private readonly AdaptiveLimiter _limiter;
        private readonly string _model;
        private readonly TimeSpan _started;

        internal Permit(AdaptiveLimiter limiter, string model, TimeSpan started)
        {
            _limiter = limiter;
            _model = model;
            _started = started;
        }

        /// <summary>The service answered.</summary>
        public void Succeeded() => _limiter.Release(_model, _limiter.Grow);

        /// <summary>The service refused because there were too many calls.</summary>
        /// <param name="retryAfter">How long it asks to wait; null where it does not say.</param>
        public void RateLimited(TimeSpan? retryAfter) => _limiter.Release(_model, now => _limiter.Shrink(_started, now, retryAfter));

        /// <summary>The service failed in a way that has nothing to do with this call.</summary>
        /// <param name="retryAfter">How long it asks to wait; null where it does not say.</param>
        public void ServerFailed(TimeSpan? retryAfter) => _limiter.Release(_model, now =>
        {
            _limiter._growFrom = now + AfterServerError > _limiter._growFrom ? now + AfterServerError : _limiter._growFrom;
            if (retryAfter is { } wait)
                _limiter.HoldUntil(now + wait);
        });

        /// <summary>The call ended in a way that says nothing about the service's limits.</summary>
        public void Ended() => _limiter.Release(_model, null);
    }

    private sealed class Waiter(string model) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Model { get; } = model;

        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
