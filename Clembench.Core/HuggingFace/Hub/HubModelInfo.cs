using Clembench.Json;

namespace Clembench.HuggingFace.Hub;

/// <summary>Who may read a repository's files.</summary>
public enum HubGate
{
    /// <summary>Everybody.</summary>
    None,

    /// <summary>Whoever accepts the conditions on the model's page.</summary>
    Auto,

    /// <summary>Whoever the authors let in.</summary>
    Manual,
}

/// <summary>A file that a repository lists.</summary>
/// <param name="Name">The file's name, with forward slashes; one that stays within its folder on every system.</param>
/// <param name="Size">The size in bytes; null where the hub does not tell it.</param>
/// <param name="Sha256">The SHA-256 of a large file (LFS), in hexadecimal; null for others.</param>
public sealed record HubModelFile(string Name, long? Size, string? Sha256);

/// <summary>What the hub knows of a model repository at a revision (<c>/api/models/{id}/revision/{revision}?blobs=true</c>).</summary>
public sealed record HubModelInfo
{
    /// <summary>The repository's present id; another than was asked for when it has been renamed.</summary>
    public required string Id { get; init; }

    /// <summary>The commit's full name; null where the hub does not tell it.</summary>
    public string? Commit { get; init; }

    /// <summary>Who may read the files.</summary>
    public HubGate Gated { get; init; }

    /// <summary>Whether only members of the owner see the repository.</summary>
    public bool Private { get; init; }

    /// <summary>Whether the hub has closed the repository.</summary>
    public bool Disabled { get; init; }

    /// <summary>The tags, such as <c>license:mit</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The task, such as <c>text-generation</c>.</summary>
    public string? PipelineTag { get; init; }

    /// <summary>The library that the model is made for, such as <c>transformers</c>.</summary>
    public string? LibraryName { get; init; }

    /// <summary>Downloads in the last 30 days.</summary>
    public long? Downloads { get; init; }

    /// <summary>How many people like the model.</summary>
    public long? Likes { get; init; }

    /// <summary>When the repository was changed last.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The number of parameters by what the hub read in the safetensors or GGUF files; null where there are none.</summary>
    public long? ParameterCount { get; init; }

    /// <summary>The front matter of the model card.</summary>
    public JsonMap CardData { get; init; } = JsonMap.Empty;

    /// <summary>What the hub has read of <c>config.json</c>: <c>architectures</c>, <c>model_type</c>, …</summary>
    public JsonMap Config { get; init; } = JsonMap.Empty;

    /// <summary>What the hub has read of a GGUF file: <c>architecture</c>, <c>context_length</c>, …</summary>
    public JsonMap Gguf { get; init; } = JsonMap.Empty;

    /// <summary>The files.</summary>
    public IReadOnlyList<HubModelFile> Files { get; init; } = [];

    /// <summary>Names in the list of files that would leave the repository's folder on some system; they are never used.</summary>
    public IReadOnlyList<string> RefusedFileNames { get; init; } = [];

    /// <summary>Every member of the answer, as read.</summary>
    public JsonMap Properties { get; init; } = JsonMap.Empty;
}
