using System.Text;
using Clembench.Fuzz.Mutation;
using Clembench.HuggingFace.Tokenizers;
using Clembench.Tests.Tokenizers;

namespace Clembench.Fuzz.Targets;

/// <summary>A tokenizer.json, and a few texts that go through it in both directions.</summary>
internal sealed class TokenizerTarget : FuzzTarget
{
    private static readonly string[] Texts = ["", "Hello world 12 345!", "  a\u00a0b\r\n\t<s>é e\u0301 中文 \ud83d\ude00 ab abc x<m>y \u0000", "aaaaaaaaaaaaaaaaaaaaaaaa"];

    public override string Name => "tokenizer";

    public override string Description => "a tokenizer.json, with which texts are encoded and decoded";

    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words("[", "{", "]", "}", "\"", ",", ":", "null", "(", ")", "*", "+?", "(?=", "(?<!", "\\\\p{L}", "[^a&&[b]]", "{1,1000}", "(?i:", "|", "\\\\x{110000}", "$A:0", "\\ud800");

    public override byte[]? Generate(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Encoding.UTF8.GetBytes(new TokenizerGenerator(random.Next()).NextTokenizer().ToJsonString());
    }

    public override long MostAllocated(int length) => (128L << 20) + (16_384L * length);

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => HuggingFaceTokenizer.Parse(input, "tokenizer.json"), out var tokenizer))
            return false;
        foreach (var text in Texts)
        {
            if (TryRead(() => tokenizer.Encode(text, addSpecialTokens: true), out var ids))
                _ = TryRead(() => tokenizer.Decode(ids), out _);
        }

        _ = TryRead(() => tokenizer.Decode([0, 1, 2, -1, int.MaxValue, int.MinValue, 3], skipSpecialTokens: true), out _);
        return true;
    }

    protected override IEnumerable<byte[]> MakeSeeds() =>
        Enumerable.Range(1, 24).Select(seed => Encoding.UTF8.GetBytes(new TokenizerGenerator(seed).NextTokenizer().ToJsonString()));
}
