using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Tests.Servers;

namespace Clembench.Tests.HuggingFace;

/// <summary>What is missing, forbidden or broken is told apart, and says what to do; the token is in no message.</summary>
public class HubErrorTests
{
    private const string Secret = "hf_0123456789abcdefghij";

    public static TheoryData<string, bool, string, string> Refusals => new()
    {
        { "missing", false, "Clem.Hub.RepositoryNotFound", "401 to both while no token is set" },
        { "missing", true, "Clem.Hub.RepositoryNotFound", "token from env:HF_TOKEN" },
        { "private", false, "Clem.Hub.RepositoryNotFound", "private" },
        { "gated", false, "Clem.Hub.GatedRepository", "no token is set" },
        { "gated", true, "Clem.Hub.GatedRepository", "token from env:HF_TOKEN has no access" },
        { "revision", false, "Clem.Hub.RevisionNotFound", "'absent'" },
        { "file", false, "Clem.Hub.FileNotFound", "'config.json'" },
        { "token", true, "Clem.Hub.InvalidToken", "refuses the token from env:HF_TOKEN" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_says_what_it_is(string what, bool withToken, string id, string text)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Token = what == "token" ? "another" : Secret;
        if (what != "missing")
        {
            var repository = hub.Server.Add(HubFixture.Id, ("other.json", HubFixture.Text("{}")));
            repository.IsPrivate = what == "private";
            repository.IsGated = what == "gated";
        }

        var client = hub.Client(settings => withToken ? settings with { Token = Secret, TokenSource = "env:HF_TOKEN" } : settings);
        var asked = new HubRepository(HubFixture.Id, what == "revision" ? "absent" : "main");
        var error = await HubFixture.FailsAsync(client.GetFileAsync(asked, "config.json", null, HubFixture.Token));

        error.Id.ShouldBe(id);
        error.Message.ShouldContain(text);
        if (what != "token")
            error.Message.ShouldContain("owner/model");
        error.Action.ShouldNotBeNullOrEmpty();
        $"{error} {error.Action}".ShouldNotContain(Secret);
        if (what == "file")
            (await client.TryGetFileAsync(asked, "config.json", null, HubFixture.Token)).ShouldBeNull();
        else
            (await HubFixture.FailsAsync(client.TryGetFileAsync(asked, "config.json", null, HubFixture.Token))).Id.ShouldBe(id);
        if (what != "file")
            hub.CacheFiles().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("missing", "Clem.Hub.RepositoryNotFound")]
    [InlineData("revision", "Clem.Hub.RevisionNotFound")]
    public async Task The_information_tells_them_apart_too(string what, string id)
    {
        await using var hub = await HubFixture.StartAsync();
        if (what != "missing")
            hub.Server.Add(HubFixture.Id);

        var error = await HubFixture.FailsAsync(hub.Client().GetModelInfoAsync(new HubRepository(HubFixture.Id, "absent"), HubFixture.Token));

        error.Id.ShouldBe(id);
    }

    [Fact]
    public async Task A_gated_repository_shows_its_information_and_lets_in_whoever_has_access()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Token = Secret;
        var repository = hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        (repository.IsGated, repository.LetsIn) = (true, true);

        (await hub.Client().GetModelInfoAsync(HubFixture.Repository, HubFixture.Token)).Gated.ShouldBe(HubGate.Manual);
        await hub.Client(settings => settings with { Token = Secret }).GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
    }

