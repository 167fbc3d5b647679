using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Drops objects that repeat the one before them.</summary>
[Cmdlet(VerbsCommon.Get, "Unique", DefaultParameterSetName = "AsString")]
public sealed class GetUniqueCommand : EssentialCommand
{
    private PSObject? _last;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter AsString { get; set; }

    [Parameter(ParameterSetName = "UniqueByType")]
    public SwitchParameter OnType { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    protected override void ProcessRecord()
    {
        if (!IsGiven(InputObject)) return;
        if (_last is not null && IsSame(_last, InputObject!)) return;
        _last = InputObject;
        WriteObject(InputObject);
    }

    private bool IsSame(PSObject first, PSObject second)
    {
        if (OnType) return first.TypeNames[0] == second.TypeNames[0];
        var comparison = CaseInsensitive ? StringComparison.CurrentCultureIgnoreCase : StringComparison.CurrentCulture;
        if (AsString || first.BaseObject is not IComparable) return string.Equals(first.ToString(), second.ToString(), comparison);
        return new ValueComparer(CultureInfo.CurrentCulture, !CaseInsensitive).Compare(first, second) == 0;
    }
}
