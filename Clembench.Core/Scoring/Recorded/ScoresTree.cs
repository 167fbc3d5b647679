using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.Results;

namespace Clembench.Scoring.Recorded;

/// <summary>
/// The scores in results trees, in any layout: every file below whose name ends in <c>scores.json</c>, as clemcore's evaluation
/// takes them. Several threads read; the episodes come in the order of their paths, and of those before only where they
/// lay is kept.
/// </summary>
/// <param name="roots">Results folders, parts of them, or single episodes' folders, as absolute paths.</param>
/// <param name="onError">Is told of each file or folder that cannot be used; the others are counted.</param>
public sealed partial class ScoresTree(IReadOnlyList<string> roots, Action<ClemException>? onError = null)
{
    // Where the episodes of an experiment lie. More than one place is two copies of a tree below one root.
    private readonly Dictionary<(string Model, int Repeat, string Game, string Experiment), List<string>> _places = [];

    private readonly List<string> _repeated = [];
    private readonly List<(string Model, string Game)> _failed = [];
    private readonly List<(string Model, string Game)> _unscored = [];

    /// <summary>The model and game of each episode that failed (they have an <c>error.json</c>), which no table counts.</summary>
    public IReadOnlyList<(string Model, string Game)> Failed => _failed;

    /// <summary>The model and game of each episode that was played and has no scores, which no table counts.</summary>
    public IReadOnlyList<(string Model, string Game)> Unscored => _unscored;

    /// <summary>Files of an episode that another file has counted already (a copy of a tree below the same root).</summary>
    public IReadOnlyList<string> Repeated => _repeated;

