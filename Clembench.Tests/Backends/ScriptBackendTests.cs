using System.Diagnostics;
using System.Management.Automation.Runspaces;
using System.Text;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Models;
using Clembench.PowerShell.Hosting;
using static Clembench.Tests.Backends.ChatModels;

namespace Clembench.Tests.Backends;

/// <summary>Backends that are PowerShell scripts.</summary>
public class ScriptBackendTests
{
    private static readonly ModelEntry Entry = new() { Name = "script-model", Backend = "mine", ModelId = "model-id" };

    [Fact]
    public async Task A_script_is_given_model_messages_and_options()
    {
        await using var model = await LoadAsync("""
            param($Model, $Messages, $Options)
            @{
                Prompt       = [ordered]@{ id = $Model.ModelId; messages = $Messages; temperature = $Options.Temperature; most = $Options.MaxTokens; url = $Options.Key.BaseUrl }
                Response     = [pscustomobject]@{ choices = @(@{ text = 'yes' }); count = 3; ratio = 0.5; big = [bigint]::Parse('123456789012345678901'); none = $null; flag = $true; empty = @() }
                ResponseText = "I heard: $($Messages[-1].content)"
                PromptTokens = 4
            }
            """, Key("mine") with { BaseUrl = "http://here" });
        // A script is told where the image is, not what the record calls it.
        var image = ChatMessage.User("look") with { Images = [new ChatImage("images/a.png", "a.png")] };
        var response = await model.GenerateAsync([new("system", "be nice"), image, ChatMessage.User("hé \"😀\"")], new GenerationOptions(0.5, 20), default);
        response.Text.ShouldBe("I heard: hé \"😀\"");
        response.Prompt.GetRawText().ShouldBe(
            """{"id":"model-id","messages":[{"role":"system","content":"be nice"},{"role":"user","content":"look","image":["a.png"]},{"role":"user","content":"hé \"😀\""}],"temperature":0.5,"most":20,"url":"http://here"}""");
        response.Response.GetRawText().ShouldBe(
            """{"choices":[{"text":"yes"}],"count":3,"ratio":0.5,"big":123456789012345678901,"none":null,"flag":true,"empty":[]}""");
        response.PromptTokens.ShouldBe(4);
        response.CompletionTokens.ShouldBeNull();
    }

    [Fact]
    public async Task The_key_is_a_secure_string_and_is_not_recorded()
    {
        await using var model = await LoadAsync("""
            param($Model, $Messages, $Options)
            $plain = [Net.NetworkCredential]::new('', $Options.Key.ApiKey).Password
            if ($Messages[0].content -eq 'throw') { throw "cannot use $plain" }
            @{ Prompt = "sent $plain"; Response = @{ $plain = 1 }; ResponseText = $Options.Key.ApiKey.GetType().Name }
            """, Key("mine"));
        var response = await model.AskAsync("x");
        response.Text.ShouldBe("SecureString");
        response.Prompt.GetString().ShouldBe("sent ****");
        response.Response.GetRawText().ShouldBe("""{"****":1}""");
        (await Should.ThrowAsync<ClemException>(() => model.AskAsync("throw"))).ToString().ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("throw 'it broke'", "Clem.Backend.Failed", "it broke (line 2 of")]
    [InlineData("$null.Method()", "Clem.Backend.Failed", "line 2")]
    [InlineData("Get-Command No-SuchCommand; @{ Prompt = 1; Response = 2; ResponseText = '' }", "Clem.Backend.Failed", "'No-SuchCommand'")]
    [InlineData("", "Clem.Backend.InvalidResponse", "returned nothing")]
    [InlineData("'noise'; @{ Prompt = 1; Response = 2; ResponseText = '' }", "Clem.Backend.InvalidResponse", "returned 2 objects")]
    [InlineData("@{ Prompt = 1; Response = 2 }", "Clem.Backend.InvalidResponse", "without ResponseText")]
    [InlineData("@{ Prompt = 1; ResponseText = 'x' }", "Clem.Backend.InvalidResponse", "without Response ")]
    [InlineData("[pscustomobject]@{ Response = 1; ResponseText = 'x' }", "Clem.Backend.InvalidResponse", "without Prompt")]
    [InlineData("@{ Prompt = 1; Response = 2; ResponseText = 3 }", "Clem.Backend.InvalidResponse", "not a string")]
    [InlineData("@{ Prompt = [double]::NaN; Response = 2; ResponseText = '' }", "Clem.Backend.InvalidResponse", "NaN")]
    [InlineData("@{ Prompt = [Threading.Thread]::CurrentThread; Response = 2; ResponseText = '' }", "Clem.Backend.InvalidResponse", "System.Threading.Thread")]
    [InlineData("$a = @{}; $a.self = $a; @{ Prompt = $a; Response = 2; ResponseText = '' }", "Clem.Backend.InvalidResponse", "holds itself")]
    [InlineData("throw [Net.Http.HttpRequestException]::new('busy', $null, 429)", "Clem.Backend.RateLimited", "HTTP 429")]
    [InlineData("throw [Net.Http.HttpRequestException]::new('no', $null, 401)", "Clem.Backend.Unauthorized", "HTTP 401")]
    [InlineData("throw [Net.Http.HttpRequestException]::new('gone')", "Clem.Backend.Unreachable", "gone")]
    public async Task What_goes_wrong_is_said(string body, string id, string words)
    {
        await using var model = await LoadAsync($"param($Model, $Messages, $Options)\n{body}");
        var error = await Should.ThrowAsync<ClemException>(() => model.AskAsync("x"));
        error.Id.ShouldBe(id);
        error.Message.ShouldContain(words);
        (error as ModelCallException)?.IsTransient.ShouldBe(id is "Clem.Backend.RateLimited" or "Clem.Backend.Unreachable");
    }

