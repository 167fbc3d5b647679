using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Native;
using Clembench.Oracles;
using Clembench.Tests.Llama;

namespace Clembench.Benchmarks;

/// <summary>
/// Conversations in one batch, ours and node-llama-cpp's, which runs the same libraries: tokens a second of 1, 4 and 16
/// at once, on a model of random weights; and what a shared beginning saves. Rounds of both take turns.
/// </summary>
internal static class LlamaSideBySide
{
    private const int PromptTokens = 8;
    private const int AnswerTokens = 64;
    private const int MostAtOnce = 16;
    private const int ContextSize = 1024;
    private static readonly string Peer = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../Clembench.Benchmarks/NodeLlama"));

    /// <summary>Measures, and prints tables.</summary>
    /// <param name="threads">The threads that compute; on a machine with other work fewer than it has cores.</param>
    /// <param name="rounds">How often each is measured, after once to warm up.</param>
    public static async Task<int> MeasureAsync(int threads, int rounds)
    {
        if (LlamaLibrary.WhyNot() is { } missing)
        {
            await Console.Error.WriteLineAsync($"{missing.Message} {missing.Action}");
            return 1;
        }

        var folder = Directory.CreateTempSubdirectory("clem-llama-");
        try
        {
            foreach (var quantised in (bool[])[false, true])
            {
                // 14 layers of 768: 108 million weights.
                var name = quantised ? "q8_0.gguf" : "f32.gguf";
                var options = new LlamaLoadOptions(Path.Join(folder.FullName, name)) { ContextSize = ContextSize, MaxSequences = MostAtOnce, Threads = threads };
                await File.WriteAllBytesAsync(options.Path, RandomModel.Make(contextLength: ContextSize, layers: 14, width: 768, ends: false, headLength: 64, quantised: quantised));
                await MeasureRatesAsync(options, rounds);
                await MeasureBeginningsAsync(options, rounds);
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureRatesAsync(LlamaLoadOptions options, int rounds)
    {
        var hasPeer = Directory.Exists(Path.Combine(Peer, "node_modules", "node-llama-cpp"));
        if (!hasPeer)
            await Console.Out.WriteLineAsync("node-llama-cpp is not measured, because it is not here: npm install --ignore-scripts --prefix Clembench.Benchmarks/NodeLlama");
        using var node = new OracleProcess("node", [Path.Combine(Peer, "peer.mjs")], TimeSpan.FromMinutes(5));
        await using var engine = await LlamaEngine.LoadAsync(options, default);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileNameWithoutExtension(options.Path).ToUpperInvariant()}, {engine.Info.ParameterCount / 1e6:F0} M weights; llama.cpp {LlamaLibrary.Version}, {options.Threads} threads; prompts of {PromptTokens} tokens, answers of {AnswerTokens}; generated tokens a second, median of {rounds} rounds (least to most)"));
        await Console.Out.WriteLineAsync();
        await Console.Out.WriteLineAsync("| at once | ours | of one | node-llama-cpp | ours / theirs | ours, for each second of a processor | theirs |");
        await Console.Out.WriteLineAsync("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var seed = 0;
        var ofOne = 0.0;
        foreach (var atOnce in (int[])[1, 4, MostAtOnce])
        {
            List<Rates> own = [], theirs = [];
            // The first round warms up.
            for (var round = 0; round <= rounds; round++)
            {
                var prompts = Enumerable.Range(0, atOnce).Select(_ => Prompt(++seed)).ToArray();
                var rate = await OwnAsync(engine, prompts);
                var other = hasPeer ? await TheirsAsync(node, options, prompts) : new Rates(double.NaN, double.NaN);
                if (round == 0)
                    continue;
                own.Add(rate);
                theirs.Add(other);
            }

            var mine = Median.Of(own.ConvertAll(rate => rate.OfTime));
            ofOne = atOnce == 1 ? mine : ofOne;
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {atOnce} | {Range(own)} | {mine / ofOne:F2} | {Range(theirs)} | {100 * mine / Median.Of(theirs.ConvertAll(rate => rate.OfTime)):F0} % | {Median.Of(own.ConvertAll(rate => rate.OfProcessor)):F1} | {Median.Of(theirs.ConvertAll(rate => rate.OfProcessor)):F1} |"));
        }
    }

    private static string Range(List<Rates> rates) => string.Create(
        CultureInfo.InvariantCulture, $"{Median.Of(rates.ConvertAll(rate => rate.OfTime)):F1} ({rates.Min(rate => rate.OfTime):F1}–{rates.Max(rate => rate.OfTime):F1})");

    private static async Task<Rates> OwnAsync(ILlamaEngine engine, int[][] prompts)
    {
        var clock = Stopwatch.GetTimestamp();
        var before = Environment.CpuUsage.TotalTime;
        var answers = await Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(new LlamaRequest(prompt, AnswerTokens), default)));
        var tokens = answers.Sum(answer => answer.Tokens.Count);
        return new Rates(tokens / Stopwatch.GetElapsedTime(clock).TotalSeconds, tokens / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static async Task<Rates> TheirsAsync(OracleProcess node, LlamaLoadOptions options, int[][] prompts)
    {
        var question = JsonSerializer.Serialize(new { model = options.Path, threads = options.Threads, context = ContextSize, sequences = MostAtOnce, prompts, most = AnswerTokens });
        var answer = (await node.AskAsync([question]))[0] ?? throw new InvalidOperationException("node-llama-cpp did not answer.");
        using var document = JsonDocument.Parse(answer);
        var tokens = document.RootElement.GetProperty("tokens").EnumerateArray().Sum(one => one.GetArrayLength());
        return new Rates(tokens / document.RootElement.GetProperty("seconds").GetDouble(), tokens / document.RootElement.GetProperty("processor").GetDouble());
    }

    // 16 conversations of one game: 600 tokens of rules, 20 of their own.
    private static async Task MeasureBeginningsAsync(LlamaLoadOptions options, int rounds)
    {
        const int Rules = 600;
        await Console.Out.WriteLineAsync();
        await Console.Out.WriteLineAsync($"time to the first token, {Rules} tokens of rules shared and 20 of one's own, ms, median of {rounds} rounds");
        await Console.Out.WriteLineAsync();
        List<double> first = [], last = [], amid = [], wait = [];
        for (var round = 0; round <= rounds; round++)
        {
            await using var engine = await LlamaEngine.LoadAsync(options, default);
            int[] rules = [.. Prompt(1000 + round, Rules)];
            var times = new List<double>();
            for (var i = 0; i < MostAtOnce; i++)
                times.Add(await FirstTokenAsync(engine, [.. rules, .. Prompt(i, 20)]));
            var others = Enumerable.Range(0, MostAtOnce - 1)
                .Select(i => engine.CompleteAsync(new LlamaRequest([.. rules, .. Prompt(100 + i, 20)], 100), default)).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(1));
            var amidOthers = await FirstTokenAsync(engine, [.. rules, .. Prompt(200, 20)]);
            await Task.WhenAll(others);
            await using var fresh = await LlamaEngine.LoadAsync(options, default);
            var atOnce = await Task.WhenAll(Enumerable.Range(0, MostAtOnce).Select(i => FirstTokenAsync(fresh, [.. rules, .. Prompt(i, 20)])));
            if (round == 0)
                continue;
            first.Add(times[0]);
            last.Add(times[^1]);
            amid.Add(amidOthers);
            wait.Add(atOnce.Max());
        }

        await Console.Out.WriteLineAsync("| the first conversation | the 16th, after the others | the 16th, while 15 generate | the last of 16 that begin at once |");
        await Console.Out.WriteLineAsync("| ---: | ---: | ---: | ---: |");
        var one = Median.Of(first);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"| {one:F0} | {Median.Of(last):F0} ({100 * Median.Of(last) / one:F0} %) | {Median.Of(amid):F0} ({100 * Median.Of(amid) / one:F0} %) | {Median.Of(wait):F0} ({100 * Median.Of(wait) / one:F0} %) |"));
    }

    private static async Task<double> FirstTokenAsync(ILlamaEngine engine, int[] prompt)
    {
        var clock = Stopwatch.GetTimestamp();
        await engine.CompleteAsync(new LlamaRequest(prompt, 1), default);
        return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    }

    private static int[] Prompt(int seed, int length = PromptTokens)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(256))];
    }

    /// <summary>Tokens for each second that passed, and for each second of a processor: the latter is less of the machine's other work.</summary>
    private sealed record Rates(double OfTime, double OfProcessor);
}
