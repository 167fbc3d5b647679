using System.Collections.Concurrent;

namespace Clembench.Backends.Llama.Worker;

/// <summary>The process's side of the protocol: loads one model and answers calls until the session's end of the pipe closes.</summary>
/// <param name="loader">Loads the model.</param>
/// <param name="input">What the session sends.</param>
/// <param name="output">Where the session listens.</param>
internal sealed class WorkerService(LlamaEngineLoader loader, Stream input, Stream output) : IAsyncDisposable
{
    private readonly FrameSender _sender = new(output);
    private readonly ConcurrentDictionary<int, CancellationTokenSource> _calls = new();
    private readonly CancellationTokenSource _ending = new();
    private Task<ILlamaEngine>? _engine;

    /// <summary>Serves on the calling thread until the session closes its end.</summary>
    /// <exception cref="ProtocolException">The session sent something that is no message.</exception>
    /// <exception cref="IOException">The pipe broke.</exception>
    public void Serve()
    {
        _sender.SendRaw(Protocol.Preamble);
        _sender.Send(MessageType.Hello, 0, Protocol.Version, static (buffer, version) => buffer.Write(version));
        var reader = new FrameReader(input);
        while (reader.TryRead(out var frame))
            Take(frame);
    }

    /// <summary>Stops what is being computed and releases the model.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        // What is still loading cannot be stopped, and goes with the process.
        if (_engine is { IsCompletedSuccessfully: true })
            await (await _engine.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);

        await _sender.FlushAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private void Take(Frame frame)
    {
        switch (frame.Type)
        {
            case MessageType.Load when _engine is null:
                var options = PayloadReader.Decode<LlamaLoadOptions>(frame.Payload, Messages.ReadLoadOptions);
                _engine = Task.Run(() => loader(options, _ending.Token));
                Answer(frame.Call, MessageType.Loaded, (engine, _) => Task.FromResult(engine.Info), Messages.Write);
                break;
            case MessageType.Tokenize when _engine is not null:
                var (text, spans) = PayloadReader.Decode(frame.Payload, Messages.ReadText);
                Answer(frame.Call, MessageType.Tokens, (engine, token) => engine.TokenizeAsync(text, spans, token), Messages.Write);
                break;
            case MessageType.Complete when _engine is not null:
                var request = PayloadReader.Decode<LlamaRequest>(frame.Payload, Messages.ReadRequest);
                Answer(frame.Call, MessageType.Completion, (engine, token) => engine.CompleteAsync(request, token), Messages.Write);
                break;
            case MessageType.Cancel:
                // The call may just have ended: then there is nothing to do.
                if (_calls.TryRemove(frame.Call, out var call))
                    _ = call.CancelAsync();
                break;
            default:
                throw new ProtocolException($"a message of kind {frame.Type} does not belong here");
        }
    }

    private void Answer<T>(int call, MessageType type, Func<ILlamaEngine, CancellationToken, Task<T>> ask, Action<FrameBuffer, T> write)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        if (!_calls.TryAdd(call, stop))
            throw new ProtocolException($"the call {call} is under way already");
        _ = Task.Run(() => AnswerAsync(call, type, ask, write, stop));
    }

    private async Task AnswerAsync<T>(
        int call, MessageType type, Func<ILlamaEngine, CancellationToken, Task<T>> ask, Action<FrameBuffer, T> write, CancellationTokenSource stop)
    {
        try
        {
            var engine = await _engine!.ConfigureAwait(false);
            var answer = await ask(engine, stop.Token).ConfigureAwait(false);
            _sender.Send(type, call, answer, write);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody waits for it.
        }
#pragma warning disable CA1031 // Whatever ends a call is told to the session, which decides.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _sender.Send(MessageType.Failed, call, error, ErrorMessage.Write);
        }
        finally
        {
            if (_calls.TryRemove(call, out _))
                stop.Dispose();
        }
    }
}
