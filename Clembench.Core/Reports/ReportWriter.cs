using System.Runtime.CompilerServices;
using Clembench.Common;
using Clembench.Results;

namespace Clembench.Reports;

/// <summary>
/// Writes a report: one HTML file that needs nothing beside it. Episodes are read by several threads and packed as they come;
/// the file appears as a whole.
/// </summary>
/// <param name="reader">Reads records.</param>
/// <param name="options">What the report is to be like.</param>
/// <param name="onError">Is told of each episode that cannot be read; the others are in the report, and a note says how many are not.</param>
public sealed class ReportWriter(ResultsReader reader, ReportOptions options, Action<ClemException>? onError = null)
{
    private readonly ReportSource _source = new(reader, options.Images);

    /// <summary>Writes the report.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="episodeFolders">The episodes' folders; they are taken as they are needed.</param>
    /// <param name="progress">Is told how many episodes have been read.</param>
    /// <param name="cancellationToken">Stops the writing; what was there before stands.</param>
    /// <returns>How many episodes the report has.</returns>
    /// <exception cref="ClemException">The file cannot be written, or there is no episode; what was there before stands.</exception>
    public async Task<int> WriteAsync(string path, IEnumerable<string> episodeFolders, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(AtomicFile.Target(path))!);
            using var file = new ReplacedFile(path, throughLink: true);
            using var dialogues = Scratch(path);
            var overview = new ReportOverview();
            var chunks = new TranscriptChunks(dialogues);
            var images = new ReportImages(dialogues);
            var broken = 0;
            await foreach (var (part, error) in ReadAsync(episodeFolders, cancellationToken).ConfigureAwait(false))
            {
                if (error is not null)
                {
                    broken++;
                    onError?.Invoke(error);
                    continue;
                }

                overview.Add(part!.Entry);
                if (options.Detail != ReportDetail.Summary)
                    chunks.Add(part.Transcript.Span);
                images.Add(part.Images);
                progress?.Report(overview.Count);
            }

            chunks.Flush();
            if (overview.Count == 0)
                throw Nothing(broken);
            if (broken > 0)
                overview.Notes.Add($"{broken} {(broken == 1 ? "episode" : "episodes")} could not be read and {(broken == 1 ? "is" : "are")} not in this report.");

            if (images.LeftOut > 0)
                overview.Notes.Add($"{images.LeftOut} {(images.LeftOut == 1 ? "image is" : "images are")} named only: a report holds {Transcripts.GameImages.LargestPage / 1048576} MiB of images.");

            using var content = new MemoryStream();
            overview.Write(content, options, chunks.Starts, cancellationToken);
            ReportPage.WriteHead(file.Stream, content.GetBuffer().AsSpan(0, (int)content.Length), images.Any);
            dialogues.Position = 0;
            await dialogues.CopyToAsync(file.Stream, cancellationToken).ConfigureAwait(false);
            ReportPage.WriteEnd(file.Stream);
            file.Commit();
            return overview.Count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.File.NotWritten", ErrorKind.Storage, $"'{path}' cannot be written: {e.Message}",
                "Check the folder's permissions and the free space; what was there is unchanged.", path, e);
        }
    }

    private async IAsyncEnumerable<(ReportPart? Part, ClemException? Error)> ReadAsync(
        IEnumerable<string> folders, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var read in OrderedParallel.SelectAsync(folders, TryReadAsync, cancellationToken).ConfigureAwait(false))
            yield return read;
    }

    private async Task<(ReportPart? Part, ClemException? Error)> TryReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return (await _source.ReadAsync(folder, options.Detail, imagesInside: false, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ClemException error)
        {
            return (null, error);
        }
    }

    // The overview comes first in the file, and is known last.
    private static FileStream Scratch(string path) => new(
        Path.Join(Path.GetDirectoryName(AtomicFile.Target(path)), $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.dialogues.tmp"),
        new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 1 << 16 });

    private static ClemException Nothing(int broken) => new(
        "Clem.Report.NoEpisode", ErrorKind.NotFound,
        broken == 0 ? "There is no recorded episode to report." : $"None of {broken} episodes could be read, so there is nothing to report.",
        "Name a results folder with -Path; Get-ClemEpisode lists what it has.");
}
