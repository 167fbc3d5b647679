using System.Management.Automation;
using System.Net;
using System.Security;

namespace Microsoft.PowerShell.Commands;

/// <summary>Makes a secure string of plain text. Encrypted text, which only Windows can keep, is not supported.</summary>
[Cmdlet(VerbsData.ConvertTo, "SecureString", DefaultParameterSetName = "PlainText")]
[OutputType(typeof(SecureString))]
public sealed class ConvertToSecureStringCommand : EssentialCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string String { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Accepted, as in the real cmdlet, where it once was a promise to know what one does.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (!AsPlainText)
        {
            Fail("This shell reads secure strings from plain text only: add -AsPlainText. Encrypted text is not supported.", "ImportSecureString_NotSupported", ErrorCategory.NotImplemented);
            return;
        }

        WriteObject(new NetworkCredential(string.Empty, String).SecurePassword);
    }
}

/// <summary>Gives the plain text of a secure string.</summary>
[Cmdlet(VerbsData.ConvertFrom, "SecureString")]
[OutputType(typeof(string))]
public sealed class ConvertFromSecureStringCommand : EssentialCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public SecureString? SecureString { get; set; }

    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    protected override void ProcessRecord()
    {
        if (!AsPlainText)
        {
            Fail("This shell gives a secure string as plain text only: add -AsPlainText. Encrypted text is not supported.", "ExportSecureString_NotSupported", ErrorCategory.NotImplemented);
            return;
        }

        WriteObject(new NetworkCredential(string.Empty, SecureString).Password);
    }
}
