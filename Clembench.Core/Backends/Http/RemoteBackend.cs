using Clembench.Common;
using Clembench.Models;

namespace Clembench.Backends.Http;

/// <summary>What the backends of remote services have in common: an address, a key, and checks of both.</summary>
/// <param name="name">The backend's name.</param>
/// <param name="defaultAddress">The service's address; null where there is none.</param>
/// <param name="needsKey">Whether the service answers nobody without a key.</param>
public abstract class RemoteBackend(string name, Uri? defaultAddress, bool needsKey) : IBackend
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <summary>The clock by which a date in <c>Retry-After</c> is judged, and waits are measured.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Names under which the key settings may hold the address, beside <c>base_url</c>.</summary>
    private protected virtual IReadOnlyList<string> AddressSettings => [];

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key)
    {
        var keyMissing = string.IsNullOrWhiteSpace(key?.ApiKey) && (needsKey || entry.GetSetting("requires_api_key") is true);
        return keyMissing || BaseUrl(entry, key) is null ? Availability.NeedsKey : Availability.Ready;
    }

    /// <inheritdoc />
    public Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken)
    {
        var secret = Secret(entry, key);
        var address = Address(entry, key);
        var verify = key?.Settings.GetOrDefault<object>("verify") is not false;
        var target = new CallTarget(Name, entry.Name, entry.ModelId ?? entry.Name, address, key);
        return LoadAsync(new RemoteConnection(entry, target, address, secret, verify), cancellationToken);
    }

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
    private protected IReadOnlyList<string> Warnings(RemoteConnection connection) => connection.Verify ? [] :
        [$"TLS certificates of the backend '{Name}' are not checked (\"verify\": false in {connection.Target.Key?.Source ?? "its key settings"})."];

    private object? BaseUrl(ModelEntry entry, BackendKey? key) =>
        entry.GetSetting("base_url")
        ?? AddressSettings.Prepend("base_url").Select(setting => setting == "base_url" ? key?.BaseUrl : key?.Settings.GetOrDefault<string>(setting))
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text))
        ?? (object?)defaultAddress;

    private string? Secret(ModelEntry entry, BackendKey? key)
    {
        var secret = key?.ApiKey?.Trim();
        if (string.IsNullOrEmpty(secret))
        {
            return needsKey || entry.GetSetting("requires_api_key") is true
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

    private Uri Address(ModelEntry entry, BackendKey? key)
    {
        switch (BaseUrl(entry, key))
        {
            case Uri known:
                return known;
            case string text when Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)
                    && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp):
                return new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') }.Uri;
            case null:
                throw new ClemException(
                    "Clem.Backend.BaseUrlMissing", ErrorKind.InvalidArgument,
                    $"The model '{entry.Name}' of the backend '{Name}' has no base_url, so there is no address to call.",
                    $"Add base_url to the entry, or beside the key of {Name}.", entry.Name);
            default:
                // The text itself is not shown: it may hold a password.
                throw new ClemException(
                    "Clem.Backend.InvalidBaseUrl", ErrorKind.InvalidData, $"The base_url of the model '{entry.Name}' is not an http or https address.",
                    "Write it like https://host/v1.", entry.Name);
        }
    }
}
