using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>What Get-ChildItem and Get-Item share: -Filter, -Include and -Exclude on names.</summary>
public abstract class FilteredPathCommand : PathCommand
{
    [Parameter(Position = 1)]
    public string? Filter { get; set; }

    [Parameter]
    public string[]? Include { get; set; }

    [Parameter]
    public string[]? Exclude { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Whether an item's name passes the filters.</summary>
    protected bool Passes(string name)
        => (Filter is null || Like(name, Filter))
        && (Include is null || Array.Exists(Include, p => Like(name, p)))
        && (Exclude is null || !Array.Exists(Exclude, p => Like(name, p)));

    private static bool Like(string name, string pattern) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(name);

    /// <summary>The name that an item is filtered by.</summary>
    protected static string NameOf(PSObject item) => item.Properties["PSChildName"]?.Value?.ToString() ?? string.Empty;
}

/// <summary>Shows what is in a folder or other container.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Path")]
public sealed class GetChildItemCommand : FilteredPathCommand
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public override string[] Path { get; set; } = [];

    [Parameter]
    [Alias("s")]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public uint Depth { get; set; } = uint.MaxValue;

    [Parameter]
    public SwitchParameter Name { get; set; }

    [Parameter]
    [Alias("ad")]
    public SwitchParameter Directory { get; set; }

    [Parameter]
    [Alias("af")]
    public SwitchParameter File { get; set; }

    [Parameter]
    [Alias("ah", "h")]
    public SwitchParameter Hidden { get; set; }

    [Parameter]
    [Alias("ar")]
    public SwitchParameter ReadOnly { get; set; }

    protected override void ProcessRecord()
    {
        if (!IsLiteral && Path.Length == 0) Path = ["."];
        ForEach(List);
    }

    private void List(string path)
    {
        var recurse = Recurse || MyInvocation.BoundParameters.ContainsKey(nameof(Depth));
        // A recursive search for `logs/*.txt` looks for the name in all folders below.
        if (recurse && !IsLiteral && !InvokeProvider.Item.Exists(path) && SessionState.Path.ParseChildName(path) is { Length: > 0 } leaf)
        {
            var parent = SessionState.Path.ParseParent(path, null);
            Emit(Children(parent.Length == 0 ? "." : parent, recurse, isLiteral: false).Where(i => WildcardPattern.Get(leaf, WildcardOptions.IgnoreCase).IsMatch(NameOf(i))), parent);
            return;
        }

        foreach (var item in Existing(path, IsLiteral))
        {
            // A wildcard lists what it fits; a plain path, or a container when searching below it, lists what is inside.
            var lists = recurse || IsLiteral || !WildcardPattern.ContainsWildcardCharacters(path);
            if (lists && InvokeProvider.Item.IsContainer(WildcardPattern.Escape(item))) Emit(Children(item, recurse, isLiteral: true), item);
            else Emit(InvokeProvider.Item.Get([item], force: true, literalPath: true), null);
        }
    }

    private System.Collections.ObjectModel.Collection<PSObject> Children(string path, bool recurse, bool isLiteral)
        => InvokeProvider.ChildItem.Get([path], recurse, Depth, Force || Hidden, isLiteral);

    private void Emit(IEnumerable<PSObject> items, string? root)
    {
        foreach (var item in items)
        {
            if (Stopping) return;
            if (!Passes(NameOf(item)) || !IsWanted(item)) continue;
            if (Name) WriteObject(root is null || item.BaseObject is not FileSystemInfo info ? NameOf(item) : System.IO.Path.GetRelativePath(FilePath(root) ?? ".", info.FullName));
            else WriteObject(item);
        }
    }

    private bool IsWanted(PSObject item)
    {
        var isContainer = LanguagePrimitives.IsTrue(item.Properties["PSIsContainer"]?.Value);
        if (Directory && !File && !isContainer) return false;
        if (File && !Directory && isContainer) return false;
        if (item.BaseObject is not FileSystemInfo info) return true;
        return (!Hidden || info.Attributes.HasFlag(FileAttributes.Hidden)) && (!ReadOnly || info.Attributes.HasFlag(FileAttributes.ReadOnly));
    }
}

/// <summary>Gets the item that a path means.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
public sealed class GetItemCommand : FilteredPathCommand
{
    protected override void ProcessRecord() => ForEach(path =>
    {
        foreach (var item in InvokeProvider.Item.Get([path], Force, IsLiteral))
        {
            if (item is not null && Passes(NameOf(item))) WriteObject(item);
        }
    });
}

/// <summary>Gets properties of an item.</summary>
[Cmdlet(VerbsCommon.Get, "ItemProperty", DefaultParameterSetName = "Path")]
public sealed class GetItemPropertyCommand : PathCommand
{
    [Parameter(Position = 1)]
    [Alias("PSProperty")]
    public string[]? Name { get; set; }

    protected override void ProcessRecord() => ForEach(path =>
    {
        foreach (var item in Existing(path, IsLiteral)) WriteObject(InvokeProvider.Property.Get([item], [.. Name ?? []], literalPath: true), enumerateCollection: true);
    });
}

/// <summary>Gets the value of a property of an item.</summary>
[Cmdlet(VerbsCommon.Get, "ItemPropertyValue", DefaultParameterSetName = "Path")]
public sealed class GetItemPropertyValueCommand : PathCommand
{
    [Parameter(Position = 1, Mandatory = true)]
    [Alias("PSProperty")]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord() => ForEach(path =>
    {
        foreach (var item in Existing(path, IsLiteral).SelectMany(p => InvokeProvider.Property.Get([p], [.. Name], literalPath: true)))
        {
            foreach (var name in Name) WriteObject(item.Properties[name]?.Value);
        }
    });
}
