using System.Text.Json;
using Clembench.Backends;
using Clembench.Backends.Slurk;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Runs;
using Clembench.Tests.Servers.Slurk;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends.Remote;

/// <summary>A person in a chat room, played by the server.</summary>
public class SlurkTests
{
    [SkippableFact]
    public async Task A_person_answers_in_a_room()
    {
        await using var server = await SlurkServer.StartAsync();
        await using (var model = await LoadAsync(server))
        {
            var warning = model.ShouldBeAssignableTo<IModelWarnings>()!.Warnings.ShouldHaveSingleItem();
            warning.ShouldContain($"{server.BaseUrl}/login/?name=Player&token=");
            warning.ShouldNotContain(SlurkServer.ApiToken);

            var asking = AskAsync(model, new("system", "A game."), ChatMessage.User("Say \"é\" 😀\n<b>now</b>"));
            await Task.Delay(200);
            asking.IsCompleted.ShouldBeFalse();
            server.Events.ShouldNotContain(one => Name(one) == "text");
            await server.DoAsync(new { @do = "answers", texts = new[] { "first \"answer\" 😀", "second" } });
            await server.DoAsync(new { @do = "join" });
            var response = await asking;

            response.Text.ShouldBe("first \"answer\" 😀");
            var room = server.Events[0].GetProperty("room").GetInt64();
            response.Prompt.GetRawText().ShouldBe(
                $$"""[["text",{"message":"A game.","room":{{room}}}],["text",{"message":"Say \"é\" 😀\n<b>now</b>","room":{{room}}}]]""");
            response.Response[0].GetString().ShouldBe("text_message");
            response.Response[1].GetProperty("message").GetString().ShouldBe("first \"answer\" 😀");
            response.Response[1].GetProperty("user").GetProperty("name").GetString().ShouldBe("Player");
            response.PromptTokens.ShouldBeNull();

            // Only what is new is said; the person has read the rest.
            response = await AskAsync(
                model, new("system", "A game."), ChatMessage.User("Say"), ChatMessage.Assistant("first"), ChatMessage.User("And then?"));
            response.Text.ShouldBe("second");
            response.Prompt.GetArrayLength().ShouldBe(1);
            response.Prompt[0][1].GetProperty("message").GetString().ShouldBe("And then?");
        }

        await server.SeesAsync("message_command");
        server.Violations.ShouldBeEmpty();
        server.Requests.ShouldAllBe(request => request.GetProperty("authorization").GetString() == $"Bearer {SlurkServer.ApiToken}");
        server.Requests.Select(request => request.GetProperty("path").GetString()!.Split('/')[^1])
            .ShouldBe(["layouts", "rooms", "permissions", "tokens", "users", "permissions", "tokens"]);
        JsonElement.Parse(server.Requests[0].GetProperty("body").GetString()!).GetProperty("scripts").GetProperty("submit-message").GetString().ShouldBe("send-message");
    }

