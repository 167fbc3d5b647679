using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Sorts objects by themselves or by properties; equal ones keep their order.</summary>
[Cmdlet("Sort", "Object", DefaultParameterSetName = "Default")]
public sealed class SortObjectCommand : OrderingCommand
{
    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter(ParameterSetName = "Default")]
    public SwitchParameter Stable { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Top")]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Bottom")]
    [ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    protected override void EndProcessing()
    {
        if (Inputs.Count == 0) return;
        var properties = ObjectProperty.Parse(this, Property, "ascending", "descending");
        if (properties.Count > 0) ReportUnknown(properties);
        var descending = properties.Count == 0
            ? [Descending]
            : properties.Select(p => p.Flag("descending") ?? (p.Flag("ascending") is { } ascending ? !ascending : Descending.IsPresent)).ToArray();
        var comparer = new SortKeyComparer(Comparer(), descending);
        var sorted = Inputs.Select(i => SortKey.Of(i, properties)).Order(comparer).ToList();
        if (Unique) sorted = WithoutRepeats(sorted, comparer);
        IEnumerable<SortKey> result = sorted;
        if (Top > 0) result = sorted.Take(Top);
        else if (Bottom > 0) result = sorted.TakeLast(Bottom);
        foreach (var key in result) WriteObject(key.Input);
    }

    // A misspelt property gives the input's order: -Debug says why.
    private void ReportUnknown(IReadOnlyList<ObjectProperty> properties)
    {
        foreach (var property in properties.Where(p => p.Expression.Script is null && !p.Expression.HasWildCardCharacters))
        {
            if (!Inputs.Exists(property.ExistsOn))
            {
                WriteDebug($"\"{property.Expression}\" cannot be found in any input object.");
            }
        }
    }

    private static List<SortKey> WithoutRepeats(List<SortKey> sorted, SortKeyComparer comparer)
    {
        var result = new List<SortKey>();
        foreach (var key in sorted)
        {
            if (result.Count == 0 || comparer.Compare(result[^1], key) != 0) result.Add(key);
        }

        return result;
    }
}