    [Theory]
    [InlineData("param($Model, $Messages)", "$Options")]
    [InlineData("'no parameters'", "$Model, $Messages, $Options")]
    [InlineData("param($Model, $Messages, $Options)\nif (", "line 2")]
    public void A_script_of_another_form_is_refused_before_it_runs(string script, string words)
    {
        var error = Should.Throw<ClemException>(() => Load(script));
        error.Id.ShouldBe("Clem.Backend.LoadFailed");
        error.Message.ShouldContain(words);
    }

    [Fact]
    public async Task Calls_run_at_the_same_time_and_do_not_share_variables()
    {
        await using var model = await LoadAsync("""
            param($Model, $Messages, $Options)
            $mine = $Messages[0].content
            [Threading.Thread]::Sleep(300)
            @{ Prompt = $mine; Response = $mine; ResponseText = $mine }
            """);
        await model.AskAsync("warm");
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => model.AskAsync($"call {i}")));
        answers.Select(answer => answer.Text).ShouldBe(Enumerable.Range(0, 100).Select(i => $"call {i}"));

        // One after another they would take 30 s.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData("while ($true) { [Threading.Thread]::Sleep(10) }")]
    [InlineData("[Threading.Thread]::Sleep(4000)")]
    public async Task Cancelling_stops_a_script_at_once(string body)
    {
        var model = await LoadAsync($"param($Model, $Messages, $Options)\n{body}");
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();
        await Should.ThrowAsync<OperationCanceledException>(() => model.GenerateAsync(Hello, new GenerationOptions(), stop.Token));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        await model.DisposeAsync();
    }

    [Fact]
    public async Task A_pool_outlives_a_call_that_was_stopped()
    {
        await using var model = await LoadAsync("""
            param($Model, $Messages, $Options)
            while ($Messages[0].content -eq 'forever') { [Threading.Thread]::Sleep(10) }
            @{ Prompt = 1; Response = 2; ResponseText = 'fine' }
            """);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(() => model.GenerateAsync([ChatMessage.User("forever")], new GenerationOptions(), stop.Token));
        (await model.AskAsync("x")).Text.ShouldBe("fine");
    }

    [Fact]
    public void An_entry_says_whether_a_script_needs_a_key()
    {
        var backend = Load("param($Model, $Messages, $Options)");
        var entry = Entry with { Properties = Json.JsonMap.Parse("""{"requires_api_key": true}""") };
        backend.GetAvailability(Entry, null).ShouldBe(Availability.Ready);
        backend.GetAvailability(entry, null).ShouldBe(Availability.NeedsKey);
        backend.GetAvailability(entry, Key("mine")).ShouldBe(Availability.Ready);
    }

    [Fact]
    public void Every_value_that_json_has_comes_through()
    {
        var value = new object?[] { 'c', DayOfWeek.Friday, new Uri("http://a/"), 1.5f, 100.0, 1e-7, 2.50m, byte.MaxValue, ulong.MaxValue, Array.Empty<int>(), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc) };
        ScriptValue.ToElement(value).GetRawText().ShouldBe(
            """["c","Friday","http://a/",1.5,100.0,1e-07,2.50,255,18446744073709551615,[],"2026-01-02T03:04:05.0000000Z"]""");
        JsonElement.DeepEquals(ScriptValue.ToElement(JsonDocument.Parse("""{"a":[1,{"b":null}]}""").RootElement), JsonDocument.Parse("""{"a":[1,{"b":null}]}""").RootElement).ShouldBeTrue();
    }

    private static IBackend Load(string script) =>
        new ScriptBackendLoader(InitialSessionState.CreateDefault2()).Load(new BackendFile("mine", "/some/where/mine_api.ps1", Encoding.UTF8.GetBytes(script)));

    private static async Task<IModel> LoadAsync(string script, BackendKey? key = null) =>
        await new GuardedBackend("mine", Load(script)).LoadModelAsync(Entry, key, default);
}
