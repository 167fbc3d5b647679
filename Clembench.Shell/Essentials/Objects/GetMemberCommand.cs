using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Shows the properties and methods of objects.</summary>
[Cmdlet(VerbsCommon.Get, "Member")]
[OutputType(typeof(MemberDefinition))]
public sealed class GetMemberCommand : EssentialCommand
{
    private readonly HashSet<string> _seenTypes = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; } = PSMemberTypes.All;

    [Parameter]
    public SwitchParameter Static { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (!IsGiven(InputObject)) return;
        var type = Static ? InputObject!.BaseObject as Type ?? InputObject.BaseObject.GetType() : null;
        var typeName = type?.FullName ?? InputObject!.TypeNames[0];
        if (!_seenTypes.Add(typeName)) return;
        var patterns = Name.Select(n => WildcardPattern.Get(n, WildcardOptions.IgnoreCase)).ToArray();
        var members = type is null ? Instance(InputObject!) : OfType(type);
        foreach (var (name, kind, definition) in members.Where(m => MemberType.HasFlag(m.Kind) && Array.Exists(patterns, p => p.IsMatch(m.Name)))
            .OrderBy(m => m.Kind.ToString(), StringComparer.OrdinalIgnoreCase).ThenBy(m => m.Name, StringComparer.OrdinalIgnoreCase))
        {
            WriteObject(new MemberDefinition(typeName, name, kind, definition));
        }
    }

    protected override void EndProcessing()
    {
        if (_seenTypes.Count == 0) Error("You must specify an object for the Get-Member cmdlet.", "NoObjectInGetMember", ErrorCategory.CloseError);
    }

    private IEnumerable<(string Name, PSMemberTypes Kind, string Definition)> Instance(PSObject input) => input.Members
        .Where(m => Force || (m.MemberType is not (PSMemberTypes.MemberSet) && !IsAccessor(m)))
        .Select(m => (m.Name, m.MemberType, m.ToString() ?? string.Empty));

    // get_X and set_X stand behind the property X, which is shown already.
    private static bool IsAccessor(PSMemberInfo member)
        => member is PSMethod && (member.Name.StartsWith("get_", StringComparison.Ordinal) || member.Name.StartsWith("set_", StringComparison.Ordinal)
            || member.Name.StartsWith("add_", StringComparison.Ordinal) || member.Name.StartsWith("remove_", StringComparison.Ordinal)
            || member.Name.StartsWith("op_", StringComparison.Ordinal) || member.Name == ".ctor");

    private static IEnumerable<(string Name, PSMemberTypes Kind, string Definition)> OfType(Type type)
    {
        const System.Reflection.BindingFlags flags = System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.FlattenHierarchy;
        foreach (var group in type.GetMethods(flags).Where(m => !m.IsSpecialName).GroupBy(m => m.Name))
            yield return (group.Key, PSMemberTypes.Method, string.Join(", ", group.Select(m => $"static {m.ReturnType.Name} {m.Name}({string.Join(", ", m.GetParameters().Select(p => $"{p.ParameterType.Name} {p.Name}"))})")));
        foreach (var property in type.GetProperties(flags)) yield return (property.Name, PSMemberTypes.Property, $"static {property.PropertyType.Name} {property.Name} {{{(property.CanRead ? "get;" : "")}{(property.CanWrite ? "set;" : "")}}}");
        foreach (var field in type.GetFields(flags)) yield return (field.Name, PSMemberTypes.Property, $"static {field.FieldType.Name} {field.Name} {{get;}}");
    }
}

// The engine's format views know this type by this name.
/// <summary>A property or method of a type.</summary>
public sealed class MemberDefinition(string typeName, string name, PSMemberTypes memberType, string definition)
{
    public string TypeName { get; } = typeName;
    public string Name { get; } = name;
    public PSMemberTypes MemberType { get; } = memberType;
    public string Definition { get; } = definition;

    public override string ToString() => Definition;
}
