using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Makes a file, a folder, or an item of another provider.</summary>
[Cmdlet(VerbsCommon.New, "Item", DefaultParameterSetName = "pathSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class NewItemCommand : EssentialCommand
{
    [Parameter(Position = 0, ParameterSetName = "pathSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = "nameSet", ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = ["."];

    [Parameter(ParameterSetName = "nameSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Type")]
    public string? ItemType { get; set; }

    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Target")]
    public object? Value { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            var target = Name is null ? path : SessionState.Path.Combine(path, Name);
            if (!ShouldProcess(target, "New-Item")) continue;
            try
            {
                WriteObject(InvokeProvider.Item.New([target], null, ItemType, Value, Force), enumerateCollection: true);
            }
            catch (Exception e) when (e is RuntimeException and not PipelineStoppedException or IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                Error(e, "NewItemFailed", ErrorCategory.WriteError, target);
            }
        }
    }
}

/// <summary>Deletes items.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class RemoveItemCommand : FilteredPathCommand
{
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    protected override void ProcessRecord() => ForEach(path =>
    {
        foreach (var item in Existing(path, IsLiteral))
        {
            if (!Passes(SessionState.Path.ParseChildName(item)) || !ShouldProcess(item, "Remove Item")) continue;
            if (!Recurse && !Force && HoldsSomething(item)
                && !ShouldContinue($"The item at {item} has children and the Recurse parameter was not specified. If you continue, all children will be removed with the item. Are you sure you want to continue?", "Confirm"))
            {
                continue;
            }

            Try(item, () => InvokeProvider.Item.Remove([item], recurse: true, Force, literalPath: true));
        }
    });

    private bool HoldsSomething(string path) => InvokeProvider.ChildItem.HasChild(path, force: true, literalPath: true);
}

/// <summary>What the commands that bring items to another place share.</summary>
public abstract class TransferItemCommand : PathCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, for -WhatIf and -Confirm.</summary>
    protected abstract string Action { get; }

    /// <summary>Brings one item to <see cref="Destination"/>; what is there then.</summary>
    protected abstract IReadOnlyCollection<PSObject> Transfer(string item);

    protected override void ProcessRecord() => ForEach(path =>
    {
        foreach (var item in Existing(path, IsLiteral))
        {
            if (!ShouldProcess($"Item: {item} Destination: {Destination}", Action)) continue;
            var made = Transfer(item);
            if (PassThru) WriteObject(made, enumerateCollection: true);
        }
    });
}

/// <summary>Copies items.</summary>
[Cmdlet(VerbsCommon.Copy, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class CopyItemCommand : TransferItemCommand
{
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter Container { get; set; } = true;

    protected override string Action => "Copy Item";

    protected override IReadOnlyCollection<PSObject> Transfer(string item) => InvokeProvider.Item.Copy(
        [item], Destination, Recurse, Container ? CopyContainers.CopyTargetContainer : CopyContainers.CopyChildrenOfTargetContainer, Force, literalPath: true);
}

/// <summary>Moves items.</summary>
[Cmdlet(VerbsCommon.Move, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class MoveItemCommand : TransferItemCommand
{
    protected override string Action => "Move Item";

    protected override IReadOnlyCollection<PSObject> Transfer(string item) => InvokeProvider.Item.Move([item], Destination, Force, literalPath: true);
}

/// <summary>Gives an item another name.</summary>
[Cmdlet(VerbsCommon.Rename, "Item", DefaultParameterSetName = "ByPath", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class RenameItemCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByPath")]
    public string Path { get; set; } = string.Empty;

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByLiteralPath")]
    [Alias("PSPath", "LP")]
    public string LiteralPath { get; set; } = string.Empty;

    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public string NewName { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        var path = ParameterSetName == "ByLiteralPath" ? LiteralPath : Path;
        if (!ShouldProcess($"Item: {path} Destination: {NewName}", "Rename Item")) return;
        try
        {
            var made = InvokeProvider.Item.Rename(path, NewName, Force);
            if (PassThru) WriteObject(made, enumerateCollection: true);
        }
        catch (Exception e) when (e is RuntimeException and not PipelineStoppedException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Error(e, "RenameItemFailed", ErrorCategory.WriteError, path);
        }
    }
}
