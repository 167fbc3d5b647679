using System.Collections;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Writes text for the person who looks on, through the information stream.</summary>
[Cmdlet(VerbsCommunications.Write, "Host")]
public sealed class WriteHostCommand : EssentialCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    [Alias("Msg", "Message")]
    public object? Object { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public object Separator { get; set; } = " ";

    [Parameter]
    public ConsoleColor? ForegroundColor { get; set; }

    [Parameter]
    public ConsoleColor? BackgroundColor { get; set; }

    protected override void ProcessRecord()
    {
        var message = new HostInformationMessage
        {
            Message = TextOf(Object),
            NoNewLine = NoNewline,
            ForegroundColor = ForegroundColor ?? ColourOf(() => Host.UI.RawUI.ForegroundColor, BackgroundColor),
            BackgroundColor = BackgroundColor ?? ColourOf(() => Host.UI.RawUI.BackgroundColor, ForegroundColor),
        };
        WriteInformation(message, ["PSHOST"]);
    }

    private string TextOf(object? value) => Unwrap(value) switch
    {
        null => string.Empty,
        string text => text,
        IEnumerable items => string.Join(Separator?.ToString() ?? string.Empty, items.Cast<object?>().Select(TextOf)),
        _ => value!.ToString() ?? string.Empty,
    };

    // Only a message that has one colour needs the other; without any the host writes in its own.
    private static ConsoleColor? ColourOf(Func<ConsoleColor> own, ConsoleColor? other) => other is null ? null : own();
}
