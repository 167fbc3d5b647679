using System.Text;
using Clembench.Common;
using Clembench.Results;

namespace Clembench.Transcripts;

/// <summary>
/// Writes transcripts into files: beside the record, as clemcore does (<c>transcript.html</c>, <c>transcript.tex</c>), or into a
/// folder of their own, as <c>model/game/experiment/instance.html</c>. Each file appears as a whole.
/// </summary>
/// <param name="outDirectory">The folder of their own; null for the episodes' folders.</param>
public sealed class TranscriptExporter(string? outDirectory)
{
    private readonly Dictionary<string, string> _written = new(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    /// <summary>Where the transcript of an episode goes.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="format">The form.</param>
    /// <returns>An absolute path.</returns>
    public string PathOf(Episode episode, TranscriptFormat format)
    {
        var extension = WriterOf(format).Extension;
        if (outDirectory is null)
            return Path.Join(episode.Path, "transcript" + extension);
        var folders = Path.TrimEndingDirectorySeparator(Path.GetFullPath(episode.Path)).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        // The last folders are model, game, experiment and instance; a repetition's stands below the model's.
        var depth = folders.Length > 4 && EpisodePlace.IsRepeat(folders[^4]) ? 5 : 4;
        return Path.Join(outDirectory, Path.Join(folders[^Math.Min(depth, folders.Length)..]) + extension);
    }

    /// <summary>Writes a transcript.</summary>
    /// <param name="transcript">The transcript.</param>
    /// <param name="format">The form.</param>
    /// <param name="cancellationToken">Stops before the file is put in place.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ClemException">
    /// The file cannot be written, or it is the one that another episode was written to by this exporter.
    /// </exception>
    public async Task<FileInfo> WriteAsync(Transcript transcript, TranscriptFormat format, CancellationToken cancellationToken)
    {
        var path = PathOf(transcript.Episode, format);
        if (!_written.TryAdd(path, transcript.Episode.Path) && _written[path] != transcript.Episode.Path)
        {
            throw new ClemException(
                "Clem.Transcript.SameName", ErrorKind.AlreadyExists,
                $"The transcript of '{transcript.Episode.Path}' would replace that of '{_written[path]}' in '{path}'.",
                "Write episodes of different results folders into different folders.", transcript.Episode.Path);
        }

        await Task.Run(() => Write(transcript, WriterOf(format), path, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new FileInfo(path);
    }

    private static void Write(Transcript transcript, ITranscriptWriter writer, string path, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new ReplacedFile(path, throughLink: false);
            using (var output = new StreamWriter(file.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true))
                writer.Write(transcript, output, cancellationToken);
            file.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.File.NotWritten", ErrorKind.Storage, $"'{path}' cannot be written: {e.Message}",
                "Check the folder's permissions and the free space, or name another one with -OutDirectory; what was there is unchanged.", path, e);
        }
    }

    private static ITranscriptWriter WriterOf(TranscriptFormat format) => format switch
    {
        TranscriptFormat.Markdown => new MarkdownTranscriptWriter(),
        TranscriptFormat.Latex => new LatexTranscriptWriter(),
        _ => new HtmlTranscriptWriter(),
    };
}
