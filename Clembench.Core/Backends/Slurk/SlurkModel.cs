using Clembench.Backends.Http;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Backends.Slurk;

/// <summary>
/// A person in a chat room. What is recorded is what went over the wire: the events that were sent, and the one that
/// came back.
/// </summary>
/// <param name="target">The model, for errors.</param>
/// <param name="room">The room.</param>
/// <param name="limits">How long is waited.</param>
/// <param name="time">The clock that waits.</param>
internal sealed class SlurkModel(CallTarget target, SlurkRoom room, SlurkLimits limits, TimeProvider time) : IModel, IModelWarnings
{
    // One person answers one question at a time, however many episodes are in flight.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <inheritdoc />
    public string Name => target.Model;

    /// <inheritdoc />
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc />
    public async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var events = await EventsAsync(messages, cancellationToken).ConfigureAwait(false);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WithinAsync(limits.Join, "nobody came into the room", "join_timeout", async token =>
            {
                await room.Joined.WaitAsync(token).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
            var answer = await WithinAsync(
                limits.Response, "the person in the room did not answer", "response_timeout", token => room.AskAsync(events, token), cancellationToken)
                .ConfigureAwait(false);
            return new ModelResponse(
                JsonData.ToElement(events.Select(one => new object?[] { one.Name, one.Payload }).ToArray()),
                JsonData.ToElement(new object?[] { "text_message", answer }),
                answer.Member("message").Text()!);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await room.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    // Everything since the person's own last words, images before the text that asks about them.
    private async Task<IReadOnlyList<(string Name, JsonMap Payload)>> EventsAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        var events = new List<(string, JsonMap)>();
        foreach (var message in messages.Skip(messages.Select(message => message.Role).ToList().LastIndexOf("assistant") + 1))
        {
            foreach (var image in message.Images)
            {
                var uri = await ImageUri.OfAsync(image.Location, cancellationToken).ConfigureAwait(false);
                events.Add(("image", new JsonMap([new("url", uri), new("room", room.Id)])));
            }

            events.Add(("text", new JsonMap([new("message", message.Content), new("room", room.Id)])));
        }

        return events;
    }

    private async Task<T> WithinAsync<T>(
        TimeSpan limit, string what, string setting, Func<CancellationToken, Task<T>> wait, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await wait(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Asking somebody who has gone again and again would only take longer.
            throw new ModelCallException(
                "Clem.Backend.Timeout", ErrorKind.Timeout,
                $"The model '{Name}' did not answer: {what} within {limit.TotalSeconds:0.###} s.",
                $"Raise the entry's {setting}, or have somebody play.", Name);
        }
    }
}
