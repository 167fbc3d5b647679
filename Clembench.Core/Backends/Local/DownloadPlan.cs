using Clembench.HuggingFace.Hub;
using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>What is to be fetched for an entry's model.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Batches">The files of each repository that it takes files from.</param>
public sealed record DownloadPlan(ModelEntry Entry, IReadOnlyList<DownloadBatch> Batches)
{
    /// <summary>The files that are missing.</summary>
    public IReadOnlyList<HubMissingFile> Missing => [.. Batches.SelectMany(batch => batch.Missing)];

    /// <summary>The bytes that are to be fetched, less what interrupted downloads have left.</summary>
    public long Bytes => Missing.Sum(file => Math.Max(0, (file.File.Size ?? 0) - file.Received));

    /// <summary>What is to be fetched, for people.</summary>
    /// <returns>A text such as <c>3 files (4.37 GB) of owner/name</c>.</returns>
    public override string ToString() => Missing.Count == 0 ? "nothing"
        : $"{Missing.Count} {(Missing.Count == 1 ? "file" : "files")} ({HubText.Bytes(Bytes)}) of {string.Join(" and ", Batches.Where(batch => batch.Missing.Count > 0).Select(batch => batch.Repository))}";
}

/// <summary>What is to be fetched of one repository.</summary>
/// <param name="Repository">The repository and revision.</param>
/// <param name="Info">What the hub knows of it.</param>
/// <param name="Missing">The files.</param>
public sealed record DownloadBatch(HubRepository Repository, HubModelInfo Info, IReadOnlyList<HubMissingFile> Missing);
