using System.Management.Automation;
using System.Net;

namespace Clembench.Shell.Essentials.Messages;

/// <summary>Asks the person for a line of text.</summary>
[Cmdlet(VerbsCommunications.Read, "Host", DefaultParameterSetName = "AsString")]
[OutputType(typeof(string), typeof(System.Security.SecureString))]
public sealed class ReadHostCommand : EssentialCommand
{
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    public object? Prompt { get; set; }

    [Parameter(ParameterSetName = "AsSecureString")]
    public SwitchParameter AsSecureString { get; set; }

    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter MaskInput { get; set; }

    protected override void BeginProcessing()
    {
        if (Prompt is not null)
        {
            var text = LanguagePrimitives.GetEnumerable(Prompt) is { } parts
                ? string.Join(' ', parts.Cast<object>()) : Prompt.ToString();
            Host.UI.Write(text + ": ");
        }

        if (!AsSecureString && !MaskInput)
        {
            WriteObject(Host.UI.ReadLine());
            return;
        }

        var secret = Host.UI.ReadLineAsSecureString();
        WriteObject(AsSecureString ? secret : new NetworkCredential(string.Empty, secret).Password);
    }
}