    /// <summary>Reads the scores.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The episodes, in the order of their paths.</returns>
    public async IAsyncEnumerable<ScoredEpisode> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folders = roots.SelectMany(root => Walk(WalkedFolder.At(File.Exists(root) ? Path.GetDirectoryName(root)! : root)));
        await foreach (var found in OrderedParallel.SelectAsync(folders, (folder, _) => Task.FromResult(Read(folder)), cancellationToken).ConfigureAwait(false))
        {
            foreach (var error in found.Errors)
                onError?.Invoke(error);
            _failed.AddRange(found.Failed);
            _unscored.AddRange(found.Unscored);
            _repeated.AddRange(found.Repeated);
            foreach (var episode in found.Episodes)
            {
                if (IsRepeated(episode))
                    _repeated.Add(episode.Path);
                else
                    yield return episode;
            }
        }
    }

    /// <summary>The error of a file that cannot be used.</summary>
    /// <param name="file">The file.</param>
    /// <param name="where">Where in it and why.</param>
    /// <param name="cause">The cause.</param>
    /// <returns>The error.</returns>
    internal static ClemException BrokenFile(string file, string where, Exception cause) => new(
        "Clem.Scores.BrokenFile", ErrorKind.InvalidData, $"{file}{where}.",
        "Measure-ClemScore -Update makes the file anew from the episode's interactions.", file, cause);

    private bool IsRepeated(ScoredEpisode episode)
    {
        var (parent, name) = (Path.GetDirectoryName(episode.Path)!, Path.GetFileName(episode.Path));
        var key = (episode.Model, episode.Repeat, episode.Game, episode.ExperimentFolder);
        if (!_places.TryGetValue(key, out var places))
            _places[key] = places = [];
        if (places.Exists(place => place != parent && File.Exists(Path.Join(place, name, ScoresFile.Name))))
            return true;
        if (!places.Contains(parent))
            places.Add(parent);
        return false;
    }

    // Folders of episodes are not opened here but by the threads that read them.
    private static IEnumerable<Folder> Walk(WalkedFolder walked)
    {
        var path = walked.Path;
        var (entries, error) = List(path);
        if (error is not null || entries.Exists(entry => !entry.IsFolder && IsWitness(entry.Name)))
            yield return new Folder(path, error, Below: false);
        foreach (var child in Children(path, entries).Select(walked.Enter).OfType<WalkedFolder>())
        {
            if (EpisodeName().IsMatch(Path.GetFileName(child.Path)))
            {
                yield return new Folder(child.Path, null, Below: true);
                continue;
            }

            foreach (var folder in Walk(child))
                yield return folder;
        }
    }

    private static Found Read(Folder folder)
    {
        var found = new Found();
        if (folder.Error is not null)
            found.Errors.Add(folder.Error);
        else
            Read(folder.Path, folder.Below, found);
        return found;
    }

    private static void Read(string path, bool below, Found found)
    {
        var (entries, error) = List(path);
        if (error is not null)
        {
            found.Errors.Add(error);
            return;
        }

        var files = entries.Where(entry => !entry.IsFolder && IsScores(entry.Name)).Select(entry => entry.Name).ToList();
        if (files.Count > 0)
        {
            // The evaluation counts one file of an episode.
            var counted = files.Contains(ScoresFile.Name) ? ScoresFile.Name : files[0];
            found.Repeated.AddRange(files.Where(file => file != counted).Select(file => Path.Join(path, file)));
            ReadFile(path, Path.Join(path, counted), found);
        }
        else if (entries.Exists(entry => entry.Name == EpisodeMarker.ErrorName))
        {
            found.Failed.Add(PlaceOf(path));
        }
        else if (entries.Exists(entry => entry.Name == InteractionsFile.Name))
        {
            found.Unscored.Add(PlaceOf(path));
        }

        if (!below)
            return;
        foreach (var child in Children(path, entries))
            Read(child, below, found);
    }

    private static (string Model, string Game) PlaceOf(string folder)
    {
        var place = EpisodePlace.Of(folder);
        return (place.Model, place.Game);
    }

    private static void ReadFile(string folder, string file, Found found)
    {
        try
        {
            var content = File.ReadAllBytes(file).AsSpan();
            var metrics = ScoresScanner.Read(content.StartsWith("\uFEFF"u8) ? content[3..] : content);
            var place = EpisodePlace.Of(folder);
            var experiment = Path.GetDirectoryName(folder) ?? "";
            var name = Path.GetFileName(folder);
            var repeat = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(experiment)) ?? "");
            found.Episodes.Add(new ScoredEpisode
            {
                Model = place.Model,
                Game = place.Game,
                Experiment = place.Experiment,
                InstanceId = place.InstanceId,
                Repeat = place.Repeat,
                ExperimentFolder = Path.GetFileName(experiment),
                EpisodeFolder = EpisodePlace.IsRepeat(repeat) ? $"{repeat}/{name}" : name,
                Path = folder,
                Metrics = metrics,
            }.Judge());
        }
        catch (JsonException e)
        {
            found.Errors.Add(BrokenFile(file, $", line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not valid JSON", e));
        }
        catch (FormatException e)
        {
            found.Errors.Add(BrokenFile(file, $": {e.Message}", e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            found.Errors.Add(new ClemException("Clem.Results.Unreadable", ErrorKind.Storage, $"'{file}' cannot be read: {e.Message}", "Check its permissions.", file, e));
        }
    }

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private static (List<Entry> Entries, ClemException? Error) List(string folder)
    {
        try
        {
            var entries = new FileSystemEnumerable<Entry>(
                folder, static (ref entry) => new Entry(entry.FileName.ToString(), entry.IsDirectory), Everything).ToList();
            entries.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return (entries, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], new ClemException(
                "Clem.Results.Unreadable", ErrorKind.Storage, $"The folder '{folder}' cannot be listed: {e.Message}", "Check its permissions.", folder, e));
        }
    }

    // Folders whose name begins with a dot hold what a killed process had not finished.
    private static IEnumerable<string> Children(string folder, List<Entry> entries) => entries
        .Where(entry => entry.IsFolder && entry.Name[0] != '.')
        .Select(entry => Path.Join(folder, entry.Name));

    private static bool IsScores(string name) => name.EndsWith(ScoresFile.Name, StringComparison.Ordinal);

    private static bool IsWitness(string name) => IsScores(name) || name is InteractionsFile.Name or EpisodeMarker.ErrorName;

    [GeneratedRegex("^(?:instance|episode)_[0-9]+$")]
    private static partial Regex EpisodeName();

    private readonly record struct Entry(string Name, bool IsFolder);

    private sealed record Folder(string Path, ClemException? Error, bool Below);

    private sealed class Found
    {
        public List<ScoredEpisode> Episodes { get; } = [];

        public List<ClemException> Errors { get; } = [];

        public List<string> Repeated { get; } = [];

        public List<(string Model, string Game)> Failed { get; } = [];

        public List<(string Model, string Game)> Unscored { get; } = [];
    }
}
