using System.Diagnostics.CodeAnalysis;

namespace Clembench.Runs;

/// <summary>
/// Hands out episodes so that no line-up starves another: the next one comes from the lane that has the fewest in
/// flight. A slow model holds its share of the places and no more; when the others are done it gets theirs.
/// </summary>
internal sealed class FairQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Lane> _open;
    private bool _closed;

    public FairQueue(RunPlan plan) => _open = [.. plan.Lanes.Select(lane => new Lane(lane.Episodes.GetEnumerator(), lane.MostAtOnce))];

    /// <summary>Takes the next episode.</summary>
    /// <param name="ticket">The episode; to be given back when it has ended.</param>
    /// <returns>
    /// Whether there was one to take. Where there was none, those who hold tickets of a full lane play the rest of it.
    /// </returns>
    public bool TryTake([NotNullWhen(true)] out Ticket? ticket)
    {
        lock (_lock)
        {
            while (!_closed && _open.Where(lane => lane.InFlight < lane.MostAtOnce).MinBy(lane => lane.InFlight) is { } lane)
            {
                if (lane.Episodes.MoveNext())
                {
                    lane.InFlight++;
                    // Of lanes with equally many in flight, the one that has waited longest comes first.
                    _open.Remove(lane);
                    _open.Add(lane);
                    ticket = new Ticket(lane, lane.Episodes.Current);
                    return true;
                }

                lane.Episodes.Dispose();
                _open.Remove(lane);
            }

            ticket = null;
            return false;
        }
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="ticket">The episode that has ended.</param>
    public void Return(Ticket ticket)
    {
        lock (_lock)
            ticket.Lane.InFlight--;
    }

    /// <summary>Hands out nothing more.</summary>
    public void Close()
    {
        lock (_lock)
            _closed = true;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var lane in _open)
                lane.Episodes.Dispose();
            _open.Clear();
        }
    }

    /// <summary>An episode that is under way.</summary>
    internal sealed record Ticket(Lane Lane, EpisodePlan Plan);

    internal sealed class Lane(IEnumerator<EpisodePlan> episodes, int mostAtOnce)
    {
        public int MostAtOnce { get; } = mostAtOnce;

        public IEnumerator<EpisodePlan> Episodes { get; } = episodes;

        public int InFlight { get; set; }
    }
}
