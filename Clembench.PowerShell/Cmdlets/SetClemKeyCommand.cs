using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Sets a backend's key in key.json, which only its owner can read.</summary>
[Cmdlet(VerbsCommon.Set, "ClemKey", SupportsShouldProcess = true)]
[OutputType(typeof(KeyInfo))]
public sealed class SetClemKeyCommand : ClemCmdlet
{
    /// <summary>The backend; huggingface for the Hugging Face hub.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KeyBackendCompleter))]
    public string Backend { get; set; } = "";

    /// <summary>The key; you are asked for it where neither it nor another setting is given.</summary>
    [Parameter(Position = 1)]
    public SecureString? ApiKey { get; set; }

    /// <summary>The address of the service, for backends that have no fixed one.</summary>
    [Parameter]
    public Uri? BaseUrl { get; set; }

    /// <summary>The organisation that requests are made for.</summary>
    [Parameter]
    public string? Organisation { get; set; }

    /// <summary>Further settings of the backend.</summary>
    [Parameter]
    public IDictionary? Setting { get; set; }

    /// <summary>The key file; the user's where none is given.</summary>
    [Parameter]
    public string? Path { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var path = Path is null ? KeyStore.UserFile(Workspace) : SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
        if (!ShouldProcess(path, $"Set the key of the backend '{Backend}'"))
            return;

        var values = new List<KeyValuePair<string, object?>>();
        if (ApiKey is null && BaseUrl is null && Organisation is null && Setting is null)
            ApiKey = Ask();
        if (ApiKey is not null)
            values.Add(new("api_key", new NetworkCredential("", ApiKey).Password));
        if (BaseUrl is not null)
            values.Add(new("base_url", BaseUrl.OriginalString));
        if (Organisation is not null)
            values.Add(new("organisation", Organisation));
        if (Setting is not null)
            values.AddRange(ScriptValue.ToMap(Setting, "Clem.Key.BadSetting", "The value of -Setting"));

        await KeyStore.SetAsync(path, Backend, new JsonMap(values), cancellationToken);
        if (KeyStore.Load(Workspace).Get(Backend) is { } key)
        {
            if (key.Source != path)
                WriteWarning($"The key in {path} does not count at present: {key.Source} comes first.");
            WriteObject(KeyInfo.Of(key, reveal: false));
        }
    }

    private SecureString Ask()
    {
        try
        {
            Host.UI.Write($"Key for {Backend}: ");
            return Host.UI.ReadLineAsSecureString();
        }
        catch (Exception e) when (e is PSInvalidOperationException or NotImplementedException or System.Management.Automation.Host.HostException)
        {
            throw new ClemException(
                "Clem.Key.NotInteractive", ErrorKind.NotAvailable, "There is nobody to ask for the key: the session is not interactive.",
                $"Give it as a SecureString: Set-ClemKey {Backend} (ConvertTo-SecureString $key -AsPlainText -Force), or set CLEMBENCH_{Backend.ToUpperInvariant()}_API_KEY.",
                Backend, e);
        }
    }
}