    [Fact]
    public async Task A_revision_that_is_gone_is_not_served_from_the_cache()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id).Commit("branch", ("config.json", HubFixture.Text("{}")));
        await hub.Client().GetFileAsync(new HubRepository(HubFixture.Id, "branch"), "config.json", null, HubFixture.Token);
        hub.Server.Add(HubFixture.Id);

        (await HubFixture.FailsAsync(hub.Client().GetFileAsync(new HubRepository(HubFixture.Id, "branch"), "config.json", null, HubFixture.Token)))
            .Id.ShouldBe("Clem.Hub.RevisionNotFound");
    }

    [Fact]
    public async Task Nobody_there_is_an_error_that_names_the_address()
    {
        await using var hub = await HubFixture.StartAsync();
        var client = hub.Client(settings => settings with { Endpoint = new Uri("http://127.0.0.1:9"), Token = Secret });

        foreach (var call in (Task[])[client.GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token), client.GetModelInfoAsync(HubFixture.Repository, HubFixture.Token)])
        {
            var error = await HubFixture.FailsAsync(call);
            error.Id.ShouldBe("Clem.Hub.Unreachable");
            error.Kind.ShouldBe(ErrorKind.Connection);
            error.Message.ShouldContain("http://127.0.0.1:9");
            error.ToString().ShouldNotContain(Secret);
        }

        hub.Time.Waits.ShouldBeEmpty("nobody listens: asking again at once is of no use");
    }

    [Fact]
    public async Task Offline_the_information_is_not_asked_for()
    {
        await using var hub = await HubFixture.StartAsync();

        (await HubFixture.FailsAsync(hub.Client(settings => settings with { Offline = true }).GetModelInfoAsync(HubFixture.Repository, HubFixture.Token))).Id.ShouldBe("Clem.Hub.Offline");
        hub.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_hub_is_not_taken_for_a_repository_without_files()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Fault = _ => new HubFault { Status = 404 };

        (await HubFixture.FailsAsync(hub.Client().TryGetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token))).Id.ShouldBe("Clem.Hub.UnexpectedAnswer");
    }

    [Theory]
    [InlineData("../../../x", null)]
    [InlineData("not-a-commit", null)]
    [InlineData(null, "\"../../x\"")]
    [InlineData(null, "\"..\"")]
    [InlineData(null, "\"a/b\"")]
    [InlineData(null, "\"a\\b\"")]
    [InlineData(null, "\"C:x\"")]
    [InlineData(null, "\"\"")]
    [InlineData(null, "\"NUL\"")]
    [InlineData(null, "\"x.incomplete\"")]
    public async Task A_commit_or_ETag_that_is_no_plain_name_is_refused(string? commit, string? etag)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")), ("model.safetensors", HubFixture.Text("x")));
        hub.Server.Fault = _ => new HubFault { Commit = commit, ETag = etag };

        foreach (var name in (string[])["config.json", "model.safetensors"])
        {
            (await HubFixture.FailsAsync(hub.Client().GetFileAsync(HubFixture.Repository, name, null, HubFixture.Token))).Id.ShouldBe("Clem.Hub.InvalidResponse");
        }

        hub.CacheFiles().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("")]
    [InlineData("{\"id\": ")]
    public async Task Information_that_is_no_JSON_object_is_refused(string body)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Fault = _ => new HubFault { Status = 200, Content = HubFixture.Text(body) };

        (await HubFixture.FailsAsync(hub.Client().GetModelInfoAsync(HubFixture.Repository, HubFixture.Token))).Id.ShouldBe("Clem.Hub.InvalidResponse");
    }

    [Theory]
    [InlineData("hf_with space")]
    [InlineData("hf_with\nline")]
    [InlineData("hf_ümlaut")]
    public async Task A_token_that_cannot_be_sent_is_refused_without_being_shown(string token)
    {
        await using var hub = await HubFixture.StartAsync();

        var error = await HubFixture.FailsAsync(hub.Client(settings => settings with { Token = token, TokenSource = "env:HF_TOKEN" })
            .GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token));

        error.Id.ShouldBe("Clem.Hub.InvalidToken");
        error.ToString().ShouldNotContain(token);
        hub.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_server_says_cannot_steer_the_terminal_or_show_the_token()
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Fault = _ => new HubFault { Status = 403, Headers = [("X-Error-Message", $"no \t{Secret} for you")] };

        var error = await HubFixture.FailsAsync(hub.Client(settings => settings with { Token = Secret }).GetModelInfoAsync(HubFixture.Repository, HubFixture.Token));

        error.Id.ShouldBe("Clem.Hub.Forbidden");
        error.Message.ShouldContain("no **** for you");
    }

    [Fact]
    public async Task The_information_is_read()
    {
        await using var hub = await HubFixture.StartAsync();
        var repository = hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")), ("model.safetensors", HubFixture.Large(100)), ("../evil.json", [1]));
        repository.Members["gated"] = "auto";
        repository.Members["tags"] = new[] { "license:mit", "en" };
        repository.Members["pipeline_tag"] = "text-generation";
        repository.Members["library_name"] = "transformers";
        repository.Members["downloads"] = 12345L;
        repository.Members["likes"] = 7;
        repository.Members["lastModified"] = "2026-02-03T04:05:06.000Z";
        repository.Members["cardData"] = new { license = "mit", language = new[] { "en" } };
        repository.Members["config"] = new { model_type = "llama", architectures = new[] { "LlamaForCausalLM" } };
        repository.Members["safetensors"] = new { parameters = new { BF16 = 5_000_000_000L }, total = 5_000_000_000L };

        var info = await hub.Client().GetModelInfoAsync(HubFixture.Repository, HubFixture.Token);

        info.Id.ShouldBe(HubFixture.Id);
        info.Commit!.Length.ShouldBe(40);
        info.Gated.ShouldBe(HubGate.Auto);
        info.Private.ShouldBeFalse();
        info.Tags.ShouldBe(["license:mit", "en"]);
        (info.PipelineTag, info.LibraryName, info.Downloads, info.Likes).ShouldBe(("text-generation", "transformers", 12345L, 7L));
        info.LastModified.ShouldBe(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero));
        info.ParameterCount.ShouldBe(5_000_000_000L);
        info.CardData["license"].ShouldBe("mit");
        info.Config["model_type"].ShouldBe("llama");
        info.Files.ShouldBe(
        [
            new HubModelFile("config.json", 2, null),
            new HubModelFile("model.safetensors", 100, HubServerRepository.Sha256(HubFixture.Large(100))),
        ]);
        info.RefusedFileNames.ShouldBe(["../evil.json"]);
        hub.Server.Requests.Single().Path.ShouldBe("/api/models/owner/model/revision/main?blobs=true");
    }
}
