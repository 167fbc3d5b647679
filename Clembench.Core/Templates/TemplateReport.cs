using Clembench.Common;
using Clembench.Models;

namespace Clembench.Templates;

/// <summary>What a person asked to see beside the verdicts.</summary>
[Flags]
public enum TemplateDetails
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The tokenizer's facts.</summary>
    Tokenizer = 1,

    /// <summary>The template's text.</summary>
    Template = 2,
}

/// <summary>What the check of a model's chat template and tokenizer found.</summary>
public sealed record TemplateReport
{
    /// <summary>What was checked: the entry's name, the repository's id, or the file.</summary>
    public required string Name { get; init; }

    /// <summary>The repository on the Hugging Face hub; null for files of this machine.</summary>
    public string? HuggingFaceId { get; init; }

    /// <summary>The file or folder; null for a repository.</summary>
    public string? Path { get; init; }

    /// <summary>The commit that was read; null where it is not known.</summary>
    public string? Commit { get; init; }

    /// <summary>Where the template comes from: <c>premade</c> (the tokenizer's own), <c>custom</c>, or <c>gguf</c>; null where there is none.</summary>
    public string? Source { get; init; }

    /// <summary>Whether all required checks passed.</summary>
    public bool Passed { get; init; }

    /// <summary>The checks, in the order in which they were made.</summary>
    public IReadOnlyList<TemplateCheck> Checks { get; init; } = [];

    /// <summary>The short conversation (user, assistant, user) as the model would be sent it; null where that fails.</summary>
    public string? Rendered { get; init; }

    /// <summary>The template's text; null where there is none.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>The names of the checkpoint's templates, where there are several.</summary>
    public IReadOnlyList<string> TemplateNames { get; init; } = [];

    /// <summary>The EOS token; null where there is none.</summary>
    public string? EosToken { get; init; }

    /// <summary>The BOS token; null where there is none.</summary>
    public string? BosToken { get; init; }

    /// <summary>All special tokens by the name that a template knows them by.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; init; } = new Dictionary<string, string>();

    /// <summary>Further control tokens of the vocabulary.</summary>
    public IReadOnlyList<string> ControlTokens { get; init; } = [];

    /// <summary>The texts of the tokens at which generation ends.</summary>
    public IReadOnlyList<string> StopTokens { get; init; } = [];

    /// <summary>The tokenizer's class; null where it is not known.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>The number of tokens in the vocabulary; null where it is not known.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>The length of the model's context in tokens; null where it is not known.</summary>
    public int? ContextSize { get; init; }

    /// <summary>The model's architecture; null where it is not known.</summary>
    public string? Architecture { get; init; }

    /// <summary>The text that ends a response and is to be culled from it; null where none was found.</summary>
    public string? EosToCull { get; init; }

    /// <summary>The registry entry for the model, ready for <c>Register-ClemModel</c>; null where the model cannot be used.</summary>
    public ModelEntry? Suggestion { get; init; }

    /// <summary>Why the model does not pass, in a sentence; null where it does.</summary>
    public string? Error { get; init; }

    /// <summary>Why a file of the model could not be read, where the rest could: a broken <c>tokenizer.json</c>; null otherwise.</summary>
    public ClemException? Fault { get; init; }

    /// <summary>What a view of the report shows beside the verdicts.</summary>
    public TemplateDetails Details { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name}: {(Passed ? "passed" : "did not pass")}";
}
