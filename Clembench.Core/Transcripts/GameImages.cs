using System.Collections.Concurrent;
using System.Security.Cryptography;
using Clembench.Backends;
using Clembench.Backends.Http;
using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Transcripts;

/// <summary>
/// Tells which images of recorded messages are shown: those that the game master says, that the instance names, and that lie as
/// files in the folder of the game or of the results, or in the instance itself. A record comes from anybody, and a page is mailed:
/// so nothing that a model's output names is opened, no address is fetched, and no path leads out of these folders. Safe for use
/// from several threads.
/// </summary>
/// <param name="foldersOf">The folders of a game by its name; none where it is not known.</param>
public sealed class GameImages(Func<string, IReadOnlyList<string>> foldersOf)
{
    /// <summary>The largest image that is shown, in bytes.</summary>
    public const int LargestImage = 4 * 1024 * 1024;

    /// <summary>How many bytes of images one page holds at most.</summary>
    public const int LargestPage = 64 * 1024 * 1024;

    private const string InstanceName = "instance.json";

    private readonly ConcurrentDictionary<string, TranscriptImage> _files = new(StringComparer.Ordinal);

    /// <summary>The images of the games that a workspace's registries name.</summary>
    /// <param name="workspace">Where registries are looked up; they are read when the first image is.</param>
    /// <returns>The images.</returns>
    public static GameImages Of(Workspace workspace)
    {
        var games = new Lazy<ILookup<string, GameEntry>>(() => GameRegistry.Read(workspace).Games.ToLookup(game => game.Name));
        return new GameImages(name => [.. games.Value[name].SelectMany(game => (string[])[Path.GetDirectoryName(game.InstancePath)!, game.Path])]);
    }

    /// <summary>The images of each message of an episode that has any.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="interactions">Its dialogue.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The images, by message.</returns>
    internal async Task<IReadOnlyDictionary<InteractionEvent, IReadOnlyList<TranscriptImage>>> FindAsync(
        Episode episode, Interactions interactions, CancellationToken cancellationToken)
    {
        var found = new Dictionary<InteractionEvent, IReadOnlyList<TranscriptImage>>(ReferenceEqualityComparer.Instance);
        var messages = interactions.Events.Where(message => message.Images.Count > 0).ToArray();
        if (messages.Length == 0)
            return found;
        var named = new HashSet<string>(StringComparer.Ordinal);
        string? why = null;
        try
        {
            AddTexts(await ResultsReader.ReadMapAsync(episode.Path, InstanceName, cancellationToken).ConfigureAwait(false), named);
        }
        catch (ClemException)
        {
            // The dialogue can be read without it; the page says why there is no image.
            why = "the record of its instance cannot be read";
        }

        IReadOnlyList<string> folders = [.. foldersOf(episode.Game), .. ResultFolders(episode.Path)];
        foreach (var message in messages)
        {
            found[message] =
            [
                .. message.Images.Select(reference => message.From != Dialogue.GameMaster ? Hidden(reference, "named by a model, and not opened")
                    : why is not null ? Hidden(reference, why)
                    : !named.Contains(reference) ? Hidden(reference, "not an image that the instance names")
                    : Find(reference, episode.Game, folders)),
            ];
        }

        return found;
    }

    /// <summary>An image's content.</summary>
    /// <param name="image">An image that is shown.</param>
    /// <returns>The bytes; null where they cannot be read any more, or are another image now.</returns>
    internal static byte[]? Read(TranscriptImage image)
    {
        try
        {
            var content = DataUri.Is(image.Location!) ? Convert.FromBase64String(DataUri.Parse(image.Location!).Base64) : File.ReadAllBytes(image.Location!);
            return IdOf(content) == image.Id ? content : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private TranscriptImage Find(string reference, string game, IReadOnlyList<string> folders)
    {
        if (ChatImage.IsAddress(reference) && !DataUri.Is(reference))
            return Hidden(reference, "an address, which is not fetched");
        try
        {
            return InstanceImages.Locate(reference, game, folders) is not { } location
                ? Hidden(reference, "not in the game's folder")
                : DataUri.Is(location) ? Look(reference, location)
                : _files.GetOrAdd(location, file => Look(reference, file)) with { Reference = reference };
        }
        catch (ClemException error)
        {
            return Hidden(reference, error.Id == "Clem.Instance.ImageOutside" ? "outside of the game's folder, and not opened" : "it cannot be read");
        }
    }

    private static TranscriptImage Look(string reference, string location)
    {
        byte[] content;
        if (DataUri.Is(location))
        {
            if (location.Length > 2L * LargestImage)
                return TooLarge(reference, location.Length * 3L / 4);
            content = Convert.FromBase64String(DataUri.Parse(location).Base64);
        }
        else
        {
            try
            {
                // Looked at before it is read, so that nothing huge is.
                if (new FileInfo(location).Length is var length and > LargestImage)
                    return TooLarge(reference, length);
                content = File.ReadAllBytes(location);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Hidden(reference, "its file cannot be read");
            }
        }

        if (content.Length > LargestImage)
            return TooLarge(reference, content.Length);
        return ImageUri.MediaType(content) is not { } type
            ? Hidden(reference, "not a PNG, JPEG, GIF, WebP or BMP image")
            : new TranscriptImage(reference) { Location = location, MediaType = type, Id = IdOf(content) };
    }

    private static string IdOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12));

    private static TranscriptImage TooLarge(string reference, long bytes) => Hidden(reference, FormattableString.Invariant(
        $"too large to be shown: {bytes / 1048576.0:0.0} MiB, and up to {LargestImage / 1048576} MiB are"));

    private static TranscriptImage Hidden(string reference, string why) => new(reference) { WhyHidden = why };

    // The episode's own folder, and that of all results: model, game, experiment and instance lie between, and of repetitions one more.
    private static IEnumerable<string> ResultFolders(string episode)
    {
        yield return episode;
        var parts = 4;
        var folder = episode;
        for (var part = 0; part < parts && folder is not null; part++)
        {
            folder = Path.GetDirectoryName(folder);
            if (part == 2 && folder is not null && EpisodePlace.IsRepeat(Path.GetFileName(folder)))
                parts++;
        }

        // A disk is no results folder.
        if (folder is not null && folder != Path.GetPathRoot(folder))
            yield return folder;
    }

    private static void AddTexts(object? value, HashSet<string> texts)
    {
        switch (value)
        {
            case string text:
                texts.Add(text);
                break;
            case JsonMap map:
                foreach (var (_, member) in map)
                    AddTexts(member, texts);
                break;
            case object?[] list:
                foreach (var item in list)
                    AddTexts(item, texts);
                break;
        }
    }
}
