using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Clembench.Common;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Scoring.Tables;

namespace Clembench.Submissions;

/// <summary>
/// Writes a submission: a folder, or a zip archive of one. It is made beside its place and put there as a whole. The same records
/// give the same bytes.
/// </summary>
public static class SubmissionWriter
{
    /// <summary>The name of the file with the entries of the models.</summary>
    public const string RegistryName = "model_registry.json";

    /// <summary>The name of the file that says what the submission was made by.</summary>
    public const string VersionsName = "versions.json";

    /// <summary>The name of the file with the checksums, in the form of <c>sha256sum</c>.</summary>
    public const string ChecksumsName = "SHA256SUMS";

    // The earliest time that zip archives know: when files were written is not part of what is shared.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A regular file that everybody may read, in the upper half as zip keeps it.
    private const int FileMode = unchecked((int)(0x81A4u << 16));

    /// <summary>Whether a path names a zip archive.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The verdict.</returns>
    public static bool IsArchive(string path) => path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a folder holds a submission, or nothing, so that one may take its place.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The verdict.</returns>
    public static bool IsReplaceable(string folder) =>
        !Directory.EnumerateFileSystemEntries(folder).Any() || (File.Exists(Path.Join(folder, ChecksumsName)) && File.Exists(Path.Join(folder, VersionsName)));

    /// <summary>Writes a submission.</summary>
    /// <param name="path">The archive, or the folder, as an absolute path; one that is there is replaced.</param>
    /// <param name="survey">What it holds.</param>
    /// <param name="allowed">Kinds of problems that do not stand against it.</param>
    /// <param name="progress">Is told how many files were written; null for nobody.</param>
    /// <param name="cancellationToken">Stops it; nothing is left then.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">It cannot be written, or the records have changed since they were looked at; what was there stands.</exception>
    public static async Task WriteAsync(
        string path, SubmissionSurvey survey, IReadOnlyCollection<SubmissionProblemKind> allowed, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(survey);
        var target = Path.TrimEndingDirectorySeparator(path);
        var staging = Path.Join(Path.GetDirectoryName(target), $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(staging);
            await FillAsync(staging, survey, allowed, progress, cancellationToken).ConfigureAwait(false);
            await WriteTablesAsync(staging, cancellationToken).ConfigureAwait(false);
            await WriteChecksumsAsync(staging, cancellationToken).ConfigureAwait(false);
            if (IsArchive(target))
                await ZipAsync(staging, target, cancellationToken).ConfigureAwait(false);
            else
                Replace(staging, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Submission.NotWritten", ErrorKind.Storage, $"'{path}' cannot be written: {e.Message}",
                "Check the folder's permissions and the free space; what was there is unchanged.", path, e);
        }
        finally
        {
            if (Directory.Exists(staging))
                Directory.Delete(staging, recursive: true);
        }
    }

    private static async Task FillAsync(
        string staging, SubmissionSurvey survey, IReadOnlyCollection<SubmissionProblemKind> allowed, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var file in survey.Files)
        {
            // A run may go on meanwhile: what is shared is what was looked at, or was looked at again.
            var found = new List<SubmissionProblem>();
            var content = await survey.ReadAsync(file, found.Add, cancellationToken).ConfigureAwait(false);
            if (found.Find(problem => problem.LeavesOut || !allowed.Contains(problem.Kind)) is { } problem)
            {
                throw new ClemException(
                    "Clem.Submission.Changed", ErrorKind.InvalidData, $"The records have changed while they were packed. {problem}",
                    "Pack them when no run writes to them.", problem);
            }

            await WriteFileAsync(Path.Join(staging, file.Name), content, cancellationToken).ConfigureAwait(false);
            progress?.Report(++written);
        }

        await WriteFileAsync(Path.Join(staging, RegistryName), survey.Versions.RegistryFile, cancellationToken).ConfigureAwait(false);
        await WriteFileAsync(Path.Join(staging, VersionsName), survey.Versions.VersionsFile, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content, cancellationToken).ConfigureAwait(false);
    }

    // The tables are those of the evaluation over what is shared, and nothing else.
    private static async Task WriteTablesAsync(string staging, CancellationToken cancellationToken)
    {
        var errors = new List<ClemException>();
        var data = new BenchmarkData();
        var tables = new BenchmarkTables(staging, [TableFormat.Csv, TableFormat.Html]);
        await using (tables.ConfigureAwait(false))
        {
            await foreach (var episode in new ScoresTree([staging], errors.Add).ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                data.Add(episode);
                await tables.AddAsync(episode, cancellationToken).ConfigureAwait(false);
            }

            if (errors.Count > 0)
                throw errors[0];
            await tables.CompleteAsync(data, ResultsTable.HasDeviation(data), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task WriteChecksumsAsync(string staging, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var (name, path) in FilesIn(staging))
        {
            var content = File.OpenRead(path);
            await using (content.ConfigureAwait(false))
            {
                var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
                // As sha256sum writes a name that would break its line.
                var isPlain = name.AsSpan().IndexOfAny('\\', '\n', '\r') < 0;
                text.Append(isPlain ? "" : "\\").Append(hash).Append("  ")
                    .Append(isPlain ? name : name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)).Append('\n');
            }
        }

        await WriteFileAsync(Path.Join(staging, ChecksumsName), Encoding.UTF8.GetBytes(text.ToString()), cancellationToken).ConfigureAwait(false);
    }

    private static async Task ZipAsync(string staging, string target, CancellationToken cancellationToken)
    {
        using var edit = await FileEdit.BeginAsync(target, force: false, cancellationToken).ConfigureAwait(false);
        using var file = new ReplacedFile(target, throughLink: true);
        using (var zip = new ZipArchive(file.Stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (name, path) in FilesIn(staging))
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = NoTime;
                entry.ExternalAttributes = FileMode;
                var content = File.OpenRead(path);
                await using (content.ConfigureAwait(false))
                {
                    var packed = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
                    await using (packed.ConfigureAwait(false))
                        await content.CopyToAsync(packed, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        file.Commit();
    }

    private static void Replace(string staging, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(staging, target);
            return;
        }

        var old = staging + ".old";
        Directory.Move(target, old);
        try
        {
            Directory.Move(staging, target);
        }
        catch
        {
            Directory.Move(old, target);
            throw;
        }

        Directory.Delete(old, recursive: true);
    }

    private static IEnumerable<(string Name, string Path)> FilesIn(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => (Name: Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), path))
        .OrderBy(file => file.Name, StringComparer.Ordinal);
}
