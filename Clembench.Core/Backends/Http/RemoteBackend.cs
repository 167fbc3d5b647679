using Clembench.Common;
using Clembench.Models;

namespace Clembench.Backends.Http;

/// <summary>What the backends of remote services have in common: an address, a key, and checks of both.</summary>
/// <param name="name">The backend's name.</param>
/// <param name="defaultAddress">The service's address; null where there is none.</param>
/// <param name="needsKey">Whether the service answers nobody without a key.</param>
public abstract class RemoteBackend(string name, Uri? defaultAddress, bool needsKey) : IBackend, IAvailabilityReason
{
    private const string AddressNotTrusted = "Clem.Backend.AddressNotTrusted";

    /// <inheritdoc />
    public string Name { get; } = name;

    /// <summary>The clock by which a date in <c>Retry-After</c> is judged, and waits are measured.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Names under which the key settings may hold the address, beside <c>base_url</c>.</summary>
    private protected virtual IReadOnlyList<string> AddressSettings => [];

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key)
    {
        var keyMissing = string.IsNullOrWhiteSpace(key?.ApiKey) && NeedsKey(entry);
        var addressMissing = entry.GetSetting("base_url") is null && BesideKey(key) is null && defaultAddress is null;
        return keyMissing || addressMissing || WhyNot(entry, key) is not null ? Availability.NeedsKey : Availability.Ready;
    }

    /// <inheritdoc />
    ClemException? IAvailabilityReason.WhyNot(ModelEntry entry, BackendKey? key) => WhyNot(entry, key);

    /// <inheritdoc />
    public Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken) =>
        LoadAsync(Connect(entry, key), cancellationToken);

    /// <summary>Makes the model.</summary>
    /// <param name="connection">What is known of it.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The model.</returns>
    private protected abstract Task<IModel> LoadAsync(RemoteConnection connection, CancellationToken cancellationToken);

    /// <summary>The usual model: one request, one answer.</summary>
    /// <param name="connection">Where it is.</param>
    /// <param name="format">The service's form of requests and answers.</param>
    /// <param name="transport">What carries them.</param>
    /// <returns>The model.</returns>
    private protected Task<IModel> Model(RemoteConnection connection, IWireFormat format, IWireTransport transport) =>
        Task.FromResult<IModel>(new RemoteModel(connection.Target, format, transport, Time) { Warnings = Warnings(connection) });

    /// <summary>What a person should know of the connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The warnings.</returns>
    private protected IReadOnlyList<string> Warnings(RemoteConnection connection) =>
    [
        .. connection.Verify ? (string[])[] :
            [$"TLS certificates of the backend '{Name}' are not checked (\"verify\": false in {connection.Target.Key?.Source ?? "its key settings"})."],
        .. !connection.KeyIsWithheld ? (string[])[] :
            [$"The key of the backend '{Name}' is not sent to {Server(connection.Address)}, which the entry '{connection.Entry.Name}' in the working directory names. {HowToTrust(connection.Entry)}"],
    ];

    private bool NeedsKey(ModelEntry entry) => needsKey || entry.GetSetting("requires_api_key") is true;

    // Everything else that is wrong is told when the model is loaded.
    private ClemException? WhyNot(ModelEntry entry, BackendKey? key)
    {
        try
        {
            Connect(entry, key);
            return null;
        }
        catch (ClemException error)
        {
            return error.Id == AddressNotTrusted ? error : null;
        }
    }

    private string? BesideKey(BackendKey? key) => AddressSettings.Select(setting => key?.Settings.GetOrDefault<string>(setting)).Prepend(key?.BaseUrl)
        .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));

    private RemoteConnection Connect(ModelEntry entry, BackendKey? key)
    {
        var secret = Secret(entry, key);
        var service = ServiceAddress.Of(entry, BesideKey(key), defaultAddress) ?? throw new ClemException(
            "Clem.Backend.BaseUrlMissing", ErrorKind.InvalidArgument,
            $"The model '{entry.Name}' of the backend '{Name}' has no base_url, so there is no address to call.",
            $"Add base_url to the entry, or beside the key of {Name}.", entry.Name);
        var withheld = secret is not null && !service.TakesKey;
        if (withheld && NeedsKey(entry))
            throw NotTrusted(entry, key, service.Address);
        if (withheld)
            (secret, key) = (null, null);
        var verify = key?.Settings.GetOrDefault<object>("verify") is not false;
        var target = new CallTarget(Name, entry.Name, entry.ModelId ?? entry.Name, service.Address, key);
        return new RemoteConnection(entry, target, service.Address, secret, verify) { KeyIsWithheld = withheld };
    }

    private ClemException NotTrusted(ModelEntry entry, BackendKey? key, Uri address) => new(
        AddressNotTrusted, ErrorKind.Authentication,
        $"The entry '{entry.Name}' in {entry.Source ?? "the working directory"} would send the key of the backend '{Name}' ({key?.Source ?? "the session"}) to {Server(address)}: "
        + "a registry that merely lies in the working directory cannot say where keys go.",
        HowToTrust(entry), entry.Name);

    private string HowToTrust(ModelEntry entry) =>
        $"If the address is right, put the entry into your own registry (Get-ClemModel '{entry.Name}' | Register-ClemModel), "
        + $"name the file (Get-ClemModel '{entry.Name}' -RegistryPath …), or set the address beside the key (Set-ClemKey {Name} -BaseUrl …).";

    private static string Server(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private string? Secret(ModelEntry entry, BackendKey? key)
    {
        var secret = key?.ApiKey?.Trim();
        if (string.IsNullOrEmpty(secret))
        {
            return NeedsKey(entry)
                ? throw new ClemException(
                    "Clem.Backend.KeyMissing", ErrorKind.Authentication, $"The model '{entry.Name}' needs a key for the backend '{Name}', and none is set.",
                    $"Set one with Set-ClemKey {Name}.", entry.Name)
                : null;
        }

        // The framework would refuse such a header with a message that shows it.
        return secret.All(char.IsAscii) && !secret.Any(char.IsControl) ? secret : throw new ClemException(
            "Clem.Backend.InvalidKey", ErrorKind.Authentication,
            $"The key of the backend '{Name}' from {key?.Source ?? "the session"} has characters that no key can have.",
            $"Set it again with Set-ClemKey {Name}.", entry.Name);
    }
}
