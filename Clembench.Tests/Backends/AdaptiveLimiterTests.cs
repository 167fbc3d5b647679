using Clembench.Backends;
using Microsoft.Extensions.Time.Testing;

namespace Clembench.Tests.Backends;

/// <summary>How many calls a service is sent at once.</summary>
public class AdaptiveLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task It_triples_with_every_round_of_answers_up_to_the_cap()
    {
        var limiter = new AdaptiveLimiter(900, _time);
        var limits = new List<int>();
        for (var round = 0; round < 5; round++)
        {
            limits.Add(limiter.Limit);
            await RoundAsync(limiter, permit => permit.Succeeded());
        }

        limits.ShouldBe([64, 192, 576, 900, 900]);
    }

    [Fact]
    public async Task A_limit_that_is_not_used_does_not_grow()
    {
        var limiter = new AdaptiveLimiter(300, _time);
        for (var call = 0; call < 1000; call++)
            (await limiter.AcquireAsync("m", default)).Succeeded();
        limiter.Limit.ShouldBe(64);
    }

    [Fact]
    public async Task A_burst_of_refusals_cuts_once_and_growth_goes_on_slowly_after_a_while()
    {
        var limiter = new AdaptiveLimiter(300, _time);
        await RoundAsync(limiter, permit => permit.Succeeded());
        await RoundAsync(limiter, permit => permit.RateLimited(null));
        limiter.Limit.ShouldBe(153, "192 less a fifth, once");
        await RoundAsync(limiter, permit => permit.Succeeded());
        limiter.Limit.ShouldBe(153, "the service recovers first");

        _time.Advance(TimeSpan.FromSeconds(16));
        await RoundAsync(limiter, permit => permit.Succeeded());
        limiter.Limit.ShouldBeInRange(155, 162, "a twentieth a round");
    }

    [Fact]
    public async Task It_never_falls_below_one()
    {
        var limiter = new AdaptiveLimiter(4, _time);
        for (var round = 0; round < 50; round++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await RoundAsync(limiter, permit => permit.RateLimited(null));
        }

        limiter.Limit.ShouldBe(1);
        (await limiter.AcquireAsync("m", default)).Ended();
    }

    [Fact]
    public async Task A_failing_server_stops_the_growth_and_cuts_nothing()
    {
        var limiter = new AdaptiveLimiter(300, _time);
        (await limiter.AcquireAsync("m", default)).ServerFailed(null);
        await RoundAsync(limiter, permit => permit.Succeeded());
        limiter.Limit.ShouldBe(64);
        _time.Advance(TimeSpan.FromSeconds(6));
        await RoundAsync(limiter, permit => permit.Succeeded());
        limiter.Limit.ShouldBe(192);
    }

    [Fact]
    public async Task No_call_starts_before_the_time_that_the_service_asks_for()
    {
        var limiter = new AdaptiveLimiter(300, _time);
        (await limiter.AcquireAsync("m", default)).RateLimited(TimeSpan.FromSeconds(30));
        var waiting = Enumerable.Range(0, 5).Select(_ => limiter.AcquireAsync("m", default).AsTask()).ToArray();
        _time.Advance(TimeSpan.FromSeconds(29));
        waiting.ShouldAllBe(call => !call.IsCompleted);
        limiter.Pause.ShouldBe(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        foreach (var permit in await Task.WhenAll(waiting))
            permit.Ended();
        limiter.InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task No_more_calls_start_than_the_service_says_it_still_takes()
    {
        var limiter = new AdaptiveLimiter(300, _time);
        var first = await limiter.AcquireAsync("m", default);
        limiter.Allow("m", new RateAllowance(2, TimeSpan.FromSeconds(20)));
        first.Succeeded();
        var waiting = Enumerable.Range(0, 5).Select(_ => limiter.AcquireAsync("m", default).AsTask()).ToArray();
        waiting.Count(call => call.IsCompleted).ShouldBe(2);

        // Another model of the service has limits of its own.
        (await limiter.AcquireAsync("other", default).AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Ended();

        // A later answer says that there is room again before the period ends.
        limiter.Allow("m", new RateAllowance(1, TimeSpan.FromSeconds(20)));
        (await waiting[0]).Succeeded();
        await Until(() => waiting.Count(call => call.IsCompleted) == 3);
        (await waiting[1]).Succeeded();
        waiting.Count(call => call.IsCompleted).ShouldBe(3);

        _time.Advance(TimeSpan.FromSeconds(20));
        foreach (var permit in (await Task.WhenAll(waiting)).Skip(2))
            permit.Ended();
        limiter.InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task A_model_whose_limits_have_reset_goes_on_while_another_one_waits_for_a_place()
    {
        var limiter = new AdaptiveLimiter(1, _time);
        var slow = await limiter.AcquireAsync("slow", default);
        limiter.Allow("other", new RateAllowance(0, TimeSpan.FromSeconds(60)));
        var more = limiter.AcquireAsync("slow", default).AsTask();
        var other = limiter.AcquireAsync("other", default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(60));
        (await other.WaitAsync(TimeSpan.FromSeconds(30))).Ended();
        slow.Ended();
        (await more).Ended();
    }

    [Fact]
    public async Task Those_who_wait_are_served_in_order_and_those_who_give_up_take_no_place()
    {
        var limiter = new AdaptiveLimiter(1, _time);
        var first = await limiter.AcquireAsync("m", default);
        using var impatient = new CancellationTokenSource();
        var second = limiter.AcquireAsync("m", impatient.Token).AsTask();
        var third = limiter.AcquireAsync("m", default).AsTask();
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => second);

        third.IsCompleted.ShouldBeFalse();
        first.Ended();
        (await third).Ended();
        limiter.InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task A_slow_model_does_not_starve_another_one_of_the_same_service()
    {
        var limiter = new AdaptiveLimiter(2, _time);
        var slow = new[] { await limiter.AcquireAsync("slow", default), await limiter.AcquireAsync("slow", default) };
        var more = limiter.AcquireAsync("slow", default).AsTask();
        var other = await limiter.AcquireAsync("other", default).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        var next = limiter.AcquireAsync("other", default).AsTask();
        (more.IsCompleted, next.IsCompleted).ShouldBe((false, false));

        // A place that comes free goes to the model with fewer calls under way.
        other.Ended();
        var served = await next.WaitAsync(TimeSpan.FromSeconds(30));
        more.IsCompleted.ShouldBeFalse();
        served.Ended();
        slow[0].Ended();
        (await more).Ended();
        slow[1].Ended();
        limiter.InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task Permits_are_never_lost_whatever_happens()
    {
        var limiter = new AdaptiveLimiter(64, TimeProvider.System);
        await Parallel.ForEachAsync(Enumerable.Range(0, 20_000), new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (number, _) =>
        {
            using var patience = new CancellationTokenSource();
            if (number % 7 == 0)
                await patience.CancelAsync();
            try
            {
                var permit = await limiter.AcquireAsync($"m{number % 3}", patience.Token);
                await Task.Yield();
                switch (number % 5)
                {
                    case 0: permit.RateLimited(number % 50 == 0 ? TimeSpan.FromMilliseconds(1) : null); break;
                    case 1: permit.ServerFailed(null); break;
                    case 2: permit.Ended(); break;
                    default: permit.Succeeded(); break;
                }
            }
            catch (OperationCanceledException)
            {
                // Gave up before its turn.
            }
        });
        limiter.InFlight.ShouldBe(0);
        limiter.Limit.ShouldBeInRange(1, 64);
    }

    // Those who are served go on elsewhere.
    private static async Task Until(Func<bool> condition)
    {
        for (var attempt = 0; attempt < 3000 && !condition(); attempt++)
            await Task.Delay(10);
        condition().ShouldBeTrue();
    }

    private static async Task RoundAsync(AdaptiveLimiter limiter, Action<AdaptiveLimiter.Permit> end)
    {
        var permits = new List<AdaptiveLimiter.Permit>();
        for (var limit = limiter.Limit; limit > 0; limit--)
            permits.Add(await limiter.AcquireAsync("m", default));
        // The places are taken again at once, as under load.
        var others = permits.Concat(permits).Concat(permits).Select(_ => limiter.AcquireAsync("m", default).AsTask()).ToArray();
        foreach (var permit in permits)
            end(permit);
        foreach (var other in others)
            (await other).Ended();
        limiter.InFlight.ShouldBe(0);
    }
}
