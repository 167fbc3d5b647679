using System.Management.Automation;
using Clembench.Shell.Hosting;

namespace Microsoft.PowerShell.Commands;

/// <summary>Shows aliases.</summary>
[Cmdlet(VerbsCommon.Get, "Alias", DefaultParameterSetName = "Default")]
[OutputType(typeof(AliasInfo))]
public sealed class GetAliasCommand : EssentialCommand
{
    [Parameter(Position = 0, ParameterSetName = "Default", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter(ParameterSetName = "Definition")]
    public string[]? Definition { get; set; }

    protected override void ProcessRecord()
    {
        var all = InvokeCommand.GetCommands("*", CommandTypes.Alias, nameIsPattern: true).Cast<AliasInfo>().OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        foreach (var wanted in Definition ?? Name)
        {
            var pattern = WildcardPattern.Get(wanted, WildcardOptions.IgnoreCase);
            var found = all.Where(a => pattern.IsMatch(Definition is null ? a.Name : a.Definition)).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(wanted))
            {
                Error(
                    new ItemNotFoundException($"This command cannot find a matching alias because an alias with the {(Definition is null ? "name" : "definition")} '{wanted}' does not exist."),
                    "ItemNotFoundException", ErrorCategory.ObjectNotFound, wanted);
            }
        }
    }
}

/// <summary>What the commands that write aliases share.</summary>
public abstract class AliasWritingCommand : EssentialCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Value { get; set; } = string.Empty;

    [Parameter]
    public string Scope { get; set; } = "Local";

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Writes the alias.</summary>
    protected void Write()
    {
        try
        {
            var made = EngineInternals.SetAlias(this, Name, Value, Scope, Force);
            if (PassThru) WriteObject(made);
        }
        catch (SessionStateUnauthorizedAccessException e)
        {
            Error(e, "AliasNotWritable", ErrorCategory.WriteError, Name);
        }
    }
}

/// <summary>Sets an alias.</summary>
[Cmdlet(VerbsCommon.Set, "Alias", SupportsShouldProcess = true)]
[OutputType(typeof(AliasInfo))]
public sealed class SetAliasCommand : AliasWritingCommand
{
    protected override void ProcessRecord()
    {
        if (ShouldProcess($"Name: {Name} Value: {Value}", "Set Alias")) Write();
    }
}

/// <summary>Makes an alias that does not exist yet.</summary>
[Cmdlet(VerbsCommon.New, "Alias", SupportsShouldProcess = true)]
[OutputType(typeof(AliasInfo))]
public sealed class NewAliasCommand : AliasWritingCommand
{
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"Name: {Name} Value: {Value}", "New Alias")) return;
        if (!Force && InvokeCommand.GetCommand(Name, CommandTypes.Alias) is not null)
        {
            Error($"The alias is not allowed, because an alias with the name '{Name}' already exists.", "AliasAlreadyExists", ErrorCategory.ResourceExists, Name);
            return;
        }

        Write();
    }
}
