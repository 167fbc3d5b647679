using System.Management.Automation;

namespace Clembench.Tests.Pester.Should;

/// <summary>An operator of Should, which is also the name of its parameter set.</summary>
/// <param name="Name">The name without its dash.</param>
/// <param name="Parameters">Its parameters in the order of their positions; -Because comes after them.</param>
/// <param name="Test">Tests a value.</param>
internal sealed record ShouldOperator(string Name, IReadOnlyList<string> Parameters, Func<ShouldCall, ShouldVerdict> Test)
{
    public string? Alias { get; init; }

    /// <summary>Its parameters that are switches.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>Whether it tests all piped values as one array, and not each by itself.</summary>
    public bool TakesArray { get; init; }

    /// <summary>All operators.</summary>
    public static IReadOnlyList<ShouldOperator> All { get; } =
    [
        .. EqualityOperators.All, .. TextOperators.All, .. ValueOperators.All, .. CollectionOperators.All, .. OrderOperators.All,
        .. FileOperators.All, ThrowOperator.Definition, HaveParameterOperator.Definition,
    ];
}

/// <summary>A use of an operator.</summary>
/// <param name="Actual">The tested value.</param>
/// <param name="Negate">Whether -Not was given.</param>
/// <param name="Arguments">The given parameters by name.</param>
/// <param name="State">The session.</param>
internal sealed record ShouldCall(object? Actual, bool Negate, IReadOnlyDictionary<string, object?> Arguments, SessionState State)
{
    /// <summary>A parameter's value; null if it was not given.</summary>
    public object? Argument(string name) => Arguments.GetValueOrDefault(name);

    public string? Text(string name) => Arguments.TryGetValue(name, out var value) ? LanguagePrimitives.ConvertTo<string>(value) : null;

    public bool Switch(string name) => Arguments.TryGetValue(name, out var value) && LanguagePrimitives.IsTrue(value);

    /// <summary>A verdict where the value should do something, or not do it.</summary>
    public ShouldVerdict Verdict(bool matches, string expected, string? detail = null) => new(matches != Negate, expected, ValueText.Of(Actual)) { Detail = detail };
}

/// <summary>What an operator found.</summary>
/// <param name="Passed">Whether the assertion holds, -Not taken into account.</param>
/// <param name="Expected">What was expected, without the "not" of -Not.</param>
/// <param name="Actual">What was found.</param>
internal sealed record ShouldVerdict(bool Passed, string Expected, string Actual)
{
    public string? Detail { get; init; }

    /// <summary>What the assertion hands on when it passes; null for nothing.</summary>
    public object? Output { get; init; }
}
