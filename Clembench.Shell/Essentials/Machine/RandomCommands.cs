using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Gives random numbers, or random ones of some objects.</summary>
[Cmdlet(VerbsCommon.Get, "Random", DefaultParameterSetName = "Number")]
public sealed class GetRandomCommand : EssentialCommand
{
    private static Random _shared = new();
    private readonly List<object?> _items = [];

    [Parameter]
    public int? SetSeed { get; set; }

    [Parameter(Position = 0, ParameterSetName = "Number")]
    public object? Maximum { get; set; }

    [Parameter(ParameterSetName = "Number")]
    public object? Minimum { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Items", ValueFromPipeline = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Shuffle", ValueFromPipeline = true)]
    [AllowNull]
    public object?[]? InputObject { get; set; }

    [Parameter(ParameterSetName = "Number")]
    [Parameter(ParameterSetName = "Items")]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    [Parameter(Mandatory = true, ParameterSetName = "Shuffle")]
    public SwitchParameter Shuffle { get; set; }

    protected override void BeginProcessing()
    {
        if (SetSeed is { } seed) _shared = new Random(seed);
        if (ParameterSetName != "Number") return;
        for (var i = 0; i < Count; i++) WriteObject(Next(Number(Minimum), Number(Maximum)));
    }

    protected override void ProcessRecord()
    {
        if (ParameterSetName != "Number") _items.AddRange(InputObject ?? [null]);
    }

    protected override void EndProcessing()
    {
        var items = _items.ToArray();
        _shared.Shuffle(items);
        foreach (var item in Shuffle ? items : items.Take(Count)) WriteObject(item);
    }

    private object Next(object? low, object? high)
    {
        if (low is double || high is double)
        {
            var (from, to) = (Convert.ToDouble(low ?? 0.0, null), Convert.ToDouble(high ?? double.MaxValue, null));
            Check(from < to);
            return from + (_shared.NextDouble() * (to - from));
        }

        var isInt = low is null or int && high is null or int;
        var (first, end) = (Convert.ToInt64(low ?? 0, null), high is null ? (isInt ? int.MaxValue : long.MaxValue) : Convert.ToInt64(high, null));
        Check(first < end);
        var number = _shared.NextInt64(first, end);
        return isInt ? (int)number : number;
    }

    private void Check(bool inOrder)
    {
        if (!inOrder)
            Fail("The Minimum value must be less than the Maximum value.", "MinGreaterThanOrEqualMax", ErrorCategory.InvalidArgument);
    }

    private static object? Number(object? value) => Unwrap(value) switch
    {
        null => null,
        float or decimal or double => Convert.ToDouble(Unwrap(value), null),
        int or long => Unwrap(value),
        string text when LanguagePrimitives.TryConvertTo<int>(text, out var number) => number,
        var other => LanguagePrimitives.TryConvertTo<long>(other, out var number) ? number : LanguagePrimitives.ConvertTo<double>(other),
    };
}

/// <summary>Makes a GUID.</summary>
[Cmdlet(VerbsCommon.New, "Guid")]
[OutputType(typeof(Guid))]
public sealed class NewGuidCommand : EssentialCommand
{
    [Parameter]
    public SwitchParameter Empty { get; set; }

    protected override void BeginProcessing() => WriteObject(Empty ? Guid.Empty : Guid.NewGuid());
}

/// <summary>Makes an empty file with a new name in the folder for temporary files.</summary>
[Cmdlet(VerbsCommon.New, "TemporaryFile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class NewTemporaryFileCommand : EssentialCommand
{
    protected override void EndProcessing()
    {
        if (ShouldProcess(Path.GetTempPath())) WriteObject(new FileInfo(Path.GetTempFileName()));
    }
}
