using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Counts objects, and measures their numbers or their text.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Object", DefaultParameterSetName = "GenericMeasure")]
public sealed class MeasureObjectCommand : EssentialCommand
{
    private readonly Dictionary<string, MeasureStatistics> _statistics = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<ObjectProperty> _properties = [];
    private bool _nonNumeric;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter StandardDeviation { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Sum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter AllStats { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Average { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Maximum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Minimum { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Line { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Word { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Character { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter IgnoreWhiteSpace { get; set; }

    private bool IsText => ParameterSetName == "TextMeasure";

    private bool NeedsNumbers => Sum || Average || StandardDeviation || AllStats;

    protected override void BeginProcessing() => _properties = ObjectProperty.Parse(this, Property);

    protected override void ProcessRecord()
    {
        if (!IsGiven(InputObject)) return;
        if (_properties.Count == 0)
        {
            Add(string.Empty, Unwrap(InputObject));
            return;
        }

        foreach (var property in _properties)
        {
            foreach (var result in property.Expression.GetValues(InputObject))
            {
                if (Unwrap(result.Result) is { } value) Add(result.ResolvedExpression.ToString(), value);
            }
        }
    }

    protected override void EndProcessing()
    {
        foreach (var property in _properties.Where(p => !p.Expression.HasWildCardCharacters && !_statistics.ContainsKey(p.Expression.ToString())))
        {
            WriteError(new ErrorRecord(
                new PSArgumentException($"The property \"{property.Expression}\" cannot be found in the input for any objects."),
                "GenericMeasurePropertyNotFound", ErrorCategory.InvalidArgument, null));
        }

        if (_properties.Count == 0 && _statistics.Count == 0) _statistics[string.Empty] = new MeasureStatistics();
        if (_nonNumeric && NeedsNumbers && _statistics.Values.All(s => s.NumberCount == 0)) return;
        foreach (var (name, statistics) in _statistics) WriteObject(IsText ? Text(name, statistics) : Numbers(name, statistics));
    }

    private void Add(string name, object? value)
    {
        if (!_statistics.TryGetValue(name, out var statistics)) _statistics[name] = statistics = new MeasureStatistics();
        statistics.Count++;
        if (value is null) return;
        if (IsText)
        {
            statistics.AddText(value.ToString() ?? string.Empty, IgnoreWhiteSpace);
            return;
        }

        if (NeedsNumbers)
        {
            if (!LanguagePrimitives.TryConvertTo<double>(value, CultureInfo.CurrentCulture, out var number))
            {
                _nonNumeric = true;
                WriteError(new ErrorRecord(
                    new PSInvalidCastException($"Input object \"{value}\" is not numeric."), "NonNumericInputObject", ErrorCategory.InvalidType, value));
                return;
            }

            statistics.AddNumber(number);
        }

        if (Minimum || Maximum || AllStats) statistics.AddComparable(value);
    }

    private TextMeasureInfo Text(string name, MeasureStatistics s) => new()
    {
        Property = name.Length == 0 ? null : name,
        Lines = Line ? s.Lines : null,
        Words = Word ? s.Words : null,
        Characters = Character ? s.Characters : null,
    };

    private MeasureInfo Numbers(string name, MeasureStatistics s)
    {
        var property = name.Length == 0 ? null : name;
        double? sum = (Sum || AllStats) ? s.Sum : null;
        double? average = (Average || AllStats) && s.NumberCount > 0 ? s.Sum / s.NumberCount : null;
        double? deviation = (StandardDeviation || AllStats) && s.NumberCount > 0 ? s.StandardDeviation : null;
        var wantMinimum = Minimum || AllStats;
        var wantMaximum = Maximum || AllStats;
        if (IsNumberOrNothing(s.Minimum) && IsNumberOrNothing(s.Maximum))
        {
            return new GenericMeasureInfo
            {
                Property = property,
                Count = s.Count,
                Sum = sum,
                Average = average,
                StandardDeviation = deviation,
                Minimum = wantMinimum && s.Minimum is { } low ? Convert.ToDouble(low, CultureInfo.InvariantCulture) : null,
                Maximum = wantMaximum && s.Maximum is { } high ? Convert.ToDouble(high, CultureInfo.InvariantCulture) : null,
            };
        }

        return new GenericObjectMeasureInfo
        {
            Property = property,
            Count = s.Count,
            Sum = sum,
            Average = average,
            StandardDeviation = deviation,
            Minimum = wantMinimum ? s.Minimum : null,
            Maximum = wantMaximum ? s.Maximum : null,
        };
    }

    private static bool IsNumberOrNothing(object? value) => value is null or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal;
}

/// <summary>What has been seen of one property.</summary>
internal sealed class MeasureStatistics
{
    private static readonly ValueComparer Comparer = new(CultureInfo.CurrentCulture, caseSensitive: false);
    private double _mean;
    private double _squares;

    internal int Count { get; set; }
    internal int NumberCount { get; private set; }
    internal double Sum { get; private set; }
    internal object? Minimum { get; private set; }
    internal object? Maximum { get; private set; }
    internal int Lines { get; private set; }
    internal int Words { get; private set; }
    internal int Characters { get; private set; }

    /// <summary>Of a sample; 0 for a single number.</summary>
    internal double StandardDeviation => NumberCount < 2 ? 0 : Math.Sqrt(_squares / (NumberCount - 1));

    // Welford's way: one pass, and no cancellation for large means.
    internal void AddNumber(double number)
    {
        NumberCount++;
        Sum += number;
        var delta = number - _mean;
        _mean += delta / NumberCount;
        _squares += delta * (number - _mean);
    }

    internal void AddComparable(object value)
    {
        if (Minimum is null || Comparer.Compare(value, Minimum) < 0) Minimum = value;
        if (Maximum is null || Comparer.Compare(value, Maximum) > 0) Maximum = value;
    }

    internal void AddText(string text, bool ignoreWhiteSpace)
    {
        Characters += ignoreWhiteSpace ? text.Count(c => !char.IsWhiteSpace(c)) : text.Length;
        Words += text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (text.Length > 0) Lines += text.Count(c => c == '\n') + (text[^1] == '\n' ? 0 : 1);
    }
}

// The engine's format views know these types by this name.
/// <summary>What was measured, and of which property.</summary>
public abstract class MeasureInfo
{
    /// <summary>The property; null when the objects themselves were measured.</summary>
    public string? Property { get; init; }
}

/// <summary>Count and statistics of numbers; what was not asked for is null.</summary>
public sealed class GenericMeasureInfo : MeasureInfo
{
    public int Count { get; init; }
    public double? Average { get; init; }
    public double? Sum { get; init; }
    public double? Maximum { get; init; }
    public double? Minimum { get; init; }
    public double? StandardDeviation { get; init; }
}

/// <summary>Count and extremes of things that can be ordered, such as dates.</summary>
public sealed class GenericObjectMeasureInfo : MeasureInfo
{
    public int Count { get; init; }
    public double? Average { get; init; }
    public double? Sum { get; init; }
    public object? Maximum { get; init; }
    public object? Minimum { get; init; }
    public double? StandardDeviation { get; init; }
}

/// <summary>Lines, words and characters; what was not asked for is null.</summary>
public sealed class TextMeasureInfo : MeasureInfo
{
    public int? Lines { get; init; }
    public int? Words { get; init; }
    public int? Characters { get; init; }
}
