using System.Collections.Concurrent;
using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Batching;
using Clembench.Common;

namespace Clembench.Tests.Llama;

/// <summary>The thread that computes, on a context whose every step is looked at.</summary>
public sealed class BatchPumpTests
{
    private const int Poison = 5000;

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(-3)]
    public async Task A_batch_that_cannot_be_computed_is_computed_in_parts_and_nobody_notices(int code)
    {
        var context = new FakeBatchContext(1024) { OnEvaluate = batch => Sequences(batch) > 1 ? code : 0 };
        var prompts = Enumerable.Range(0, 8).Select(i => Prompt(20 + 11 * i, i)).ToArray();
        (await AllAsync(context, prompts, 30)).ShouldBe(prompts.Select(prompt => context.Answer(prompt, 30)));
    }

    [Fact]
    public async Task A_long_piece_of_a_prompt_that_cannot_be_computed_is_computed_in_smaller_ones()
    {
        var context = new FakeBatchContext(1024) { OnEvaluate = batch => batch.Count > 5 ? -3 : 0 };
        var prompts = Enumerable.Range(0, 3).Select(i => Prompt(40 + i, i)).ToArray();
        (await AllAsync(context, prompts, 30)).ShouldBe(prompts.Select(prompt => context.Answer(prompt, 30)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-3)]
    public async Task Only_the_conversation_that_cannot_be_computed_fails(int code)
    {
        var context = new FakeBatchContext(1024) { OnEvaluate = batch => batch.Any(one => one.Token == Poison) ? code : 0 };
        var prompts = Enumerable.Range(0, 8).Select(i => Prompt(20 + i, i)).ToArray();
        prompts[3][15] = Poison;
        var pump = new BatchPump(context, 8, "fake");
        var calls = context.WhileHeld(() => prompts.Select(prompt => pump.CompleteAsync(new LlamaRequest(prompt, 30), default)).ToArray());

        var error = await Should.ThrowAsync<ModelCallException>(() => calls[3]);
        (error.Id, error.IsTransient).ShouldBe(("Clem.Llama.DecodeFailed", false));
        error.Message.ShouldContain($"code {code}");
        foreach (var (prompt, call) in prompts.Zip(calls).Where((_, i) => i != 3))
            (await call).Tokens.ShouldBe(context.Answer(prompt, 30));
        await pump.StopAsync();
    }

    [Fact]
    public async Task Where_nothing_can_be_computed_the_calls_may_be_repeated()
    {
        // From the step on in which all of them are there.
        var (isBroken, isMended) = (false, false);
        var context = new FakeBatchContext(1024)
        {
            OnEvaluate = batch => (isBroken |= Sequences(batch) == 4) && !Volatile.Read(ref isMended) ? -3 : 0,
            AnswerLength = 500,
        };
        var pump = new BatchPump(context, 8, "fake");
        var prompts = Enumerable.Range(0, 4).Select(i => Prompt(5 + i, i)).ToArray();
        var calls = context.WhileHeld(() => prompts.Select(prompt => pump.CompleteAsync(new LlamaRequest(prompt, 200), default)).ToArray());
        foreach (var call in calls)
        {
            var error = await Should.ThrowAsync<ModelCallException>(() => call);
            (error.Id, error.IsTransient).ShouldBe(("Clem.Llama.DecodeFailed", true));
        }

        Volatile.Write(ref isMended, true);
        (await pump.CompleteAsync(new LlamaRequest(prompts[0], 200), default)).Tokens.ShouldBe(context.Answer(prompts[0], 200));
        await pump.StopAsync();
    }

    [Fact]
    public async Task Conversations_whose_state_is_lost_with_a_step_may_be_repeated()
    {
        var failed = 0;
        var context = new FakeBatchContext(1024)
        {
            CanTruncate = false,
            OnEvaluate = batch => Sequences(batch) == 4 && Interlocked.Exchange(ref failed, 1) == 0 ? -3 : 0,
        };
        var pump = new BatchPump(context, 8, "fake");
        var prompts = Enumerable.Range(0, 4).Select(i => Prompt(50 + i, i)).ToArray();
        var calls = context.WhileHeld(() => prompts.Select(prompt => pump.CompleteAsync(new LlamaRequest(prompt, 30), default)).ToArray());
        var errors = 0;
        foreach (var (prompt, call) in prompts.Zip(calls))
        {
            try
            {
                (await call).Tokens.ShouldBe(context.Answer(prompt, 30));
            }
            catch (ModelCallException error)
            {
                error.IsTransient.ShouldBeTrue();
                errors++;
            }
        }

        errors.ShouldBeGreaterThan(1);
        (await pump.CompleteAsync(new LlamaRequest(prompts[0], 30), default)).Tokens.ShouldBe(context.Answer(prompts[0], 30));
        await pump.StopAsync();
    }

    [Fact]
    public async Task A_thread_that_ended_says_why_to_all_who_come_later()
    {
        var context = new FakeBatchContext(1024) { Fails = true };
        var pump = new BatchPump(context, 8, "fake");
        pump.Failed.IsCompleted.ShouldBeFalse();
        for (var i = 0; i < 3; i++)
        {
            var error = await Should.ThrowAsync<ClemException>(() => pump.CompleteAsync(new LlamaRequest(Prompt(5, 1), 3), default));
            error.Id.ShouldBe("Clem.Llama.Failed");
            error.Message.ShouldContain("There are no logits.");
            pump.Failed.IsCompletedSuccessfully.ShouldBeTrue();
        }

        await pump.StopAsync();
    }

    [Fact]
    public async Task Answers_that_may_fill_the_context_are_generated_side_by_side()
    {
        // Of eight that may each fill the cache, most are short.
        var context = new FakeBatchContext(8192) { AnswerLength = 300 };
        var prompts = Enumerable.Range(0, 8).Select(i => Prompt(100, i)).ToArray();
        (await AllAsync(context, prompts, 8192 - 100)).ShouldBe(prompts.Select(prompt => context.Answer(prompt, 8000)));
        context.MostAtOnce.ShouldBe(8);
    }

    [Theory]
    [InlineData(1500, 1000)]
    [InlineData(2100, 1900)]
    [InlineData(5000, 1200)]
    public async Task Where_long_answers_do_not_fit_beside_each_other_they_come_one_after_the_other(int cells, int length)
    {
        var context = new FakeBatchContext(cells) { AnswerLength = length };
        var prompts = Enumerable.Range(0, 6).Select(i => Prompt(90, i % 4)).ToArray();
        (await AllAsync(context, prompts, cells - 90)).ShouldBe(prompts.Select(prompt => context.Answer(prompt, cells - 90)));
        context.MostAtOnce.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Steps_are_counted_while_something_is_computed()
    {
        var counts = new ConcurrentBag<long>();
        BatchPump? pump = null;
        var context = new FakeBatchContext(1024) { OnEvaluate = _ => { counts.Add(Volatile.Read(ref pump)?.Steps ?? 0); return 0; } };
        Volatile.Write(ref pump, new BatchPump(context, 8, "fake"));
        await pump!.CompleteAsync(new LlamaRequest(Prompt(20, 1), 9), default);
        counts.Distinct().Count().ShouldBe(9);
        await pump.StopAsync();
    }

    [Fact]
    public void A_sequence_that_need_not_be_copied_is_taken_before_others()
    {
        var cache = new PrefixCache(new FakeBatchContext(100), 100);
        var prompt = Prompt(10, 1);
        // A longer conversation that ended, and the conversation itself.
        foreach (var length in (int[])[9, 7])
        {
            var sequence = cache.Begin(null, 0);
            foreach (var token in prompt[..7].Concat(Enumerable.Repeat(1, length - 7)))
                cache.Append(sequence, token);
            cache.End(sequence);
        }

        var (source, common) = cache.Find(prompt);
        (source!.Length, common).ShouldBe((7, 7));
    }

    // Its first token is its length.
    private static int[] Prompt(int length, int seed)
    {
        var random = new Random(seed);
        return [length, .. Enumerable.Range(1, length - 1).Select(_ => random.Next(1, 500))];
    }

    private static int Sequences(IReadOnlyList<(int Token, int Position, int Sequence, bool Output)> batch) => batch.Select(one => one.Sequence).Distinct().Count();

    private static async Task<int[][]> AllAsync(FakeBatchContext context, int[][] prompts, int most)
    {
        var pump = new BatchPump(context, 8, "fake");
        var all = await Task.WhenAll(context.WhileHeld(() => prompts.Select(prompt => pump.CompleteAsync(new LlamaRequest(prompt, most), default)).ToArray()));
        await pump.StopAsync();
        return [.. all.Select(one => one.Tokens)];
    }
}
