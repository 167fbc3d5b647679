using System.Diagnostics;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Runs;
using Clembench.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Clembench.Tests.Backends;

/// <summary>The decorators that a run puts around its models: rates, the circuit, the cache, telemetry.</summary>
public sealed class RunDecoratorTests : IDisposable
{
    private static readonly ChatMessage[] Conversation = [ChatMessage.User("Hello")];
    private static readonly ModelEntry Entry = new() { Name = "m", Backend = "test", Properties = JsonMap.Parse("""{"model_name": "m", "backend": "test"}""") };
    private readonly FakeTimeProvider _time = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Requests_keep_to_the_rate_of_the_entry()
    {
        var answered = new List<TimeSpan>();
        var start = _time.GetUtcNow();
        var model = new RateLimitedModel(new Scripted(() => { lock (answered) answered.Add(_time.GetUtcNow() - start); return "x"; }), 60, null, _time);
        var calls = Enumerable.Range(0, 120).Select(_ => model.GenerateAsync(Conversation, new(), default)).ToArray();
        for (var second = 0; second < 130 && !calls.All(call => call.IsCompleted); second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        await Task.WhenAll(calls);
        answered.Count(at => at <= TimeSpan.FromSeconds(60)).ShouldBeInRange(60, 68, "a minute's worth, and a tenth that may come at once");
        answered.Max().ShouldBeInRange(TimeSpan.FromSeconds(110), TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task Tokens_are_booked_as_they_turn_out_to_be()
    {
        // 600 tokens a minute; each call is estimated at 1 + 100 and takes 10.
        var model = new RateLimitedModel(new Scripted(() => "x") { Tokens = (5, 5) }, null, 600, _time);
        for (var call = 0; call < 5; call++)
            await model.GenerateAsync(Conversation, new GenerationOptions(0, 100), default).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_model_that_fails_for_good_is_not_asked_any_more()
    {
        var asked = 0;
        await using var model = new CircuitModel(new Scripted(() => { asked++; throw Failure(401); }), _time);
        var errors = new List<ModelCallException>();
        for (var call = 0; call < 20; call++)
            errors.Add(await Should.ThrowAsync<ModelCallException>(() => model.GenerateAsync(Conversation, new(), default)));
        asked.ShouldBe(5);
        errors[^1].Id.ShouldBe("Clem.Backend.GivenUp");
        errors[^1].Message.ShouldContain("status 401");
        errors[^1].Action.ShouldBe("Set the key.");
    }

    [Fact]
    public async Task A_model_that_is_down_is_waited_for_and_comes_back()
    {
        var isDown = true;
        var asked = 0;
        await using var model = new CircuitModel(new Scripted(() => { asked++; return isDown ? throw Failure(503, transient: true) : "back"; }), _time);
        for (var call = 0; call < 5; call++)
            await Should.ThrowAsync<ModelCallException>(() => model.GenerateAsync(Conversation, new(), default));

        var waiting = Enumerable.Range(0, 10).Select(_ => model.GenerateAsync(Conversation, new(), default)).ToArray();
        await Task.Delay(20);
        waiting.ShouldAllBe(call => !call.IsCompleted);
        asked.ShouldBe(5);
        isDown = false;
        _time.Advance(CircuitModel.Pauses[0]);
        (await Task.WhenAll(waiting)).ShouldAllBe(response => response.Text == "back");
    }

    [Fact]
    public async Task A_model_that_stays_down_is_given_up_after_the_last_pause()
    {
        await using var model = new CircuitModel(new Scripted(() => throw Failure(503, transient: true)), _time);
        var calls = Enumerable.Range(0, 40).Select(_ => Task.Run(() => model.GenerateAsync(Conversation, new(), default))).ToArray();
        while (!calls.All(call => call.IsCompleted))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        calls.ShouldAllBe(call => call.IsFaulted);
        calls.Count(call => ((ModelCallException)call.Exception!.InnerException!).Id == "Clem.Backend.GivenUp").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_concerns_one_conversation_does_not_count()
    {
        var asked = 0;
        await using var model = new CircuitModel(new Scripted(() => { asked++; throw new ContextExceededException("too long"); }), _time);
        for (var call = 0; call < 20; call++)
            await Should.ThrowAsync<ContextExceededException>(() => model.GenerateAsync(Conversation, new(), default));
        asked.ShouldBe(20);
    }

    [Fact]
    public async Task The_same_call_is_answered_from_the_cache_with_the_very_same_record()
    {
        var asked = 0;
        IModel Model(ModelEntry? entry = null) => new CachingModel(new Scripted(() => $"answer {++asked} \ud83d\ude00") { Tokens = (7, 3) }, entry ?? Entry, _folder.Path);
        var first = await Model().GenerateAsync(Conversation, new(), default);
        var second = await Model().GenerateAsync(Conversation, new(), default);
        (first.FromCache, second.FromCache, asked).ShouldBe((false, true, 1));
        (second.Text, second.PromptTokens, second.CompletionTokens).ShouldBe((first.Text, 7L, 3L));
        second.Prompt.GetRawText().ShouldBe(first.Prompt.GetRawText());
        second.Response.GetRawText().ShouldBe(first.Response.GetRawText());

        await Model().GenerateAsync(Conversation, new(Temperature: 0.5), default);
        await Model().GenerateAsync(Conversation, new(Temperature: 0.5), default);
        asked.ShouldBe(3, "sampled responses differ from call to call");
        await Model().GenerateAsync(Conversation, new(MaxTokens: 5), default);
        await Model().GenerateAsync([.. Conversation, ChatMessage.Assistant("x"), ChatMessage.User("y")], new(), default);
        await Model(Entry with { Properties = JsonMap.Parse("""{"model_name": "m", "backend": "test", "reasoning_effort": "high"}""") }).GenerateAsync(Conversation, new(), default);
        asked.ShouldBe(6);
    }

    [Fact]
    public async Task A_damaged_cache_file_is_written_anew()
    {
        var asked = 0;
        var model = new CachingModel(new Scripted(() => $"answer {++asked}"), Entry, _folder.Path);
        await model.GenerateAsync(Conversation, new(), default);
        await File.WriteAllTextAsync(Directory.EnumerateFiles(_folder.Path, "*.json", SearchOption.AllDirectories).Single(), "{\"prompt\": ");
        (await model.GenerateAsync(Conversation, new(), default)).Text.ShouldBe("answer 2");
        (await model.GenerateAsync(Conversation, new(), default)).ShouldSatisfyAllConditions(r => r.Text.ShouldBe("answer 2"), r => r.FromCache.ShouldBeTrue());
    }

    [Fact]
    public async Task Calls_can_be_observed_without_what_is_said()
    {
        var seen = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MeteredModel.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(tag => tag is { Key: "gen_ai.provider.name", Value: "test-observed" }))
                    seen.Add(string.Join(";", activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")) + activity.Status);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var model = new MeteredModel(new Scripted(() => "secret answer") { Tokens = (7, 3) }, "test-observed");
        await model.GenerateAsync(Conversation, new(), default);
        await Should.ThrowAsync<ModelCallException>(() => new MeteredModel(new Scripted(() => throw Failure(500)), "test-observed").GenerateAsync(Conversation, new(), default));
        seen.Count.ShouldBe(2);
        seen[0].ShouldContain("gen_ai.usage.input_tokens=7");
        seen[1].ShouldContain("error.type=Clem.Backend.Test");
        seen.ShouldAllBe(text => !text.Contains("secret answer", StringComparison.Ordinal) && !text.Contains("Hello", StringComparison.Ordinal));
    }

    [Fact]
    public void Prices_are_for_a_million_tokens()
    {
        ModelPrice? Price(string pricing) => ModelPrice.Of(Entry with { Properties = JsonMap.Parse($$$"""{"model_name": "m", "backend": "test", "model_config": {"pricing": {{{pricing}}} } }""") });
        Price("""{"prompt": 2.5, "completion": 10}""")!.CostOf(2_000_000, 100_000).ShouldBe(6m);
        Price("""{"prompt": "0.15", "completion": "0.60"}""")!.CostOf(1_000_000, 1_000_000).ShouldBe(0.75m);
        Price("""{"prompt": 1}""").ShouldBeNull();
        Price("\"free\"").ShouldBeNull();
        ModelPrice.Of(Entry).ShouldBeNull();
    }

    [Fact]
    public void A_rate_that_is_none_is_refused()
    {
        var entry = Entry with { Properties = JsonMap.Parse("""{"model_name": "m", "backend": "test", "requests_per_minute": "many"}""") };
        Should.Throw<ClemException>(() => new CallPolicy().Apply(new Scripted(() => "x"), entry)).Message.ShouldBe("'requests_per_minute' of the model 'm' is no number greater than 0.");
    }

    public void Dispose() => _folder.Dispose();

    private static ModelCallException Failure(int status, bool transient = false) =>
        new("Clem.Backend.Test", ErrorKind.Connection, $"The service answers with status {status}.", "Set the key.") { Status = status, IsTransient = transient };

    private sealed class Scripted(Func<string> answer) : IModel
    {
        public string Name => "m";

        public (long Prompt, long Completion)? Tokens { get; init; }

        public Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
        {
            try
            {
                var text = answer();
                return Task.FromResult(new ModelResponse(
                    JsonData.ToElement(new JsonMap([new("content", messages[^1].Content)])),
                    JsonSerializer.SerializeToElement(new { text, cut = 1.50 }), text)
                { PromptTokens = Tokens?.Prompt, CompletionTokens = Tokens?.Completion });
            }
            catch (ModelCallException error)
            {
                return Task.FromException<ModelResponse>(error);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
