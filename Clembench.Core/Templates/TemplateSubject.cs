using Clembench.Models;
using Clembench.Templates.Checkpoints;

namespace Clembench.Templates;

/// <summary>What is checked or formatted with: a checkpoint, a template of one's own, a registry entry, in any combination that has a template.</summary>
/// <param name="Name">What a person calls it.</param>
public sealed record TemplateSubject(string Name)
{
    /// <summary>The checkpoint; null where a template alone is given.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>A template in place of the model's own; null for none.</summary>
    public string? Template { get; init; }

    /// <summary>The registry entry; null for none.</summary>
    public ModelEntry? Entry { get; init; }
}
