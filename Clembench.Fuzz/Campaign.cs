using System.Diagnostics;
using System.Globalization;
using Clembench.Fuzz.Mutation;
using Clembench.Fuzz.Targets;

namespace Clembench.Fuzz;

/// <summary>
/// Gives a target inputs that were sound once, until it has had enough. Every execution must end as the target promises, within a
/// bounded time, and within an amount of memory that is in proportion to the input.
/// </summary>
/// <param name="target">What is tried.</param>
/// <param name="options">How much, and from which random numbers.</param>
/// <param name="edges">What the instrumented engine counts; null where it is not instrumented.</param>
public sealed class Campaign(FuzzTarget target, FuzzOptions options, EdgeMap? edges = null)
{
    private const int MostFinds = 20;
    private const int LongestKept = 64 << 10;
    private const int MostKept = 20_000;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Find> _finds = new(StringComparer.Ordinal);
    private long _startOfExecution;

    /// <summary>Runs the campaign.</summary>
    /// <param name="cancellationToken">Ends it early; what was done so far is reported.</param>
    /// <returns>The report.</returns>
    public CampaignReport Run(CancellationToken cancellationToken)
    {
        var random = new Random(options.Seed);
        var mutator = new Mutator(random, target);
        using var last = LastInput.Open(options.Finds, target.Name);
        using var watch = new Timer(_ => WatchForHang(), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        var clock = Stopwatch.StartNew();
        long executions = 0, accepted = 0;
        while (!cancellationToken.IsCancellationRequested && _finds.Count < MostFinds
            && (options.Count is not { } most || executions < most) && (options.Time is not { } time || clock.Elapsed < time))
        {
            // The seeds first, as they are: what is sound must be accepted.
            var input = executions < target.Seeds.Count ? target.Seeds[(int)executions] : mutator.Next();
            last.Keep(input);
            edges?.Clear();
            if (Execute(input, isSeed: executions < target.Seeds.Count))
                accepted++;
            executions++;
            if (edges?.HasNew() is true && input.Length <= LongestKept && mutator.Kept < MostKept)
                mutator.Keep(input);
        }

        last.Forget();
        return new CampaignReport(target.Name, executions, clock.Elapsed, accepted, mutator.Kept, edges?.Count ?? 0, [.. _finds.Values]);
    }

    private bool Execute(byte[] input, bool isSeed)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        Volatile.Write(ref _startOfExecution, start);
        var accepted = false;
        try
        {
            accepted = target.Run(input);
            if (isSeed && !accepted)
                throw new BrokenPromiseException("a sound input is accepted", "it was refused");
        }
#pragma warning disable CA1031 // Whatever is thrown here is what is looked for.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Add(Find.Of(error, input));
        }

        Volatile.Write(ref _startOfExecution, 0);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (allocated > target.MostAllocated(input.Length))
            Add(new Find("memory in proportion", string.Create(CultureInfo.InvariantCulture, $"{allocated:N0} bytes for an input of {input.Length:N0}"), input));
        if (Stopwatch.GetElapsedTime(start) > Slow && IsSlow(input))
            Add(new Find("bounded time", $"more than {Slow.TotalSeconds} s of processor time, again and again", input));
        return accepted;
    }

    // A machine that is busy with other things is no find: the processor's time counts, and it has to take it twice more.
    private bool IsSlow(byte[] input)
    {
        for (var times = 0; times < 2; times++)
        {
            var before = Environment.CpuUsage.TotalTime;
            try
            {
                target.Run(input);
            }
#pragma warning disable CA1031 // It has been reported already.
            catch (Exception)
#pragma warning restore CA1031
            {
            }

            if (Environment.CpuUsage.TotalTime - before < Slow)
                return false;
        }

        return true;
    }

    private void Add(Find find)
    {
        if (!_finds.TryAdd(find.Kind, find) || options.Finds is not { } folder)
            return;
        Directory.CreateDirectory(folder);
        var name = Path.Join(folder, $"{target.Name}-{_finds.Count}");
        File.WriteAllBytes(name + ".input", find.Input.ToArray());
        File.WriteAllText(name + ".txt", find.Kind + "\n\n" + find.Detail);
        Console.Error.WriteLine($"{target.Name}: {find.Kind}");
    }

    // Nothing else ends an endless loop. The input is in the file of the last one.
    private void WatchForHang()
    {
        if (Volatile.Read(ref _startOfExecution) is not 0 and var start && Stopwatch.GetElapsedTime(start) > Hang)
            Environment.FailFast($"{target.Name}: an execution has taken more than {Hang.TotalSeconds} s.");
    }
}
