namespace Clembench.Specifications;

/// <summary>What is played of a game.</summary>
/// <param name="Name">The game's name; wildcards are allowed.</param>
public sealed record GameChoice(string Name)
{
    /// <summary>Only these experiments, by names that may have wildcards; null for all.</summary>
    public IReadOnlyList<string>? Experiments { get; init; }

    /// <summary>Only instances with these numbers; null for all.</summary>
    public IReadOnlyList<int>? Instances { get; init; }

    /// <summary>An instance file in place of the game's own, as an absolute path; null for that.</summary>
    public string? InstancePath { get; init; }
}
