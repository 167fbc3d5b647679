using System.Management.Automation;
using Clembench.Shell.Hosting;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Microsoft.PowerShell.Commands;

/// <summary>Shows objects as a table.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    public FormatTableCommand() => EngineInternals.AttachFormatter(this, "Table");
}

/// <summary>Shows objects as a list of properties.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    public FormatListCommand() => EngineInternals.AttachFormatter(this, "List");
}

/// <summary>Shows one property of each object, several objects on a line.</summary>
[Cmdlet(VerbsCommon.Format, "Wide")]
public sealed class FormatWideCommand : FormatShapeCommand
{
    public FormatWideCommand() => EngineInternals.AttachFormatter(this, "Wide");

    [Parameter(Position = 0)]
    public object? Property { get; set; }

    [Parameter]
    public SwitchParameter AutoSize { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Column { get; set; }

    private protected override FormatRequest Request()
    {
        if (AutoSize && Column > 0) Refuse("-AutoSize and -Column cannot be used together.", "FormatCannotSpecifyAutosizeAndColumns");
        return new FormatRequest("FormatWideParameterDefinition", "WideSpecificParameters")
        {
            Property = Property is null ? null : [Property],
            AutoSize = AutoSize.IsPresent ? true : null,
            ShapeValues = Column > 0 ? new Dictionary<string, object> { ["columns"] = Column } : [],
        };
    }
}

/// <summary>Shows objects by a custom view, or as nested properties.</summary>
[Cmdlet(VerbsCommon.Format, "Custom")]
public sealed class FormatCustomCommand : FormatShapeCommand
{
    public FormatCustomCommand() => EngineInternals.AttachFormatter(this, "Complex");

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 5;

    private protected override FormatRequest Request() => new("FormatObjectParameterDefinition", "ComplexSpecificParameters")
    {
        Property = Property,
        ShapeValues = new Dictionary<string, object> { ["maxDepth"] = Depth },
    };
}

/// <summary>The shapes whose parameters the engine does not read by itself.</summary>
public abstract class FormatShapeCommand : OuterFormatShapeCommandBase
{
    private protected abstract FormatRequest Request();

    protected override void BeginProcessing()
    {
        var request = Request() with { View = View, Force = Force };
        if (View is not null && request.Property is { Length: > 0 })
            Refuse("-View and -Property cannot be used together.", "FormatCannotSpecifyViewAndProperty");
        // The base class of all formatters hands the parameters over, and then starts; the class between reads only those of tables and lists.
        EngineInternals.SetFormatParameters(this, request);
        EngineInternals.StartFrontEnd(this);
    }

    /// <summary>Ends the command with an error about its parameters.</summary>
    protected void Refuse(string message, string id)
        => ThrowTerminatingError(new ErrorRecord(new PSInvalidOperationException(message), id, ErrorCategory.InvalidArgument, null));
}
