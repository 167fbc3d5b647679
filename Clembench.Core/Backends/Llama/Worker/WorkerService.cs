using System.Collections.Concurrent;
using Clembench.Common;

namespace Clembench.Backends.Llama.Worker;

/// <summary>The process's side of the protocol: loads one model and answers calls until the session's end of the pipe closes.</summary>
/// <param name="loader">Loads the model.</param>
/// <param name="input">What the session sends.</param>
/// <param name="output">Where the session listens.</param>
/// <param name="onFailed">Is told that the engine cannot compute any more; calls that are under way get no answer then, and are the session's to repeat.</param>
internal sealed class WorkerService(LlamaEngineLoader loader, Stream input, Stream output, Action<ClemException> onFailed) : IAsyncDisposable
{
    private readonly FrameSender _sender = new(output);
    private readonly ConcurrentDictionary<int, CallUnderWay> _calls = new();
    private readonly CancellationTokenSource _ending = new();
    private volatile Task<ILlamaEngine>? _engine;
    private volatile ILlamaVitals? _vitals;
    private long _loadSteps;
    private int _underWay;
    private int _computing;

    /// <summary>Serves on the calling thread until the session closes its end.</summary>
    /// <exception cref="ProtocolException">The session sent something that is no message.</exception>
    /// <exception cref="IOException">The pipe broke.</exception>
    public void Serve()
    {
        _sender.SendRaw(Protocol.Preamble);
        _sender.Send(MessageType.Hello, 0, Protocol.Version, static (buffer, version) => buffer.Write(version));
        new Thread(SayAlive) { IsBackground = true, Name = "Signs of life" }.Start();
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
        {
            while (Volatile.Read(ref _underWay) > 0)
                await Task.Delay(1).ConfigureAwait(false);
            await (await _engine.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }

        await _sender.FlushAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private void Take(Frame frame)
    {
        switch (frame.Type)
        {
            case MessageType.Load when _engine is null:
                var options = PayloadReader.Decode<LlamaLoadOptions>(frame.Payload, Messages.ReadLoadOptions);
                _engine = Task.Run(() => LoadAsync(options));
                Answer(frame.Call, MessageType.Loaded, (engine, _) => Task.FromResult(engine.Info), Messages.Write);
                break;
            case MessageType.Tokenize when _engine is not null:
                var (text, spans) = PayloadReader.Decode(frame.Payload, Messages.ReadText);
                Answer(frame.Call, MessageType.Tokens, (engine, token) => engine.TokenizeAsync(text, spans, token), Messages.Write);
                break;
            case MessageType.Complete when _engine is not null:
                var request = PayloadReader.Decode<LlamaRequest>(frame.Payload, Messages.ReadRequest);
                Answer(frame.Call, MessageType.Completion, (engine, token) => CompleteAsync(engine, request, token), Messages.Write);
                break;
            case MessageType.Cancel:
                // The call may just have ended: then there is nothing to do.
                if (_calls.TryGetValue(frame.Call, out var call))
                    call.Cancel();
                break;
            default:
                throw new ProtocolException($"a message of kind {frame.Type} does not belong here");
        }
    }

    private async Task<ILlamaEngine> LoadAsync(LlamaLoadOptions options)
    {
        var engine = await loader(options with { OnStep = () => Interlocked.Increment(ref _loadSteps) }, _ending.Token).ConfigureAwait(false);
        if (engine is ILlamaVitals vitals)
        {
            _vitals = vitals;
            _ = WatchAsync(vitals);
        }

        return engine;
    }

    private async Task WatchAsync(ILlamaVitals vitals) => onFailed(await vitals.Failed.ConfigureAwait(false));

    // On a thread of its own, which no computing keeps waiting.
    private void SayAlive()
    {
        var last = -1L;
        while (!_ending.IsCancellationRequested)
        {
            Thread.Sleep(Protocol.SignOfLife);
            if (Volatile.Read(ref _underWay) == 0)
                continue;
            var isLoaded = _engine is { IsCompleted: true };
            var steps = _vitals?.Steps ?? Volatile.Read(ref _loadSteps);
            // What takes steps and took none hangs, unless it has nothing to take them for.
            if (steps != last || (isLoaded && (_vitals is null || Volatile.Read(ref _computing) == 0)))
                _sender.Send(MessageType.Alive, 0);
            last = steps;
        }
    }

    private async Task<LlamaCompletion> CompleteAsync(ILlamaEngine engine, LlamaRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _computing);
        try
        {
            return await engine.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _computing);
        }
    }

    private void Answer<T>(int call, MessageType type, Func<ILlamaEngine, CancellationToken, Task<T>> ask, Action<FrameBuffer, T> write)
    {
        var underWay = new CallUnderWay(_ending.Token);
        if (!_calls.TryAdd(call, underWay))
            throw new ProtocolException($"the call {call} is under way already");
        Interlocked.Increment(ref _underWay);
        _ = Task.Run(() => AnswerAsync(call, type, ask, write, underWay));
    }

    private async Task AnswerAsync<T>(
        int call, MessageType type, Func<ILlamaEngine, CancellationToken, Task<T>> ask, Action<FrameBuffer, T> write, CallUnderWay underWay)
    {
        try
        {
            var engine = await _engine!.ConfigureAwait(false);
            var answer = await ask(engine, underWay.Token).ConfigureAwait(false);
            _sender.Send(type, call, answer, write);
        }
        catch (OperationCanceledException) when (underWay.Token.IsCancellationRequested)
        {
            // Nobody waits for it.
        }
        catch (Exception) when (_vitals is { Failed.IsCompleted: true })
        {
            // The end of this process is the answer.
        }
#pragma warning disable CA1031 // Whatever ends a call is told to the session, which decides.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _sender.Send(MessageType.Failed, call, error, ErrorMessage.Write);
        }
        finally
        {
            _calls.TryRemove(call, out _);
            Interlocked.Decrement(ref _underWay);
            await underWay.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What stops a call: its own cancellation, or the end of the process.</summary>
    private sealed class CallUnderWay(CancellationToken ending) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(ending);
        private readonly Lock _lock = new();
        private Task? _cancelling;
        private bool _isOver;

        public CancellationToken Token => _stop.Token;

        public void Cancel()
        {
            lock (_lock)
                _cancelling ??= _isOver ? Task.CompletedTask : _stop.CancelAsync();
        }

        public async ValueTask DisposeAsync()
        {
            Task? cancelling;
            lock (_lock)
                (_isOver, cancelling) = (true, _cancelling);
            if (cancelling is not null)
                await cancelling.ConfigureAwait(false);
            _stop.Dispose();
        }
    }
}
