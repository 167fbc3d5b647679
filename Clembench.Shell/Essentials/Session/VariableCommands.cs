using System.Management.Automation;
using Clembench.Shell.Hosting;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the commands about variables share: names with wildcards, scopes.</summary>
public abstract class VariableCommand : EssentialCommand
{
    /// <summary>The scope: Global, Local, Script, or a number of levels up.</summary>
    [Parameter]
    public string? Scope { get; set; }

    /// <summary>The variable with a name, in the scope that was asked for.</summary>
    protected PSVariable? One(string name)
        => Scope is null ? SessionState.PSVariable.Get(name) : EngineInternals.GetVariable(SessionState, name, Scope);

    /// <summary>The variables that the names fit; an error for a name without wildcards that fits none.</summary>
    protected IEnumerable<PSVariable> Each(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var found = Find(name);
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                Error(new ItemNotFoundException($"Cannot find a variable with the name '{name}'."), "VariableNotFound", ErrorCategory.ObjectNotFound, name);
            foreach (var variable in found) yield return variable;
        }
    }

    private IReadOnlyList<PSVariable> Find(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name)) return One(name) is { } variable ? [variable] : [];
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        var all = Scope is null
            ? InvokeProvider.ChildItem.Get("Variable:", recurse: false).Select(o => o.BaseObject).OfType<PSVariable>()
            : EngineInternals.GetVariables(SessionState, Scope);
        return [.. all.Where(v => pattern.IsMatch(v.Name)).OrderBy(v => v.Name, StringComparer.OrdinalIgnoreCase)];
    }
}

/// <summary>What the commands that make or change variables share.</summary>
public abstract class VariableWritingCommand : VariableCommand
{
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public object? Value { get; set; }

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public ScopedItemOptions Option { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Sets a variable in the scope that was asked for, and shows it with -PassThru.</summary>
    protected void Write(string name, object? value, ScopedItemOptions? options)
    {
        var variable = new PSVariable(name, value) { Description = Description ?? string.Empty };
        if (options is { } asked) variable.Options = asked;
        if (Scope is not null || options is not null || Description is not null) EngineInternals.SetVariable(SessionState, variable, Scope ?? "Local", Force);
        else SessionState.PSVariable.Set(name, value);
        if (PassThru) WriteObject(One(name)!);
    }
}

/// <summary>Shows variables.</summary>
[Cmdlet(VerbsCommon.Get, "Variable")]
[OutputType(typeof(PSVariable))]
public sealed class GetVariableCommand : VariableCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public SwitchParameter ValueOnly { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var variable in Each(Name)) WriteObject(ValueOnly ? variable.Value : variable);
    }
}

/// <summary>Sets variables.</summary>
[Cmdlet(VerbsCommon.Set, "Variable", SupportsShouldProcess = true)]
[OutputType(typeof(PSVariable))]
public sealed class SetVariableCommand : VariableWritingCommand
{
    private readonly List<object?> _values = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord() => _values.Add(Value);

    protected override void EndProcessing()
    {
        var value = _values.Count <= 1 ? _values.FirstOrDefault() : _values.ToArray();
        foreach (var name in Name)
        {
            if (ShouldProcess($"Name: {name} Value: {value}", "Set variable"))
                Write(name, value, MyInvocation.BoundParameters.ContainsKey(nameof(Option)) ? Option : null);
        }
    }
}

/// <summary>Makes a variable that does not exist yet.</summary>
[Cmdlet(VerbsCommon.New, "Variable", SupportsShouldProcess = true)]
[OutputType(typeof(PSVariable))]
public sealed class NewVariableCommand : VariableWritingCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = string.Empty;

    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"Name: {Name} Value: {Value}", "New variable")) return;
        if (!Force && EngineInternals.GetVariable(SessionState, Name, Scope ?? "Local") is not null)
        {
            Error($"A variable with name '{Name}' already exists.", "VariableAlreadyExists", ErrorCategory.ResourceExists, Name);
            return;
        }

        Scope ??= "Local";
        Write(Name, Value, Option);
    }
}

/// <summary>Removes variables.</summary>
[Cmdlet(VerbsCommon.Remove, "Variable", SupportsShouldProcess = true)]
public sealed class RemoveVariableCommand : VariableCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var variable in Each(Name))
        {
            if (!ShouldProcess($"Name: {variable.Name}", "Remove variable")) continue;
            if (Scope is not null || Force) EngineInternals.RemoveVariable(SessionState, variable, Scope ?? "Local", Force);
            else SessionState.PSVariable.Remove(variable);
        }
    }
}

/// <summary>Sets variables to null.</summary>
[Cmdlet(VerbsCommon.Clear, "Variable", SupportsShouldProcess = true)]
public sealed class ClearVariableCommand : VariableCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (var variable in Each(Name).Where(v => ShouldProcess($"Name: {v.Name}", "Clear variable"))) variable.Value = null;
    }
}
