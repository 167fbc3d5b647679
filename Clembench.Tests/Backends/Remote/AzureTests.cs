using System.Text;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;
using static Clembench.Tests.Backends.Remote.RemoteModels;

namespace Clembench.Tests.Backends.Remote;

/// <summary>Where calls of deployments in Azure go, and what its filters say.</summary>
public class AzureTests
{
    private static readonly ProviderFormat Format = ProviderFormat.All["azure"];

    [Theory]
    [InlineData("", "{}", "/openai/deployments/test-model/chat/completions?api-version=2024-10-21")]
    [InlineData("/", """{"api_version": "2025-04-01-preview"}""", "/openai/deployments/test-model/chat/completions?api-version=2025-04-01-preview")]
    [InlineData("/openai/deployments/other", "{}", "/openai/deployments/other/chat/completions?api-version=2024-10-21")]
    [InlineData("/openai/v1", "{}", "/openai/v1/chat/completions")]
    [InlineData("/openai/v1/", """{"api_version": "preview"}""", "/openai/v1/chat/completions?api-version=preview")]
    public async Task Calls_go_to_the_deployment_or_to_the_api_without_versions(string path, string settings, string expected)
    {
        await using var server = await ProviderServer.StartAsync(Format, Reply.Json(Format.Completion("x")));
        var entry = new ModelEntry
        {
            Name = "test-model",
            Backend = "azure",
            Properties = new JsonMap([new("model_config", new JsonMap([new("base_url", server.Address + path), .. JsonMap.Parse(settings)]))]),
        };
        await using var model = await Format.Backend.LoadModelAsync(entry, Key(Format), default);
        if (expected == Format.MethodPath)
            (await model.AskAsync("x")).Text.ShouldBe("x");
        else
            await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"));
        var call = server.Calls.ShouldHaveSingleItem();
        (call.Path + call.Query).ShouldBe(expected);
        call.Headers["api-key"].ShouldBe(ProviderFormat.Secret);
        call.Headers.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Fact]
    public async Task Endpoint_and_version_can_stand_beside_the_key()
    {
        await using var server = await ProviderServer.StartAsync(Format, Reply.Json(Format.Completion("x")));
        var entry = new ModelEntry { Name = "test-model", Backend = "azure" };
        Format.Backend.GetAvailability(entry, Key(Format)).ShouldBe(Availability.NeedsKey);
        (await Should.ThrowAsync<ClemException>(() => Format.Backend.LoadModelAsync(entry, Key(Format), default))).Id.ShouldBe("Clem.Backend.BaseUrlMissing");
        var key = Key(Format) with { Settings = new JsonMap([new("endpoint", server.Address + "/"), new("api_version", "2024-10-21")]) };
        Format.Backend.GetAvailability(entry, key).ShouldBe(Availability.Ready);
        await using var model = await Format.Backend.LoadModelAsync(entry, key, default);
        (await model.AskAsync("x")).Text.ShouldBe("x");
        server.Violations.ShouldBeEmpty();
        (await Should.ThrowAsync<ClemException>(() => Format.Backend.LoadModelAsync(
            entry, key with { Settings = new JsonMap([.. key.Settings, new("api_version", "1&x=2")]) }, default))).Id.ShouldBe("Clem.Backend.InvalidSetting");
    }

    [Fact]
    public async Task A_filter_that_refuses_the_conversation_is_told_apart()
    {
        var body = """
            {"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "type": null,
              "param": "prompt", "code": "content_filter", "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation"}}}
            """;
        var error = await FailAsync(Format, Reply.Raw(400, Encoding.UTF8.GetBytes(body)));
        (error.Id, error.IsTransient).ShouldBe(("Clem.Backend.ContentFiltered", false));
    }

    [Fact]
    public async Task A_deployment_that_is_missing_is_named()
    {
        var body = """{"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}}""";
        var error = await FailAsync(Format, Reply.Raw(404, Encoding.UTF8.GetBytes(body)));
        error.Id.ShouldBe("Clem.Backend.NotFound");
        error.Message.ShouldContain("'test-model'");
    }
}
