using System.Diagnostics;
using System.Globalization;
using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Native;
using Clembench.Backends.Llama.Worker;
using Clembench.Templates;
using Clembench.Tests.Llama;

namespace Clembench.Benchmarks;

/// <summary>What it costs that a model has a process of its own: the same calls to the same engine, here and there.</summary>
internal static class WorkerSideBySide
{
    private const string ProcessArgument = "model-process";
    private const int PromptTokens = 500;
    private const int AnswerTokens = 100;
    private static readonly int[] Prompt = [.. Enumerable.Range(0, PromptTokens)];

    /// <summary>This program as a model's process.</summary>
    /// <param name="computes">Whether its engine is llama.cpp, or one that answers at once.</param>
    public static int Serve(bool computes) => computes ? WorkerProgram.Run() : WorkerProgram.Run(AnswerAtOnce.LoadAsync);

    /// <summary>Measures, and prints a table.</summary>
    /// <param name="rounds">The rounds with a model that is computed.</param>
    public static async Task<int> MeasureAsync(int rounds)
    {
        await MeasureStartAsync();
        await MeasureCallsAsync();
        await MeasureModelAsync(rounds);
        return 0;
    }

    private static async Task MeasureStartAsync()
    {
        var times = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            await using var engine = await WorkerLlamaEngine.LoadAsync(Command(ProcessArgument), new("none.gguf"), null, default);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }

