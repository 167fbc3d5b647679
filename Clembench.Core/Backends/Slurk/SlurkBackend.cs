using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.Slurk;

/// <summary>
/// The <c>slurk</c> backend: a person plays in a chat room of a slurk server. Loading a model makes a room, enters it as
/// a bot, and says where the person logs in.
/// </summary>
public sealed class SlurkBackend() : RemoteBackend("slurk", defaultAddress: null, needsKey: true)
{
    private static readonly TimeSpan DefaultResponseTimeout = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan DefaultJoinTimeout = TimeSpan.FromMinutes(5);

    /// <inheritdoc />
    private protected override IReadOnlyList<string> AddressSettings => ["slurk_host"];

    /// <inheritdoc />
    private protected override async Task<IModel> LoadAsync(RemoteConnection connection, CancellationToken cancellationToken)
    {
        var entry = connection.Entry;
        var limits = new SlurkLimits(entry.Seconds("join_timeout") ?? DefaultJoinTimeout, entry.Seconds("response_timeout") ?? DefaultResponseTimeout);
        var botName = entry.Setting<string>("bot_name", "a text") ?? "Game Master";
        var layout = await LayoutAsync(entry, cancellationToken).ConfigureAwait(false);

        var api = new SlurkApi(connection, Time);
        var layoutId = await api.CreateAsync("layouts", layout, cancellationToken).ConfigureAwait(false);
        var roomId = await api.CreateAsync("rooms", new JsonMap([new("layout_id", layoutId)]), cancellationToken).ConfigureAwait(false);
        var botToken = await TokenAsync(["send_message", "send_image", "send_command"]).ConfigureAwait(false);
        var bot = new JsonMap([new("name", botName), new("token_id", botToken)]);
        var botId = await api.CreateAsync("users", bot, cancellationToken).ConfigureAwait(false);
        var playerToken = await TokenAsync(["send_message"]).ConfigureAwait(false);

        var room = new SlurkRoom(connection, roomId, botId);
        try
        {
            await room.EnterAsync(botToken.GetString()!, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await room.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var login = connection.Method("login/").GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return new SlurkModel(connection.Target, room, limits, Time)
        {
            Warnings =
            [
                .. Warnings(connection),
                $"A person plays '{entry.Name}': open {login}?name=Player&token={playerToken} within {limits.Join.TotalSeconds:0.###} s.",
            ],
        };

        async Task<JsonElement> TokenAsync(string[] permissions)
        {
            var granted = new JsonMap(permissions.Select(permission => KeyValuePair.Create(permission, (object?)true)));
            var permissionsId = await api.CreateAsync("permissions", granted, cancellationToken).ConfigureAwait(false);
            return await api.CreateAsync(
                "tokens", new JsonMap([new("permissions_id", permissionsId), new("room_id", roomId), new("registrations_left", 1L)]),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static ClemException OutsideRegistry(ModelEntry entry, string path, string why) => new(
        "Clem.Backend.LayoutOutside", ErrorKind.InvalidData,
        $"The room layout '{path}' of the entry '{entry.Name}' is not read, because it does not lie in the folder of its registry '{entry.Source}': {why}.",
        "Put the layout beside the registry, or register the entry yourself (Register-ClemModel).", path);

    private static async Task<JsonMap> LayoutAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        var path = entry.Setting<string>("room_layout_path", "a text");
        if (path is null or "packaged")
            return SlurkLayout.Default;

        // Beside the registry that names it, wherever the session happens to be.
        if (Path.GetDirectoryName(entry.Source) is { Length: > 0 } folder)
        {
            path = Path.GetFullPath(path, Path.GetFullPath(folder));
            // The layout is sent to the server, and a registry that merely lies in the working directory may name both.
            if (!entry.IsAddressTrusted)
                path = RealPath.Within(folder, path, why => OutsideRegistry(entry, path, why));
        }

        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), JsonFormat.Lenient);
            return JsonData.ToPlain(document.RootElement) as JsonMap ?? throw new JsonException("The root is not an object.");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Backend.InvalidLayout", ErrorKind.InvalidData, $"The room layout '{path}' of the entry '{entry.Name}' cannot be used: {error.Message}",
                "Correct the file, or the entry's room_layout_path.", path, error);
        }
    }
}
