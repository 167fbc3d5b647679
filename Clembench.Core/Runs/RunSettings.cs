using Clembench.Backends;
using Clembench.Results;

namespace Clembench.Runs;

/// <summary>How a run plays and records.</summary>
public sealed record RunSettings
{
    /// <summary>The results folder, as an absolute path.</summary>
    public required string ResultsPath { get; init; }

    /// <summary>The layout of the results folder.</summary>
    public ResultsLayout Layout { get; init; }

    /// <summary>How models generate.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>The most episodes in flight at once.</summary>
    public int ThrottleLimit { get; init; } = 16;

    /// <summary>Whether complete episodes are played again.</summary>
    public bool Force { get; init; }

    /// <summary>The part of the episodes that is played here.</summary>
    public Shard Shard { get; init; } = new(1, 1);

    /// <summary>When the run stops by itself.</summary>
    public RunLimits Limits { get; init; } = new();

    /// <summary>Whether every episode's files are on the disk, and not only with the system, before the next one counts as complete.</summary>
    public bool Durable { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
