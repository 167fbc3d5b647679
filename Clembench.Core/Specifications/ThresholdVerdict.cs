namespace Clembench.Specifications;

/// <summary>A condition, and what was measured.</summary>
/// <param name="Threshold">The condition as it was written.</param>
/// <param name="Subject">What was measured of: a model, a model and a game, or the run.</param>
/// <param name="Value">The measured value; null where there is none.</param>
/// <param name="Passed">Whether the run does not show it. Of what cannot be measured, it does not.</param>
public sealed record ThresholdVerdict(string Threshold, string Subject, double? Value, bool Passed)
{
    /// <summary>The condition without what it is about: <c>Quality&lt;40</c>.</summary>
    public required string Condition { get; init; }

    /// <summary>What it takes to pass, in words: <c>mock/taboo: Quality at least 40</c>.</summary>
    public required string Requirement { get; init; }

    /// <inheritdoc />
    public override string ToString() => Value is { } value
        ? FormattableString.Invariant($"{Subject}: {Condition} ({value:0.##})")
        : $"{Subject}: {Condition} (not measured)";
}
