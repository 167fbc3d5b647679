using System.Management.Automation;

namespace Clembench.Shell.Essentials.Session;

/// <summary>What the commands about variables share: names with wildcards, scopes.</summary>
public abstract class VariableCommand : EssentialCommand
{
    /// <summary>The scope: Global, Local, Script, or a number of levels up.</summary>
    [Parameter]
    public string? Scope { get; set; }

    /// <summary>The variables that a name fits.</summary>
    protected IReadOnlyList<PSVariable> Find(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            var one = Scope is null ? SessionState.PSVariable.Get(name) : Scoped(name);
            return one is null ? [] : [one];
        }

        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        return [.. All().Where(v => pattern.IsMatch(v.Name)).OrderBy(v => v.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>An error that no variable has a name.</summary>
    protected void NotFound(string name)
        => Error(new ItemNotFoundException($"Cannot find a variable with the name '{name}'."), "VariableNotFound", ErrorCategory.ObjectNotFound, name);

    /// <summary>The name with its scope, as the engine takes it.</summary>
    protected string Qualified(string name) => Scope is null || int.TryParse(Scope, out _) ? name : $"{Scope}:{name}";

    private PSVariable? Scoped(string name)
        => int.TryParse(Scope, out _) ? throw ScopeNumber() : SessionState.PSVariable.Get(Qualified(name));

    private IEnumerable<PSVariable> All()
        => SessionState.InvokeProvider.ChildItem.Get("Variable:", recurse: false).Select(o => o.BaseObject)
            .SelectMany(o => o is PSVariable v ? [v] : Array.Empty<PSVariable>());

    /// <summary>The refusal of scopes by number.</summary>
    protected static PSNotSupportedException ScopeNumber() => new("This shell takes the scopes Global, Local, Script and Private by name, not by number.");
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
        foreach (var name in Name)
        {
            var found = Find(name);
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name)) NotFound(name);
            foreach (var variable in found) WriteObject(ValueOnly ? variable.Value : variable);
        }
    }
}

/// <summary>Sets variables.</summary>
[Cmdlet(VerbsCommon.Set, "Variable", SupportsShouldProcess = true)]
[OutputType(typeof(PSVariable))]
public sealed class SetVariableCommand : VariableCommand
{
    private readonly List<object?> _values = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

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

    protected override void ProcessRecord() => _values.Add(Value);

    protected override void EndProcessing()
    {
        var value = _values.Count <= 1 ? _values.FirstOrDefault() : _values.ToArray();
        foreach (var name in Name)
        {
            if (!ShouldProcess($"Name: {name} Value: {value}", "Set variable")) continue;
            if (Scope is not null && int.TryParse(Scope, out _)) throw ScopeNumber();
            SessionState.PSVariable.Set(Qualified(name), value);
            var variable = SessionState.PSVariable.Get(Qualified(name));
            if (Description is not null) variable.Description = Description;
            if (MyInvocation.BoundParameters.ContainsKey(nameof(Option))) variable.Options = Option;
            if (PassThru) WriteObject(variable);
        }
    }
}

/// <summary>Makes a variable that does not exist yet.</summary>
[Cmdlet(VerbsCommon.New, "Variable", SupportsShouldProcess = true)]
[OutputType(typeof(PSVariable))]
public sealed class NewVariableCommand : VariableCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = string.Empty;

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

    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"Name: {Name} Value: {Value}", "New variable")) return;
        if (Scope is not null && int.TryParse(Scope, out _)) throw ScopeNumber();
        if (!Force && SessionState.PSVariable.Get(Qualified($"{(Scope is null ? "local:" : string.Empty)}{Name}")) is not null)
        {
            Error($"A variable with name '{Name}' already exists.", "VariableAlreadyExists", ErrorCategory.ResourceExists, Name);
            return;
        }

        SessionState.PSVariable.Set(Qualified(Name), Value);
        var variable = SessionState.PSVariable.Get(Qualified(Name));
        if (Description is not null) variable.Description = Description;
        if (Option != ScopedItemOptions.None) variable.Options = Option;
        if (PassThru) WriteObject(variable);
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
        foreach (var name in Name)
        {
            var found = Find(name);
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name)) NotFound(name);
            foreach (var variable in found)
            {
                if (!ShouldProcess($"Name: {variable.Name}", "Remove variable")) continue;
                if (Force) variable.Options &= ~ScopedItemOptions.ReadOnly;
                SessionState.PSVariable.Remove(Qualified(variable.Name));
            }
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
        foreach (var name in Name)
        {
            var found = Find(name);
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name)) NotFound(name);
            foreach (var variable in found.Where(v => ShouldProcess($"Name: {v.Name}", "Clear variable"))) variable.Value = null;
        }
    }
}
