using System.Management.Automation;
using System.Management.Automation.Host;
using System.Net;
using System.Security;

namespace Microsoft.PowerShell.Commands;

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
        var isSecret = AsSecureString || MaskInput;
        if (Prompt is null)
        {
            Write(isSecret ? Host.UI.ReadLineAsSecureString() : Host.UI.ReadLine());
            return;
        }

        // As a prompt of the host: one that has nobody to ask refuses before it writes anything.
        var text = LanguagePrimitives.GetEnumerable(Prompt) is { } parts ? string.Join(' ', parts.Cast<object>()) : Prompt.ToString()!;
        var field = new FieldDescription(text.Length == 0 ? " " : text);
        field.SetParameterType(isSecret ? typeof(SecureString) : typeof(string));
        foreach (var answer in Host.UI.Prompt(string.Empty, string.Empty, [field]).Values) Write(answer.BaseObject);
    }

    private void Write(object answer) => WriteObject(
        MaskInput ? new NetworkCredential(string.Empty, (SecureString)answer).Password : answer);
}
