using System.Text;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;

namespace Clembench.Tests.Backends.Remote;

/// <summary>Models of remote backends, and what is asserted of every call.</summary>
internal static class RemoteModels
{
    public static BackendKey Key(ProviderFormat format) => new(format.Name) { ApiKey = ProviderFormat.Secret, Source = "/home/me/key.json" };

    public static ModelEntry Entry(ProviderFormat format, string address, string settings = "{}") => new()
    {
        Name = "test-model",
        Backend = format.Name,
        Properties = new JsonMap([new("model_config", new JsonMap([new("base_url", address + format.BasePath), .. JsonMap.Parse(settings)]))]),
    };

    public static Task<IModel> LoadAsync(ProviderFormat format, ProviderServer server, string settings = "{}") =>
        format.Backend.LoadModelAsync(Entry(format, server.Address, settings), Key(format), default);

    /// <summary>Asks, and asserts that the request was of the format and the record is what went over the wire.</summary>
    public static async Task<ModelResponse> AskAsync(
        ProviderServer server, IModel model, IReadOnlyList<ChatMessage> messages, GenerationOptions? options = null)
    {
        var response = await model.GenerateAsync(messages, options ?? new GenerationOptions(), default);
        server.Violations.ShouldBeEmpty();
        var call = server.Calls[^1];
        response.Prompt.GetRawText().ShouldBe(Encoding.UTF8.GetString(call.RequestBody));
        response.Response.GetRawText().ShouldBe(Encoding.UTF8.GetString(call.ResponseBody).Trim());
        return response;
    }

    /// <summary>Asks a server of a provider once.</summary>
    public static async Task<(JsonElement Request, ModelResponse Response)> AskAsync(
        ProviderFormat format, IReadOnlyList<ChatMessage> messages, string settings = "{}", GenerationOptions? options = null, Reply? reply = null)
    {
        await using var server = await ProviderServer.StartAsync(format, reply ?? Reply.Json(format.Completion("fine")));
        await using var model = await LoadAsync(format, server, settings);
        var response = await AskAsync(server, model, messages, options);
        return (server.Calls.ShouldHaveSingleItem().Request, response);
    }

    /// <summary>Asks a server of a provider once, and expects an error that does not show the key.</summary>
    public static async Task<ModelCallException> FailAsync(ProviderFormat format, Reply reply)
    {
        await using var server = await ProviderServer.StartAsync(format, reply);
        await using var model = await LoadAsync(format, server);
        var error = await Should.ThrowAsync<ModelCallException>(() => model.GenerateAsync([ChatMessage.User("Hello")], new GenerationOptions(), default));
        server.Violations.ShouldBeEmpty();
        error.ToString().ShouldNotContain(ProviderFormat.Secret);
        error.Action.ShouldNotBeNull().ShouldNotContain(ProviderFormat.Secret);
        error.Message.ShouldContain("test-model");
        return error;
    }
}
