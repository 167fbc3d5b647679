using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the commands share that compare all objects with one another, by themselves or by properties.</summary>
public abstract class OrderingCommand : EssentialCommand
{
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public string? Culture { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    private protected List<PSObject> Inputs { get; } = [];

    private protected ValueComparer Comparer() => new(ValueComparer.CultureFor(Culture), CaseSensitive);

    protected override void ProcessRecord()
    {
        if (IsGiven(InputObject)) Inputs.Add(InputObject!);
    }
}
