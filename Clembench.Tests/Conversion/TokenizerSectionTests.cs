using System.Buffers.Binary;
using System.Text;
using Clembench.Common;
using Clembench.Gguf;
using Clembench.HuggingFace.Conversion;
using Clembench.Tests.Support;
using Clembench.TinyModel;

namespace Clembench.Tests.Conversion;

/// <summary>Vocabularies of SentencePiece, and tokenizers and configurations that are damaged.</summary>
public sealed class TokenizerSectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Checkpoint => _folder.File("hf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_SentencePiece_file_alone_is_the_vocabulary()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(Checkpoint);
        File.Delete(Path.Join(Checkpoint, "tokenizer.json"));
        await File.WriteAllBytesAsync(Path.Join(Checkpoint, "tokenizer.model"), Model());

        var file = await ConvertAsync();

        file.GetText("tokenizer.ggml.model").ShouldBe("llama");
        var tokens = await file.ReadTextsAsync("tokenizer.ggml.tokens", default);
        var types = await file.ReadIntegersAsync("tokenizer.ggml.token_type", default);
        (tokens[0], types[0]).ShouldBe(("<unk>", 2));
        (tokens[1], types[1]).ShouldBe(("<bos>", 3));
        (tokens[3], types[3]).ShouldBe(("<0x00>", 6));
        (tokens[259], types[259]).ShouldBe(("▁the", 1));
        (tokens[260], types[260]).ShouldBe(("[PAD260]", 5));
        (await ScoreAsync(file, 259)).ShouldBe(-2.5f);
        file.GetInteger("tokenizer.ggml.eos_token_id").ShouldBe(2);
    }

    [Fact]
    public async Task Beside_a_tokenizer_json_it_gives_the_scores()
    {
        RandomCheckpoint.Make("GemmaForCausalLM").Write(Checkpoint);
        var pieces = Pieces().ToList();
        pieces[259] = ("▁", -7f, 1);
        await File.WriteAllBytesAsync(Path.Join(Checkpoint, "tokenizer.model"), Model(pieces));

        (await ScoreAsync(await ConvertAsync(), 259)).ShouldBe(-7f);
    }

    [Fact]
    public async Task As_many_ends_as_a_file_has_keys_for_are_written()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(Checkpoint);
        await File.WriteAllTextAsync(Path.Join(Checkpoint, "generation_config.json"), """{"eos_token_id": [5, 281, 5, 100000, 6, 7]}""");

        var file = await ConvertAsync();

        file.GetInteger("tokenizer.ggml.eos_token_id").ShouldBe(281);
        file.GetInteger("tokenizer.ggml.eot_token_id").ShouldBe(5);
        file.GetInteger("tokenizer.ggml.eom_token_id").ShouldBe(6);
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("config.json")]
    [InlineData("tokenizer.model")]
    [InlineData("model.safetensors.index.json")]
    public async Task Damaged_files_are_clear_errors_or_harmless(string name)
    {
        RandomCheckpoint.Make("GemmaForCausalLM").Write(Checkpoint, shards: 2);
        await File.WriteAllBytesAsync(Path.Join(Checkpoint, "tokenizer.model"), Model());
        var path = Path.Join(Checkpoint, name);
        var original = await File.ReadAllBytesAsync(path);
        var random = new SplitMix(5);
        for (var i = 0; i < 250; i++)
        {
            await File.WriteAllBytesAsync(path, Mutate(original, random));
            try
            {
                await ConvertAsync();
            }
            catch (ClemException error)
            {
                error.Id.ShouldStartWith("Clem.");
                error.Message.ShouldNotBeNullOrEmpty();
                error.Action.ShouldNotBeNullOrEmpty();
            }
        }
    }

    private static byte[] Mutate(byte[] original, SplitMix random)
    {
        var bytes = original.ToArray();
        switch (random.Next(4))
        {
            case 0:
                for (var i = random.Next(1, 4); i > 0; i--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 1:
                return bytes[..random.Next(bytes.Length)];
            case 2:
                var length = Math.Min(bytes.Length, random.Next(1, 60));
                var at = random.Next(bytes.Length - length + 1);
                return [.. bytes[..at], .. bytes[(at + length)..]];
            default:
                var text = Encoding.UTF8.GetString(original);
                var numbers = System.Text.RegularExpressions.Regex.Matches(text, "(?<=[:,\\[] ?)[0-9.]+");
                if (numbers.Count == 0)
                    goto case 0;
                var number = numbers[random.Next(numbers.Count)];
                return Encoding.UTF8.GetBytes(text.Remove(number.Index, number.Length).Insert(number.Index, random.Pick(["-1", "9223372036854775807", "1e308", "0", "null", "\"x\"", "[]", "0.5"])));
        }
    }

    private static IEnumerable<(string Text, float Score, int Type)> Pieces() =>
    [
        ("<unk>", 0f, 2), ("<bos>", 0f, 3), ("<eos>", 0f, 3),
        .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, 6)),
        ("▁the", -2.5f, 1),
    ];

    // ModelProto of sentencepiece_model.proto: pieces, and a field that is passed over.
    private static byte[] Model(IEnumerable<(string Text, float Score, int Type)>? pieces = null)
    {
        var model = new MemoryStream();
        foreach (var (text, score, type) in pieces ?? Pieces())
        {
            var piece = new MemoryStream();
            var encoded = Encoding.UTF8.GetBytes(text);
            piece.WriteByte(0x0a);
            piece.WriteByte((byte)encoded.Length);
            piece.Write(encoded);
            piece.WriteByte(0x15);
            var number = new byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(number, score);
            piece.Write(number);
            piece.Write([0x18, (byte)type]);
            model.WriteByte(0x0a);
            model.WriteByte((byte)piece.Length);
            model.Write(piece.ToArray());
        }

        model.Write([0x12, 0x03, 0x20, 0x80, 0x01]);
        return model.ToArray();
    }

    private static async Task<float> ScoreAsync(GgufFile file, int token) =>
        BinaryPrimitives.ReadSingleLittleEndian((await File.ReadAllBytesAsync(file.Path)).AsSpan((int)file.GetArray("tokenizer.ggml.scores")!.Offset + token * sizeof(float)));

    private async Task<GgufFile> ConvertAsync()
    {
        await CheckpointConverter.ConvertAsync(Checkpoint, _folder.File("model.gguf"), null, default);
        return await GgufFile.ReadAsync(_folder.File("model.gguf"), default);
    }
}