        Console.WriteLine(FormattableString.Invariant($"start of a process, without the model: {Median.Of(times):0} ms (median of {times.Count})"));
        Console.WriteLine();
    }

    private static async Task MeasureCallsAsync()
    {
        await using var here = await AnswerAtOnce.LoadAsync(new("none.gguf"), default);
        await using var there = await WorkerLlamaEngine.LoadAsync(Command(ProcessArgument), new("none.gguf"), null, default);
        Console.WriteLine($"an engine that answers at once, {PromptTokens} tokens in, {AnswerTokens} out; microseconds for each call (tokenize and complete), median of 5 rounds");
        Console.WriteLine("| at once | in the session | in its own process | more |");
        Console.WriteLine("| ---: | ---: | ---: | ---: |");
        foreach (var atOnce in (int[])[1, 16, 256])
        {
            await RoundAsync(here, atOnce);
            await RoundAsync(there, atOnce);
            List<double> inSession = [], inProcess = [];
            for (var round = 0; round < 5; round++)
            {
                inSession.Add(await RoundAsync(here, atOnce));
                inProcess.Add(await RoundAsync(there, atOnce));
            }

            var (one, other) = (Median.Of(inSession), Median.Of(inProcess));
            Console.WriteLine(FormattableString.Invariant($"| {atOnce} | {one:0.0} | {other:0.0} | {other - one:0.0} |"));
        }
    }

    private static async Task<double> RoundAsync(ILlamaEngine engine, int atOnce)
    {
        const int Calls = 4096;
        var clock = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Calls / atOnce; i++)
            {
                await engine.TokenizeAsync("Hello there, and a warm welcome!", [], default);
                await engine.CompleteAsync(new(Prompt, AnswerTokens), default);
            }
        })));
        return Stopwatch.GetElapsedTime(clock).TotalMicroseconds / Calls;
    }

    // 16 conversations at once on a model of 107 million random weights, with prompts that nobody has computed before. The
    // same engine a second time in the session tells how much of a difference is the machine's own.
    private static async Task MeasureModelAsync(int rounds)
    {
        Console.WriteLine();
        if (LlamaLibrary.WhyNot() is { } missing)
        {
            Console.WriteLine($"llama.cpp's libraries are not here, so nothing is computed: {missing.Message}");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("clem-worker-");
        try
        {
            var options = new LlamaLoadOptions(Path.Join(folder.FullName, "random.gguf")) { ContextSize = 512, Threads = 1 };
            await File.WriteAllBytesAsync(options.Path, RandomModel.Make(layers: 14, width: 768));
            await using var here = await LlamaEngine.LoadAsync(options, default);
            await using var again = await LlamaEngine.LoadAsync(options, default);
            await using var there = await WorkerLlamaEngine.LoadAsync(Command(ProcessArgument, "llama"), options, null, default);
            using var process = Process.GetProcessById(there.ProcessId!.Value);
            ILlamaEngine[] engines = [here, again, there];
            var measured = new List<(double Wall, double Processor)>[] { [], [], [] };
            for (var round = 0; round <= rounds; round++)
            {
                // Each comes first, second and last in turn, so that a machine that changes its pace favours none.
                for (var turn = 0; turn < engines.Length; turn++)
                {
                    var which = (round + turn) % engines.Length;
                    var one = await PlayAsync(engines[which], round, process);
                    // The first round warms up.
                    if (round > 0)
                        measured[which].Add(one);
                }
            }

            Console.WriteLine(FormattableString.Invariant($"{here.Info.ParameterCount / 1e6:0} million weights, one thread, 16 conversations at once; median of {rounds} rounds in turn (quartiles)"));
            Console.WriteLine("| | in the session | in the session, loaded again | in its own process |");
            Console.WriteLine("| --- | ---: | ---: | ---: |");
            Print("generated tokens per second, prompts included", "0.0", which => measured[which].Select(one => one.Wall));
            Print("processor time for each token, of both processes, in ms", "0.00", which => measured[which].Select(one => one.Processor));
            Print("wall time beside the first's of the same round", "0.000", which => measured[0].Zip(measured[which], (first, one) => first.Wall / one.Wall));
            Print("processor time beside the first's of the same round", "0.000", which => measured[0].Zip(measured[which], (first, one) => one.Processor / first.Processor));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A machine that does other things too makes the clock useless, and processor time does not mind.
    private static async Task<(double Wall, double Processor)> PlayAsync(ILlamaEngine engine, int round, Process process)
    {
        var before = ProcessorTime();
        var clock = Stopwatch.GetTimestamp();
        var completions = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            var prompt = await engine.TokenizeAsync($"{round}, {i}: hello!", [], default);
            return await engine.CompleteAsync(new(prompt, 24), default);
        }));
        var tokens = completions.Sum(completion => completion.Tokens.Count);
        var (wall, processor) = (Stopwatch.GetElapsedTime(clock), ProcessorTime() - before);
        return (tokens / wall.TotalSeconds, processor.TotalMilliseconds / tokens);

        TimeSpan ProcessorTime()
        {
            process.Refresh();
            return Environment.CpuUsage.TotalTime + process.TotalProcessorTime;
        }
    }

    private static void Print(string what, string format, Func<int, IEnumerable<double>> values) =>
        Console.WriteLine($"| {what} | {string.Join(" | ", Enumerable.Range(0, 3).Select(which => Show(values(which), format)))} |");

    private static string Show(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToArray();
        return $"{At(0.5)} ({At(0.25)} to {At(0.75)})";

        string At(double share) => sorted[(int)(share * (sorted.Length - 1) + 0.5)].ToString(format, CultureInfo.InvariantCulture);
    }

    private static WorkerCommand Command(params string[] arguments) => new(Environment.ProcessPath!, Self.Arguments(arguments));

    private sealed class AnswerAtOnce : ILlamaEngine
    {
        private static readonly LlamaCompletion Answer = new([.. Enumerable.Range(0, AnswerTokens)], new string('x', AnswerTokens * 4), LlamaStop.MaxTokens);

        public LlamaModelInfo Info { get; } = new(4096, 1000, 0, "answers at once");

        public static Task<ILlamaEngine> LoadAsync(LlamaLoadOptions options, CancellationToken cancellationToken) => Task.FromResult<ILlamaEngine>(new AnswerAtOnce());

        public Task<IReadOnlyList<int>> TokenizeAsync(string text, IReadOnlyList<TextSpan> plainSpans, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<int>>(Prompt);

        public Task<LlamaCompletion> CompleteAsync(LlamaRequest request, CancellationToken cancellationToken) => Task.FromResult(Answer);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
