using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Clembench.Backends.Llama.Native;
using Clembench.Common;

namespace Clembench.Backends.Llama.Worker;

/// <summary>
/// The session's side of the protocol: one process with one model, and the calls that wait for it. When the process
/// ends unasked, all of them end with one error, and so does every later call. A process that gives no sign of life while
/// calls wait for it is ended.
/// </summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    /// <summary>The id of the error that no process could be started.</summary>
    internal const string NotStartedId = "Clem.Backend.ModelProcessNotStarted";

    private readonly Process _process;
    private readonly Func<ProcessEnd, ClemException> _describe;
    private readonly FrameSender _sender;
    private readonly LastWords _lastWords;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, IPendingCall> _pending = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _input;
    private readonly Timer _watch;
    private int _latestCall;
    private int _quietTicks;
    private TimeSpan _hangLimit;
    private string? _problem;
    private bool _isClosing;
    private int _isDisposed;
    private int _isConcluded;
    private bool _isGivenUp;
    private volatile ClemException? _end;

    private WorkerProcess(Process process, TimeSpan hangLimit, Action<LlamaLogLevel, string>? onLog, Func<ProcessEnd, ClemException> describe)
    {
        _hangLimit = hangLimit;
        _watch = new Timer(static process => ((WorkerProcess)process!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _process = process;
        _describe = describe;
        _input = process.StandardInput.BaseStream;
        _sender = new FrameSender(_input);
        _lastWords = new LastWords(onLog);
        Id = process.Id;
    }

    /// <summary>The process's number.</summary>
    public int Id { get; }

    /// <summary>Whether it takes calls.</summary>
    public bool IsAlive => _end is null;

    /// <summary>What the model is.</summary>
    public LlamaModelInfo Info { get; private set; } = null!;

    /// <summary>Starts a process and has it load a model.</summary>
    /// <param name="command">How to start it.</param>
    /// <param name="options">What to load.</param>
    /// <param name="onLog">Is told of every line that the process prints.</param>
    /// <param name="describe">Makes the error of a process that ended unasked; called once, before anybody learns of it.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <returns>The process, with the model loaded.</returns>
    public static async Task<WorkerProcess> StartAsync(
        WorkerCommand command, LlamaLoadOptions options, Action<LlamaLogLevel, string>? onLog, Func<ProcessEnd, ClemException> describe, CancellationToken cancellationToken)
    {
        var worker = await Task.Run(
            () => new WorkerProcess(Launch(command), options.HangLimit ?? Protocol.LongHangLimit, onLog, describe), cancellationToken).ConfigureAwait(false);
        try
        {
            // The greeting is the answer to call 0, which nobody had to make.
            var hello = new PendingCall<int>(MessageType.Hello, static (ref reader) => reader.ReadInt32());
            worker._pending.Add(0, hello);
            worker.Listen();
            int version;
            try
            {
                version = await hello.Task.WaitAsync(Protocol.StartLimit, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                throw new ClemException(
                    NotStartedId, ErrorKind.Timeout,
                    $"The process that should load the model says nothing: '{command.FileName}' has been running for {Protocol.StartLimit.TotalSeconds} s.",
                    "Check that the machine is not overloaded; or have the model loaded into the session (in_process).", command.FileName);
            }

            if (version != Protocol.Version)
            {
                throw new ClemException(
                    "Clem.Backend.ModelProcessVersion", ErrorKind.NotAvailable,
                    "The module's files are of another version than the one that this session has loaded: they have been replaced meanwhile.",
                    "Start a new session.", command.FileName);
            }

            worker._watch.Change(Protocol.SignOfLife, Protocol.SignOfLife);
            worker.Info = await worker.CallAsync<LlamaLoadOptions, LlamaModelInfo>(
                MessageType.Load, options, Messages.Write, MessageType.Loaded, Messages.ReadInfo, cancellationToken).ConfigureAwait(false);
            worker.ExpectSignsWithin(options.HangLimit ?? (options.GpuLayers == 0 ? Protocol.HangLimit : Protocol.LongHangLimit));
            return worker;
        }
        catch
        {
            worker.Close(kill: true);
            await worker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="ClemException">What the process answered instead, or that it has ended.</exception>
    public async Task<TAnswer> CallAsync<TContent, TAnswer>(
        MessageType type, TContent content, Action<FrameBuffer, TContent> write,
        MessageType answer, PayloadDecoder<TAnswer> decode, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = Interlocked.Increment(ref _latestCall);
        var pending = new PendingCall<TAnswer>(answer, decode);
        lock (_lock)
        {
            if (_end is { } end)
                throw end;
            _pending.Add(call, pending);
        }

        try
        {
            _sender.Send(type, call, content, write);
        }
        catch (ProtocolException error)
        {
            TryTake(call, out _);
            throw new ClemException(
                "Clem.Backend.TooLarge", ErrorKind.LimitExceeded, $"The conversation cannot be sent to the model's process: {error.Message}.",
                "Shorten it.");
        }

        var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Action<CancellationToken>)state!)(token), (Action<CancellationToken>)(token => GiveUp(call, pending, token)));
        await using (registration.ConfigureAwait(false))
            return await pending.Task.ConfigureAwait(false);
    }

    /// <summary>Lets the process end in order; kills it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        Close(kill: false);
        try
        {
            await _sender.FlushAsync().WaitAsync(Protocol.EndLimit).ConfigureAwait(false);
            await _input.DisposeAsync().ConfigureAwait(false);
            await _ended.Task.WaitAsync(Protocol.EndLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Kill();
            await _input.DisposeAsync().ConfigureAwait(false);
            await EndedOrGivenUpAsync().ConfigureAwait(false);
        }

        await _watch.DisposeAsync().ConfigureAwait(false);
        // The thread that reads its answers may still wait for a process that cannot be killed, and needs it.
        if (!_isGivenUp)
            _process.Dispose();
    }

    // What waits for a disk may not even be killed; whoever releases the model does not wait with it.
    private async Task EndedOrGivenUpAsync()
    {
        try
        {
            // The thread that reads the answers waits twice, and for the last lines of the log.
            await _ended.Task.WaitAsync(3 * Protocol.EndLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _isGivenUp = true;
            Conclude(null, "it was to end, and could not be ended");
        }
    }

    private static Process Launch(WorkerCommand command)
    {
        var start = new ProcessStartInfo(command.FileName, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            UseShellExecute = false,
        };
        if (OperatingSystem.IsWindows())
            start.CreateNewProcessGroup = true;
        start.Environment.Clear();
        foreach (var (name, value) in command.EnvironmentFrom(Environment.GetEnvironmentVariables()))
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or IOException)
        {
            throw new ClemException(
                NotStartedId, ErrorKind.NotAvailable,
                $"The process that should load the model cannot be started ('{command.FileName}'): {error.Message}",
                "Check that the program is there and may be run; or have the model loaded into the session (in_process).", command.FileName, error);
        }
    }

    private void Listen()
    {
        var listening = new Thread(() => _lastWords.Listen(_process.StandardError.BaseStream)) { IsBackground = true, Name = $"Log of the model's process {Id}" };
        listening.Start();
        new Thread(() => Read(listening)) { IsBackground = true, Name = $"Answers of the model's process {Id}" }.Start();
    }

    private void ExpectSignsWithin(TimeSpan limit)
    {
        lock (_lock)
            _hangLimit = limit;
    }

    // Counted, not measured: while the machine sleeps, or this session is stopped, nobody counts.
    private void Watch()
    {
        TimeSpan quiet, limit;
        lock (_lock)
        {
            limit = _hangLimit;
            if (_pending.Count == 0)
                _quietTicks = 0;
            if (_pending.Count == 0 || _end is not null)
                return;
            quiet = ++_quietTicks * Protocol.SignOfLife;
            if (quiet < limit)
                return;
            _problem ??= string.Create(CultureInfo.InvariantCulture, $"it had calls to answer, and gave no sign of life for {limit.TotalSeconds} s");
        }

        Kill();
        // What waits for a device or a disk may not even be killed, and keeps its end of the pipe open.
        if (quiet > limit + Protocol.EndLimit)
            Conclude(null, _problem);
    }

    private void Read(Thread listening)
    {
        string? problem = null;
        // Whoever takes a process's stream closes it: the process does not.
        using var output = _process.StandardOutput.BaseStream;
        try
        {
            var reader = new FrameReader(output);
            if (reader.SkipToPreamble())
            {
                while (reader.TryRead(out var frame))
                {
                    Volatile.Write(ref _quietTicks, 0);
                    if (frame is { Type: MessageType.Alive, Call: 0, Payload.IsEmpty: true })
                        continue;
                    // What nobody waits for any more answers a call that was given up.
                    if (TryTake(frame.Call, out var call))
                        Answer(call, frame);
                    else if (frame.Call <= 0 || frame.Call > Volatile.Read(ref _latestCall))
                        throw new ProtocolException($"there is no call {frame.Call}");
                }
            }
        }
        catch (ProtocolException error)
        {
            problem = $"it sent something that is no message ({error.Message})";
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // A pipe that breaks is a process that ended.
        }

        End(problem, listening);
    }

    private static void Answer(IPendingCall call, Frame frame)
    {
        try
        {
            call.Answer(frame);
        }
        catch (ProtocolException error)
        {
            call.Fail(new ModelCallException(
                "Clem.Backend.ModelProcessFault", ErrorKind.InvalidData, $"The model's process sent something that is no answer: {error.Message}.",
                "The call is repeated in a new process."));
            throw;
        }
    }

    private void End(string? problem, Thread listening)
    {
        if (Volatile.Read(ref _isConcluded) != 0)
            return;
        // Its end of the pipe is closed, or must not be listened to: the process is about to end, or has to.
        if (problem is not null || !_process.WaitForExit(Protocol.EndLimit))
            Kill();
        int? code = _process.WaitForExit(Protocol.EndLimit) ? _process.ExitCode : null;
        listening.Join(Protocol.EndLimit / 5);
        Conclude(code, problem);
    }

    private void Conclude(int? code, string? problem)
    {
        if (Interlocked.Exchange(ref _isConcluded, 1) != 0)
            return;
        bool isClosing;
        lock (_lock)
        {
            isClosing = _isClosing;
            problem ??= _problem;
        }

        var end = isClosing ? Released() : _describe(new ProcessEnd(code, problem, _lastWords.ToString()));
        IPendingCall[] pending;
        lock (_lock)
        {
            _end ??= end;
            pending = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (var call in pending)
            call.Fail(end);
        _ended.TrySetResult();
    }

    private bool TryTake(int call, out IPendingCall pending)
    {
        lock (_lock)
            return _pending.Remove(call, out pending!);
    }

    private void GiveUp<T>(int call, PendingCall<T> pending, CancellationToken cancellationToken)
    {
        if (!TryTake(call, out _))
            return;
        _sender.Send(MessageType.Cancel, call);
        pending.TrySetCanceled(cancellationToken);
    }

    private void Close(bool kill)
    {
        lock (_lock)
        {
            _isClosing = true;
            _end ??= Released();
        }

        if (kill)
            Kill();
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has just ended by itself.
        }
    }

    private static ClemException Released() => new(
        "Clem.Backend.ModelReleased", ErrorKind.NotAvailable, "The model has been released, and its process has ended.", "Load it again.");
}
