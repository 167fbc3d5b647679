using Clembench.Backends;
using Clembench.Runs;
using Clembench.Scoring.Tables;

namespace Clembench.Specifications;

/// <summary>A run as a file describes it: what is played, within which limits, what is written, and what it takes to pass.</summary>
public sealed record RunSpecification
{
    /// <summary>The word for the results of the latest earlier day, as <see cref="Baseline"/>.</summary>
    public const string Previous = "previous";

    /// <summary>What reports call the run.</summary>
    public required string Name { get; init; }

    /// <summary>The file, as an absolute path.</summary>
    public required string Source { get; init; }

    /// <summary>The models: names, which may have wildcards, or partial specifications.</summary>
    public required IReadOnlyList<object> Models { get; init; }

    /// <summary>The games.</summary>
    public required IReadOnlyList<GameChoice> Games { get; init; }

    /// <summary>Model registries that come before all others, as absolute paths.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];

    /// <summary>The results folder, as an absolute path in which <c>{date}</c> may stand for the day.</summary>
    public required string Results { get; init; }

    /// <summary>How models generate.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>How often each instance is played.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>The most episodes in flight at once.</summary>
    public int ThrottleLimit { get; init; } = 16;

    /// <summary>The longest time that one response may take; null for the usual: ten minutes, and none for models on this machine.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often a request is repeated after a passing failure.</summary>
    public int RetryLimit { get; init; } = 5;

    /// <summary>Whether what was asked before at temperature 0 is answered from the cache.</summary>
    public bool Cache { get; init; }

    /// <summary>Whether every episode's files are on the disk before it counts as complete.</summary>
    public bool Durable { get; init; }

    /// <summary>When the run stops by itself.</summary>
    public RunLimits Limits { get; init; } = new();

    /// <summary>The summary's file; a relative path starts at the results folder.</summary>
    public string JsonFile { get; init; } = "summary.json";

    /// <summary>The file of the summary as test results; null for none. A relative path starts at the results folder.</summary>
    public string? JUnitFile { get; init; }

    /// <summary>The forms in which the benchmark's tables are written; none for no tables.</summary>
    public IReadOnlyList<TableFormat> Tables { get; init; } = [];

    /// <summary>The results folder that the run is compared with, as an absolute path, or <see cref="Previous"/>; null for none.</summary>
    public string? Baseline { get; init; }

    /// <summary>What the run must not show.</summary>
    public IReadOnlyList<Threshold> FailOn { get; init; } = Threshold.Usual;

    /// <summary>The results folder of a day.</summary>
    /// <param name="day">The day.</param>
    /// <returns>An absolute path.</returns>
    public string ResultsOf(DateOnly day) => Results.Replace("{date}", day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
