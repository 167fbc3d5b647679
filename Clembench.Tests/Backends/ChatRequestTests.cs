using System.Text.Json;
using Clembench.Backends;
using Clembench.Backends.OpenAi;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Servers;
using static Clembench.Tests.Backends.ChatModels;

namespace Clembench.Tests.Backends;

/// <summary>What an entry's settings make of a request.</summary>
public class ChatRequestTests
{
    [Theory]
    [InlineData("{}", 0.0, """{"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.0,"max_tokens":300}""")]
    [InlineData("{}", 0.7, """{"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.7,"max_tokens":300}""")]
    [InlineData("""{"reasoning_model": true}""", 0.0, """{"model":"test-model","messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("""{"reasoning_model": true, "reasoning_effort": "low", "max_completion_tokens": 5000}""", 1.0,
        """{"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":1.0,"max_completion_tokens":5000,"reasoning_effort":"low"}""")]
    [InlineData("""{"reasoning_model": false, "max_completion_tokens": 50}""", 0.0,
        """{"model":"test-model","messages":[{"role":"user","content":"x"}],"temperature":0.0,"max_completion_tokens":50}""")]
    [InlineData("""{"extra_body": {"provider": {"order": ["a", "b"]}, "top_k": 5, "temperature": 0.5}}""", 0.0,
        """{"model":"test-model","messages":[{"role":"user","content":"x"}],"max_tokens":300,"provider":{"order":["a","b"]},"top_k":5,"temperature":0.5}""")]
    public async Task Settings_shape_the_request(string settings, double temperature, string expected)
    {
        await using var server = await OpenAiServer.StartEchoAsync();
        await using var model = await LoadAsync(server, settings);
        var response = await model.AskAsync("x", temperature);
        server.Calls[0].ToString().ShouldBe(expected);
        response.Prompt.GetRawText().ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"extra_body": "no"}""")]
    [InlineData("""{"extra_body": {"stream": true}}""")]
    [InlineData("""{"reasoning_model": "yes"}""")]
    [InlineData("""{"max_completion_tokens": 1.5}""")]
    public async Task Settings_of_a_wrong_type_are_refused(string settings) =>
        (await Should.ThrowAsync<ClemException>(() => LoadAsync("http://127.0.0.1:9", settings))).Id.ShouldBe("Clem.Backend.InvalidSetting");

    [Fact]
    public async Task The_model_id_is_what_the_service_is_asked_for()
    {
        await using var server = await OpenAiServer.StartEchoAsync();
        await using var model = await new OpenRouterBackend().LoadModelAsync(
            Entry(server.BaseUrl + "/", backend: "openrouter") with { ModelId = "vendor/name:free" }, Key("openrouter"), default);
        await model.AskAsync("x");
        server.Calls[0].Request.GetProperty("model").GetString().ShouldBe("vendor/name:free");
    }

    [Theory]
    [InlineData("organisation")]
    [InlineData("organization")]
    public async Task The_organisation_is_sent_as_a_header(string member)
    {
        await using var server = await OpenAiServer.StartEchoAsync();
        await using var model = await LoadAsync(server, key: Key(json: $$"""{"{{member}}": "org-1"}"""));
        await model.AskAsync("x");
        server.Calls[0].Headers["OpenAI-Organization"].ShouldBe("org-1");
    }

    [Fact]
    public async Task The_address_beside_the_key_is_used_where_the_entry_has_none()
    {
        await using var server = await OpenAiServer.StartEchoAsync();
        var entry = new ModelEntry { Name = "test-model", Backend = "openai_compatible" };
        var backend = new OpenAiCompatibleBackend();
        backend.GetAvailability(entry, null).ShouldBe(Availability.NeedsKey);
        (await Should.ThrowAsync<ClemException>(() => backend.LoadModelAsync(entry, null, default))).Id.ShouldBe("Clem.Backend.BaseUrlMissing");

        var key = new BackendKey("openai_compatible") { BaseUrl = server.BaseUrl };
        backend.GetAvailability(entry, key).ShouldBe(Availability.Ready);
        await using var model = await backend.LoadModelAsync(entry, key, default);
        (await model.AskAsync("x")).Text.ShouldBe("x");
        server.Calls[0].Headers.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("ftp://host/v1")]
    [InlineData("/v1")]
    public async Task An_address_that_is_none_is_refused(string baseUrl) =>
        (await Should.ThrowAsync<ClemException>(() => LoadAsync(baseUrl))).Id.ShouldBe("Clem.Backend.InvalidBaseUrl");

