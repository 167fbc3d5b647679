using System.Buffers.Binary;
using System.Text;
using Clembench.Common;
using Clembench.HuggingFace.Conversion;
using Clembench.HuggingFace.Safetensors;
using Clembench.TinyModel;

namespace Clembench.Tests.Conversion;

/// <summary>Safetensors files, sound ones and others.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clem-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_sound_file_is_read()
    {
        var file = await ReadAsync("""{"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2,2],"data_offsets":[4,12]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 12);

        file.Metadata["format"].ShouldBe("pt");
        file.Tensors.Select(tensor => tensor.Name).ShouldBe(["a", "b"]);
        file.Find("b")!.Shape.ShouldBe([2, 2]);
        file.Find("b")!.Size.ShouldBe(8);
        (file.Find("b")!.Offset - file.Find("a")!.Offset).ShouldBe(4);
        file.Find("c").ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "4 bytes follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "beyond the end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "not the 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "beyond 63 bits")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "beyond 63 bits")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "number from 0 on")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "number from 0 on")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551615]}}""", 4, "number from 0 on")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'Q4'")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "no dtype")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "9 numbers")]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, "not the 1 bytes")]
    [InlineData("""{"a":7}""", 0, "no object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "two tensors 'a'")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "no text")]
    [InlineData("""{"__metadata__":[]}""", 0, "no object")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "surrogate")]
    [InlineData("""{"a":{"dtype":"\ud800","shape":[0],"data_offsets":[0,0]}}""", 0, "no dtype")]
    [InlineData("{", 0, "no JSON")]
    [InlineData("""{"a":[[[[[[[[[[]]]]]]]]]]}""", 0, "no JSON")]
    [InlineData("""[]""", 0, "not a safetensors file")]
    public async Task A_header_that_lies_is_refused(string header, int dataLength, string says)
    {
        var error = await Should.ThrowAsync<ClemException>(() => ReadAsync(header, dataLength));

        error.Id.ShouldStartWith("Clem.Safetensors.");
        error.Message.ShouldContain(says);
        error.Action.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001UL)]
    [InlineData(50UL)]
    public async Task A_headers_length_is_held_against_the_file(ulong length)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        await File.WriteAllBytesAsync(Path.Join(_folder, "a.safetensors"), bytes);

        (await Should.ThrowAsync<ClemException>(() => SafetensorsFile.ReadAsync(Path.Join(_folder, "a.safetensors"), default))).Id.ShouldStartWith("Clem.Safetensors.");
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    public async Task An_index_names_files_of_its_folder_only(string file)
    {
        await File.WriteAllTextAsync(Path.Join(_folder, "model.safetensors.index.json"), $$$"""{"weight_map":{"a":"{{{file}}}"}}""");

        (await Should.ThrowAsync<ClemException>(() => SafetensorsCheckpoint.ReadAsync(_folder, default))).Message.ShouldContain("is not used because");
    }

    [Fact]
    public async Task An_index_and_its_files_have_to_agree()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(_folder, shards: 2);
        var index = Path.Join(_folder, "model.safetensors.index.json");
        await File.WriteAllTextAsync(index, (await File.ReadAllTextAsync(index)).Replace("model.norm.weight", "model.gone.weight", StringComparison.Ordinal));

        (await Should.ThrowAsync<ClemException>(() => SafetensorsCheckpoint.ReadAsync(_folder, default))).Message.ShouldContain("model.gone.weight");
        File.Delete(Path.Join(_folder, "model-00002-of-00002.safetensors"));
        (await Should.ThrowAsync<ClemException>(() => SafetensorsCheckpoint.ReadAsync(_folder, default))).Id.ShouldBe("Clem.Safetensors.Unreadable");
    }

    [Fact]
    public async Task A_thousand_mutated_files_are_clear_errors_or_sound()
    {
        var folder = Path.Join(_folder, "hf");
        RandomCheckpoint.Make("LlamaForCausalLM").Write(folder);
        var path = Path.Join(folder, "model.safetensors");
        var original = await File.ReadAllBytesAsync(path);
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(original);
        var random = new SplitMix(3);
        var refused = 0;
        for (var i = 0; i < 1000; i++)
        {
            var bytes = Mutate(original, headerLength, random);
            await File.WriteAllBytesAsync(path, bytes);
            try
            {
                await CheckpointConverter.ConvertAsync(folder, Path.Join(_folder, "model.gguf"), null, default);
            }
            catch (ClemException error)
            {
                refused++;
                error.Id.ShouldMatch("^Clem\\.(Safetensors|Conversion)\\.");
                error.Message.ShouldNotBeNullOrEmpty();
                error.Action.ShouldNotBeNullOrEmpty();
            }
        }

        refused.ShouldBeGreaterThan(800);
        Directory.GetFiles(_folder).Select(Path.GetFileName).ShouldBeSubsetOf(["model.gguf"]);
    }

    // Of the header, because the data may be any numbers: bytes changed, cut, repeated, numbers made large.
    private static byte[] Mutate(byte[] original, int headerLength, SplitMix random)
    {
        var bytes = original.ToArray();
        var at = 8 + random.Next(headerLength);
        switch (random.Next(6))
        {
            case 0: bytes[at] = (byte)random.Next(256); return bytes;
            case 1: bytes[random.Next(8)] ^= (byte)(1 << random.Next(8)); return bytes;
            case 2: return bytes[..random.Next(bytes.Length)];
            case 3: return [.. bytes, .. new byte[random.Next(1, 64)]];
            case 4:
                var length = random.Next(1, 40);
                Array.Copy(original, 8 + random.Next(headerLength - length), bytes, Math.Min(at, 8 + headerLength - length), length);
                return bytes;
            default:
                var header = Encoding.UTF8.GetString(original, 8, headerLength);
                var numbers = System.Text.RegularExpressions.Regex.Matches(header, "[0-9]+");
                var number = numbers[random.Next(numbers.Count)];
                var changed = header.Remove(number.Index, number.Length).Insert(number.Index, random.Pick(["-1", "9223372036854775807", "1e30", "0", "3", "null", "[]"]));
                var encoded = Encoding.UTF8.GetBytes(changed);
                var prefix = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)encoded.Length);
                return [.. prefix, .. encoded, .. original.AsSpan(8 + headerLength)];
        }
    }

    private async Task<SafetensorsFile> ReadAsync(string header, int dataLength)
    {
        var encoded = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)encoded.Length);
        var path = Path.Join(_folder, "a.safetensors");
        await File.WriteAllBytesAsync(path, [.. prefix, .. encoded, .. new byte[dataLength]]);
        return await SafetensorsFile.ReadAsync(path, default);
    }
}
