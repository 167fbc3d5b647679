using System.Management.Automation;
using System.Management.Automation.Host;
using Clembench.Results;
using Clembench.Terminal;

namespace Clembench.PowerShell.Hosting;

/// <summary>The terminal that a cmdlet's output goes to: its width, its colours, and whether a person sits there.</summary>
/// <param name="cmdlet">The cmdlet.</param>
internal sealed class SessionTerminal(PSCmdlet cmdlet)
{
    private const int WidthWithoutTerminal = 100;
    private static readonly string[] Seats = ["Cyan", "Magenta", "Blue", "Green", "Yellow"];

    /// <summary>Whether the output is the last of its pipeline and goes to a terminal.</summary>
    public bool IsInteractive { get; } =
        cmdlet.MyInvocation.PipelinePosition == cmdlet.MyInvocation.PipelineLength
        && !Console.IsOutputRedirected && !Console.IsInputRedirected && Environment.UserInteractive;

    /// <summary>The columns of the terminal; 100 where there is none.</summary>
    public int Width => IsInteractive ? HostWidth() : WidthWithoutTerminal;

    /// <summary>The colours: those of <c>$PSStyle</c> at a terminal; none where <c>NO_COLOR</c> is set, or text is to be plain.</summary>
    public TerminalStyle Style => StyleOf(cmdlet.SessionState.PSVariable.GetValue("PSStyle"));

    private TerminalStyle StyleOf(object? variable)
    {
        if (variable is null || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 })
            return TerminalStyle.Plain;
        var style = PSObject.AsPSObject(variable);
        var rendering = style.Properties["OutputRendering"]?.Value?.ToString();
        if (rendering == "PlainText" || (rendering != "Ansi" && !IsInteractive))
            return TerminalStyle.Plain;

        var colours = PSObject.AsPSObject(style.Properties["Foreground"].Value);
        return new TerminalStyle
        {
            Reset = Sequence(style, "Reset"),
            Strong = Sequence(style, "Bold"),
            Soft = Sequence(colours, "BrightBlack"),
            Good = Sequence(colours, TerminalStyle.ColourOf(Outcome.Success)),
            Poor = Sequence(colours, TerminalStyle.ColourOf(Outcome.Lose)),
            Aborted = Sequence(colours, TerminalStyle.ColourOf(Outcome.Aborted)),
            Bad = Sequence(colours, TerminalStyle.ColourOf(Outcome.Error)),
            Seats = [.. Seats.Select(name => Sequence(colours, name))],
        };
    }

    private static string Sequence(PSObject style, string name) => style.Properties[name]?.Value as string ?? "";

    // A host may know no width, or none that makes sense.
    private int HostWidth()
    {
        try
        {
            return cmdlet.Host.UI?.RawUI?.BufferSize.Width is > 0 and var width ? width : WidthWithoutTerminal;
        }
        catch (Exception e) when (e is HostException or NotImplementedException or IOException)
        {
            return WidthWithoutTerminal;
        }
    }
}
