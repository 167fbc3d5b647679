using Clembench.Backends.Llama.Native;
using Clembench.Common;
using Clembench.Templates;

namespace Clembench.Backends.Llama.Worker;

/// <summary>
/// A model in a process of its own, so that nothing that ends native code (memory that runs out, a bad file, a driver)
/// ends the session. When the process ends, or hangs and is ended, the calls that wait for it fail with an error that says
/// so and may be repeated, and the next call starts another process. After <see cref="MostEnds"/> ends without a completed call in
/// between the model is given up.
/// </summary>
public sealed class WorkerLlamaEngine : ILlamaEngine
{
    /// <summary>How many processes may end in a row, none of which completed a call.</summary>
    public const int MostEnds = 3;

    /// <summary>The id of the error in which calls end when the model's process ended; they may be repeated.</summary>
    public const string EndedId = "Clem.Backend.ModelProcessEnded";

    /// <summary>The id of the error in which calls end when no further process is started.</summary>
    public const string GivenUpId = "Clem.Backend.ModelProcessGivenUp";

    private readonly WorkerCommand _command;
    private readonly LlamaLoadOptions _options;
    private readonly Action<LlamaLogLevel, string>? _onLog;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private WorkerProcess? _process;
    private Task<WorkerProcess>? _starting;
    private ClemException? _givenUp;
    private bool _isDisposed;
    private int _ends;

    private WorkerLlamaEngine(WorkerCommand command, LlamaLoadOptions options, Action<LlamaLogLevel, string>? onLog)
    {
        _command = command;
        _options = options;
        _onLog = onLog;
    }

    /// <inheritdoc />
    public LlamaModelInfo Info { get; private set; } = null!;

