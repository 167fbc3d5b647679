using System.Text.Json;
using Clembench.Common;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring.Benchmark;

namespace Clembench.Reports.Live;

/// <summary>
/// A report on results that still grow. An episode is read once, and again only when its record is replaced; what was read
/// of a dialogue is not kept. Safe for use from several threads.
/// </summary>
/// <param name="reader">Reads records.</param>
/// <param name="roots">Results folders, as absolute paths; one that is not there yet has no episodes yet.</param>
/// <param name="options">What the report is to be like.</param>
internal sealed class LiveReport(ResultsReader reader, IReadOnlyList<string> roots, ReportOptions options) : IDisposable
{
    // However many pages ask, the folders are looked through so often at most.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ReportSource _source = new(reader, options.Images);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    // A folder keeps its number, also when it is gone for a while.
    private readonly NameTable _folders = new();
    private byte[] _content = [];
    private BenchmarkData _data = new();
    private int _version;
    // Something is known that is not drawn yet; also where an exception came in between.
    private bool _dirty = true;
    private long _looked;

    /// <summary>The overview as the page reads it.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A version, which changes with the content, and the content.</returns>
    public async Task<(int Version, ReadOnlyMemory<byte> Content)> OverviewAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_dirty || TimeProvider.System.GetElapsedTime(_looked) > Interval)
            {
                await LookAsync(cancellationToken).ConfigureAwait(false);
                if (_dirty)
                    Draw(cancellationToken);
                _looked = TimeProvider.System.GetTimestamp();
            }

            return (_version, _content);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>An episode's dialogue.</summary>
    /// <param name="id">The episode's number in the overview.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A JSON object.</returns>
    /// <exception cref="ClemException">There is no such episode, or it cannot be read.</exception>
    public async Task<ReadOnlyMemory<byte>> TranscriptAsync(int id, CancellationToken cancellationToken)
    {
        string? folder;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            folder = id >= 0 && id < _folders.Names.Count ? _folders.Names[id] : null;
        }
        finally
        {
            _turn.Release();
        }

        if (folder is null)
            throw new ClemException("Clem.Report.NoEpisode", ErrorKind.NotFound, $"There is no episode {id}.");
        return (await _source.ReadAsync(folder, options.Detail, imagesInside: true, cancellationToken).ConfigureAwait(false)).Transcript;
    }

    /// <summary>How a model differs from another.</summary>
    /// <param name="reference">The model that is compared with.</param>
    /// <param name="difference">The model that is compared.</param>
    /// <param name="cancellationToken">Stops the comparison.</param>
    /// <returns>A JSON list: the total and the games; empty where the two share no instance.</returns>
    public async Task<ReadOnlyMemory<byte>> ComparisonAsync(string reference, string difference, CancellationToken cancellationToken)
    {
        BenchmarkData data;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            data = _data;
        }
        finally
        {
            _turn.Release();
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Compact))
        {
            writer.WriteStartArray();
            foreach (var row in new ModelComparer(data, Math.Max(options.Resamples, 100)).Compare(reference, difference, cancellationToken))
                ReportOverview.WriteComparison(writer, row);
            writer.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    // Takes what is new, replaced or gone.
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var folders = roots.Where(Path.Exists).SelectMany(root => ResultsReader.FindEpisodeFolders(root)).Distinct(StringComparer.Ordinal)
            .Select(folder => (Folder: folder, Stamp: StampOf(folder))).ToArray();
        var changed = folders.Where(one => !_known.TryGetValue(one.Folder, out var known) || known.Stamp != one.Stamp).ToArray();
        var present = folders.Select(one => one.Folder).ToHashSet(StringComparer.Ordinal);
        var gone = _known.Keys.Where(folder => !present.Contains(folder)).ToArray();
        _dirty |= changed.Length > 0 || gone.Length > 0;
        Array.ForEach(gone, folder => _known.Remove(folder));
        await foreach (var (folder, stamp, entry) in OrderedParallel.SelectAsync(changed, ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            _known[folder] = new Known(_folders.PlaceOf(folder), stamp, entry);
        }
    }

    private async Task<(string Folder, Stamp Stamp, ReportEpisode? Entry)> ReadAsync((string Folder, Stamp Stamp) one, CancellationToken cancellationToken)
    {
        try
        {
            return (one.Folder, one.Stamp, (await _source.ReadAsync(one.Folder, ReportDetail.Summary, imagesInside: false, cancellationToken).ConfigureAwait(false)).Entry);
        }
        catch (ClemException)
        {
            // A broken record, or one that another program is just writing: it is counted in the page's notes until it changes.
            return (one.Folder, one.Stamp, null);
        }
    }

    // Our records appear as whole folders; others grow file by file, and a file may be written anew in its place.
    private static Stamp StampOf(string folder)
    {
        try
        {
            var latest = Directory.GetLastWriteTimeUtc(folder);
            var length = 0L;
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
            {
                if (file.LastWriteTimeUtc > latest)
                    latest = file.LastWriteTimeUtc;
                length += file.Length;
            }

            return new Stamp(latest, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or not to be listed: what there is to say of it, its reading says.
            return default;
        }
    }

    private void Draw(CancellationToken cancellationToken)
    {
        var overview = new ReportOverview();
        var broken = 0;
        foreach (var (_, known) in _known.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (known.Entry is { } entry)
                overview.Add(entry, known.Id);
            else
                broken++;
        }

        if (broken > 0)
            overview.Notes.Add($"{broken} {(broken == 1 ? "episode" : "episodes")} could not be read and {(broken == 1 ? "is" : "are")} not shown.");
        using var content = new MemoryStream();
        overview.Write(content, options, null, cancellationToken);
        _content = content.ToArray();
        _data = overview.Data;
        _version++;
        _dirty = false;
    }

    private readonly record struct Stamp(DateTime Latest, long Length);

    private readonly record struct Known(int Id, Stamp Stamp, ReportEpisode? Entry);
}
