using Clembench.HuggingFace.Hub;

namespace Clembench.HuggingFace;

/// <summary>A file of a model.</summary>
/// <param name="Name">The file's name in the repository, with forward slashes.</param>
/// <param name="Size">The size in bytes; null where the hub does not tell it.</param>
/// <param name="Backend">The backend that loads weights of that kind; null for other files.</param>
public sealed record ModelCardFile(string Name, long? Size, string? Backend);

/// <summary>A model's card and facts from the hub. Text that the model's authors wrote holds no control characters.</summary>
public sealed record ModelCard
{
    /// <summary>The repository's present id; another than was asked for when it has been renamed.</summary>
    public required string HuggingFaceId { get; init; }

    /// <summary>The branch, tag or commit that was asked for.</summary>
    public required string Revision { get; init; }

    /// <summary>The commit's full name; null where the hub does not tell it.</summary>
    public string? Commit { get; init; }

    /// <summary>The licence's identifier, or its name where it is one of its own; null where none is given.</summary>
    public string? License { get; init; }

    /// <summary>Who may read the files.</summary>
    public HubGate Gated { get; init; }

    /// <summary>Whether only members of the owner see the repository.</summary>
    public bool Private { get; init; }

    /// <summary>The languages, as codes.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The ids of the models that this one was made from.</summary>
    public IReadOnlyList<string> BaseModel { get; init; } = [];

    /// <summary>The largest number of tokens that prompt and answer may have together; null where no file tells it.</summary>
    public long? ContextSize { get; init; }

    /// <summary>The class that implements the model, such as <c>LlamaForCausalLM</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>The kind of model, such as <c>llama</c>.</summary>
    public string? ModelType { get; init; }

    /// <summary>The number of parameters; null where the hub has not read the weights.</summary>
    public long? ParameterCount { get; init; }

    /// <summary>The files.</summary>
    public IReadOnlyList<ModelCardFile> Files { get; init; } = [];

    /// <summary>The backends that can load the weights.</summary>
    public IReadOnlyList<string> Backends { get; init; } = [];

    /// <summary>Downloads in the last 30 days.</summary>
    public long? Downloads { get; init; }

    /// <summary>When the repository was changed last.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The card's text in Markdown, without the front matter; null where there is none or it may not be read.</summary>
    public string? Text { get; init; }

    /// <summary>The repository's id, and the revision where it is not <c>main</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Revision == HubRepository.DefaultRevision ? HuggingFaceId : $"{HuggingFaceId}@{Revision}";
}
