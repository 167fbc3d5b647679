namespace Clembench.Templates;

/// <summary>What it means when a check does not pass.</summary>
public enum CheckSeverity
{
    /// <summary>The template cannot be used as it is.</summary>
    Required,

    /// <summary>The template can be used; a person should know.</summary>
    Warning,

    /// <summary>No fault at all: the check tells what the template can do.</summary>
    Information,
}

/// <summary>One check of a chat template.</summary>
/// <param name="Name">What was checked, such as <c>SystemMessage</c>.</param>
/// <param name="Passed">The verdict; of an information, whether the template can do it.</param>
/// <param name="Message">What was found, in a sentence.</param>
/// <param name="Rendered">The text that was judged; null where none was rendered.</param>
/// <param name="Severity">What it means when the check does not pass.</param>
public sealed record TemplateCheck(string Name, bool Passed, string Message, string? Rendered, CheckSeverity Severity)
{
    /// <summary>Whether the model does not pass without this check.</summary>
    public bool Required => Severity == CheckSeverity.Required;

    /// <summary>The verdict in a word: <c>passed</c>, <c>FAILED</c>, <c>warning</c>, <c>yes</c> or <c>no</c>.</summary>
    public string Verdict => (Severity, Passed) switch
    {
        (CheckSeverity.Information, true) => "yes",
        (CheckSeverity.Information, false) => "no",
        (_, true) => "passed",
        (CheckSeverity.Required, false) => "FAILED",
        _ => "warning",
    };

    /// <inheritdoc />
    public override string ToString() => $"{Name}: {Verdict}";
}
