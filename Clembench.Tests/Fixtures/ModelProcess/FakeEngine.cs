using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Common;
using Clembench.Templates;

namespace ModelProcess;

/// <summary>
/// An engine whose tokens are UTF-16 code units. The file's name says how it loads, a prompt's first word what becomes
/// of it: see the two switches.
/// </summary>
internal sealed partial class FakeEngine(LlamaLoadOptions options) : ILlamaEngine, ILlamaVitals
{
    private readonly TaskCompletionSource<ClemException> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _latest;
    private long _steps;

    public LlamaModelInfo Info { get; } = new(
        options.ContextSize ?? 4096, 65536, 123_456_789_012, $"fake of {options.Path}, {options.GpuLayers} layers, {options.Threads} threads, {options.MaxSequences} sequences{string.Concat(options.EndTokens.Select(token => $", end {token}"))}");

    public long Steps => Volatile.Read(ref _steps);

    public Task<ClemException> Failed => _failed.Task;

    public static Task<ILlamaEngine> LoadAsync(LlamaLoadOptions options, CancellationToken cancellationToken)
    {
        Print($"Loading {options.Path}\n");
        switch (Path.GetFileName(options.Path))
        {
            case "damaged.gguf":
                throw new ClemException("Clem.Gguf.Damaged", ErrorKind.InvalidData, "The file is damaged.", "Fetch it again.", options.Path);
            case "aborts.gguf":
                Console.Error.WriteLine("GGML_ASSERT(false) failed");
                Abort();
                break;
            case "aborts-second.gguf":
                // The first process notes that it was there; all others abort.
                if (File.Exists(options.Path))
                    Abort();
                File.WriteAllText(options.Path, "");
                break;
            case "large.gguf":
                // Step by step, and longer than the limit for one step.
                for (var step = 0; step < 100; step++)
                {
                    Thread.Sleep(100);
                    options.OnStep?.Invoke();
                }

                break;
            case "hangs-second.gguf":
                if (File.Exists(options.Path))
                    Thread.Sleep(Timeout.Infinite);
                File.WriteAllText(options.Path, "");
                break;
            case "hangs.gguf":
                Thread.Sleep(Timeout.Infinite);
                break;
        }

        return Task.FromResult<ILlamaEngine>(new FakeEngine(options));
    }

    public Task<IReadOnlyList<int>> TokenizeAsync(string text, IReadOnlyList<TextSpan> plainSpans, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<int>>([.. text.Select(unit => (int)unit), .. plainSpans.SelectMany(span => new[] { span.Start, span.Length })]);

    public async Task<LlamaCompletion> CompleteAsync(LlamaRequest request, CancellationToken cancellationToken)
    {
        var prompt = string.Concat(request.Tokens.Select(token => (char)token));
        var argument = prompt.Length > prompt.IndexOf(' ', StringComparison.Ordinal) ? prompt[(prompt.IndexOf(' ', StringComparison.Ordinal) + 1)..] : "";
        switch (prompt.Split(' ')[0])
        {
            case "reverse":
                if (request.Tokens.Count % 3 == 0)
                    await Task.Yield();
                return Answer(string.Concat(argument.Reverse()));
            case "describe":
                return Answer(FormattableString.Invariant($"{request.MaxTokens} {request.Temperature:R} {request.Seed}")) with { Stop = LlamaStop.MaxTokens, CachedTokens = 77 };
            case "environment":
                return Answer(string.Join('\n', Environment.GetEnvironmentVariables().Keys.Cast<string>()));
            case "wait":
                // The file tells that the call began, and how it ended.
                await File.WriteAllTextAsync(argument, "waiting", CancellationToken.None);
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    await File.WriteAllTextAsync(argument, "stopped", CancellationToken.None);
                }

                break;
            case "hang":
                // Nothing is computed, and no cancellation is heard of.
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "toil":
                for (var i = 0; i < int.Parse(argument, CultureInfo.InvariantCulture); i++)
                {
                    await Task.Delay(100, cancellationToken);
                    Interlocked.Increment(ref _steps);
                }

                return Answer("done");
            case "break":
                var failure = new ClemException("Clem.Llama.Failed", ErrorKind.NotAvailable, "The engine of the model failed: no more.");
                _failed.TrySetResult(failure);
                throw failure;
            case "heed":
                _latest = cancellationToken;
                await File.WriteAllTextAsync(argument, "", CancellationToken.None);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            case "heeded":
                return Answer(IsReleased(_latest) ? "released" : "held");
            case "long":
                throw new ContextExceededException("The conversation is too long.", options.Path) { TokensUsed = 5000, ContextSize = 4096 };
            case "refuse":
                throw new ModelCallException("Clem.Backend.Refused", ErrorKind.LimitExceeded, "Not now.", "Later.", options.Path)
                { Status = 429, IsTransient = true, RetryAfter = TimeSpan.FromSeconds(7) };
            case "fail":
                throw new InvalidOperationException("A fault of the engine.");
            case "abort":
                Abort();
                break;
            case "print":
                Print(argument);
                return Answer("printed");
            case "interrupt":
                _ = Interrupt(Environment.ProcessId, 2);
                await Task.Delay(300, cancellationToken);
                return Answer("still here");
        }

        // Anything else is a prompt of hellogame.
        await Task.Delay(20, cancellationToken);
        return Answer($"GREET: Hello and welcome, {Name().Match(prompt).Value}!");
    }

    public ValueTask DisposeAsync()
    {
        Console.Error.WriteLine("Released.");
        return ValueTask.CompletedTask;
    }

    // Whether what can cancel the token has been disposed.
    private static bool IsReleased(CancellationToken token)
    {
        try
        {
            _ = token.WaitHandle;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private static LlamaCompletion Answer(string text) => new([.. text.Select(unit => (int)unit)], text, LlamaStop.EndOfGeneration);

    // As native code prints: past .NET, to the descriptor of standard output.
    private static unsafe void Print(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
            _ = Write(1, start, bytes.Length);
    }

    [GeneratedRegex(@"\w+$")]
    private static partial Regex Name();

    [LibraryImport("libc", EntryPoint = "abort")]
    private static partial void Abort();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Interrupt(int process, int signal);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(int descriptor, byte* bytes, nint count);
}
