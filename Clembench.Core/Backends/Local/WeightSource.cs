using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>Where an entry says that its model's files are: on this machine, or in a repository of the hub.</summary>
internal sealed record WeightSource
{
    /// <summary>The error's id where an entry names no weights.</summary>
    public const string NoWeightsId = "Clem.Model.NoWeights";

    /// <summary>The weights' format.</summary>
    public required WeightsFormat Format { get; init; }

    /// <summary>The file or folder of this machine, as an absolute path; null where the hub has it.</summary>
    public string? Path { get; init; }

    /// <summary>The repository; null where the files are on this machine.</summary>
    public HubRepository? Repository { get; init; }

    /// <summary>Which GGUF file of the folder or repository; null for the only one.</summary>
    public string? Pattern { get; init; }

    /// <summary>Further files that are wanted (<c>additional_files</c>), as patterns.</summary>
    public IReadOnlyList<string> Additional { get; init; } = [];

    /// <summary>The repository of configuration and tokenizer, where the weights come from another one; null for none.</summary>
    public HubRepository? Configuration { get; init; }

    /// <summary>What a person calls the place.</summary>
    public string Location => Path ?? Repository!.ToString();

    /// <summary>Reads an entry.</summary>
    /// <param name="entry">An entry of the backend <c>llamacpp</c> or <c>huggingface_local</c>.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ClemException">The entry names no files, or a repository's id is none.</exception>
    public static WeightSource Of(ModelEntry entry)
    {
        var path = Text(entry, "path");
        // transformers' own word for it is gguf_file; llama.cpp entries have filename.
        var (pattern, isGguf) = entry.Backend == "llamacpp" ? (Text(entry, "filename"), true)
            : (Text(entry, "gguf_file"), Text(entry, "gguf_file") is not null || Text(entry, "gguf_repo") is not null);
        if (path is not null)
            return OfPath(LocalPath.Resolve(entry, path), pattern, isGguf);
        if (pattern is not null && LocalPath.IsWrittenAsPath(pattern))
            return OfPath(LocalPath.Resolve(entry, pattern), null, isGguf);
        var id = (isGguf ? Text(entry, "gguf_repo") : null) ?? entry.HuggingFaceId;
        if (id is not { Length: > 0 })
        {
            throw new ClemException(
                NoWeightsId, ErrorKind.InvalidData,
                pattern is null
                    ? $"The entry '{entry.Name}' of the backend '{entry.Backend}' names no weights."
                    : $"The entry '{entry.Name}' of the backend '{entry.Backend}' names the file '{pattern}', and no repository or folder that it is in.",
                pattern is not null ? $"Write ./{pattern} for a file beside the registry, or an absolute path; or give the entry a {(entry.Backend == "llamacpp" ? "huggingface_id" : "gguf_repo")}."
                    : entry.Backend == "llamacpp"
                    ? "Give it a path to a GGUF file, or a huggingface_id and a filename such as \"*Q4_K_M.gguf\"."
                    : "Give it a huggingface_id, or a path to a folder with config.json, tokenizer.json and safetensors files.",
                entry);
        }

        if (System.IO.Path.IsPathRooted(id))
            return OfPath(System.IO.Path.GetFullPath(id), pattern, isGguf);
        var repository = HubRepository.Parse(id);
        return new WeightSource
        {
            Format = isGguf ? WeightsFormat.Gguf : WeightsFormat.Safetensors,
            Repository = repository,
            Pattern = pattern,
            Additional = [.. (entry.GetSetting("additional_files") as object?[] ?? []).OfType<string>()],
            Configuration = entry.Backend != "llamacpp" && isGguf && entry.HuggingFaceId is { Length: > 0 } own && own != id ? HubRepository.Parse(own) : null,
        };
    }

    private static WeightSource OfPath(string path, string? pattern, bool isGguf) => new()
    {
        Format = isGguf || GgufFileNames.IsGguf(path) ? WeightsFormat.Gguf : WeightsFormat.Safetensors,
        // A folder is looked into as a whole, for what lies beside the file; the folders in it are not.
        Path = pattern is not null && pattern.Contains('/', StringComparison.Ordinal) && !FileNamePattern.HasWildcards(pattern) && !GgufFileNames.IsGguf(path)
            ? System.IO.Path.Join(path, pattern) : path,
        Pattern = pattern,
    };

    private static string? Text(ModelEntry entry, string key) => entry.GetSetting(key) is string { Length: > 0 } text ? text : null;
}
