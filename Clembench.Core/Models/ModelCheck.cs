namespace Clembench.Models;

/// <summary>One check of a registry entry.</summary>
/// <param name="Model">The entry's name.</param>
/// <param name="Name">What was checked: <c>Schema</c>, <c>Backend</c>, <c>Key</c>, <c>EosToCull</c>, ….</param>
/// <param name="Passed">The verdict.</param>
/// <param name="Message">What was found.</param>
/// <param name="Suggestion">What to do where the check did not pass, or passed with a reservation; null otherwise.</param>
public sealed record ModelCheck(string Model, string Name, bool Passed, string Message, string? Suggestion = null);