    /// <summary>The number of the process that has the model at the moment; null while there is none.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_lock)
                return _process is { IsAlive: true } process ? process.Id : null;
        }
    }

    private string Name => Path.GetFileName(_options.Path);

    /// <summary>A loader that gives each model a process of its own.</summary>
    /// <param name="command">How a process is started.</param>
    /// <param name="onLog">Is told of every line that a process prints, on an arbitrary thread; null where nobody listens.</param>
    /// <returns>The loader.</returns>
    public static LlamaEngineLoader Loader(WorkerCommand command, Action<LlamaLogLevel, string>? onLog = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        return async (options, cancellationToken) => await LoadAsync(command, options, onLog, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a process and has it load a model.</summary>
    /// <param name="command">How a process is started.</param>
    /// <param name="options">What to load, and how.</param>
    /// <param name="onLog">Is told of every line that a process prints, on an arbitrary thread; null where nobody listens.</param>
    /// <param name="cancellationToken">Stops the loading and ends the process.</param>
    /// <returns>The engine; the caller disposes it.</returns>
    /// <exception cref="ClemException">The process cannot be started, or ended while it loaded, or what it says of the file.</exception>
    public static async Task<WorkerLlamaEngine> LoadAsync(
        WorkerCommand command, LlamaLoadOptions options, Action<LlamaLogLevel, string>? onLog, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        // The process may have another working directory.
        var engine = new WorkerLlamaEngine(command, options with { Path = Path.GetFullPath(options.Path) }, onLog);
        engine._process = await engine.StartAsync(cancellationToken).ConfigureAwait(false);
        engine.Info = engine._process.Info;
        return engine;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<int>> TokenizeAsync(string text, IReadOnlyList<TextSpan> plainSpans, CancellationToken cancellationToken)
    {
        var process = await GetProcessAsync(cancellationToken).ConfigureAwait(false);
        return await process.CallAsync<(string, IReadOnlyList<TextSpan>), int[]>(
            MessageType.Tokenize, (text, plainSpans), Messages.Write, MessageType.Tokens, Messages.ReadTokens, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <exception cref="ModelCallException">The process ended (<see cref="EndedId"/>, transient), or has been given up (<see cref="GivenUpId"/>).</exception>
    public async Task<LlamaCompletion> CompleteAsync(LlamaRequest request, CancellationToken cancellationToken)
    {
        var process = await GetProcessAsync(cancellationToken).ConfigureAwait(false);
        var completion = await process.CallAsync<LlamaRequest, LlamaCompletion>(
            MessageType.Complete, request, Messages.Write, MessageType.Completion, Messages.ReadCompletion, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _ends, 0);
        return completion;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        WorkerProcess? process;
        Task<WorkerProcess>? starting;
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            (process, starting) = (_process, _starting);
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        if (starting is not null)
        {
            await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (starting.IsCompletedSuccessfully)
                process = await starting.ConfigureAwait(false);
        }

        if (process is not null)
            await process.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private Task<WorkerProcess> GetProcessAsync(CancellationToken cancellationToken)
    {
        Task<WorkerProcess> starting;
        lock (_lock)
        {
            if (_isDisposed)
                throw new ClemException("Clem.Backend.ModelReleased", ErrorKind.NotAvailable, $"The model '{Name}' has been released.", "Load it again.", _options.Path);
            if (_process is { IsAlive: true })
                return Task.FromResult(_process);
            if (_givenUp is not null)
                throw _givenUp;
            starting = _starting ??= Task.Run(RestartAsync);
        }

        // Whoever gives up waiting does not stop the start, which others wait for.
        return starting.WaitAsync(cancellationToken);
    }

    private async Task<WorkerProcess> RestartAsync()
    {
        try
        {
            if (_process is { } ended)
                await ended.DisposeAsync().ConfigureAwait(false);
            var process = await StartAsync(_ending.Token).ConfigureAwait(false);
            // Another process may get less memory, and so a smaller context; a call that does not fit is told so.
            if (process.Info with { ContextSize = Info.ContextSize } != Info)
            {
                await process.DisposeAsync().ConfigureAwait(false);
                throw new ClemException(
                    "Clem.Backend.ModelChanged", ErrorKind.InvalidData, $"The file of the model '{Name}' has been replaced while it was in use.",
                    "Start the run again.", _options.Path);
            }

            Info = process.Info;
            lock (_lock)
            {
                _process = process;
                _starting = null;
            }

            return process;
        }
        catch (Exception error)
        {
            lock (_lock)
            {
                _starting = null;
                // Ends are counted as they are described; a file that cannot be loaded any more will not become better by trying on.
                if (error is ClemException { Id: not (EndedId or GivenUpId or WorkerProcess.NotStartedId) } refused)
                    _givenUp = refused;
            }

            // The program was there before: what keeps it from starting (memory, processes, a loaded machine) passes.
            if (error is ClemException { Id: WorkerProcess.NotStartedId } notStarted)
                throw new ModelCallException(notStarted.Id, notStarted.Kind, notStarted.Message, notStarted.Action, notStarted.Target, notStarted) { IsTransient = true };
            throw;
        }
    }

    private Task<WorkerProcess> StartAsync(CancellationToken cancellationToken) =>
        WorkerProcess.StartAsync(_command, _options, _onLog, Describe, cancellationToken);

    private ClemException Describe(ProcessEnd end)
    {
        lock (_lock)
        {
            var where = Info is null ? $"The process ended while it loaded the model '{Name}': {end}" : $"The process of the model '{Name}' ended: {end}";
            if (++_ends < MostEnds || Info is null)
            {
                return new ModelCallException(
                    EndedId, ErrorKind.NotAvailable, where,
                    Info is null
                        ? "Check that the file is whole (a checksum), that memory suffices (a smaller context_size), and that the libraries fit the machine."
                        : "The call is repeated in a new process. If this happens again, try fewer episodes at once (-ThrottleLimit) or a smaller context_size.",
                    _options.Path)
                { IsTransient = Info is not null, RetryAfter = TimeSpan.Zero };
            }

            return _givenUp = new ModelCallException(
                GivenUpId, ErrorKind.NotAvailable,
                $"{MostEnds} processes of the model '{Name}' ended, one after the other, and none of them completed a call; no other one is started. Of the last one: {end}",
                "Check that memory suffices (fewer episodes at once, a smaller context_size), the file's checksum, and the libraries and drivers. The same command plays the failed episodes again.",
                _options.Path)
            { IsFinal = true };
        }
    }
}
