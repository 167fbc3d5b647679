using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.HuggingFace.Conversion;

namespace Clembench.Backends.Local;

/// <summary>
/// The GGUF file that an entry's model is played from: its own, or the one that its safetensors are converted to, once. A
/// converted file is kept under a name that tells the checkpoint's files and the converter's version: where one of them
/// changes, it is made anew, and the old one goes.
/// </summary>
/// <param name="folder">Where converted files are kept; it is made when it is needed.</param>
public sealed partial class LocalWeights(string folder)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>Is told how far a conversion is, on an arbitrary thread.</summary>
    public IProgress<ConversionProgress>? Progress { get; init; }

    /// <summary>Tells how many bytes the disk of a folder has left; null where that cannot be known.</summary>
    public Func<string, long?> FreeSpace { get; init; } = DiskSpace.Available;

    /// <summary>Finds the GGUF file, and makes it where the model is one of safetensors.</summary>
    /// <param name="files">The model's files, all of which are here.</param>
    /// <param name="cancellationToken">Stops a conversion; nothing is left of it then.</param>
    /// <returns>The file's absolute path; of a split model the first one's.</returns>
    /// <exception cref="ClemException">The checkpoint is damaged or of a kind that is not converted, or the file cannot be written.</exception>
    public async Task<string> GetAsync(LocalModelFiles files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Format == WeightsFormat.Gguf)
            return files.Weights[0];
        // Where the weights are, the rest is too: a hub snapshot or a folder.
        var checkpoint = Path.GetDirectoryName(files.Weights[0])!;
        var target = Target(files, checkpoint);
        if (File.Exists(target))
            return target;
        await CheckpointConverter.CheckAsync(checkpoint, cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(folder);
            // Two sessions that want the same model: one converts, the other takes what it made.
            using var hold = await TakeAsync(target + ".lock", cancellationToken).ConfigureAwait(false);
            if (File.Exists(target))
                return target;
            RemoveUnfinished(target);
            CheckSpace(files);
            await CheckpointConverter.ConvertAsync(checkpoint, target, Progress, cancellationToken).ConfigureAwait(false);
            RemoveOlder(target);
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Model.NotConverted", ErrorKind.Storage, $"The model '{files.Entry.Name}' cannot be converted into '{folder}': {e.Message}",
                "Check the folder's permissions and the free space.", files.Entry, e);
        }
    }

    // The last name of the checkpoint's place, a mark of the whole place, a mark of its content. A repository's place is its id: another commit with the
    // same files is the same checkpoint, whatever entries call it.
    private string Target(LocalModelFiles files, string checkpoint) => Path.Join(
        folder, $"{Unsafe().Replace(Path.GetFileName(files.IsFromHub ? files.Location : checkpoint), "_")}-{Mark(Encoding.UTF8.GetBytes(files.IsFromHub ? files.Location : checkpoint), 4)}-{Mark(Describe(checkpoint), 8)}.gguf");

    // Everything that the converter reads. In the hub's cache a file is a link to what its ETag names; elsewhere size and
    // time of change stand for the content, as for make.
    private static byte[] Describe(string checkpoint)
    {
        var text = new StringBuilder().Append(System.Globalization.CultureInfo.InvariantCulture, $"{CheckpointConverter.Version}\n");
        foreach (var path in Directory.EnumerateFiles(checkpoint).Where(IsRead).Order(StringComparer.Ordinal))
        {
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
            text.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{file.Name} {(target ?? file).Length} {(target is null ? file.LastWriteTimeUtc.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture) : target.Name)}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static bool IsRead(string path) => Path.GetExtension(path) is ".json" or ".safetensors" or ".model" or ".jinja";

    private static string Mark(byte[] content, int bytes) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, bytes));

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex Unsafe();

    private static async Task<LockFile> TakeAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (LockFile.TryTake(path) is { } hold)
                return hold;
            await Task.Delay(LockPoll, cancellationToken).ConfigureAwait(false);
        }
    }

    private void CheckSpace(LocalModelFiles files)
    {
        const long Rest = 64 << 20;
        var needed = files.Weights.Sum(path => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : new FileInfo(path).Length);
        if (FreeSpace(folder) is { } free && free < needed + Rest)
        {
            throw new ClemException(
                "Clem.Model.NoSpace", ErrorKind.Storage,
                $"Converting the model '{files.Entry.Name}' takes {needed / 1e9:0.0} GB in '{folder}', and the disk has {free / 1e9:0.0} GB left.",
                "Make room there, or name a GGUF file of the model in the entry: gguf_repo and gguf_file.", files.Entry);
        }
    }

    // Of a process that was ended while it converted: nobody else writes while the lock is held.
    private void RemoveUnfinished(string target)
    {
        foreach (var rest in Directory.EnumerateFiles(folder, $".{Path.GetFileName(target)}.*.tmp"))
            File.Delete(rest);
    }

    private void RemoveOlder(string target)
    {
        var name = Path.GetFileNameWithoutExtension(target);
        foreach (var other in Directory.EnumerateFiles(folder, name[..(name.LastIndexOf('-') + 1)] + "*.gguf").Where(path => path != target))
        {
            try
            {
                File.Delete(other);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Windows keeps a file that another session plays from; the next conversion removes it.
            }
        }
    }
}
