using Clembench.Models;

namespace Clembench.Results.Checks;

/// <summary>What one check found in an episode.</summary>
/// <param name="Name">The check's name.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Message">What was found.</param>
internal sealed record Verdict(string Name, bool Passed, string Message)
{
    /// <summary>How the model's entry is to be changed; null where no change would help.</summary>
    public Func<ModelEntry, ModelEntry>? Mend { get; init; }
}
