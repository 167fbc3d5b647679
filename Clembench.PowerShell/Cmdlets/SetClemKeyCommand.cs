using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Net;
using System.Security;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Sets a backend's key in key.json, which only its owner can read.</summary>
[Cmdlet(VerbsCommon.Set, "ClemKey", SupportsShouldProcess = true)]
[OutputType(typeof(KeyInfo))]
public sealed class SetClemKeyCommand : ClemCmdlet
{
    private const int DeepestLevel = 100;

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

    /// <summary>Further settings of the backend; what may be a secret, such as client_secret, as a SecureString.</summary>
    [Parameter]
    public IDictionary? Setting { get; set; }

    /// <summary>The key file, by a path that is taken as it is because the file may not exist yet; the user's where none is given.</summary>
    [Parameter]
    [Alias("LiteralPath", "PSPath", "LP")]
    public string? Path { get; set; }

    /// <summary>Changes a file also if it is marked as read-only; the mark stays.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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
            values.AddRange(ScriptValue.ToMap(Open(Setting), "Clem.Key.BadSetting", "The value of -Setting"));

        WarnOfUnknownName();
        await KeyStore.SetAsync(path, Backend, new JsonMap(values), cancellationToken, Force);
        if (KeyStore.Load(Workspace).Get(Backend) is { } key)
        {
            if (key.Source != path)
                WriteWarning($"The key in {path} does not count at present: {key.Source} comes first.");
            WriteObject(KeyInfo.Of(key, reveal: false));
        }
    }

    private void WarnOfUnknownName()
    {
        var keys = KeyStore.Load(Workspace);
        var known = keys.KnownBackends.Concat(Session.CreateBackendCatalog(Workspace).List().Select(backend => backend.Name));
        if (!known.Concat(ModelRegistry.Load(Workspace).Entries.Select(entry => entry.Backend)).Contains(Backend, StringComparer.OrdinalIgnoreCase))
            WriteWarning($"No backend and no registry entry has the name '{Backend}'. Get-ClemBackend lists the backends; Remove-ClemKey {Backend} takes the key away again.");
    }

    // A secret on a command line is seen by others and stays in the history: the settings are no way around -ApiKey.
    private OrderedDictionary Open(IDictionary settings, int level = 0)
    {
        var result = new OrderedDictionary();
        foreach (DictionaryEntry member in settings)
            result[member.Key.ToString()!] = Open(member.Key.ToString()!, member.Value, level + 1);
        return result;
    }

    private object? Open(string name, object? value, int level) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        SecureString secret => new NetworkCredential("", secret).Password,
        // What holds itself is refused when it is written.
        IDictionary inner when level < DeepestLevel => Open(inner, level),
        object?[] list when level < DeepestLevel => Array.ConvertAll(list, item => Open(name, item, level + 1)),
        not (null or bool) when Secrets.IsSecretName(name) => throw new ClemException(
            "Clem.Key.PlainSecret", ErrorKind.InvalidArgument, $"The setting '{name}' may be a secret, and it was given as plain text.",
            name is "api_key"
                ? $"Give the key as -ApiKey, a SecureString; Set-ClemKey {Backend} alone asks for it."
                : $"Give it as a SecureString: -Setting @{{ {name} = (Read-Host -AsSecureString) }}, or write it into the key file yourself.",
            Backend),
        _ => value,
    };

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
