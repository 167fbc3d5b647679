using Clembench.HuggingFace;

namespace Clembench.Tests.HuggingFace;

/// <summary>What a card says where models' files differ or are hostile; the rest is in tests.Pester/ModelCard.Tests.ps1.</summary>
public class ModelCardTests
{
    [Theory]
    [InlineData("""{"max_position_embeddings": 4096, "n_positions": 1}""", 4096)]
    [InlineData("""{"n_positions": 1024}""", 1024)]
    [InlineData("""{"seq_length": 32768}""", 32768)]
    [InlineData("""{"max_seq_len": 2048}""", 2048)]
    [InlineData("""{"n_ctx": 256}""", 256)]
    [InlineData("""{"max_seq_length": 128}""", 128)]
    [InlineData("""{"language_config": {"max_position_embeddings": 64}}""", 64)]
    [InlineData("""{"text_config": {"max_position_embeddings": 131072}}""", 131072)]
    [InlineData("""{"vision_config": {"max_position_embeddings": 77}, "llm_config": {"n_positions": 5}}""", 5)]
    [InlineData("""{"max_position_embeddings": "8k"}""", null)]
    [InlineData("""{"max_position_embeddings": -1}""", null)]
    [InlineData("""[]""", null)]
    [InlineData("""{}""", null)]
    public async Task The_context_size_is_found_where_the_configuration_has_it(string config, int? size)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text(config)));

        (await ReadAsync(hub)).ContextSize.ShouldBe(size);
    }

    [Theory]
    [InlineData("---\nlicense: mit\n---\n# Title\n", "# Title\n")]
    [InlineData("\ufeff---\r\nlicense: mit\r\n---\r\n\r\n# Title\r\n", "# Title\n")]
    [InlineData("# Title\n---\nrule\n---\n", "# Title\n---\nrule\n---\n")]
    [InlineData("---\nnever closed", "---\nnever closed")]
    [InlineData("---\nlicense: mit\n---", "")]
    [InlineData("", "")]
    [InlineData("a\u001b]0;title\u0007b\u202ec\u009bd", "a\ufffd]0;title\ufffdb\ufffdc\ufffdd")]
    public async Task The_text_has_no_front_matter_and_cannot_steer_a_terminal(string readme, string text)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("README.md", HubFixture.Text(readme)));

        (await ReadAsync(hub)).Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("model.safetensors", "huggingface_local")]
    [InlineData("model-00001-of-00002.safetensors", "huggingface_local")]
    [InlineData("adapter_model.safetensors", null)]
    [InlineData("onnx/model.safetensors", null)]
    [InlineData("Q4_K_M/model-Q4_K_M-00001-of-00002.gguf", "llamacpp")]
    [InlineData("model.Q8_0.GGUF", "llamacpp")]
    [InlineData("mmproj-model-f16.gguf", null)]
    [InlineData("pytorch_model.bin", null)]
    [InlineData("model.safetensors.index.json", null)]
    public async Task A_backend_takes_whole_models(string name, string? backend)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, (name, [1]));

        var card = await ReadAsync(hub);

        card.Files.ShouldBe([new ModelCardFile(name, 1, backend)]);
        card.Backends.ShouldBe(backend is null ? [] : [backend]);
    }

    [Fact]
    public async Task Hostile_names_and_files_of_absurd_size_are_left_out_with_a_warning()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("..\\..\\x\u001b[2J", [1]), ("README.md", HubFixture.Large(9 << 20)), ("config.json", HubFixture.Text("{\"n_positions\": 7}")));

        var card = await ReadAsync(hub);

        card.Text.ShouldBeNull();
        card.ContextSize.ShouldBe(7);
        card.Files.Select(file => file.Name).ShouldBe(["README.md", "config.json"]);
        hub.Warnings.Count.ShouldBe(2);
        hub.Warnings.ShouldAllBe(warning => !warning.Any(char.IsControl));
    }

    [Fact]
    public async Task Old_cards_have_the_license_as_a_tag()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id).Members["tags"] = new[] { "en", "license:cc-by-4.0" };

        (await ReadAsync(hub)).License.ShouldBe("cc-by-4.0");
    }

    private static Task<ModelCard> ReadAsync(HubFixture hub) =>
        new ModelCardReader(hub.Client(), hub.Warnings.Add).ReadAsync(HubFixture.Repository, HubFixture.Token);
}
