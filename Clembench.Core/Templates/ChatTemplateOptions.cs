namespace Clembench.Templates;

/// <summary>How a conversation is rendered.</summary>
public sealed record ChatTemplateOptions
{
    /// <summary>The settings of a request for the model's next answer.</summary>
    public static ChatTemplateOptions Default { get; } = new();

    /// <summary>Whether the text ends with what opens the assistant's turn.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>Tools as JSON schemas of functions (plain values, see <see cref="Json.JsonMap"/>); null for none.</summary>
    public IReadOnlyList<object?>? Tools { get; init; }

    /// <summary>Further variables of the template, before those of the model.</summary>
    public IReadOnlyDictionary<string, object?>? Variables { get; init; }

    /// <summary>The clock of templates that write the date.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
