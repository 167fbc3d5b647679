using System.Globalization;
using System.Management.Automation;
using SortKey = Clembench.Shell.Essentials.SortKey;

namespace Microsoft.PowerShell.Commands;

/// <summary>Shows which objects are in one set and not in the other.</summary>
[Cmdlet(VerbsData.Compare, "Object")]
public sealed class CompareObjectCommand : EssentialCommand
{
    private readonly List<PSObject> _difference = [];

    [Parameter(Mandatory = true, Position = 0)]
    [AllowEmptyCollection]
    public PSObject[] ReferenceObject { get; set; } = [];

    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public PSObject[] DifferenceObject { get; set; } = [];

    [Parameter]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter ExcludeDifferent { get; set; }

    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? Culture { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    protected override void ProcessRecord() => _difference.AddRange(DifferenceObject);

    protected override void EndProcessing()
    {
        var properties = ObjectProperty.Parse(this, Property);
        var culture = string.IsNullOrEmpty(Culture) ? CultureInfo.CurrentCulture : ValueComparer.CultureFor(Culture);
        var comparer = new SortKeyComparer(new ValueComparer(culture, CaseSensitive), new bool[Math.Max(1, properties.Count)]);
        var difference = _difference.Select(d => SortKey.Of(d, properties)).ToList();
        var missing = new List<SortKey>();
        foreach (var reference in ReferenceObject.Select(r => SortKey.Of(r, properties)))
        {
            var at = difference.FindIndex(d => comparer.Compare(reference, d) == 0);
            if (at < 0)
            {
                missing.Add(reference);
                continue;
            }

            difference.RemoveAt(at);
            // Asking for no differences only makes sense if the equal ones are wanted.
            if (IncludeEqual || (ExcludeDifferent && !MyInvocation.BoundParameters.ContainsKey(nameof(IncludeEqual)))) Emit(reference, "==", properties);
        }

        if (ExcludeDifferent) return;
        foreach (var item in difference) Emit(item, "=>", properties);
        foreach (var item in missing) Emit(item, "<=", properties);
    }

    private void Emit(SortKey key, string side, IReadOnlyList<ObjectProperty> properties)
    {
        PSObject output;
        if (PassThru)
        {
            output = PSObject.AsPSObject(key.Input);
            output.Properties.Remove("SideIndicator");
        }
        else
        {
            output = new PSObject();
            if (properties.Count == 0) output.Properties.Add(new PSNoteProperty("InputObject", key.Input));
            for (var i = 0; i < properties.Count; i++)
                output.Properties.Add(new PSNoteProperty(properties[i].Label ?? properties[i].Expression.ToString(), key.Values[i]));
        }

        output.Properties.Add(new PSNoteProperty("SideIndicator", side));
        WriteObject(output);
    }
}
