using System.Collections.Concurrent;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.Scoring.Recorded;

/// <summary>Takes the episode's metrics out of a <c>scores.json</c> in one pass, without the rest of it.</summary>
internal static class ScoresScanner
{
    // A benchmark has some hundred names of metrics in millions of values.
    private const int KnownNames = 4096;
    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    /// <summary>Reads the metrics.</summary>
    /// <param name="content">The file's content, without a byte order mark; bare tokens of Python's are overwritten in it.</param>
    /// <returns>The metrics in order; of several with one name the last value, as Python reads it.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    /// <exception cref="FormatException">There are no episode scores.</exception>
    public static List<KeyValuePair<string, MetricValue>> Read(Span<byte> content)
    {
        var numbers = PythonNumbers.Overwrite(content);
        var reader = new Utf8JsonReader(content);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("the root is not an object");

        List<KeyValuePair<string, MetricValue>>? metrics = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isScores = reader.ValueTextEquals("episode scores"u8);
            reader.Read();
            if (!isScores)
                reader.Skip();
            else if (reader.TokenType == JsonTokenType.StartObject)
                metrics = ReadMetrics(ref reader, numbers);
            else
                throw new FormatException("'episode scores' is not an object");
        }

        reader.Read();
        return metrics ?? throw new FormatException("there is no object 'episode scores'");
    }

    private static List<KeyValuePair<string, MetricValue>> ReadMetrics(ref Utf8JsonReader reader, PythonNumbers? numbers)
    {
        var metrics = new List<KeyValuePair<string, MetricValue>>(16);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Known(JsonData.ToText(ref reader));
            reader.Read();
            var metric = KeyValuePair.Create(name, MetricValue.Of(PlainReader.Read(ref reader, numbers)));
            if (metrics.FindIndex(one => ReferenceEquals(one.Key, name) || one.Key == name) is >= 0 and var place)
                metrics[place] = metric;
            else
                metrics.Add(metric);
        }

        return metrics;
    }

    private static string Known(string name) =>
        Names.TryGetValue(name, out var known) ? known : Names.Count < KnownNames ? Names.GetOrAdd(name, name) : name;
}
