using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clembench.Common;
using Clembench.HuggingFace.Tokenizers;
using Clembench.Tests.Support;

namespace Clembench.Tests.Tokenizers;

/// <summary>Small tokenizers of all parts, put together by chance, beside Hugging Face's own library.</summary>
public sealed class GeneratedTokenizerTests
{
    private static readonly int Count = Thorough.Or(2_000, usual: 500);

    private sealed record Case(JsonObject Tokenizer, string[] Texts, int[][] Ids);

    [SkippableFact]
    public async Task They_do_what_the_library_does()
    {
        Skip.If(TokenizerOracle.Missing is not null, TokenizerOracle.Missing);
        var generator = new TokenizerGenerator(20261124);
        var cases = Enumerable.Range(0, Count).Select(_ => new Case(
            generator.NextTokenizer(),
            [.. Enumerable.Range(0, 10).Select(_ => generator.NextText())],
            [.. Enumerable.Range(0, 3).Select(_ => generator.NextIds())])).ToList();
        var (differences, compared, crashes, done) = (new List<string>(), 0, 0, 0);
        while (done < cases.Count)
        {
            try
            {
                await TokenizerOracle.RunAsync(
                    ["tokenizers.cjs"],
                    cases.Skip(done).Select(c => JsonSerializer.Serialize(new { tokenizer = c.Tokenizer, texts = c.Texts, ids = c.Ids })).ToList(),
                    line =>
                    {
                        compared += Compare(cases[done], JsonNode.Parse(line)!, differences);
                        done++;
                    });
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException && crashes < 30)
            {
                // Some of these tokenizers end the library's process; there is nothing to compare with then.
                (crashes, done) = (crashes + 1, done + 1);
            }
        }
        differences.ShouldBeEmpty($"{differences.Count} differ; the shortest:\n{string.Join('\n', differences.OrderBy(d => d.Length).Take(5))}\n");
        compared.ShouldBeGreaterThan(Count * 5);
    }

    /// <summary>Adds what differs, and says how much was compared.</summary>
    private static int Compare(Case one, JsonNode expected, List<string> differences)
    {
        HuggingFaceTokenizer tokenizer;
        try
        {
            tokenizer = HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes(one.Tokenizer.ToJsonString()), "tokenizer.json");
        }
        catch (ClemException e)
        {
            if (expected["error"] is null)
                differences.Add($"only we refuse: {e.Message}");
            return 0;
        }
        if (expected["error"] is { } refusal)
        {
            differences.Add($"only the library refuses: {refusal} {one.Tokenizer.ToJsonString()}");
            return 0;
        }
        var compared = 0;
        for (var i = 0; i < one.Texts.Length; i++)
        {
            if (expected["encoded"]![i] is not { } result)
            {
                Should.Throw<ClemException>(() => tokenizer.Encode(one.Texts[i])).Id.ShouldBe("Clem.Tokenizer.UnknownToken");
                continue;
            }
            var (ids, special) = (tokenizer.Encode(one.Texts[i]), tokenizer.Encode(one.Texts[i], addSpecialTokens: true));
            Check(string.Join(' ', ids), string.Join(' ', result[0]!.AsArray()), one.Texts[i]);
            Check(string.Join(' ', special), string.Join(' ', result[1]!.AsArray()), one.Texts[i]);
            if (WritesContent(one.Tokenizer))
            {
                Check(tokenizer.Decode(ids), (string)result[2]!, one.Texts[i]);
                Check(tokenizer.Decode(special, skipSpecialTokens: true), (string)result[3]!, one.Texts[i]);
            }
            compared++;
        }
        for (var i = 0; i < one.Ids.Length && WritesContent(one.Tokenizer); i++)
            Check(tokenizer.Decode(one.Ids[i]), (string)expected["decoded"]![i]!, string.Join(' ', one.Ids[i]));
        return compared;

        void Check(string got, string wanted, string of)
        {
            if (got != wanted)
                differences.Add($"'{got}' instead of '{wanted}' of '{of}' with {one.Tokenizer.ToJsonString()}");
        }
    }

    // tokenizers 0.23 decodes an added token as its normalized form, which 0.22 and before did not, nor do we.
    private static bool WritesContent(JsonObject tokenizer) =>
        tokenizer["normalizer"] is null || !tokenizer["added_tokens"]!.AsArray().Any(token => (bool)token!["normalized"]!);
}