    [SkippableFact]
    public async Task Images_are_shown_before_the_question()
    {
        await using var server = await SlurkServer.StartAsync();
        await using var model = await LoadAsync(server);
        await server.DoAsync(new { @do = "echo" });
        await server.DoAsync(new { @do = "join" });
        var response = await AskAsync(model, ChatMessage.User("Which?") with { Images = ["data:image/png;base64,iVBORw0KGgo=", "https://host/a.png"] });
        response.Text.ShouldBe("Which?");
        server.Events.Skip(1).Select(Name).ShouldBe(["image", "image", "text"]);
        response.Prompt[0][1].GetProperty("url").GetString().ShouldBe("data:image/png;base64,iVBORw0KGgo=");
        server.Violations.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task What_is_said_before_a_question_is_no_answer_to_it()
    {
        await using var server = await SlurkServer.StartAsync();
        await using var model = await LoadAsync(server);
        await server.DoAsync(new { @do = "say", text = "Hello? Anybody?" });
        await server.DoAsync(new { @do = "join" });
        await Task.Delay(200);
        var asking = AskAsync(model, ChatMessage.User("Ready?"));
        await server.SeesAsync("text");
        await server.DoAsync(new { @do = "say", text = "yes" });
        (await asking).Text.ShouldBe("yes");
    }

    [SkippableFact]
    public async Task Questions_of_several_episodes_are_asked_one_after_the_other()
    {
        await using var server = await SlurkServer.StartAsync();
        await using var model = await LoadAsync(server);
        await server.DoAsync(new { @do = "echo" });
        await server.DoAsync(new { @do = "join" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => AskAsync(model, ChatMessage.User($"question {i}"))));
        answers.Select(answer => answer.Text).ShouldBe(Enumerable.Range(0, 10).Select(i => $"question {i}"));
    }

    [SkippableFact]
    public async Task The_entry_names_the_bot_and_the_layout()
    {
        await using var server = await SlurkServer.StartAsync();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("layout.json"), """{"title": "Our own", "html": [{"layout-type": "textarea"}], /* as people write it */}""");
        var entry = Entry(server, """{"bot_name": "Referee", "room_layout_path": "layout.json"}""") with { Source = folder.File("model_registry.json") };
        await using var model = await new SlurkBackend().LoadModelAsync(entry, Key(), default);
        JsonElement.Parse(server.Requests[0].GetProperty("body").GetString()!).GetRawText().ShouldBe("""{"title":"Our own","html":[{"layout-type":"textarea"}]}""");
        await server.SeesAsync("connection");
        server.Events.ShouldHaveSingleItem().GetProperty("user").GetProperty("name").GetString().ShouldBe("Referee");

        var error = await Should.ThrowAsync<ClemException>(() => new SlurkBackend().LoadModelAsync(
            Entry(server, """{"room_layout_path": "/no/such/layout.json"}"""), Key(), default));
        error.Id.ShouldBe("Clem.Backend.InvalidLayout");
        error.Message.ShouldContain("/no/such/layout.json");
    }

    [SkippableFact]
    public async Task Nobody_who_comes_and_nobody_who_answers_are_errors_that_say_so()
    {
        await using var server = await SlurkServer.StartAsync();
        await using var empty = await LoadAsync(server, """{"join_timeout": 0.2, "response_timeout": 60}""");
        var error = await Should.ThrowAsync<ModelCallException>(() => AskAsync(empty, ChatMessage.User("x")));
        (error.Id, error.Kind, error.IsTransient).ShouldBe(("Clem.Backend.Timeout", ErrorKind.Timeout, false));
        error.Message.ShouldContain("nobody came into the room within 0.2 s");
        error.Action!.ShouldContain("join_timeout");

        await using var silent = await LoadAsync(server, """{"join_timeout": 60, "response_timeout": 0.3}""");
        await server.DoAsync(new { @do = "join" });
        error = await Should.ThrowAsync<ModelCallException>(() => AskAsync(silent, ChatMessage.User("x")));
        error.Message.ShouldContain("did not answer within 0.3 s");
        error.IsTransient.ShouldBeFalse();
    }

    [SkippableFact]
    public async Task Limits_for_machines_do_not_apply_to_people()
    {
        await using var server = await SlurkServer.StartAsync();
        var entry = Entry(server);
        await using var model = new CallPolicy { Timeout = TimeSpan.FromMilliseconds(1) }.Apply(await LoadAsync(server), entry);
        await server.DoAsync(new { @do = "echo" });
        await server.DoAsync(new { @do = "join" });
        (await AskAsync(model, ChatMessage.User("x"))).Text.ShouldBe("x");
    }

    [SkippableFact]
    public async Task A_key_that_the_server_does_not_know_is_refused()
    {
        await using var server = await SlurkServer.StartAsync();
        var error = await Should.ThrowAsync<ModelCallException>(() =>
            new SlurkBackend().LoadModelAsync(Entry(server), Key() with { ApiKey = "another-secret-token" }, default));
        error.Id.ShouldBe("Clem.Backend.Unauthorized");
        error.Message.ShouldContain("The token is not valid");
        error.ToString().ShouldNotContain("another-secret-token");
    }

