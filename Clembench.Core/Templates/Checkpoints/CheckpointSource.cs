using System.Text.RegularExpressions;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Gguf;
using Clembench.HuggingFace.Hub;
using Clembench.Models;

namespace Clembench.Templates.Checkpoints;

/// <summary>Finds checkpoints: on the hub, on this machine, or by what a registry entry says.</summary>
/// <param name="hub">The hub and its cache.</param>
public sealed partial class CheckpointSource(HubClient hub)
{
    private const string GgufSuffix = ".gguf";

    /// <summary>Reads a checkpoint of the hub.</summary>
    /// <param name="id">The repository's id, <c>owner/name</c>.</param>
    /// <param name="revision">A branch, a tag or a commit; null for the main branch.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="ClemException">It is missing, closed to us, cannot be reached, or cannot be read.</exception>
    public async Task<Checkpoint> FromHubAsync(string id, string? revision, CancellationToken cancellationToken)
    {
        var repository = HubRepository.Parse(id, revision);
        var files = await HubFiles.OpenAsync(hub, repository, cancellationToken).ConfigureAwait(false);
        // A repository with nothing but GGUF files: one of them stands for all, because they differ in precision alone.
        var names = await files.ListAsync(cancellationToken).ConfigureAwait(false) ?? [];
        if (!names.Contains("tokenizer_config.json") && !names.Contains("tokenizer.json") && names.Any(IsGguf))
            return await FromHubGgufAsync(files, repository, "*", cancellationToken).ConfigureAwait(false);

        var checkpoint = await CheckpointReader.ReadAsync(files, CheckpointKind.Hub, NameOf(repository), cancellationToken).ConfigureAwait(false);
        return checkpoint with { HuggingFaceId = repository.Id, Commit = files.Commit ?? files.Info?.Commit, IsGated = IsGated(files) };
    }

