using System.Text.Json;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Results;

/// <summary>
/// Writes an episode's folder as a whole: its files are written to a folder beside it, which is then renamed, so that
/// a killed process never leaves an episode that is half there.
/// </summary>
public static class EpisodeWriter
{
    private const string PartialSuffix = ".partial";
    private const string OldSuffix = ".old";

    /// <summary>Writes an episode's files and puts them in place of what was there.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="record">The record.</param>
    /// <param name="durable">Whether to wait until the disk has everything, so that not even a loss of power takes it.</param>
    /// <exception cref="ClemException">The files cannot be written; what was there before stands.</exception>
    public static void Write(string folder, ResultsLayout layout, EpisodeRecord record, bool durable = false)
    {
        // The name tells whose left-over it is, so that playing the episode again clears it away.
        var parent = Path.GetDirectoryName(folder)!;
        var partial = Path.Join(parent, "." + Path.GetFileName(folder) + PartialSuffix);
        try
        {
            if (!WholeFolder.TryMake(partial))
            {
                // Nobody else plays this episode (see RunLocks), so this is what a killed process left.
                Directory.Delete(partial, recursive: true);
                Remove(partial + OldSuffix);
                Directory.CreateDirectory(partial);
            }

            var buffer = ThreadBuffer.Take();
            using var writer = new Utf8JsonWriter(buffer, JsonFormat.Indented);
            foreach (var (name, write) in record.Files(layout))
            {
                buffer.ResetWrittenCount();
                writer.Reset();
                write(writer);
                writer.Flush();
                SmallFile.WriteNew(Path.Join(partial, name), buffer.WrittenSpan, durable);
            }

            ThreadBuffer.Keep(buffer);

            if (durable)
                DiskSync.Folder(partial);
            Replace(partial, folder);
            if (durable)
                DiskSync.Folder(parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Results.NotWritten", ErrorKind.Storage, $"The episode's records cannot be written to '{folder}': {e.Message}",
                "Check the folder's permissions and the free space. Episodes recorded before are unchanged; the same command continues.",
                folder, e);
        }
    }

    private static void Replace(string source, string folder)
    {
        if (WholeFolder.TryMove(source, folder))
            return;
        var old = source + OldSuffix;
        Remove(old);
        Move(folder, old);
        Move(source, folder);
        Directory.Delete(old, recursive: true);
    }

    private static void Move(string source, string target)
    {
        if (!WholeFolder.TryMove(source, target))
            throw new IOException($"The folder '{target}' is there.");
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