    [Fact]
    public async Task A_service_that_needs_a_key_is_not_called_without_one()
    {
        var entry = new ModelEntry { Name = "gpt", Backend = "openai" };
        new OpenAiBackend().GetAvailability(entry, null).ShouldBe(Availability.NeedsKey);
        new OpenAiBackend().GetAvailability(entry, Key("openai")).ShouldBe(Availability.Ready);
        var error = await Should.ThrowAsync<ClemException>(() => new OpenAiBackend().LoadModelAsync(entry, new BackendKey("openai") { ApiKey = " " }, default));
        error.Id.ShouldBe("Clem.Backend.KeyMissing");
        error.Action!.ShouldContain("Set-ClemKey openai");
    }

    [Fact]
    public async Task A_key_that_no_header_can_hold_is_refused_without_showing_it()
    {
        var error = await Should.ThrowAsync<ClemException>(() => LoadAsync("http://127.0.0.1:9", key: new BackendKey("openai_compatible") { ApiKey = "sk-hidden\nthing" }));
        error.Id.ShouldBe("Clem.Backend.InvalidKey");
        error.ToString().ShouldNotContain("hidden");
    }

    [Fact]
    public async Task Images_are_sent_as_parts()
    {
        await using var server = await OpenAiServer.StartAsync(Reply.Text("seen"));
        await using var model = await LoadAsync(server);
        var folder = Directory.CreateTempSubdirectory("clem");
        byte[] png = [0x89, .. "PNG\r\n\x1a\n"u8, 1, 2, 3];
        // The name says one kind and the content another: the content counts.
        var file = Path.Join(folder.FullName, "picture.jpg");
        await File.WriteAllBytesAsync(file, png);
        var message = ChatMessage.User("look") with { Images = ["https://host/a.png", "data:image/gif;base64,R0lG", file] };
        await model.GenerateAsync([message], new GenerationOptions(), default);
        var content = server.Calls[0].Request.GetProperty("messages")[0].GetProperty("content");
        content.EnumerateArray().Select(part => part.GetProperty("type").GetString()).ShouldBe(["text", "image_url", "image_url", "image_url"]);
        content[0].GetProperty("text").GetString().ShouldBe("look");
        content.EnumerateArray().Skip(1).Select(part => part.GetProperty("image_url").GetProperty("url").GetString())
            .ShouldBe(["https://host/a.png", "data:image/gif;base64,R0lG", "data:image/png;base64," + Convert.ToBase64String(png)]);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_that_cannot_be_sent_is_refused_in_words()
    {
        using var folder = new Support.TemporaryFolder();
        var large = folder.File("large.png");
        await using (var file = File.Create(large))
        {
            await file.WriteAsync(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' });
            file.SetLength((20 * 1024 * 1024) + 1);
        }

        await using var model = await LoadAsync("http://127.0.0.1:9");
        foreach (var (path, words, kind) in new[]
        {
            (large, "is too large: it has 20.0 MiB", ErrorKind.InvalidData),
            (folder.Path, "it is a folder", ErrorKind.Storage),
            (folder.File("none.png"), "none.png", ErrorKind.NotFound),
            (typeof(ChatRequestTests).Assembly.Location, "is not a PNG", ErrorKind.InvalidData),
        })
        {
            var error = await Should.ThrowAsync<ClemException>(() =>
                model.GenerateAsync([ChatMessage.User("look") with { Images = [path] }], new GenerationOptions(), default));
            (error.Id, error.Kind).ShouldBe(("Clem.Backend.BadImage", kind));
            error.Message.ShouldContain(path);
            error.Message.ShouldContain(words);
        }
    }

    [Fact]
    public async Task Switching_certificate_checks_off_is_said()
    {
        await using var model = await LoadAsync("https://127.0.0.1:9", key: Key(json: """{"verify": false}"""));
        model.ShouldBeAssignableTo<IModelWarnings>()!.Warnings.ShouldHaveSingleItem().ShouldContain("not checked");
        await using var other = await LoadAsync("https://127.0.0.1:9", key: Key(json: """{"verify": true}"""));
        new TimeLimitedModel(other, TimeSpan.FromSeconds(1)).Warnings.ShouldBeEmpty();
        new TimeLimitedModel(model, TimeSpan.FromSeconds(1)).Warnings.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Settings_at_the_top_level_of_an_entry_count_too()
    {
        await using var server = await OpenAiServer.StartEchoAsync();
        var entry = new ModelEntry
        {
            Name = "m",
            Backend = "openai_compatible",
            Properties = JsonMap.Parse($$$"""{"base_url": "{{{server.BaseUrl}}}", "extra_body": {"seed": 1}}"""),
        };
        await using var model = await new OpenAiCompatibleBackend().LoadModelAsync(entry, null, default);
        await model.AskAsync("x");
        server.Calls[0].Request.GetProperty("seed").ValueKind.ShouldBe(JsonValueKind.Number);
    }
}
