using System.Collections;
using System.Management.Automation;
using Clembench.Shell.Hosting;

namespace Microsoft.PowerShell.Commands;

/// <summary>Adds properties and methods to objects.</summary>
[Cmdlet(VerbsCommon.Add, "Member", DefaultParameterSetName = "TypeNameSet")]
public sealed class AddMemberCommand : EssentialCommand
{
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "MemberSet")]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "MemberSet")]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 2, ParameterSetName = "MemberSet")]
    public object? Value { get; set; }

    [Parameter(Position = 3, ParameterSetName = "MemberSet")]
    public object? SecondValue { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NotePropertySingleMemberSet")]
    [NotMemberType]
    public string NotePropertyName { get; set; } = string.Empty;

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "NotePropertySingleMemberSet")]
    [AllowNull]
    public object? NotePropertyValue { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NotePropertyMultiMemberSet")]
    public IDictionary? NotePropertyMembers { get; set; }

    [Parameter(ParameterSetName = "MemberSet")]
    [Parameter(ParameterSetName = "NotePropertySingleMemberSet")]
    [Parameter(ParameterSetName = "NotePropertyMultiMemberSet")]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter(ParameterSetName = "TypeNameSet", Mandatory = true)]
    [Parameter(ParameterSetName = "MemberSet")]
    [Parameter(ParameterSetName = "NotePropertySingleMemberSet")]
    [Parameter(ParameterSetName = "NotePropertyMultiMemberSet")]
    public string? TypeName { get; set; }

    protected override void ProcessRecord()
    {
        var input = InputObject!;
        switch (ParameterSetName)
        {
            case "MemberSet": Add(input, NewMember()); break;
            case "NotePropertySingleMemberSet": Add(input, new PSNoteProperty(NotePropertyName, NotePropertyValue)); break;
            case "NotePropertyMultiMemberSet":
                foreach (DictionaryEntry entry in NotePropertyMembers!) Add(input, new PSNoteProperty(entry.Key.ToString(), entry.Value));
                break;
        }

        if (TypeName is not null)
        {
            var type = LanguagePrimitives.TryConvertTo<Type>(TypeName, out var known) ? known.FullName! : TypeName;
            input.TypeNames.Insert(0, type);
        }

        if (PassThru) WriteObject(input);
    }

    private PSMemberInfo NewMember()
    {
        var value = Unwrap(Value);
        switch (MemberType)
        {
            case PSMemberTypes.NoteProperty: return new PSNoteProperty(Name, Value);
            case PSMemberTypes.ScriptProperty: return new PSScriptProperty(Name, value as ScriptBlock, Unwrap(SecondValue) as ScriptBlock);
            case PSMemberTypes.ScriptMethod when value is ScriptBlock body: return new PSScriptMethod(Name, body);
            case PSMemberTypes.AliasProperty when value is string target:
                return LanguagePrimitives.TryConvertTo<Type>(SecondValue, out var type) && SecondValue is not null ? new PSAliasProperty(Name, target, type) : new PSAliasProperty(Name, target);
            case PSMemberTypes.PropertySet: return new PSPropertySet(Name, LanguagePrimitives.ConvertTo<string[]>(Value));
            default:
                Fail($"A member of type {MemberType} cannot be added with this value.", "CannotAddMemberType", ErrorCategory.InvalidArgument, Value);
                return null;
        }
    }

    private void Add(PSObject input, PSMemberInfo member)
    {
        if (input.Members[member.Name] is not null)
        {
            if (!Force)
            {
                Error(
                    $"Cannot add a member with the name \"{member.Name}\" because a member with that name already exists. To overwrite the member anyway, add the Force parameter to your command.",
                    "MemberAlreadyExists", ErrorCategory.InvalidOperation, input);
                return;
            }

            if (input.Members[member.Name].IsInstance) input.Members.Remove(member.Name);
        }

        input.Members.Add(member);
    }
}

/// <summary>Refuses the name of a member type, so that `Add-Member ScriptProperty …` binds to -MemberType.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotMemberTypeAttribute : ValidateArgumentsAttribute
{
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is string name && Enum.GetNames<PSMemberTypes>().Contains(name, StringComparer.OrdinalIgnoreCase))
            throw EngineInternals.TryOtherParameter($"'{name}' is the name of a member type; use -MemberType NoteProperty -Name to add a property called so.");
    }
}
