using Clembench.Common;
using Clembench.Gguf;
using Clembench.Tests.Support;

namespace Clembench.Tests.Gguf;

public sealed class GgufFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Metadata_of_every_kind_and_tensors_are_read(int version)
    {
        var file = await ReadAsync(Sound(version));

        file.Version.ShouldBe(version);
        file.GetText("general.architecture").ShouldBe("tiny");
        file.GetInteger("tiny.context_length").ShouldBe(4096);
        file.GetFlag("tokenizer.ggml.add_bos_token").ShouldBe(true);
        file.Metadata["u8"].ShouldBe((byte)200);
        file.Metadata["i8"].ShouldBe((sbyte)-2);
        file.Metadata["u16"].ShouldBe((ushort)65535);
        file.Metadata["i16"].ShouldBe((short)-2);
        file.Metadata["i32"].ShouldBe(-2);
        file.Metadata["f32"].ShouldBe(1.5f);
        file.Metadata["u64"].ShouldBe(ulong.MaxValue);
        file.Metadata["i64"].ShouldBe(-2L);
        file.Metadata["f64"].ShouldBe(0.25);
        file.GetInteger("u64").ShouldBeNull();
        file.GetArray("nested")!.Count.ShouldBe(2);
        (await file.ReadTextsAsync("tokenizer.ggml.tokens", default)).ShouldBe(["<s>", "</s>", "héllo", ""]);
        (await file.ReadIntegersAsync("tokenizer.ggml.token_type", default)).ShouldBe([3, 3, 1, -1]);
        (await file.ReadTextsAsync("general.architecture", default)).ShouldBeEmpty();

        file.Tensors.Select(tensor => tensor.Name).ShouldBe(["a", "b"]);
        file.Tensors[0].TypeName.ShouldBe("F32");
        file.Tensors[0].Size.ShouldBe(4 * 2 * 4);
        file.Tensors[1].TypeName.ShouldBe("Q4_0");
        file.Tensors[1].Size.ShouldBe(18);
        file.Tensors[1].Offset.ShouldBe(file.DataOffset + 32);
        (file.DataOffset % file.Alignment).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_cut_at_any_byte_is_a_clear_error()
    {
        var whole = Sound(3);
        for (var length = 0; length < whole.Length; length++)
        {
            // The padding behind the last tensor is not needed; everything else is.
            if (whole.Length - length <= 14)
                break;
            var error = await Should.ThrowAsync<ClemException>(() => ReadAsync(whole[..length]), $"{length} of {whole.Length} bytes");
            error.Id.ShouldBeOneOf("Clem.Gguf.Truncated", "Clem.Gguf.NotGguf");
            error.Action.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task A_file_with_any_byte_changed_is_read_or_a_clear_error()
    {
        var whole = Sound(3);
        for (var i = 0; i < whole.Length; i++)
        {
            foreach (var value in (byte[])[0, 1, 0x7f, 0x80, 0xff])
            {
                var changed = whole.ToArray();
                changed[i] = value;
                await ReadOrRefuseAsync(changed);
            }
        }
    }

    // CVE-2024-21802: the extents of a tensor lead to a buffer that is too small.
    [Theory]
    [InlineData(0xffffffffffffffff, 1, 1, 1)]
    [InlineData(0x8000000000000000, 1, 1, 1)]
    [InlineData(0x7fffffffffffffe0, 2, 1, 1)]
    [InlineData(1L << 32, 1L << 32, 1, 1)]
    [InlineData(1L << 21, 1L << 21, 1L << 21, 2)]
    [InlineData(0, 1, 1, 1)]
    public Task CVE_2024_21802_extents_of_a_tensor(ulong a, ulong b, ulong c, ulong d) =>
        RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor("t", 0, 0, a, b, c, d));

    // CVE-2024-23605: the number of metadata entries overflows the size of their table.
    [Theory]
    [InlineData(0xffffffffffffffff)]
    [InlineData(0x0555555555555556)]
    [InlineData(65_537)]
    [InlineData(2)]
    public Task CVE_2024_23605_number_of_entries(ulong claimed) =>
        RefusedAsync(new GgufWriter { ClaimedEntries = claimed }.Text("general.architecture", "tiny"));

    [Theory]
    [InlineData(0xffffffffffffffff)]
    [InlineData(0xfffffffffffffffe)]
    [InlineData(1UL << 32)]
    [InlineData(100)]
    public async Task CVE_2024_23605_length_of_a_text(ulong claimed)
    {
        await RefusedAsync(new GgufWriter().Entry("k", 8, [.. GgufWriter.Number(claimed), .. "short"u8]));
        await RefusedAsync(new GgufWriter().Entry("k", 9, [.. GgufWriter.Number(8u), .. GgufWriter.Number(1ul), .. GgufWriter.Number(claimed), .. "short"u8]));
        byte[] key = [.. "GGUF"u8, .. GgufWriter.Number(3u), .. GgufWriter.Number(0ul), .. GgufWriter.Number(1ul), .. GgufWriter.Number(claimed), .. "short"u8];
        await RefusedAsync(key);
    }

    // CVE-2025-53630: the sum of the tensors' sizes overflows, so that a tensor lies beyond the data.
    [Theory]
    [InlineData(0xffffffffffffffe0)]
    [InlineData(0x7fffffffffffffe0)]
    [InlineData(64)]
    [InlineData(33)]
    public Task CVE_2025_53630_offset_of_a_tensor(ulong offset) =>
        RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor("t", 0, offset, 4));

    // CVE-2026-27940: the size of an array's items overflows when it is multiplied by their number.
    [Theory]
    [InlineData(4, 0x4000000000000001)]
    [InlineData(10, 0x2000000000000001)]
    [InlineData(0, 0xffffffffffffffff)]
    [InlineData(8, 0xffffffffffffffff)]
    [InlineData(8, 16_777_217)]
    [InlineData(9, 0xffffffffffffffff)]
    [InlineData(13, 1)]
    [InlineData(0xffffffff, 1)]
    public Task CVE_2026_27940_number_of_items(uint type, ulong count) =>
        RefusedAsync(new GgufWriter().Entry("k", 9, [.. GgufWriter.Number(type), .. GgufWriter.Number(count), 0, 0, 0, 0, 0, 0, 0, 0]));

    // CVE-2026-33298: the bytes of a tensor overflow although its extents do not.
    [Theory]
    [InlineData(0, 0x2000000000000000)]
    [InlineData(28, 0x1000000000000000)]
    [InlineData(15, 0x7fffffffffffff00)]
    [InlineData(2, 33)]
    public Task CVE_2026_33298_bytes_of_a_tensor(uint type, ulong extent) =>
        RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor("t", type, 0, extent));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(48)]
    [InlineData(1 << 17)]
    [InlineData(0x80000000)]
    public Task Alignment_is_a_power_of_two_within_bounds(uint alignment) =>
        RefusedAsync(new GgufWriter { DataLength = 64 }.UInt32("general.alignment", alignment).Tensor("t", 0, 0, 4));

    [Fact]
    public async Task Nesting_and_dimensions_are_bounded()
    {
        byte[] nested = [];
        for (var level = 0; level < 1000; level++)
            nested = [.. GgufWriter.Number(9u), .. GgufWriter.Number(1ul), .. nested];
        await RefusedAsync(new GgufWriter().Entry("k", 9, [.. nested, .. GgufWriter.Number(0u), .. GgufWriter.Number(0ul)]));
        await RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor("t", 0, 0, 0u, []));
        await RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor("t", 0, 0, 5u, [1, 1, 1, 1, 1]));
        await RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor("t", 0, 0, uint.MaxValue, [1]));
        await RefusedAsync(new GgufWriter { ClaimedTensors = ulong.MaxValue });
        await RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor(new string('n', 65), 0, 0, 4));
    }

    [Fact]
    public async Task Names_are_there_once()
    {
        await RefusedAsync(new GgufWriter().Text("k", "1").Text("k", "2"));
        await RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor("t", 0, 0, 4).Tensor("t", 0, 32, 4));
    }

    [Fact]
    public async Task Other_files_are_refused_in_words()
    {
        (await RefusedAsync("not a model"u8.ToArray())).Id.ShouldBe("Clem.Gguf.NotGguf");
        (await RefusedAsync(new GgufWriter { Version = 1 })).Message.ShouldContain("version 1");
        (await RefusedAsync(new GgufWriter { Version = 4 })).Message.ShouldContain("version 4");
        (await RefusedAsync(new GgufWriter { Version = 0x03000000 })).Message.ShouldContain("big-endian");
        (await Should.ThrowAsync<ClemException>(() => GgufFile.ReadAsync(_folder.File("none.gguf"), default))).Kind.ShouldBe(ErrorKind.NotFound);
        (await Should.ThrowAsync<ClemException>(() => GgufFile.ReadAsync(_folder.Path, default))).Id.ShouldBe("Clem.Gguf.Unreadable");
    }

    [Fact]
    public async Task A_text_of_megabytes_and_a_vocabulary_of_a_hundred_thousand_are_read()
    {
        var text = string.Concat(Enumerable.Repeat("{# a long template #}\n", 60_000));
        var tokens = Enumerable.Range(0, 100_000).Select(i => $"token{i}").ToArray();
        var file = await ReadAsync(new GgufWriter().Texts("tokenizer.ggml.tokens", tokens).Text("tokenizer.chat_template", text).ToBytes());
        file.GetText("tokenizer.chat_template").ShouldBe(text);
        (await file.ReadTextsAsync("tokenizer.ggml.tokens", default)).ShouldBe(tokens);
    }

    [Fact]
    public async Task A_type_that_is_not_known_has_no_size_and_a_place_within_the_file()
    {
        var file = await ReadAsync(new GgufWriter { DataLength = 64 }.Tensor("t", 4711, 32, 7).ToBytes());
        file.Tensors[0].TypeName.ShouldBeNull();
        file.Tensors[0].Size.ShouldBeNull();
        await RefusedAsync(new GgufWriter { DataLength = 64 }.Tensor("t", 4711, 64, 7));
    }

    [Fact]
    public async Task A_file_that_changed_since_is_refused()
    {
        var file = await ReadAsync(Sound(3));
        await File.WriteAllBytesAsync(file.Path, Sound(3)[..200]);
        await Should.ThrowAsync<ClemException>(() => file.ReadTextsAsync("tokenizer.ggml.tokens", default));
    }

    [Fact]
    public async Task Reading_can_be_stopped()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => GgufFile.ReadAsync(_folder.File("x.gguf"), stopped.Token));
    }

    private static byte[] Sound(int version) => new GgufWriter { Version = (uint)version, DataLength = 64 }
        .Text("general.architecture", "tiny")
        .UInt32("tiny.context_length", 4096)
        .Flag("tokenizer.ggml.add_bos_token", true)
        .Entry("u8", 0, [200])
        .Entry("i8", 1, [0xfe])
        .Entry("u16", 2, [0xff, 0xff])
        .Entry("i16", 3, [0xfe, 0xff])
        .Entry("i32", 5, GgufWriter.Number(unchecked((uint)-2)))
        .Entry("f32", 6, GgufWriter.Number(BitConverter.SingleToUInt32Bits(1.5f)))
        .Entry("u64", 10, GgufWriter.Number(ulong.MaxValue))
        .Entry("i64", 11, GgufWriter.Number(unchecked((ulong)-2)))
        .Entry("f64", 12, GgufWriter.Number(BitConverter.DoubleToUInt64Bits(0.25)))
        .Entry("nested", 9, [
            .. GgufWriter.Number(9u), .. GgufWriter.Number(2ul),
            .. GgufWriter.Number(0u), .. GgufWriter.Number(3ul), 1, 2, 3,
            .. GgufWriter.Number(8u), .. GgufWriter.Number(1ul), .. GgufWriter.Bytes("x")])
        .Texts("tokenizer.ggml.tokens", "<s>", "</s>", "héllo", "")
        .Integers("tokenizer.ggml.token_type", 3, 3, 1, -1)
        .Tensor("a", 0, 0, 4, 2)
        .Tensor("b", 2, 32, 32)
        .ToBytes();

    private async Task<GgufFile> ReadAsync(byte[] content)
    {
        var path = _folder.File("test.gguf");
        await File.WriteAllBytesAsync(path, content);
        return await GgufFile.ReadAsync(path, default);
    }

    private async Task ReadOrRefuseAsync(byte[] content)
    {
        try
        {
            var file = await ReadAsync(content);
            await file.ReadTextsAsync("tokenizer.ggml.tokens", default);
        }
        catch (ClemException)
        {
            // A clear error is as good as a file that can be read.
        }
    }

    private Task<ClemException> RefusedAsync(GgufWriter writer) => RefusedAsync(writer.ToBytes());

    private async Task<ClemException> RefusedAsync(byte[] content)
    {
        var error = await Should.ThrowAsync<ClemException>(() => ReadAsync(content));
        error.Id.ShouldStartWith("Clem.Gguf.");
        error.Message.ShouldContain("test.gguf");
        error.Action.ShouldNotBeNullOrEmpty();
        return error;
    }
}
