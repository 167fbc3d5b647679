using System.Collections.Concurrent;
using Clembench.HuggingFace.Conversion;

namespace Clembench.PowerShell.Hosting;

/// <summary>How far the conversions of a session's checkpoints are. Reports come on arbitrary threads.</summary>
internal sealed class Conversions : IProgress<ConversionProgress>
{
    private readonly ConcurrentDictionary<string, ConversionProgress> _latest = new(StringComparer.Ordinal);

    /// <summary>The latest report of each conversion, by the file that is made.</summary>
    public IEnumerable<ConversionProgress> Latest => _latest.Values;

    /// <inheritdoc />
    public void Report(ConversionProgress value) => _latest[value.Path] = value;
}
