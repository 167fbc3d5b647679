using Clembench.Backends.Llama;
using Clembench.Common;
using Clembench.Templates.Checkpoints;
using Clembench.Tests.Support;

namespace Clembench.Tests.Llama;

/// <summary>
/// Files that are damaged, cut off or no models: an error that a person understands, and a process that lives on. Those
/// whose damage cannot be seen from outside (a weight, a name) are loaded and computed for real.
/// </summary>
public sealed class DamagedModelTests
{
    private const int Usual = 1000;
    private const int MostThorough = 20_000;

    [SkippableFact]
    public async Task A_thousand_damaged_files_are_errors_or_models_and_never_the_end()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        using var folder = new TemporaryFolder();
        var path = folder.File("damaged.gguf");
        // Damage is sought in the head: it is a twentieth of the file, and weights are any numbers.
        var sound = RandomModel.Make(contextLength: 256, layers: 1, width: 32);
        var head = sound.AsSpan().IndexOf("output.weight"u8) + 50;
        var (refused, loaded) = (0, 0);
        for (var seed = 0; seed < (Thorough.IsOn ? MostThorough : Usual); seed++)
        {
            var file = Damage(sound, head, new Random(seed));
            await File.WriteAllBytesAsync(path, file);
            if (Thorough.IsOn)
                await File.WriteAllTextAsync(Path.Join(Path.GetTempPath(), "clembench-damaged.txt"), $"{seed}");
            try
            {
                await using var engine = await LlamaEngine.LoadAsync(new LlamaLoadOptions(path) { ContextSize = 64, MaxSequences = 2 }, default);
                var tokens = await engine.TokenizeAsync("<|bos|>Hello, world! Grüße<|eos|>", [], default);
                if (tokens.Count > 0)
                    await engine.CompleteAsync(new LlamaRequest(tokens, 3), default);
                loaded++;
            }
            catch (ClemException error)
            {
                error.Message.Length.ShouldBeGreaterThan(20, $"seed {seed}");
                error.Action.ShouldNotBeNullOrEmpty($"seed {seed}");
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(Usual / 4);
        loaded.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("no_vocab")]
    [InlineData("")]
    [InlineData("gpt9")]
    public async Task A_tokenizer_that_llama_cpp_has_not_is_refused_before_it_is_asked(string model)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("foreign.gguf");
        await File.WriteAllBytesAsync(path, RandomModel.Make(tokenizer: model));

        var error = await Should.ThrowAsync<ClemException>(() => LlamaTokenizer.LoadAsync(path, default));
        error.Id.ShouldBe("Clem.Llama.InvalidModel");
        error.Message.ShouldContain($"'{model}'");
        error.Message.ShouldContain("gpt2");
        (await Should.ThrowAsync<ClemException>(() => LlamaEngine.LoadAsync(new LlamaLoadOptions(path), default))).Id.ShouldBe("Clem.Llama.InvalidModel");
        // Test-ClemTemplate and Format-ClemPrompt go this way.
        var tokenizer = await (await CheckpointSource.FromPathAsync(path, default)).LoadTokenizerAsync(default);
        tokenizer.CanEncode.ShouldBeFalse();
        tokenizer.Missing.ShouldNotBeNull().ShouldContain("tokenizer.ggml.model");
    }

    [Fact]
    public async Task The_packaged_model_with_its_tokenizer_patched_away_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = await File.ReadAllBytesAsync(Directory.GetFiles(Path.Join(Repository.Root, "models"), "tiny-greeter.gguf", SearchOption.AllDirectories).Single());
        const string Key = "tokenizer.ggml.model";
        // Behind the key its type (4 bytes) and the text's length (8 bytes).
        var value = file.AsSpan(file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Key)) + Key.Length + 12, 4);
        System.Text.Encoding.ASCII.GetString(value).ShouldBe("gpt2");
        "none"u8.CopyTo(value);
        await File.WriteAllBytesAsync(folder.File("patched.gguf"), file);

        (await Should.ThrowAsync<ClemException>(() => LlamaTokenizer.LoadAsync(folder.File("patched.gguf"), default))).Id.ShouldBe("Clem.Llama.InvalidModel");
    }

    [SkippableTheory]
    [InlineData("llama")]
    [InlineData("bert")]
    [InlineData("t5")]
    [InlineData("rwkv")]
    [InlineData("plamo2")]
    [InlineData("gemma4")]
    [InlineData("hybriddna")]
    [InlineData("whitespace")]
    public async Task A_vocabulary_that_is_none_of_its_tokenizers_is_refused_or_used_and_never_the_end(string model)
    {
        LlamaEngineTests.SkipWithoutLibraries();
        using var folder = new TemporaryFolder();
        var path = folder.File("other.gguf");
        await File.WriteAllBytesAsync(path, RandomModel.Make(tokenizer: model));

        var tokenizer = await (await CheckpointSource.FromPathAsync(path, default)).LoadTokenizerAsync(default);

        if (tokenizer.CanEncode)
        {
            try
            {
                tokenizer.Decode(tokenizer.Encode("<|bos|>Hello, world! Grüße 🙂<|eos|>", [], addSpecialTokens: true)).ShouldNotBeNull();
            }
            catch (ClemException error)
            {
                error.Id.ShouldStartWith("Clem.Llama.");
            }
        }
        else
        {
            tokenizer.Missing.ShouldNotBeNullOrEmpty();
        }
    }

    private static byte[] Damage(byte[] sound, int head, Random random)
    {
        var numbers = sound.AsSpan().IndexOf("tokenizer.ggml.tokens"u8);
        var tensors = sound.AsSpan().IndexOf("tokenizer.ggml.merges"u8);
        if (random.Next(8) == 0)
            return sound[..random.Next(sound.Length)];
        var file = sound.ToArray();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            // The texts of the vocabulary take most of the head; numbers before and behind them matter more.
            var at = random.Next(3) switch { 0 => random.Next(head), 1 => random.Next(numbers), _ => random.Next(tensors, head) };
            switch (random.Next(5))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[at] = (byte)random.Next(256);
                    break;
                case 2:
                    // A number of another size.
                    BitConverter.GetBytes(random.Next(3) switch { 0 => 0, 1 => -1, _ => 1 << random.Next(31) }).CopyTo(file, at);
                    break;
                case 3:
                    // A piece of the file in the place of another one.
                    sound.AsSpan(random.Next(head), 8).CopyTo(file.AsSpan(at));
                    break;
                default:
                    // A weight.
                    BitConverter.GetBytes(random.Next(2) == 0 ? float.NaN : float.MaxValue).CopyTo(file, head + random.Next((file.Length - head) / 4 - 1) * 4);
                    break;
            }
        }

        return file;
    }
}
