using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.Runs;

/// <summary>
/// Keeps two processes from playing the same episodes into one folder: a locked file for each line-up, game and shard.
/// Different shards of the same division do not disturb each other. A killed process's locks are gone with it.
/// </summary>
/// <param name="settings">The results folder, and the part that is played.</param>
internal sealed partial class RunLocks(RunSettings settings) : IDisposable
{
    private readonly Dictionary<(string ModelFolder, string Game), FileStream> _held = [];
    private readonly Lock _lock = new();

    /// <summary>Takes the lock of a line-up's game, unless it is held here already.</summary>
    /// <param name="folder">The line-up's folder.</param>
    /// <param name="game">The game.</param>
    /// <exception cref="ClemException">Another process plays some of the same episodes, or the folder cannot be written.</exception>
    public void Take(string folder, string game)
    {
        lock (_lock)
        {
            if (_held.ContainsKey((folder, game)))
                return;
            try
            {
                Directory.CreateDirectory(folder);
                if (TryOpen(Path.Join(folder, $".{game}.{settings.Shard.Number}-of-{settings.Shard.Count}.lock"), FileMode.OpenOrCreate) is not { } own)
                    throw Busy(folder, game);
                _held[(folder, game)] = own;
                // Each process takes its own lock before it looks for others, so that of two at least one sees the other.
                if (Directory.EnumerateFiles(folder, $".{game}.*.lock").Any(file => Overlaps(file, game) && IsHeld(file)))
                    throw Busy(folder, game);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new ClemException(
                    "Clem.Results.NotWritten", ErrorKind.Storage, $"The results folder '{settings.ResultsPath}' cannot be written: {error.Message}",
                    "Check the folder's permissions and the free space, or give another -ResultsPath.", settings.ResultsPath, error);
            }
        }
    }

    public void Dispose()
    {
        foreach (var held in _held.Values)
            held.Dispose();
        _held.Clear();
    }

    private bool Overlaps(string file, string game)
    {
        if (Name().Match(Path.GetFileName(file)) is not { Success: true } match || match.Groups[1].Value != game)
            return false;
        var other = new Shard(
            int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture));
        return other.Count != settings.Shard.Count;
    }

    private static bool IsHeld(string path)
    {
        try
        {
            using var file = TryOpen(path, FileMode.Open);
            return file is null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    // Null where another process holds it. The file goes with its holder.
    private static FileStream? TryOpen(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = mode,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.DeleteOnClose,
                BufferSize = 0,
            });
        }
        catch (IOException error) when (AtomicFile.IsLocked(error))
        {
            return null;
        }
    }

    private ClemException Busy(string folder, string game) => new(
        "Clem.Run.AlreadyRunning", ErrorKind.AlreadyExists,
        $"Another process is playing {game}{(settings.Shard.Count > 1 ? $" (shard {settings.Shard.Number}/{settings.Shard.Count}, or one that overlaps with it)" : "")} into '{folder}'.",
        "Wait until it has ended, give another -ResultsPath, or give each process a -Shard of its own ('1/2' and '2/2').", folder);

    [GeneratedRegex(@"^\.(.+)\.(\d{1,9})-of-(\d{1,9})\.lock$")]
    private static partial Regex Name();
}
