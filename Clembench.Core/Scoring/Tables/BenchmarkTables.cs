using System.Text;
using Clembench.Common;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;

namespace Clembench.Scoring.Tables;

/// <summary>The forms in which the evaluation's tables are written.</summary>
public enum TableFormat
{
    /// <summary><c>raw.csv</c> and <c>results.csv</c>.</summary>
    Csv,

    /// <summary><c>results.html</c>.</summary>
    Html,

    /// <summary><c>raw.parquet</c> and <c>results.parquet</c>.</summary>
    Parquet,
}

/// <summary>
/// The files that clemcore's evaluation writes into a results folder, and the same as Parquet. Each is put in place as a
/// whole; until <see cref="CompleteAsync"/>, those of an evaluation before stand.
/// </summary>
public sealed class BenchmarkTables : IAsyncDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyCollection<TableFormat> _formats;
    private RawTable? _csv;
    private ParquetTable? _parquet;

    /// <summary>Prepares the files.</summary>
    /// <param name="folder">The results folder, which is there.</param>
    /// <param name="formats">The forms to write.</param>
    public BenchmarkTables(string folder, IReadOnlyCollection<TableFormat> formats) => (_folder, _formats) = (folder, formats);

    /// <summary>Writes the rows of an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The files cannot be written.</exception>
    public Task AddAsync(ScoredEpisode episode, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        if (_formats.Contains(TableFormat.Csv))
            (_csv ??= new RawTable(Place("raw.csv"))).Add(episode);
        if (_formats.Contains(TableFormat.Parquet))
        {
            _parquet ??= await ParquetTable.RawAsync(Place("raw.parquet"), cancellationToken).ConfigureAwait(false);
            await _parquet.AddAsync(episode, cancellationToken).ConfigureAwait(false);
        }
    });

    /// <summary>Writes the leaderboard and puts all files in place.</summary>
    /// <param name="data">The episodes.</param>
    /// <param name="withDeviation">Whether the leaderboard has columns with the standard deviation of the main score.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The files cannot be written.</exception>
    public Task CompleteAsync(BenchmarkData data, bool withDeviation, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var table = ResultsTable.Of(data, withDeviation);
        _csv?.Complete();
        if (_parquet is not null)
            await _parquet.CompleteAsync(cancellationToken).ConfigureAwait(false);
        if (_formats.Contains(TableFormat.Csv))
            await AtomicFile.WriteInTreeAsync(Place("results.csv"), Encoding.UTF8.GetBytes(table.ToCsv()), cancellationToken).ConfigureAwait(false);
        if (_formats.Contains(TableFormat.Html))
            await AtomicFile.WriteInTreeAsync(Place("results.html"), Encoding.UTF8.GetBytes(table.ToHtml()), cancellationToken).ConfigureAwait(false);
        if (_formats.Contains(TableFormat.Parquet))
            await ParquetTable.WriteResultsAsync(Place("results.parquet"), table, cancellationToken).ConfigureAwait(false);
    });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _csv?.Dispose();
        if (_parquet is not null)
            await _parquet.DisposeAsync().ConfigureAwait(false);
    }

    private string Place(string name) => Path.Join(_folder, name);

    private async Task GuardAsync(Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Tables.NotWritten", ErrorKind.Storage, $"The tables cannot be written to '{_folder}': {e.Message}",
                "Check the folder's permissions and the free space; tables of an evaluation before stand.", _folder, e);
        }
    }
}
