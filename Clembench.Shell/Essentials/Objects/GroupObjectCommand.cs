using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Groups objects that have equal values.</summary>
[Cmdlet("Group", "Object", DefaultParameterSetName = "Default")]
public sealed class GroupObjectCommand : OrderingCommand
{
    [Parameter]
    public SwitchParameter NoElement { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    [Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    public SwitchParameter AsString { get; set; }

    protected override void EndProcessing()
    {
        if (Inputs.Count == 0) return;
        var properties = ObjectProperty.Parse(this, Property);
        if (AsString && !AsHashTable)
            Fail("-AsString needs -AsHashTable.", "ArgumentException", ErrorCategory.InvalidArgument);
        if (AsHashTable && !AsString && properties.Count > 1)
            Fail("-AsHashTable without -AsString takes one property.", "ArgumentException", ErrorCategory.InvalidArgument);
        var groups = Grouped(properties);
        if (AsHashTable) WriteObject(ToTable(groups));
        else WriteObject(groups, enumerateCollection: true);
    }

    // Values of one type are sorted, and so are their groups; mixed types keep the order of their first members.
    private List<GroupInfo> Grouped(IReadOnlyList<ObjectProperty> properties)
    {
        var keys = Inputs.Select(i => SortKey.Of(i, properties)).ToList();
        var comparer = new SortKeyComparer(Comparer(), new bool[keys[0].Values.Length]);
        var isUniform = Enumerable.Range(0, keys[0].Values.Length)
            .All(i => keys.Select(k => Unwrap(k.Values[i])?.GetType()).Where(t => t is not null).Distinct().Count() <= 1);
        var groups = new List<(SortKey Key, GroupInfo Info)>();
        foreach (var key in isUniform ? keys.Order(comparer) : keys.AsEnumerable())
        {
            var group = isUniform
                ? groups.Count > 0 && comparer.Compare(groups[^1].Key, key) == 0 ? groups[^1].Info : null
                : groups.Find(g => comparer.Compare(g.Key, key) == 0).Info;
            if (group is null)
            {
                group = NoElement ? new GroupInfoNoElement(key.Values) : new GroupInfo(key.Values);
                groups.Add((key, group));
            }

            group.Add(key.Input);
        }

        return [.. groups.Select(g => g.Info)];
    }

    private Hashtable ToTable(List<GroupInfo> groups)
    {
        var table = new Hashtable(CaseSensitive ? StringComparer.CurrentCulture : StringComparer.CurrentCultureIgnoreCase);
        foreach (var group in groups) table.Add(AsString ? group.Name : Unwrap(group.Values[0]) ?? string.Empty, group.Group);
        return table;
    }
}

// The engine's format views know these types by this name.
/// <summary>A group of objects with equal values.</summary>
public class GroupInfo
{
    internal GroupInfo(object?[] values)
    {
        Values = new ArrayList(values);
        Name = string.Join(", ", values.Select(v => v switch
        {
            null => string.Empty,
            object?[] several => "{" + string.Join(", ", several) + "}",
            _ => v.ToString(),
        }));
    }

    /// <summary>The values, as the group's first member has them.</summary>
    public ArrayList Values { get; }

    /// <summary>How many objects are in the group.</summary>
    public int Count { get; private set; }

    /// <summary>The objects; empty with -NoElement.</summary>
    public Collection<PSObject> Group { get; } = [];

    /// <summary>The values as one text.</summary>
    public string Name { get; }

    internal virtual void Add(PSObject member)
    {
        Count++;
        if (this is not GroupInfoNoElement) Group.Add(member);
    }
}

/// <summary>A group that knows only how many objects it has.</summary>
public sealed class GroupInfoNoElement : GroupInfo
{
    internal GroupInfoNoElement(object?[] values)
        : base(values)
    {
    }
}
