using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Common;
using Clembench.Json;
using SocketIOClient;
using SocketIOClient.Transport;

namespace Clembench.Backends.Slurk;

/// <summary>A chat room that the engine is in as a bot, together with one person.</summary>
internal sealed class SlurkRoom : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);
    private const int MostReconnections = 10;

    private readonly RemoteConnection _connection;
    private readonly JsonElement _roomId;
    private readonly JsonElement _botId;
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private TaskCompletionSource<JsonElement>? _answer;
    private SocketIO? _socket;

    /// <summary>A room that exists on the server.</summary>
    /// <param name="connection">Where the server is.</param>
    /// <param name="roomId">The room's id.</param>
    /// <param name="botId">The id of the user that the engine is.</param>
    public SlurkRoom(RemoteConnection connection, JsonElement roomId, JsonElement botId)
    {
        _connection = connection;
        _roomId = roomId;
        _botId = botId;
    }

    /// <summary>The room's id.</summary>
    public JsonElement Id => _roomId;

    /// <summary>Ends when somebody has come into the room.</summary>
    public Task Joined => _joined.Task;

    private CallTarget Target => _connection.Target;

    /// <summary>Enters the room.</summary>
    /// <param name="token">The bot's own token.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ModelCallException">The server cannot be reached or refuses.</exception>
    public async Task EnterAsync(string token, CancellationToken cancellationToken)
    {
        // A path in the address itself would be taken for a namespace.
        var place = _connection.Method("socket.io");
        var socket = _socket = new SocketIO(new Uri(place.GetLeftPart(UriPartial.Authority)), new SocketIOOptions
        {
            EIO = 4,
            Path = place.AbsolutePath,
            ExtraHeaders = new() { ["Authorization"] = $"Bearer {token}", ["user"] = _botId.ToString() },
            // Only plain HTTP goes through connections whose certificates need not be valid.
            Transport = _connection.Verify ? TransportProtocol.WebSocket : TransportProtocol.Polling,
            AutoUpgrade = _connection.Verify,
            ConnectionTimeout = ConnectTimeout,
            ReconnectionAttempts = MostReconnections,
        });
        if (!_connection.Verify)
            socket.HttpClient = BackendHttp.Own(verify: false); // which the socket disposes
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        socket.OnConnected += (_, _) => entered.TrySetResult();
        socket.OnError += (_, said) => entered.TrySetException(Refused(said));
        socket.OnReconnectError += (_, error) => entered.TrySetException(Target.Unreachable(error));
        socket.OnReconnectFailed += (_, _) => Fail(Target.Unreachable(new IOException("the connection to the room could not be restored")));
        socket.On("joined_room", response => _ = AcknowledgeAsync(response));
        socket.On("status", response => OnStatus(response.GetValue()));
        socket.On("text_message", response => OnText(response.GetValue()));

        // The client's own attempt goes on until it succeeds; what it meets on the way is told by its events.
        var attempt = socket.ConnectAsync();
        try
        {
            var first = await Task.WhenAny(entered.Task, attempt).WaitAsync(ConnectTimeout, cancellationToken).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            await entered.Task.WaitAsync(ConnectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw Target.Unreachable(new IOException($"no connection within {ConnectTimeout.TotalSeconds:0} s", error));
        }
        catch (Exception error) when (error is not (ClemException or OperationCanceledException))
        {
            throw Target.Unreachable(error);
        }
    }

    /// <summary>Sends events and waits for what the person says next.</summary>
    /// <param name="events">The events' names and payloads, in order.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The payload of the person's message, as it came.</returns>
    /// <exception cref="ModelCallException">The server refuses, or the connection is lost for good.</exception>
    public async Task<JsonElement> AskAsync(IReadOnlyList<(string Name, JsonMap Payload)> events, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            for (var i = 0; i < events.Count; i++)
            {
                // What was said before the last event was not said in answer to it.
                if (i == events.Count - 1)
                    Expect(answer);
                await EmitAsync(events[i].Name, events[i].Payload, answer, cancellationToken).ConfigureAwait(false);
            }

            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Expect(null);
        }
    }

    /// <summary>Tells the room that the game is over, and leaves it.</summary>
    /// <returns>A task.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_socket is null)
            return;
        try
        {
            if (_socket.Connected)
            {
                // Whoever leaves at once may leave before the server has read what was said last.
                var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var over = JsonData.ToElement(new JsonMap([new("command", "done"), new("room", _roomId)]));
                await _socket.EmitAsync("message_command", _ => heard.TrySetResult(), over).ConfigureAwait(false);
                await heard.Task.WaitAsync(FarewellTimeout).ConfigureAwait(false);
                await _socket.DisconnectAsync().ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The server has gone before us: there is nobody left to tell.
        }

        _socket.Dispose();
    }

    private static async Task AcknowledgeAsync(SocketIOResponse response)
    {
        try
        {
            await response.CallbackAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Without it the others in the room do not hear that the bot has come, which they do not need to.
        }
    }

    private async Task EmitAsync(string name, JsonMap payload, TaskCompletionSource<JsonElement> answer, CancellationToken cancellationToken)
    {
        try
        {
            await _socket!.EmitAsync(name, cancellationToken, acknowledged => OnAcknowledged(acknowledged, answer), JsonData.ToElement(payload)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (OperationCanceledException or ClemException))
        {
            throw Target.Unreachable(error);
        }
    }

    // The server acknowledges with true, or with false and the reason.
    private void OnAcknowledged(SocketIOResponse response, TaskCompletionSource<JsonElement> answer)
    {
        if (response.Count > 0 && response.GetValue(0).ValueKind == JsonValueKind.False)
            answer.TrySetException(Refused(response.Count > 1 ? response.GetValue(1).ToString() : ""));
    }

    private void OnStatus(JsonElement status)
    {
        if (IsOfOther(status) && status.Member("type").Text() == "join")
            _joined.TrySetResult();
    }

    private void OnText(JsonElement message)
    {
        if (!IsOfOther(message) || message.Member("message").Text() is null)
            return;

        // Whoever writes is there, also if nobody told us so.
        _joined.TrySetResult();
        TaskCompletionSource<JsonElement>? answer;
        lock (_gate)
            answer = _answer;
        answer?.TrySetResult(Target.Mask.InRecord(message.Clone()));
    }

    private bool IsOfOther(JsonElement payload) =>
        payload.Member("room").ToString() == _roomId.ToString() && payload.Member("user").Member("id").ToString() != _botId.ToString();

    private void Expect(TaskCompletionSource<JsonElement>? answer)
    {
        lock (_gate)
            _answer = answer;
    }

    private void Fail(ModelCallException error)
    {
        _joined.TrySetException(error);
        TaskCompletionSource<JsonElement>? answer;
        lock (_gate)
            answer = _answer;
        answer?.TrySetException(error);
    }

    private ModelCallException Refused(string said) => new(
        "Clem.Backend.BadRequest", ErrorKind.InvalidArgument,
        Target.Mask.InMessage($"The room of the model '{Target.Model}' refuses: {said}"),
        "Check the key's permissions, and that the server still has the room.", Target.Model);
}
