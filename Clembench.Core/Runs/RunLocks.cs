using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.Runs;

/// <summary>
/// Keeps two processes from playing the same episodes into one folder: a locked file for each line-up, game and shard.
/// Different shards of the same division do not disturb each other. A killed process's locks are gone with it. Folders that
/// were made for a lock and in which nothing came to lie are taken away when a run ends; those of a killed process stay, and disturb nobody.
/// </summary>
/// <param name="settings">The results folder, and the part that is played.</param>
internal sealed partial class RunLocks(RunSettings settings) : IDisposable
{
    private const int Attempts = 10;
    private const int Looks = 3;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<(string ModelFolder, string Game), LockFile> _held = new();
    private readonly Stack<string> _made = [];
    private readonly SemaphoreSlim _taking = new(1, 1);

    /// <summary>Whether this run holds the lock of a line-up's game.</summary>
    /// <param name="folder">The line-up's folder.</param>
    /// <param name="game">The game.</param>
    /// <returns>The answer.</returns>
    public bool AreHeld(string folder, string game) => _held.ContainsKey((folder, game));

    /// <summary>Takes the lock of a line-up's game, unless it is held here already.</summary>
    /// <param name="folder">The line-up's folder.</param>
    /// <param name="game">The game.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">Another process plays some of the same episodes, or the folder cannot be written.</exception>
    public async Task TakeAsync(string folder, string game, CancellationToken cancellationToken)
    {
        if (_held.ContainsKey((folder, game)))
            return;
        await _taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_held.ContainsKey((folder, game)))
                return;
            var own = await TryTakeAsync(Path.Join(folder, $".{game}.{settings.Shard.Number}-of-{settings.Shard.Count}.lock"), cancellationToken).ConfigureAwait(false)
                ?? throw Busy(folder, game);
            _held[(folder, game)] = own;
            // Each process takes its own lock before it looks for others, so that of two at least one sees the other.
            if (await AreHeldAsync(folder, game, other => other.Count != settings.Shard.Count, cancellationToken).ConfigureAwait(false))
                throw Busy(folder, game);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Results.NotWritten", ErrorKind.Storage, $"The results folder '{settings.ResultsPath}' cannot be written: {error.Message}",
                "Check the folder's permissions and the free space, or give another -ResultsPath.", settings.ResultsPath, error);
        }
        finally
        {
            _taking.Release();
        }
    }

    /// <summary>Whether a part of a line-up's game is being played, by whichever process.</summary>
    /// <param name="folder">The line-up's folder.</param>
    /// <param name="game">The game.</param>
    /// <returns>The answer. Where the file system knows no locks, it is no.</returns>
    public static Task<bool> ArePlayedAsync(string folder, string game) => AreHeldAsync(folder, game, _ => true, CancellationToken.None);

    /// <summary>Whether a killed process left its lock of a line-up's game.</summary>
    /// <param name="folder">The line-up's folder.</param>
    /// <param name="game">The game.</param>
    /// <returns>The answer.</returns>
    public static bool AreLeft(string folder, string game) => Of(folder, game, _ => true).Any(file => !LockFile.IsHeld(file) && File.Exists(file));

    /// <summary>Lets go of all locks.</summary>
    public void Release()
    {
        foreach (var held in _held.Values)
            held.Dispose();
        _held.Clear();
        while (_made.TryPop(out var folder))
            RemoveIfEmpty(folder);
    }

    public void Dispose()
    {
        Release();
        _taking.Dispose();
    }

    // Another process that looks whether a lock is held, as this does, holds it for a moment.
    private static async Task<bool> AreHeldAsync(string folder, string game, Func<Shard, bool> which, CancellationToken cancellationToken)
    {
        for (var look = 1; Of(folder, game, which).Any(LockFile.IsHeld); look++)
        {
            if (look == Looks)
                return true;
            await Task.Delay(BetweenAttempts, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private static IEnumerable<string> Of(string folder, string game, Func<Shard, bool> which) => Directory.EnumerateFiles(folder, $".{game}.*.lock")
        .Where(file => Name().Match(Path.GetFileName(file)) is { Success: true } match && match.Groups[1].Value == game && which(new Shard(
            int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture))));

    // Another process that looks whether the lock is held, as we do, holds it for a moment.
    private async Task<LockFile?> TryTakeAsync(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                Make(Path.GetDirectoryName(path)!);
                if (LockFile.TryTake(path) is { } taken)
                    return taken;
            }
            catch (DirectoryNotFoundException) when (attempt < Attempts)
            {
                // Another process, which had made the folder and left nothing in it, has just taken it away.
            }

            await Task.Delay(BetweenAttempts, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private void Make(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } parent)
            Make(parent);
        Directory.CreateDirectory(folder);
        _made.Push(folder);
    }

    private static void RemoveIfEmpty(string folder)
    {
        try
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody began to use it, or it is gone already: nothing of ours is in it either way.
        }
    }

    private ClemException Busy(string folder, string game) => new(
        "Clem.Run.AlreadyRunning", ErrorKind.AlreadyExists,
        $"Another process is playing {game}{(settings.Shard.Count > 1 ? $" (shard {settings.Shard.Number}/{settings.Shard.Count}, or one that overlaps with it)" : "")} into '{folder}'.",
        "Wait until it has ended, give another -ResultsPath, or give each process a -Shard of its own ('1/2' and '2/2').", folder);

    [GeneratedRegex(@"^\.(.+)\.(\d{1,9})-of-(\d{1,9})\.lock$")]
    private static partial Regex Name();
}