    /// <summary>Reads a checkpoint on this machine.</summary>
    /// <param name="path">A folder, a <c>tokenizer_config.json</c> (under this or another name), a <c>.jinja</c> file, or a <c>.gguf</c> file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="ClemException">It is missing or cannot be read.</exception>
    public static async Task<Checkpoint> FromPathAsync(string path, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            return await FromFolderAsync(full, cancellationToken).ConfigureAwait(false);
        if (!File.Exists(full))
            throw new ClemException("Clem.Template.NotFound", ErrorKind.NotFound, $"There is no file or folder '{path}'.", "Check the spelling.", path);
        if (IsGguf(full))
            return await GgufCheckpoint.ReadAsync(await GgufFile.ReadAsync(full, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

        var name = Path.GetFileName(full);
        if (name is "tokenizer_config.json" or "tokenizer.json" or "chat_template.jinja")
            return await FromFolderAsync(Path.GetDirectoryName(full)!, cancellationToken).ConfigureAwait(false);
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return await CheckpointReader.ReadAsync(
                new SingleFile(full, "tokenizer_config.json"), CheckpointKind.File, Path.GetFileNameWithoutExtension(full), cancellationToken).ConfigureAwait(false);
        }

        throw new ClemException(
            "Clem.Template.UnknownFile", ErrorKind.InvalidArgument, $"'{path}' is none of the files that are checked.",
            "Give a folder, a tokenizer_config.json, or a .gguf file; a template alone goes to -Template.", path);
    }

    /// <summary>Reads the checkpoint that a registry entry names.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="revision">A branch, a tag or a commit of the hub; null for the main branch.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="ClemException">The entry names none, or it cannot be read.</exception>
    public async Task<Checkpoint> FromEntryAsync(ModelEntry entry, string? revision, CancellationToken cancellationToken)
    {
        if (LocalModelStore.IsLocal(entry) && WeightSource.Of(entry) is var weights)
        {
            // The files that the model is played from, and no others that lie beside them.
            if (weights.Path is { } file)
                return await FromPathAsync(File.Exists(file) ? file : new LocalModelStore(hub).Find(entry).CheckpointPath ?? file, cancellationToken).ConfigureAwait(false);
            if (entry.HuggingFaceId is not { Length: > 0 })
            {
                var repositoryFiles = await HubFiles.OpenAsync(hub, weights.Repository!, cancellationToken).ConfigureAwait(false);
                return await FromHubGgufAsync(repositoryFiles, weights.Repository!, weights.Pattern ?? "*", cancellationToken).ConfigureAwait(false);
            }
        }

        if (entry.GetSetting("path") is string { Length: > 0 } path)
            return await FromPathAsync(LocalPath.Resolve(entry, path), cancellationToken).ConfigureAwait(false);
        var pattern = entry.GetSetting("filename") as string;
        if (pattern is not null && LocalPath.IsWrittenAsPath(pattern))
            return await FromPathAsync(LocalPath.Resolve(entry, pattern), cancellationToken).ConfigureAwait(false);
        if (entry.HuggingFaceId is not { Length: > 0 } id)
        {
            throw new ClemException(
                "Clem.Template.NoCheckpoint", ErrorKind.InvalidArgument,
                $"The entry '{entry.Name}' names no huggingface_id and no path: with the backend '{entry.Backend}' the chat template is applied elsewhere.",
                "Check entries of the backends huggingface_local and llamacpp.", entry);
        }

        if (Path.IsPathRooted(id) && Directory.Exists(id))
            return await FromFolderAsync(id, cancellationToken).ConfigureAwait(false);
        if (entry.Backend != "llamacpp" && pattern is null)
            return await FromHubAsync(id, revision, cancellationToken).ConfigureAwait(false);
        var repository = HubRepository.Parse(id, revision);
        var files = await HubFiles.OpenAsync(hub, repository, cancellationToken).ConfigureAwait(false);
        return await FromHubGgufAsync(files, repository, pattern ?? "*", cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Checkpoint> FromFolderAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new FolderFiles(folder);
        var names = await files.ListAsync(cancellationToken).ConfigureAwait(false) ?? [];
        if (!names.Contains("tokenizer_config.json") && !names.Contains("tokenizer.json")
            && names.Where(name => IsGguf(name) && !name.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault() is { } gguf)
            return await FromPathAsync(Path.Join(folder, gguf), cancellationToken).ConfigureAwait(false);
        return await CheckpointReader.ReadAsync(
            files, CheckpointKind.Folder, NameOfFolder(folder), cancellationToken).ConfigureAwait(false);
    }

    // In the hub's cache a model lies in models--owner--name/snapshots/<commit>. Where a folder's name says nothing, the one
    // that it lies in may.
    private static string NameOfFolder(string folder)
    {
        const string CachePrefix = "models--";
        var own = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        for (var at = Path.TrimEndingDirectorySeparator(folder); Path.GetFileName(at) is { Length: > 0 } name; at = Path.GetDirectoryName(at) ?? "")
        {
            if (name.StartsWith(CachePrefix, StringComparison.Ordinal))
            {
                var id = name[CachePrefix.Length..];
                var separator = id.IndexOf("--", StringComparison.Ordinal);
                return separator < 0 ? id : id[(separator + 2)..];
            }

            if (!SaysNothing().IsMatch(name))
                return name;
        }

        return own;
    }

    [GeneratedRegex("^(?:models?|snapshots?|checkpoints?|weights|hf|tokenizer|[0-9a-f]{40})$", RegexOptions.IgnoreCase)]
    private static partial Regex SaysNothing();

    // The file itself where it is on this machine; else what the hub has read of it: weights are not fetched for a check.
    private async Task<Checkpoint> FromHubGgufAsync(HubFiles files, HubRepository repository, string pattern, CancellationToken cancellationToken)
    {
        var here = hub.GetCachedFiles(repository);
        if (GgufFileNames.Select(here.Select(file => file.Name), pattern).Select(name => here.FirstOrDefault(file => file.Name == name)).FirstOrDefault(file => file is not null) is { } cached)
        {
            var head = await GgufFile.ReadAsync(cached.Path, cancellationToken).ConfigureAwait(false);
            return await GgufCheckpoint.ReadAsync(head, cancellationToken).ConfigureAwait(false) with
            {
                HuggingFaceId = repository.Id,
                Name = NameOf(repository),
                FileName = cached.Name,
                IsGated = IsGated(files),
            };
        }

        var fitting = GgufFileNames.Select(files.Info?.Files.Select(file => file.Name) ?? [], pattern);
        var name = fitting.Count > 0 ? fitting[0] : null;
        if (name is null || files.Info is not { Gguf.Count: > 0 } info)
        {
            throw name is null && files.Info is not null
                ? new ClemException(
                    "Clem.Template.NotFound", ErrorKind.NotFound, $"{repository} has no GGUF file that fits '{pattern}'.",
                    "Look at its files: Get-ClemModelCard -HuggingFaceId " + repository.Id, repository.Id)
                : new ClemException(
                    "Clem.Template.NotDownloaded", ErrorKind.NotAvailable, $"The GGUF file '{name ?? pattern}' of {repository} is not on this machine.",
                    "Fetch the file first: Save-ClemModel does that for a registered model.", repository.Id);
        }

        return FromInfo(repository, info, name);
    }

    private static Checkpoint FromInfo(HubRepository repository, HubModelInfo info, string fileName)
    {
        var gguf = info.Gguf;
        var special = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bos_token"] = gguf.GetOrDefault<string>("bos_token") ?? "",
            ["eos_token"] = gguf.GetOrDefault<string>("eos_token") ?? "",
        };
        var vocabulary = Vocabulary.FromAddedTokens(new Dictionary<int, string>(), special.Values);
        var size = gguf.TryGetValue("context_length", out var length) && length is long and > 0 and <= int.MaxValue ? (int?)(long)length : null;
        return new Checkpoint
        {
            Location = $"{repository}/{fileName}",
            Kind = CheckpointKind.Gguf,
            Name = NameOf(repository),
            FileName = fileName,
            HuggingFaceId = repository.Id,
            Commit = info.Commit,
            IsGated = info.Gated != HubGate.None,
            ChatTemplates = gguf.GetOrDefault<string>("chat_template") is { } template
                ? new Dictionary<string, string> { ["default"] = template } : new Dictionary<string, string>(),
            ChatTemplateSource = "tokenizer.chat_template",
            SpecialTokens = special,
            ContextSize = size,
            Architecture = gguf.GetOrDefault<string>("architecture"),
            HasTokenizer = true,
            Load = _ => Task.FromResult(new CheckpointTokenizer
            {
                Vocabulary = vocabulary,
                Missing = $"The GGUF file '{fileName}' of {repository} is not on this machine, so its vocabulary is not known.",
            }),
        };
    }

    private static bool IsGated(HubFiles files) => files.Info is { Gated: not HubGate.None };

    private static bool IsGguf(string name) => name.EndsWith(GgufSuffix, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(HubRepository repository) => repository.Id[(repository.Id.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
