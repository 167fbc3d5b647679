using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace Microsoft.PowerShell.Commands;

/// <summary>Makes an instance of a .NET type.</summary>
[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObjectCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0)]
    public string TypeName { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    [Alias("Args")]
    public object?[] ArgumentList { get; set; } = [];

    [Parameter]
    public IDictionary? Property { get; set; }

    protected override void BeginProcessing()
    {
        if (!LanguagePrimitives.TryConvertTo<Type>(TypeName, CultureInfo.InvariantCulture, out var type))
            Fail($"Cannot find type [{TypeName}]: verify that the assembly containing this type is loaded.", "TypeNotFound", ErrorCategory.InvalidType, TypeName);
        var result = Create(type);
        if (Property is not null) SetProperties(result);
        WriteObject(result);
    }

    private object Create(Type type)
    {
        if (type == typeof(PSObject) || type == typeof(PSCustomObject)) return new PSObject();
        var arguments = ArgumentList.Select(Unwrap).ToArray();
        if (arguments.Length == 0 && type.IsValueType) return Activator.CreateInstance(type)!;
        try
        {
            // The engine's own way of picking a constructor: the same as [type]::new().
            var make = ScriptBlock.Create("param($type, $list) , ($type::new.Invoke($list))");
            return make.InvokeReturnAsIs(type, arguments);
        }
        catch (RuntimeException e)
        {
            var cause = e.InnerException is TargetInvocationException or MethodInvocationException ? e.InnerException.InnerException ?? e : e;
            ThrowTerminatingError(new ErrorRecord(cause, "ConstructorInvokedThrowException", ErrorCategory.InvalidOperation, null));
            throw;
        }
    }

    private void SetProperties(object target)
    {
        var wrapped = PSObject.AsPSObject(target);
        foreach (DictionaryEntry entry in Property!)
        {
            var name = entry.Key.ToString()!;
            if (wrapped.Properties[name] is { } property) property.Value = entry.Value;
            else if (wrapped.BaseObject is PSCustomObject) wrapped.Properties.Add(new PSNoteProperty(name, entry.Value));
            else Fail($"The member \"{name}\" was not found for the specified {TypeName} object.", "InvalidOperationException", ErrorCategory.InvalidOperation, name);
        }
    }
}
