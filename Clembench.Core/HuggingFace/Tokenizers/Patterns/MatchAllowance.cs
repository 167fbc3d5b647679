using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Clembench.HuggingFace.Tokenizers.Patterns;

/// <summary>
/// The time that all patterns of a tokenizer together may take for one text. A limit for each match would not do: a hostile
/// pattern can be nearly as slow at each of a thousand places. Tokenizing is synchronous, so the allowance is the thread's.
/// </summary>
internal sealed class MatchAllowance : IDisposable
{
    /// <summary>The most that one match, and a short text, may take; no published pattern takes milliseconds.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    // Beside that, a hundredth of the usual speed.
    private const long CharactersPerSecond = 50_000;

    [ThreadStatic]
    private static MatchAllowance? _current;

    private readonly MatchAllowance? _outer;
    private readonly CancellationToken _cancellationToken;
    private readonly TimeSpan _all;
    private TimeSpan _taken;

    private MatchAllowance(TimeSpan all, CancellationToken cancellationToken)
    {
        (_all, _cancellationToken, _outer) = (all, cancellationToken, _current);
        _current = this;
    }

    /// <summary>Gives the thread an allowance until it is disposed of.</summary>
    /// <param name="length">How many characters are tokenised.</param>
    /// <param name="cancellationToken">Ends the matching.</param>
    public static MatchAllowance Begin(long length, CancellationToken cancellationToken) =>
        new(Least + TimeSpan.FromSeconds(length / (double)CharactersPerSecond), cancellationToken);

    /// <summary>Charges the thread's allowance.</summary>
    /// <param name="started">When the matching began (<see cref="Stopwatch.GetTimestamp"/>).</param>
    /// <returns>The time from which on the next charge counts.</returns>
    /// <exception cref="RegexMatchTimeoutException">The allowance is spent.</exception>
    /// <exception cref="OperationCanceledException">The tokenizing was cancelled.</exception>
    public static long Charge(long started)
    {
        var now = Stopwatch.GetTimestamp();
        if (_current is not { } allowance)
            return now;
        allowance._cancellationToken.ThrowIfCancellationRequested();
        allowance._taken += Stopwatch.GetElapsedTime(started, now);
        return allowance._taken <= allowance._all ? now : throw new RegexMatchTimeoutException();
    }

    public void Dispose() => _current = _outer;
}