    [SkippableFact]
    public async Task What_the_room_refuses_is_an_error()
    {
        await using var server = await SlurkServer.StartAsync();
        await using var model = await LoadAsync(server);
        await server.DoAsync(new { @do = "revoke" });
        await server.DoAsync(new { @do = "join" });
        var error = await Should.ThrowAsync<ModelCallException>(() => AskAsync(model, ChatMessage.User("x")));
        error.Id.ShouldBe("Clem.Backend.BadRequest");
        error.Message.ShouldContain("insufficient rights");
    }

    [SkippableFact]
    public async Task A_connection_that_is_lost_is_made_again()
    {
        await using var server = await SlurkServer.StartAsync();
        await using var model = await LoadAsync(server);
        await server.DoAsync(new { @do = "join" });
        var asking = AskAsync(model, ChatMessage.User("x"));
        await server.SeesAsync("text");
        await server.DoAsync(new { @do = "drop" });
        await server.SeesAsync("connection", times: 2);
        await server.DoAsync(new { @do = "say", text = "still here" });
        (await asking).Text.ShouldBe("still here");
    }

    [SkippableFact]
    public async Task Without_checks_of_certificates_all_goes_through_plain_HTTP()
    {
        await using var server = await SlurkServer.StartAsync();
        var key = Key() with { Settings = JsonMap.Parse("""{"verify": false}""") };

        // The connections that all backends share outlive the room.
        await (await new SlurkBackend().LoadModelAsync(Entry(server), key, default)).DisposeAsync();
        await using var model = await new SlurkBackend().LoadModelAsync(Entry(server), key, default);
        model.ShouldBeAssignableTo<IModelWarnings>()!.Warnings[0].ShouldContain("not checked");
        await server.DoAsync(new { @do = "echo" });
        await server.DoAsync(new { @do = "join" });
        (await AskAsync(model, ChatMessage.User("x"))).Text.ShouldBe("x");
        server.Violations.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Cancelling_stops_the_waiting_at_once()
    {
        await using var server = await SlurkServer.StartAsync();
        await using var model = await LoadAsync(server);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(() => model.GenerateAsync([ChatMessage.User("x")], new GenerationOptions(), stop.Token));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error()
    {
        var backend = new SlurkBackend();
        var entry = new ModelEntry { Name = "chat-room", Backend = "slurk" };
        backend.GetAvailability(entry, Key()).ShouldBe(Availability.NeedsKey);
        var key = Key() with { Settings = new JsonMap([new("slurk_host", "http://127.0.0.1:9")]) };
        backend.GetAvailability(entry, key).ShouldBe(Availability.Ready);
        var error = await Should.ThrowAsync<ModelCallException>(() => backend.LoadModelAsync(entry, key, default));
        error.Id.ShouldBe("Clem.Backend.Unreachable");
    }

    [Theory]
    [InlineData("""{"join_timeout": "soon"}""")]
    [InlineData("""{"response_timeout": -1}""")]
    [InlineData("""{"bot_name": 5}""")]
    public async Task Settings_of_a_wrong_type_are_refused(string settings)
    {
        var entry = new ModelEntry { Name = "chat-room", Backend = "slurk", Properties = JsonMap.Parse(settings) };
        var error = await Should.ThrowAsync<ClemException>(() => new SlurkBackend().LoadModelAsync(entry, Key() with { BaseUrl = "http://127.0.0.1:9" }, default));
        error.Id.ShouldBe("Clem.Backend.InvalidSetting");
    }

    private static BackendKey Key() => new("slurk") { ApiKey = SlurkServer.ApiToken, Source = "/home/me/key.json" };

    // As the packaged registry has them: at the top level.
    private static ModelEntry Entry(SlurkServer server, string settings = "{}") => new()
    {
        Name = "chat-room",
        Backend = "slurk",
        Properties = new JsonMap([new("model_name", "chat-room"), new("backend", "slurk"), new("base_url", server.BaseUrl), .. JsonMap.Parse(settings)]),
    };

    private static Task<IModel> LoadAsync(SlurkServer server, string settings = "{}") => new SlurkBackend().LoadModelAsync(Entry(server, settings), Key(), default);

    private static Task<ModelResponse> AskAsync(IModel model, params ChatMessage[] messages) => model.GenerateAsync(messages, new GenerationOptions(), default);

    private static string Name(JsonElement told) => told.GetProperty("name").GetString()!;
}
