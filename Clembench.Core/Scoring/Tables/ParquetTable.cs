using Clembench.Common;
using Clembench.Scoring.Recorded;
using Parquet;
using Parquet.Schema;

namespace Clembench.Scoring.Tables;

/// <summary>
/// Writes the tables as Parquet, through Parquet.Net. The columns of <c>raw.parquet</c> are those of raw.csv; a column has one
/// type there, so numbers are in <c>value</c> and texts in <c>text</c>. An episode's Played follows its other metrics. Rows go to
/// disk in groups, so that memory does not grow with the tree.
/// </summary>
internal sealed class ParquetTable : IAsyncDisposable
{
    private const int RowsOfGroup = 1 << 16;

    private readonly ReplacedFile _file;
    private readonly ParquetWriter _writer;
    private readonly DataField[] _fields;
    private readonly List<string?>[] _texts;
    private readonly List<double?> _values = [];
    private bool _finished;

    private ParquetTable(ReplacedFile file, ParquetWriter writer, DataField[] fields)
    {
        (_file, _writer, _fields) = (file, writer, fields);
        _texts = [.. fields[..^1].Select(_ => new List<string?>())];
    }

    /// <summary>Begins a file with the columns of the raw table.</summary>
    /// <param name="path">Where it is to be.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The table, for <see cref="AddAsync"/>.</returns>
    public static async Task<ParquetTable> RawAsync(string path, CancellationToken cancellationToken)
    {
        DataField[] fields =
        [
            .. ((string[])["game", "model", "experiment", "episode", "metric"]).Select(name => new DataField<string>(name, false)),
            new DataField<string>("text", true), new DataField<double>("value", true),
        ];
        var file = new ReplacedFile(path, throughLink: false);
        return new ParquetTable(file, await ParquetWriter.CreateAsync(new ParquetSchema(fields), file.Stream, cancellationToken: cancellationToken).ConfigureAwait(false), fields);
    }

    /// <summary>Writes the leaderboard: the column <c>model</c> and one for each of the table's, whose empty cells are null.</summary>
    /// <param name="path">Where it is to be.</param>
    /// <param name="table">The leaderboard.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public static async Task WriteResultsAsync(string path, ResultsTable table, CancellationToken cancellationToken)
    {
        var model = new DataField<string>("model", false);
        var columns = table.Columns.Select(name => new DataField<double>(name, true)).ToArray();
        using var file = new ReplacedFile(path, throughLink: false);
        var writer = await ParquetWriter.CreateAsync(new ParquetSchema([model, .. columns]), file.Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(model, [.. table.Models]).ConfigureAwait(false);
            for (var column = 0; column < columns.Length; column++)
            {
                double?[] cells = [.. table.Cells.Select(row => double.IsNaN(row[column]) ? (double?)null : row[column])];
                await group.WriteAsync<double>(columns[column], cells, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
        }

        file.Commit();
    }

    /// <summary>Writes the rows of an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async ValueTask AddAsync(ScoredEpisode episode, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in episode.Metrics)
            Add(episode, name, value);
        if (!double.IsNaN(episode.Played))
            Add(episode, Metrics.Played, new MetricValue(MetricKind.Fractional, episode.Played, null));
        if (_values.Count >= RowsOfGroup)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the file in place.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await FinishAsync().ConfigureAwait(false);
        _file.Commit();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await FinishAsync().ConfigureAwait(false);
        _file.Dispose();
    }

    // The library's writer puts its footer at the end of the stream each time it is disposed.
    private async ValueTask FinishAsync()
    {
        if (_finished)
            return;
        _finished = true;
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    private void Add(ScoredEpisode episode, string name, MetricValue value)
    {
        string?[] texts = [episode.Game, episode.Model, episode.ExperimentFolder, episode.EpisodeFolder, name, value.Text];
        for (var i = 0; i < texts.Length; i++)
            _texts[i].Add(texts[i]);
        _values.Add(double.IsNaN(value.Number) ? null : value.Number);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_values.Count == 0)
            return;
        using var group = _writer.CreateRowGroup();
        for (var i = 0; i < _texts.Length; i++)
        {
            await group.WriteAsync(_fields[i], _texts[i]!).ConfigureAwait(false);
            _texts[i].Clear();
        }

        await group.WriteAsync<double>(_fields[^1], _values.ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
        _values.Clear();
    }
}
