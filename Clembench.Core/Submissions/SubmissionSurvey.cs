using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Submissions;

/// <summary>What a submission would hold, and what stands against sharing it. Nothing has been written.</summary>
public sealed partial class SubmissionSurvey
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly SubmittedFile _cleaner;
    private readonly EpisodeScorer _scorer;
    private readonly SortedDictionary<string, SubmissionFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private readonly List<SubmissionProblem> _problems = [];
    private readonly List<string> _ignored = [];

    private SubmissionSurvey(SubmittedFile cleaner, EpisodeScorer scorer) => (_cleaner, _scorer) = (cleaner, scorer);

    /// <summary>The files of records, in the order of their names; what is made of them (tables, versions, checksums) comes beside.</summary>
    public IReadOnlyCollection<SubmissionFile> Files => _files.Values;

    /// <summary>What stands against sharing; episodes of which something is to be left out are not among the files.</summary>
    public IReadOnlyList<SubmissionProblem> Problems => _problems;

    /// <summary>Files beside the records that are none of theirs and are left out, as absolute paths.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    /// <summary>What was played, with which models, by which versions.</summary>
    public SubmissionVersions Versions { get; } = new();

    /// <summary>The number of episodes.</summary>
    public int Episodes => Versions.Episodes;

    /// <summary>Looks at everything that is to be shared.</summary>
    /// <param name="source">What is to be shared.</param>
    /// <param name="secrets">Finds secrets.</param>
    /// <param name="paths">Finds paths.</param>
    /// <param name="scorer">Scores episodes that have no scores.</param>
    /// <param name="progress">Is told how many episodes were looked at; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The survey.</returns>
    public static async Task<SubmissionSurvey> MakeAsync(
        SubmissionSource source, SecretFinder secrets, AbsolutePathFinder paths, EpisodeScorer scorer, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var survey = new SubmissionSurvey(new SubmittedFile(secrets, paths), scorer);
        var seen = 0;
        foreach (var folder in source.Roots.SelectMany(root => survey.EpisodesIn(root, isRoot: true)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = EpisodePlace.Of(folder);
            if (!source.Includes(place.Model, place.Game))
                continue;
            await survey.AddAsync(folder, cancellationToken).ConfigureAwait(false);
            progress?.Report(++seen);
        }

        return survey;
    }

    /// <summary>The content of one of the files, fit to be shared.</summary>
    /// <param name="file">The file.</param>
    /// <param name="report">Is given what stands against it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The content.</returns>
    /// <exception cref="ClemException">It cannot be read, or the scores cannot be computed.</exception>
    internal async Task<ReadOnlyMemory<byte>> ReadAsync(SubmissionFile file, Action<SubmissionProblem> report, CancellationToken cancellationToken)
    {
        try
        {
            var content = file.IsComputed
                ? (await _scorer.ComposeAsync(Path.GetDirectoryName(file.Source)!, cancellationToken).ConfigureAwait(false)).ToArray()
                : await File.ReadAllBytesAsync(file.Source, cancellationToken).ConfigureAwait(false);
            return _cleaner.Clean(file.Source, content, report);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException("Clem.Results.Unreadable", ErrorKind.Storage, $"'{file.Source}' cannot be read: {e.Message}", "Check its permissions.", file.Source, e);
        }
    }

    // Folders whose name begins with a dot hold what a killed process had not finished. A folder that was named may be a link.
    private IEnumerable<string> EpisodesIn(string folder, bool isRoot)
    {
        if (!isRoot && IsLink(new DirectoryInfo(folder)))
        {
            Report(SubmissionProblemKind.Link, folder, "It is a symbolic link.");
            yield break;
        }

        if (ResultsReader.IsEpisode(folder))
        {
            yield return folder;
            yield break;
        }

        string[] children;
        try
        {
            children = Directory.GetDirectories(folder, "*", Everything);
            Array.Sort(children, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(SubmissionProblemKind.Broken, folder, $"The folder cannot be listed: {e.Message}");
            yield break;
        }

        if (EpisodeName().IsMatch(Path.GetFileName(folder)) && children.Length == 0)
        {
            yield return folder;
            yield break;
        }

        foreach (var episode in children.Where(child => Path.GetFileName(child)[0] != '.').SelectMany(child => EpisodesIn(child, isRoot: false)))
            yield return episode;
    }

    private async Task AddAsync(string folder, CancellationToken cancellationToken)
    {
        var name = NameOf(folder);
        if (_places.TryGetValue(name, out var other) && other != folder)
        {
            Report(SubmissionProblemKind.Duplicate, folder, $"'{other}' is a record of the same episode.");
            return;
        }

        if (!_places.TryAdd(name, folder) || await WhyNotAsync(folder, cancellationToken).ConfigureAwait(false) is not { } files)
            return;

        var found = new List<SubmissionProblem>();
        var contents = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            try
            {
                contents[Path.GetFileName(file.Source)] = await ReadAsync(file, found.Add, cancellationToken).ConfigureAwait(false);
            }
            catch (ClemException error)
            {
                found.Add(new SubmissionProblem(
                    error.Id == EpisodeScorer.NoRules ? SubmissionProblemKind.Unscored : SubmissionProblemKind.Broken, file.Source, null, error.Message));
            }
        }

        _problems.AddRange(found);
        if (found.Exists(problem => problem.LeavesOut))
            return;
        foreach (var file in files)
            _files[file.Name] = file;
        Versions.Add(EpisodePlace.Of(folder), contents);
        await AddBesideAsync(folder, cancellationToken).ConfigureAwait(false);
    }

    // The files of an episode; null where it is none that is shared.
    private async Task<List<SubmissionFile>?> WhyNotAsync(string folder, CancellationToken cancellationToken)
    {
        FileInfo[] all;
        try
        {
            all = [.. new DirectoryInfo(folder).GetFiles("*", Everything).OrderBy(file => file.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(SubmissionProblemKind.Broken, folder, $"The folder cannot be listed: {e.Message}");
            return null;
        }

        var names = all.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        if (names.Contains(EpisodeMarker.ErrorName))
            return Refuse(SubmissionProblemKind.Failed, "The episode ended in an error.");
        if (!names.Contains(InteractionsFile.Name))
            return Refuse(SubmissionProblemKind.Incomplete, "The episode has no dialogue that came to its end.");
        // Since 3.4 a record has a file for each player, and a marker that is written last.
        if (!names.Contains(EpisodeMarker.CompletedName) && names.Any(name => name.EndsWith("." + RequestsFile.SharedName, StringComparison.Ordinal)))
            return Refuse(SubmissionProblemKind.Incomplete, $"The episode's record has no {EpisodeMarker.CompletedName}: it was cut off.");
        if (all.FirstOrDefault(file => IsRecord(file.Name) && IsLink(file)) is { } link)
        {
            Report(SubmissionProblemKind.Link, link.FullName, "It is a symbolic link.");
            return null;
        }

        try
        {
            var (record, _) = await ResultsReader.ReadRecordAsync(folder, cancellationToken).ConfigureAwait(false);
            if (record.GetOrDefault<JsonMap>("meta")?.GetValueOrDefault("completed") is false)
                return Refuse(SubmissionProblemKind.Incomplete, "The episode's record says that it was not played to its end.");
        }
        catch (ClemException error)
        {
            return Refuse(SubmissionProblemKind.Broken, error.Message);
        }

        _ignored.AddRange(all.Where(file => !IsRecord(file.Name)).Select(file => file.FullName));
        var target = NameOf(folder);
        var files = all.Where(file => IsRecord(file.Name)).Select(file => new SubmissionFile($"{target}/{file.Name}", file.FullName)).ToList();
        if (!names.Contains(ScoresFile.Name))
            files.Add(new SubmissionFile($"{target}/{ScoresFile.Name}", Path.Join(folder, ScoresFile.Name), IsComputed: true));
        return files;

        List<SubmissionFile>? Refuse(SubmissionProblemKind kind, string message)
        {
            Report(kind, folder, message);
            return null;
        }
    }

    // What describes the experiment lies beside its episodes; what describes the run, in the model's folder.
    private async Task AddBesideAsync(string folder, CancellationToken cancellationToken)
    {
        var parts = NameOf(folder).Split('/');
        var experiment = Path.GetDirectoryName(folder)!;
        var model = Path.GetDirectoryName(Path.GetDirectoryName(experiment))!;
        await AddAsync(Path.Join(experiment, ExperimentFile.Name), string.Join('/', parts[..^1])).ConfigureAwait(false);
        await AddAsync(Path.Join(experiment, ExperimentFile.SeedName(EpisodePlace.Of(folder).Experiment)), string.Join('/', parts[..^1])).ConfigureAwait(false);
        await AddAsync(Path.Join(parts.Length > 4 ? Path.GetDirectoryName(model)! : model, "run.json"), parts[0]).ConfigureAwait(false);

        async Task AddAsync(string path, string target)
        {
            var file = new SubmissionFile($"{target}/{Path.GetFileName(path)}", path);
            if (_files.ContainsKey(file.Name) || _places.ContainsKey(file.Name) || !File.Exists(path))
                return;
            _places[file.Name] = path;
            if (IsLink(new FileInfo(path)))
            {
                Report(SubmissionProblemKind.Link, path, "It is a symbolic link.");
                return;
            }

            var found = new List<SubmissionProblem>();
            try
            {
                await ReadAsync(file, found.Add, cancellationToken).ConfigureAwait(false);
            }
            catch (ClemException error)
            {
                found.Add(new SubmissionProblem(SubmissionProblemKind.Broken, path, null, error.Message));
            }

            _problems.AddRange(found);
            if (!found.Exists(problem => problem.LeavesOut))
                _files[file.Name] = file;
        }
    }

    private void Report(SubmissionProblemKind kind, string file, string message) => _problems.Add(new SubmissionProblem(kind, file, null, message));

    // model/game/experiment/episode, and the repetition's folder below the model's.
    private static string NameOf(string folder)
    {
        var parts = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return string.Join('/', parts[^(parts.Length > 4 && EpisodePlace.IsRepeat(parts[^4]) ? 5 : Math.Min(4, parts.Length))..]);
    }

    private static bool IsRecord(string name) =>
        name is "instance.json" or InteractionsFile.Name or ScoresFile.Name or EpisodeMarker.CompletedName or "transcript.html" or "transcript.tex" or "transcript.md"
        || name.EndsWith(RequestsFile.SharedName, StringComparison.Ordinal);

    private static bool IsLink(FileSystemInfo info) => info.LinkTarget is not null;

    [GeneratedRegex("^(?:instance|episode)_[0-9]+$")]
    private static partial Regex EpisodeName();
}
