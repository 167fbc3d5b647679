using System.Globalization;
using System.Text;
using Clembench.Common;
using Clembench.Json;
using Clembench.Scoring.Recorded;

namespace Clembench.Scoring.Tables;

/// <summary>
/// Writes <c>raw.csv</c> as clemcore's evaluation does: a row for each metric of each episode, and at the end one more for each
/// episode with Played. Rows go to disk as they come; nothing grows with the tree.
/// <para>
/// Numbers look as pandas prints a column that grows row by row: as long as only numbers have come, all are floats
/// (<c>1.0</c>) as soon as one is; from the first text on, every value looks as it was recorded (<c>1</c>, <c>True</c>). Before
/// the first float or text has come (a record holds one early: the request success ratio), rows wait.
/// </para>
/// </summary>
internal sealed class RawTable : IDisposable
{
    private const string Header = ",game,model,experiment,episode,metric,value\n";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly ReplacedFile _file;
    private readonly StreamWriter _rows;
    private readonly FileStream _playedFile;
    private readonly StreamWriter _played;
    private readonly List<(string Head, double Value, bool IsPlayed)> _waiting = [];
    private readonly StringBuilder _line = new();
    private Column _column = Column.Integers;
    private long _index;

    /// <summary>Begins the file.</summary>
    /// <param name="path">Where it is to be.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public RawTable(string path)
    {
        _file = new ReplacedFile(path, throughLink: false);
        _rows = new StreamWriter(_file.Stream, Utf8, 1 << 16);
        _rows.Write(Header);
        // The rows with Played come last, and their numbers are known then only.
        _playedFile = new FileStream(
            Path.Join(Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.played.tmp"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 1 << 16 });
        _played = new StreamWriter(_playedFile, Utf8, 1 << 16);
    }

    private enum Column
    {
        /// <summary>Integers alone so far.</summary>
        Integers,

        /// <summary>Numbers alone, and a float among them.</summary>
        Floats,

        /// <summary>Anything: each value keeps its type.</summary>
        Objects,
    }

    /// <summary>Writes the rows of an episode.</summary>
    /// <param name="episode">The episode.</param>
    public void Add(ScoredEpisode episode)
    {
        _line.Clear();
        foreach (var part in (ReadOnlySpan<string>)[episode.Game, episode.Model, episode.ExperimentFolder, episode.EpisodeFolder])
        {
            CsvText.Append(_line, part);
            _line.Append(',');
        }

        var head = _line.ToString();
        foreach (var (name, value) in episode.Metrics)
        {
            Widen(value);
            _line.Clear();
            CsvText.Append(_line.Append(head), name);
            var row = _line.Append(',').ToString();
            Write(row, value, isPlayed: false);
            if (name == Metrics.Aborted)
                Write($"{head}{Metrics.Played},", Complement(value), isPlayed: true);
        }
    }

    /// <summary>Writes the rows with Played and puts the file in place.</summary>
    public void Complete()
    {
        Release();
        _played.Flush();
        _playedFile.Position = 0;
        using var reader = new StreamReader(_playedFile, Utf8, detectEncodingFromByteOrderMarks: false, 1 << 16, leaveOpen: true);
        while (reader.ReadLine() is { } row)
        {
            // A name with a line feed in it is quoted; it takes more lines, of which the first one has the number.
            if (row.Length > 0 && row[0] == '\u0001')
                row = (_index++).ToString(CultureInfo.InvariantCulture) + "," + row[1..];
            _rows.Write(row);
            _rows.Write('\n');
        }

        _rows.Dispose();
        _file.Commit();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _rows.Dispose();
        _played.Dispose();
        _playedFile.Dispose();
        _file.Dispose();
    }

    private void Widen(MetricValue value)
    {
        var column = value.Kind switch
        {
            MetricKind.Whole or MetricKind.Boolean => _column,
            MetricKind.Fractional => _column == Column.Integers ? Column.Floats : _column,
            // Nothing is NaN among floats; integers have no such value.
            MetricKind.Missing => _column == Column.Integers ? Column.Objects : _column,
            _ => Column.Objects,
        };
        if (column == _column)
            return;
        var decided = _column == Column.Integers;
        _column = column;
        if (decided)
            Release();
    }

    private static MetricValue Complement(MetricValue aborted) =>
        aborted.Kind is MetricKind.Boolean ? new(MetricKind.Whole, 1 - aborted.Number, null)
        : aborted.AsNumber() is { } number ? aborted with { Number = 1 - number }
        : aborted;

    private void Write(string head, MetricValue value, bool isPlayed)
    {
        if (_column == Column.Integers)
            _waiting.Add((head, value.Number, isPlayed));
        else
            Write(head, Text(value), isPlayed);
    }

    private void Release()
    {
        foreach (var (head, value, isPlayed) in _waiting)
            Write(head, _column == Column.Floats ? Float(value) : Integer(value), isPlayed);
        _waiting.Clear();
    }

    private void Write(string head, string value, bool isPlayed)
    {
        var writer = isPlayed ? _played : _rows;
        if (isPlayed)
        {
            writer.Write('\u0001');
        }
        else
        {
            writer.Write(_index++);
            writer.Write(',');
        }

        writer.Write(head);
        writer.Write(value);
        writer.Write('\n');
    }

    private string Text(MetricValue value)
    {
        switch (value.Kind)
        {
            case MetricKind.Whole:
                return _column == Column.Floats ? Float(value.Number) : Integer(value.Number);
            case MetricKind.Boolean when _column == Column.Objects:
                return value.Number == 0 ? "False" : "True";
            case MetricKind.Boolean:
                return Float(value.Number);
            case MetricKind.Text:
                _line.Clear();
                CsvText.Append(_line, value.Text!);
                return _line.ToString();
            default:
                return Float(value.Number);
        }
    }

    private static string Integer(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    private static string Float(double value) =>
        double.IsNaN(value) ? "" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf" : PythonFloat.Repr(value);
}
