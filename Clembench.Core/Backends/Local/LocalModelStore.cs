using System.Text.Json;
using Clembench.Common;
using Clembench.HuggingFace.Conversion;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates.Checkpoints;

namespace Clembench.Backends.Local;

/// <summary>
/// Knows which files the entries of local backends need, whether they are on this machine, and how to fetch them. What
/// comes from the hub lies in the cache that all of Hugging Face's tools share.
/// </summary>
/// <param name="hub">The hub and its cache.</param>
public sealed class LocalModelStore(HubClient hub)
{
    private const string MissingFileId = "Clem.Model.FileNotFound";
    private const long LargestIndex = 64 << 20;

    /// <summary>Tells how many bytes the disk of a folder has left; null where that cannot be known.</summary>
    public Func<string, long?> FreeSpace { get; init; } = DiskSpace.Available;

    /// <summary>The clock by which a download's speed is told.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether an entry's model runs on this machine, from files.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsLocal(ModelEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Backend is "llamacpp" or "huggingface_local";
    }

    /// <summary>Finds the files of an entry's model on this machine, without touching the network.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <returns>The files that are here, and the names of those that are not.</returns>
    /// <exception cref="ClemException">The entry names no files, or not clearly which; or the cache cannot be read.</exception>
    public LocalModelFiles Find(ModelEntry entry)
    {
        var source = WeightSource.Of(entry);
        if (source.Repository is not { } repository)
            return Describe(entry, source, ListPath(source), null);
        var cached = Cached(repository);
        var files = Describe(entry, source, cached, source.Configuration is { } other ? Cached(other) : null);
        return files with { IsFromHub = true };
    }

    /// <summary>Judges, without touching the network, whether an entry's files are here.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <returns>
    /// <see cref="Availability.Ready"/>, <see cref="Availability.NeedsKey"/> where the hub wants one,
    /// <see cref="Availability.NeedsDownload"/>, <see cref="Availability.NeedsFile"/> where the entry names files of this machine, or
    /// <see cref="Availability.NeedsBackend"/> where the files are of a model that is not converted.
    /// </returns>
    public Availability GetAvailability(ModelEntry entry) => WhyNot(entry) is not { } error ? Availability.Ready
        : error.Id == ConversionError.UnsupportedId ? Availability.NeedsBackend
        : error.Id is MissingFileId or WeightSource.NoWeightsId ? Availability.NeedsFile
        : entry.GetSetting("requires_api_key") is true && hub.Settings.Token is null ? Availability.NeedsKey
        : Availability.NeedsDownload;

    /// <summary>Why an entry's model cannot be loaded from what is here.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <returns>An error that says what to do; null where all files are here.</returns>
    public ClemException? WhyNot(ModelEntry entry)
    {
        try
        {
            var files = Find(entry);
            return WhyNotConverted(files) ?? (files.IsComplete ? null : NotHere(files));
        }
        catch (ClemException error)
        {
            return error;
        }
    }

    /// <summary>Finds the files of an entry's model, all of which must be here.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <returns>The files.</returns>
    /// <exception cref="ClemException"><c>Clem.Model.NotDownloaded</c> or <c>Clem.Model.FileNotFound</c>: some are missing; or as <see cref="Find"/>.</exception>
    public LocalModelFiles Get(ModelEntry entry) => Find(entry) is { IsComplete: true } files ? files : throw NotHere(Find(entry));

    /// <summary>Asks the hub which files of an entry's model are to be fetched.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>What is missing; nothing for a model that lies on this machine.</returns>
    /// <exception cref="ClemException">The repository is missing, closed to us, cannot be reached, or has no weights that can be used.</exception>
    public async Task<DownloadPlan> PlanAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        var source = WeightSource.Of(entry);
        if (source.Repository is not { } repository)
            return Find(entry) is { IsComplete: true } ? new DownloadPlan(entry, []) : throw NotHere(Find(entry));
        if (hub.Settings.Offline && Find(entry).IsComplete)
            return new DownloadPlan(entry, []);
        var batches = new List<DownloadBatch> { await PlanAsync(repository, names => Wanted(source, names), cancellationToken).ConfigureAwait(false) };
        // Before hours of weights that nothing could be done with.
        if (source.Format == WeightsFormat.Safetensors && batches[0].Info.Config.TryGetValue("architectures", out var classes)
            && classes is object?[] and [string architecture, ..] && CheckpointConverter.WhyNot(architecture, repository.ToString()) is { } unsupported)
            throw unsupported;
        if (source.Configuration is { } other)
            batches.Add(await PlanAsync(other, names => [.. WantedFiles.Configurations(names)], cancellationToken).ConfigureAwait(false));
        return new DownloadPlan(entry, batches);
    }

    /// <summary>Fetches what is missing of an entry's model.</summary>
    /// <param name="plan">What is missing.</param>
    /// <param name="progress">Is told how far it is, on an arbitrary thread, about once for each megabyte.</param>
    /// <param name="cancellationToken">Ends the download; what has come is kept for the next one.</param>
    /// <returns>The files, all of them here.</returns>
    /// <exception cref="ClemException">As <see cref="HubBatch.FetchAsync"/>; or the repository lacks a file that it names itself.</exception>
    public async Task<LocalModelFiles> FetchAsync(DownloadPlan plan, IProgress<ModelDownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var meter = progress is null ? null : new DownloadMeter(plan, progress, Time);
        foreach (var batch in plan.Batches)
            await Batch(batch).FetchAsync(batch.Missing, meter, cancellationToken).ConfigureAwait(false);

        // An index may name files by names of its own, which only it tells.
        var files = Find(plan.Entry);
        if (files is { IsComplete: false, IsFromHub: true })
        {
            var first = plan.Batches[0];
            if (files.Missing.FirstOrDefault(name => first.Info.Files.All(file => file.Name != name)) is { } absent)
            {
                throw new ClemException(
                    "Clem.Model.IncompleteRepository", ErrorKind.InvalidData, $"The repository '{first.Repository}' has no file '{absent}', which the model '{plan.Entry.Name}' needs.",
                    "Choose another repository of the model; its authors have not uploaded all of it.", plan.Entry);
            }

            await Batch(first).FetchAsync(Batch(first).FindMissing(files.Missing), meter, cancellationToken).ConfigureAwait(false);
        }

        return Get(plan.Entry);
    }

    // Judged by the class in config.json, as far as that is here; what else may speak against it, the conversion tells.
    private static ClemException? WhyNotConverted(LocalModelFiles files)
    {
        if (files is not { Format: WeightsFormat.Safetensors, ConfigurationFolder: { } folder } || Path.Join(folder, WantedFiles.Configuration) is not { } path || !File.Exists(path))
            return null;
        try
        {
            using var stream = File.OpenRead(path);
            using var config = stream.Length <= ConfigFile.Limit ? JsonDocument.Parse(stream) : null;
            return config?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("architectures", out var classes)
                && classes is { ValueKind: JsonValueKind.Array } && classes.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } name
                ? CheckpointConverter.WhyNot(name.GetString()!, path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // Whoever loads the model tells what is wrong with the file.
            return null;
        }
    }

    private HubBatch Batch(DownloadBatch batch) => new(hub, batch.Repository, batch.Info) { FreeSpace = FreeSpace };

    private async Task<DownloadBatch> PlanAsync(HubRepository repository, Func<IReadOnlyCollection<string>, IReadOnlyList<string>> wanted, CancellationToken cancellationToken)
    {
        var info = await hub.GetModelInfoAsync(repository, cancellationToken).ConfigureAwait(false);
        var names = wanted([.. info.Files.Select(file => file.Name)]);
        return new DownloadBatch(repository, info, new HubBatch(hub, repository, info).FindMissing(names));
    }

    private static IReadOnlyList<string> Wanted(WeightSource source, IReadOnlyCollection<string> names)
    {
        if (source.Format == WeightsFormat.Gguf)
        {
            var parts = WantedFiles.Gguf(names, source.Pattern, source.Location);
            if (parts.Count == 0)
                throw NoFile(source, names);
            var absent = parts.FirstOrDefault(part => !names.Contains(part));
            return absent is null ? [.. parts, .. WantedFiles.Fitting(names, source.Additional).Except(parts)] : throw new ClemException(
                "Clem.Model.IncompleteRepository", ErrorKind.InvalidData, $"The repository '{source.Location}' has no '{absent}', a part of the model '{parts[0]}'.",
                "Choose another file or repository; its authors have not uploaded all parts.", source.Location);
        }

        var weights = WantedFiles.Safetensors(names);
        if (weights.Count == 0 && !names.Contains(WantedFiles.Index))
        {
            throw new ClemException(
                "Clem.Model.NoSafetensors", ErrorKind.NotFound,
                $"The repository '{source.Location}' has no safetensors weights{(names.Any(name => name.EndsWith(".bin", StringComparison.Ordinal)) ? ", but PyTorch's .bin files, which can hold any code and are not read" : "")}.",
                "Choose a repository with safetensors files, or give the entry a gguf_repo and a gguf_file.", source.Location);
        }

        if (!names.Contains(WantedFiles.Configuration) || !WantedFiles.HaveVocabulary(names))
        {
            throw new ClemException(
                "Clem.Model.IncompleteRepository", ErrorKind.InvalidData,
                $"The repository '{source.Location}' has no {(names.Contains(WantedFiles.Configuration) ? "tokenizer" : WantedFiles.Configuration)}, without which its weights are of no use.",
                "Choose the repository of the whole model; adapters and parts of pipelines are none.", source.Location);
        }

        IEnumerable<string> index = weights is not [WantedFiles.Single] && names.Contains(WantedFiles.Index) ? [WantedFiles.Index] : [];
        // Small ones first: what is wrong with a model shows before hours of weights.
        return [.. WantedFiles.Configurations(names), .. index, .. weights];
    }

    private static ClemException NoFile(WeightSource source, IReadOnlyCollection<string> names)
    {
        var found = GgufFileNames.Select(names, null);
        return new ClemException(
            "Clem.Model.NoSuchFile", ErrorKind.NotFound,
            source.Pattern is null || found.Count == 0 ? $"The repository '{source.Location}' has no GGUF file." : $"The repository '{source.Location}' has no GGUF file that fits '{source.Pattern}'.",
            found.Count == 0 ? "Choose a repository with GGUF files; for safetensors the backend is huggingface_local." : $"It has: {string.Join(", ", found.Take(12))}{(found.Count > 12 ? ", …" : "")}.",
            source.Location);
    }

    private Dictionary<string, string> Cached(HubRepository repository) =>
        hub.GetCachedFiles(repository).ToDictionary(file => file.Name, file => file.Path, StringComparer.Ordinal);

    private static Dictionary<string, string> ListPath(WeightSource source)
    {
        var folder = Directory.Exists(source.Path) ? source.Path : Path.GetDirectoryName(source.Path)!;
        try
        {
            return Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder).ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal)
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Model.Unreadable", ErrorKind.Storage, $"The folder '{folder}' cannot be listed: {error.Message}", "Check its permissions.", folder, error);
        }
    }

    private static LocalModelFiles Describe(ModelEntry entry, WeightSource source, Dictionary<string, string> here, Dictionary<string, string>? configuration)
    {
        var isFile = source.Path is { } path && !Directory.Exists(path);
        List<string> missing = [];
        IReadOnlyList<string> weights;
        if (source.Format == WeightsFormat.Gguf)
        {
            weights = isFile ? GgufFileNames.Parts(Path.GetFileName(source.Path!)) : WantedFiles.Gguf(here.Keys, source.Pattern, source.Location);
            if (weights.Count == 0)
                missing.Add(source.Pattern ?? "*.gguf");
        }
        else
        {
            weights = here.ContainsKey(WantedFiles.Single) || !here.TryGetValue(WantedFiles.Index, out var index) ? [WantedFiles.Single] : ReadIndex(index);
            if (!here.ContainsKey(WantedFiles.Configuration))
                missing.Add(WantedFiles.Configuration);
            if (!WantedFiles.HaveVocabulary(here.Keys))
                missing.Add("tokenizer.json");
        }

        missing.AddRange(weights.Where(name => !here.ContainsKey(name)));
        missing.AddRange(source.Additional.Where(name => !FileNamePattern.HasWildcards(name) && !here.ContainsKey(name)));
        var settings = configuration ?? here;
        var beside = WantedFiles.Configurations(settings.Keys).FirstOrDefault(name => !name.Contains('/', StringComparison.Ordinal));
        return new LocalModelFiles(entry, source.Format)
        {
            Weights = [.. weights.Where(here.ContainsKey).Select(name => here[name])],
            ConfigurationFolder = beside is null || isFile ? null : Path.GetDirectoryName(settings[beside]),
            Location = source.Location,
            Missing = missing,
        };
    }

    // The form: https://huggingface.co/docs/safetensors (sharded checkpoints); weight_map says which file has which tensor.
    private static IReadOnlyList<string> ReadIndex(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LargestIndex)
                throw Broken("it is larger than any index");
            var map = JsonMap.Parse(File.ReadAllText(path)).GetOrDefault<JsonMap>("weight_map") ?? throw Broken("it has no weight_map");
            var names = map.Values.Select(value => value as string ?? throw Broken("weight_map has something else than texts")).Distinct().Order(StringComparer.Ordinal).ToArray();
            return names.FirstOrDefault(name => HubFileName.Fault(name) is not null) is { } unsafeName
                ? throw Broken($"it names the file '{HubText.OneLine(unsafeName)}', and {HubFileName.Fault(unsafeName)}")
                : names;
        }
        catch (Exception error) when (error is JsonException or InvalidCastException)
        {
            throw Broken("it is not a JSON object", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw HubErrors.CacheUnreadable(path, error);
        }

        ClemException Broken(string why, Exception? cause = null) => new(
            "Clem.Model.BrokenIndex", ErrorKind.InvalidData, $"The index of the weights, '{path}', cannot be used: {why}.",
            "Remove the file and fetch the model again; if it is the same then, choose another repository.", path, cause);
    }

    private static ClemException NotHere(LocalModelFiles files)
    {
        var names = string.Join(", ", files.Missing.Take(4)) + (files.Missing.Count > 4 ? $" and {files.Missing.Count - 4} more" : "");
        return files.IsFromHub
            ? new ClemException(
                "Clem.Model.NotDownloaded", ErrorKind.NotAvailable, $"Files of the model '{files.Entry.Name}' ({files.Location}) are not on this machine: {names}.",
                $"Fetch it with: Get-ClemModel '{files.Entry.Name.Replace("'", "''", StringComparison.Ordinal)}' | Save-ClemModel; or play with -Download.", files.Entry)
            : new ClemException(
                MissingFileId, ErrorKind.NotFound,
                File.Exists(files.Location) || Directory.Exists(files.Location)
                    ? $"The model '{files.Entry.Name}' should be at '{files.Location}', and files are missing there: {names}."
                    : $"The model '{files.Entry.Name}' should be at '{files.Location}', and there is no such file or folder.",
                "Correct the path in the entry, or put the files there.", files.Entry);
    }
}
