using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;
using Clembench.Tests.HuggingFace;

namespace Clembench.Tests.Templates;

public sealed class HubCheckpointTests
{
    [Fact]
    public async Task A_repository_is_read_with_its_commit_and_found_again_offline()
    {
        await using var hub = await HubFixture.StartAsync();
        Add(hub);
        var checkpoint = await new CheckpointSource(hub.Client()).FromHubAsync(HubFixture.Id, null, default);
        checkpoint.HuggingFaceId.ShouldBe(HubFixture.Id);
        checkpoint.Name.ShouldBe("model");
        checkpoint.Commit.ShouldNotBeNullOrEmpty();
        (await checkpoint.LoadTokenizerAsync(default)).CanEncode.ShouldBeTrue();

        var requests = hub.Server.Requests.Count;
        var offline = await new CheckpointSource(hub.Offline()).FromHubAsync(HubFixture.Id, null, default);
        offline.ChatTemplate.ShouldBe(checkpoint.ChatTemplate);
        offline.Commit.ShouldBe(checkpoint.Commit);
        (await TemplateChecker.CheckAsync(new TemplateSubject("m") { Checkpoint = offline }, default)).Passed.ShouldBeTrue();
        hub.Server.Requests.Count.ShouldBe(requests);
        hub.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("additional_chat_templates/../../../../evil.jinja")]
    [InlineData("../chat_template.jinja")]
    [InlineData("/tmp/chat_template.jinja")]
    [InlineData("C:\\chat_template.jinja")]
    [InlineData("additional_chat_templates/..\\..\\evil.jinja")]
    [InlineData("additional_chat_templates/\\\\server\\share\\evil.jinja")]
    public async Task Names_that_leave_the_cache_are_neither_asked_for_nor_written(string name)
    {
        await using var hub = await HubFixture.StartAsync();
        Add(hub, (name, HubFixture.Text("evil")));
        var checkpoint = await new CheckpointSource(hub.Client()).FromHubAsync(HubFixture.Id, null, default);
        checkpoint.ChatTemplates.Values.ShouldNotContain("evil");
        hub.Server.Requests.ShouldNotContain(request => request.Path.Contains("evil", StringComparison.Ordinal) || request.Path.Contains("..", StringComparison.Ordinal));
        Directory.EnumerateFiles(Path.GetDirectoryName(hub.Cache)!, "*", SearchOption.AllDirectories).ShouldNotContain(path => path.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_configuration_of_a_hundred_megabytes_is_refused_and_not_fetched()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("tokenizer_config.json", new byte[100 << 20]));
        var error = await Should.ThrowAsync<ClemException>(() => new CheckpointSource(hub.Client()).FromHubAsync(HubFixture.Id, null, default));
        error.Message.ShouldContain("tokenizer_config.json");
        error.Kind.ShouldBeOneOf(ErrorKind.LimitExceeded, ErrorKind.InvalidData);
    }

    [Fact]
    public async Task A_gguf_file_of_the_hub_is_judged_by_what_the_hub_tells()
    {
        await using var hub = await HubFixture.StartAsync();
        var repository = hub.Server.Add(HubFixture.Id, ("m-Q4_K_M.gguf", new byte[64]), ("m-Q8_0.gguf", new byte[64]));
        repository.Members["gguf"] = new Dictionary<string, object?>
        {
            ["architecture"] = "llama",
            ["context_length"] = 8192,
            ["chat_template"] = CheckpointFolder.ChatMl,
            ["eos_token"] = "<|im_end|>",
        };
        var source = new CheckpointSource(hub.Client());
        var entry = ModelEntryReader.Read(JsonMap.Parse(
            $$$"""{"model_name": "m", "backend": "llamacpp", "huggingface_id": "{{{HubFixture.Id}}}", "model_config": {"filename": "*Q8_0.gguf"} }"""));
        var checkpoint = await source.FromEntryAsync(entry, null, default);
        checkpoint.FileName.ShouldBe("m-Q8_0.gguf");
        checkpoint.ContextSize.ShouldBe(8192);
        var report = await TemplateChecker.CheckAsync(new TemplateSubject("m") { Checkpoint = checkpoint, Entry = entry }, default);
        report.Passed.ShouldBeTrue(report.Error);
        report.Source.ShouldBe("gguf");
        hub.Server.Requests.ShouldNotContain(request => request.Path.EndsWith("Q8_0.gguf", StringComparison.Ordinal));

        var missing = ModelEntryReader.Read(JsonMap.Parse(
            $$$"""{"model_name": "m", "backend": "llamacpp", "huggingface_id": "{{{HubFixture.Id}}}", "model_config": {"filename": "*Q2_K.gguf"} }"""));
        (await Should.ThrowAsync<ClemException>(() => source.FromEntryAsync(missing, null, default))).Id.ShouldBe("Clem.Template.NotFound");
    }

    [Fact]
    public async Task A_gated_repository_says_so()
    {
        await using var hub = await HubFixture.StartAsync();
        Add(hub).IsGated = true;
        var error = await Should.ThrowAsync<ClemException>(() => new CheckpointSource(hub.Client()).FromHubAsync(HubFixture.Id, null, default));
        error.Id.ShouldBe("Clem.Hub.GatedRepository");
        error.Message.ShouldContain("no token");
    }

    private static Servers.HubServerRepository Add(HubFixture hub, params (string Name, byte[] Content)[] further)
    {
        using var folder = CheckpointFolder.Sound();
        return hub.Server.Add(HubFixture.Id, [
            .. Directory.EnumerateFiles(folder.Path).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))), .. further]);
    }
}
