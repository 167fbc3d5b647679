using Clembench.Backends;
using Clembench.Common;
using Clembench.Tests.Servers;
using static Clembench.Tests.Backends.ChatModels;

namespace Clembench.Tests.Backends;

/// <summary>Repetition and time limits.</summary>
public class DecoratorTests
{
    [Fact]
    public async Task Transient_errors_are_repeated_until_it_works()
    {
        var time = new ManualTime();
        var notices = new List<RetryNotice>();
        await using var server = await OpenAiServer.StartAsync(
            Reply.Error(500, "no"), Reply.Cut(Reply.Text(new string('x', 1000))), Reply.Json("half {"), Reply.Text("at last"));
        await using var model = new RetryingModel(await LoadAsync(server), 3, time, notices.Add);
        (await model.AskAsync("x")).Text.ShouldBe("at last");
        server.Calls.Count.ShouldBe(4);
        notices.Select(notice => notice.Attempt).ShouldBe([1, 2, 3]);
        notices.Select(notice => notice.Error.Id).ShouldBe(["Clem.Backend.ServerError", "Clem.Backend.Unreachable", "Clem.Backend.InvalidResponse"]);
        notices.Zip(time.Waits).ShouldAllBe(pair => (pair.First.Delay - pair.Second).Duration() < TimeSpan.FromMilliseconds(2));
        time.Waits.ShouldAllBe(wait => wait <= RetryingModel.LongestDelay);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public async Task The_last_error_passes_when_the_limit_is_reached(int limit, int calls)
    {
        await using var server = await OpenAiServer.StartAsync(Reply.Error(503, "no"));
        await using var model = new RetryingModel(await LoadAsync(server), limit, new ManualTime());
        (await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"))).Status.ShouldBe(503);
        server.Calls.Count.ShouldBe(calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Errors_that_stay_are_never_repeated(int status)
    {
        await using var server = await OpenAiServer.StartAsync(Reply.Error(status, "no"));
        await using var model = new RetryingModel(await LoadAsync(server), 5, new ManualTime());
        await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"));
        server.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_wait_that_the_service_asks_for_is_kept_exactly()
    {
        var time = new ManualTime();
        var serverNow = time.GetUtcNow();
        await using var server = await OpenAiServer.StartAsync(
            Reply.RateLimited(TimeSpan.FromSeconds(42)),
            Reply.Error(429, "x", null, ("Date", serverNow.ToString("R")), ("Retry-After", serverNow.AddSeconds(99).ToString("R"))),
            Reply.Error(429, "x", null, ("retry-after-ms", "1500")),
            Reply.Text("at last"));
        await using var model = new RetryingModel(await LoadAsync(server), 3, time);
        (await model.AskAsync("x")).Text.ShouldBe("at last");
        time.Waits.ShouldBe([TimeSpan.FromSeconds(42), TimeSpan.FromSeconds(99), TimeSpan.FromSeconds(1.5)]);
    }

    [Fact]
    public async Task A_wait_until_tomorrow_is_an_error()
    {
        await using var server = await OpenAiServer.StartAsync(Reply.RateLimited(TimeSpan.FromHours(9)));
        await using var model = new RetryingModel(await LoadAsync(server), 3, new ManualTime());
        (await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"))).RetryAfter.ShouldBe(TimeSpan.FromHours(9));
        server.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting()
    {
        await using var server = await OpenAiServer.StartAsync(Reply.RateLimited(TimeSpan.FromMinutes(5)));
        await using var model = new RetryingModel(await LoadAsync(server), 3);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await Should.ThrowAsync<OperationCanceledException>(() => model.GenerateAsync(Hello, new GenerationOptions(), stop.Token));
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_a_timeout()
    {
        await using var server = await OpenAiServer.StartAsync(Reply.Slow(TimeSpan.FromMinutes(5), Reply.Text("late")));
        await using var model = new TimeLimitedModel(await LoadAsync(server), TimeSpan.FromMilliseconds(300));
        var error = await Should.ThrowAsync<ModelCallException>(() => model.AskAsync("x"));
        error.Id.ShouldBe("Clem.Backend.Timeout");
        error.Kind.ShouldBe(ErrorKind.Timeout);
        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("0.3 s");
    }

    [Fact]
    public async Task Cancelling_is_no_timeout()
    {
        await using var server = await OpenAiServer.StartAsync(Reply.Slow(TimeSpan.FromMinutes(5), Reply.Text("late")));
        await using var model = new TimeLimitedModel(await LoadAsync(server), TimeSpan.FromMinutes(1));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(() => model.GenerateAsync(Hello, new GenerationOptions(), stop.Token));
    }

    [Fact]
    public async Task Each_attempt_has_the_whole_time()
    {
        await using var server = await OpenAiServer.StartAsync(
            Reply.Slow(TimeSpan.FromMinutes(5), Reply.Text("late")), Reply.Slow(TimeSpan.FromMilliseconds(100), Reply.Text("in time")));
        await using var model = new RetryingModel(new TimeLimitedModel(await LoadAsync(server), TimeSpan.FromSeconds(2)), 1, new ManualTime());
        (await model.AskAsync("x")).Text.ShouldBe("in time");
    }
}
