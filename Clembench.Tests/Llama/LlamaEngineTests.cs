using System.Text;
using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Native;
using Clembench.Common;
using Clembench.Templates;
using Clembench.Tests.Support;

namespace Clembench.Tests.Llama;

/// <summary>Models that are computed in this process, by llama.cpp's own libraries.</summary>
public sealed class LlamaEngineTests
{
    [SkippableFact]
    public void The_libraries_structures_are_those_of_the_binding()
    {
        SkipWithoutLibraries();
        LlamaLibrary.Load();
        LlamaLayout.FindDifference().ShouldBeNull();
        LlamaLibrary.Version.ShouldMatch(@"^0\.[45]\.");
        Directory.Exists(LlamaLibrary.LoadedFrom).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task A_prompt_is_continued()
    {
        await using var engine = await LoadAsync();
        engine.Info.VocabularySize.ShouldBe(260);
        engine.Info.ContextSize.ShouldBe(512);
        engine.Info.ParameterCount.ShouldBeGreaterThan(100_000);
        var completion = await engine.CompleteAsync(new LlamaRequest(Prompt("Hello"), 8), default);
        completion.Tokens.Count.ShouldBeInRange(1, 8);
        completion.CachedTokens.ShouldBe(0);
        (completion.Stop == LlamaStop.EndOfGeneration).ShouldBe(completion.Tokens[^1] == RandomModel.Eos);
    }

    [SkippableFact]
    public async Task An_answer_ends_at_any_token_that_is_to_end_it()
    {
        var prompt = Prompt("Hello");
        await using var engine = await LoadAsync();
        var whole = await engine.CompleteAsync(new LlamaRequest(prompt, 40), default);
        whole.Tokens.Count.ShouldBeGreaterThan(3);
        var end = whole.Tokens[2];
        // 9999 is in no vocabulary of 260.
        await using var other = await LoadAsync(new LlamaLoadOptions("") { EndTokens = [9999, end] });
        var ended = await other.CompleteAsync(new LlamaRequest(prompt, 40), default);
        ended.Stop.ShouldBe(LlamaStop.EndOfGeneration);
        ended.Tokens.ShouldBe(whole.Tokens.TakeWhile(token => token != end).Append(end));
    }

    [SkippableFact]
    public async Task A_load_that_is_given_up_stops_between_two_tensors()
    {
        SkipWithoutLibraries();
        using var folder = new TemporaryFolder();
        var path = folder.File("random.gguf");
        await File.WriteAllBytesAsync(path, RandomModel.Make());
        var file = await LlamaModelFile.ReadAsync(path, default);
        LlamaLibrary.Load();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Should.Throw<OperationCanceledException>(() => file.Open(gpuLayers: 0, vocabularyOnly: false, onStep: null, stop.Token).Dispose());
    }

    [SkippableFact]
    public async Task A_cache_that_is_larger_than_one_conversation_is_no_warning()
    {
        var lines = new System.Collections.Concurrent.ConcurrentQueue<(LlamaLogLevel Level, string Line)>();
        void Listen(LlamaLogLevel level, string line) => lines.Enqueue((level, line));
        LlamaLog.Written += Listen;
        try
        {
            await using var engine = await LoadAsync();
        }
        finally
        {
            LlamaLog.Written -= Listen;
        }

        lines.ShouldContain(line => line.Line.Contains("n_ctx_seq", StringComparison.Ordinal) && line.Level == LlamaLogLevel.Debug);
        lines.ShouldNotContain(line => line.Line.Contains("training context overflow", StringComparison.Ordinal) && line.Level != LlamaLogLevel.Debug);
    }

    [SkippableFact]
    public async Task Sixteen_at_once_say_what_each_says_alone()
    {
        var prompts = Enumerable.Range(0, 16).Select(i => Prompt($"Conversation {i}: {new string((char)('a' + i), 3 + 17 * i)} and then?")).ToArray();
        var alone = new List<LlamaCompletion>();
        foreach (var prompt in prompts)
        {
            await using var one = await LoadAsync();
            alone.Add(await one.CompleteAsync(new LlamaRequest(prompt, 24), default));
        }

        await using var engine = await LoadAsync();
        var crowd = await Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(new LlamaRequest(prompt, 24), default)));
        crowd.Select(completion => completion.Text).ShouldBe(alone.Select(completion => completion.Text));
        // The same prompts again: nothing is computed that was before, and nothing else comes of it.
        var again = await Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(new LlamaRequest(prompt, 24), default)));
        again.Select(completion => completion.Text).ShouldBe(alone.Select(completion => completion.Text));
        again.Select(completion => completion.CachedTokens).ShouldBe(prompts.Select(prompt => prompt.Count - 1));
    }

    [SkippableFact]
    public async Task Quantised_weights_give_nearly_the_same_alone_and_in_a_crowd()
    {
        // Random weights make many tokens nearly as likely as the likeliest: a model that has learnt something is surer.
        var file = RandomModel.Make(width: 128, quantised: true);
        var prompts = Enumerable.Range(0, 16).Select(i => Prompt($"Conversation {i}: {new string((char)('a' + i), 3 + 17 * i)} and then?")).ToArray();
        var alone = new List<LlamaCompletion>();
        foreach (var prompt in prompts)
        {
            await using var one = await LoadAsync(file: file);
            alone.Add(await one.CompleteAsync(new LlamaRequest(prompt, 24), default));
        }

        await using var engine = await LoadAsync(file: file);
        var crowd = await Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(new LlamaRequest(prompt, 24), default)));
        var equal = crowd.Zip(alone).Sum(pair => pair.First.Tokens.Zip(pair.Second.Tokens).TakeWhile(tokens => tokens.First == tokens.Second).Count());
        ((double)equal / alone.Sum(completion => completion.Tokens.Count)).ShouldBeGreaterThan(0.8);
    }

    [SkippableFact]
    public async Task A_games_prompt_is_computed_once_however_many_begin_at_once()
    {
        await using var engine = await LoadAsync(file: RandomModel.Make(contextLength: 1024));
        var rules = string.Concat(Enumerable.Repeat("These are the rules. ", 20));
        var prompts = Enumerable.Range(0, 16).Select(i => Prompt($"{rules} You are number {i}.")).ToArray();
        var completions = await Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(new LlamaRequest(prompt, 4), default)));
        completions.Count(completion => completion.CachedTokens == 0).ShouldBe(1);
        completions.Count(completion => completion.CachedTokens >= rules.Length).ShouldBe(15);
    }

    [SkippableFact]
    public async Task A_conversations_earlier_turns_are_not_computed_again()
    {
        await using var engine = await LoadAsync();
        var prompt = Prompt("First turn of the conversation.");
        var first = await engine.CompleteAsync(new LlamaRequest(prompt, 12), default);
        IReadOnlyList<int> next = [.. prompt, .. first.Tokens, RandomModel.Eos, .. Prompt("Second turn.").Skip(1)];
        var second = await engine.CompleteAsync(new LlamaRequest(next, 12), default);
        // All but the last generated token: nothing was computed for that one.
        second.CachedTokens.ShouldBe(prompt.Count + first.Tokens.Count - 1);
        await using var fresh = await LoadAsync();
        (await fresh.CompleteAsync(new LlamaRequest(next, 12), default)).Tokens.ShouldBe(second.Tokens);
    }

    [SkippableFact]
    public async Task Conversations_that_ended_make_room_and_more_than_fit_wait_their_turn()
    {
        // 40 conversations of up to 200 tokens in 512 cells, three at a time.
        await using var engine = await LoadAsync(new LlamaLoadOptions("") { ContextSize = 256, MaxSequences = 3 });
        var prompts = Enumerable.Range(0, 40).Select(i => Prompt($"{i}: {new string((char)('A' + i % 26), 120)}")).ToArray();
        var completions = await Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(new LlamaRequest(prompt, 60), default)));
        await using var other = await LoadAsync();
        for (var i = 0; i < prompts.Length; i += 13)
            (await other.CompleteAsync(new LlamaRequest(prompts[i], 60), default)).Tokens.ShouldBe(completions[i].Tokens);
    }

    [SkippableFact]
    public async Task A_cancelled_conversation_ends_and_the_others_go_on()
    {
        // It would go on for far longer than this thread may be kept waiting.
        await using var engine = await LoadAsync(new LlamaLoadOptions("") { MaxSequences = 1 }, RandomModel.Make(contextLength: 1 << 15, ends: false));
        using var cancellation = new CancellationTokenSource();
        var long1 = engine.CompleteAsync(new LlamaRequest(Prompt("a"), 32_000), cancellation.Token);
        var next = engine.CompleteAsync(new LlamaRequest(Prompt("b"), 3), default);
        using var waiting = new CancellationTokenSource();
        var never = engine.CompleteAsync(new LlamaRequest(Prompt("c"), 3), waiting.Token);
        await waiting.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => never);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => long1);
        (await next).Tokens.Count.ShouldBe(3);
    }

    [SkippableFact]
    public async Task What_does_not_fit_is_refused_before_anything_is_computed()
    {
        await using var engine = await LoadAsync();
        var error = await Should.ThrowAsync<ContextExceededException>(() => engine.CompleteAsync(new LlamaRequest(Prompt(new string('a', 500)), 9), default));
        (error.TokensUsed, error.ContextSize).ShouldBe((504 + 9, 512));
        (await engine.CompleteAsync(new LlamaRequest(Prompt(new string('a', 500)), 8), default)).Tokens.ShouldNotBeEmpty();
    }

    [SkippableFact]
    public async Task Requests_that_native_code_would_not_survive_are_refused()
    {
        await using var engine = await LoadAsync();
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => engine.CompleteAsync(new LlamaRequest([260], 1), default));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => engine.CompleteAsync(new LlamaRequest([-1], 1), default));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => engine.CompleteAsync(new LlamaRequest([], 1), default));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => engine.CompleteAsync(new LlamaRequest([1], 0), default));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => engine.CompleteAsync(new LlamaRequest([1], 1, double.NaN), default));
    }

    [SkippableFact]
    public async Task Weights_that_are_no_numbers_are_an_error_and_the_engine_goes_on()
    {
        var file = RandomModel.Make();
        // The last weights of the file: the output's, for the last token.
        BitConverter.GetBytes(float.NaN).CopyTo(file, file.Length - 4);
        await using var engine = await LoadAsync(file: file);
        for (var i = 0; i < 2; i++)
            (await Should.ThrowAsync<ClemException>(() => engine.CompleteAsync(new LlamaRequest(Prompt("a"), 2), default))).Id.ShouldBe("Clem.Llama.NotANumber");
    }

    [SkippableFact]
    public async Task Sampling_follows_its_seed()
    {
        await using var engine = await LoadAsync();
        var one = await engine.CompleteAsync(new LlamaRequest(Prompt("dice"), 30, Temperature: 2, Seed: 7), default);
        var same = await engine.CompleteAsync(new LlamaRequest(Prompt("dice"), 30, Temperature: 2, Seed: 7), default);
        var other = await engine.CompleteAsync(new LlamaRequest(Prompt("dice"), 30, Temperature: 2, Seed: 8), default);
        same.Tokens.ShouldBe(one.Tokens);
        other.Tokens.ShouldNotBe(one.Tokens);
    }

    [SkippableFact]
    public async Task An_engine_that_is_disposed_ends_what_it_was_doing()
    {
        var engine = await LoadAsync();
        var under = Enumerable.Range(0, 20).Select(i => engine.CompleteAsync(new LlamaRequest(Prompt($"{i}"), 400, Temperature: 5), default)).ToArray();
        await engine.DisposeAsync();
        foreach (var task in under)
        {
            // Those that came to an end token before are complete.
            try
            {
                (await task).Tokens.ShouldNotBeEmpty();
            }
            catch (ClemException error)
            {
                error.Id.ShouldBe("Clem.Llama.Ended");
            }
        }

        (await Should.ThrowAsync<ClemException>(() => engine.CompleteAsync(new LlamaRequest(Prompt("x"), 1), default))).Id.ShouldBe("Clem.Llama.Ended");
        (await Should.ThrowAsync<ClemException>(() => engine.TokenizeAsync("x", [], default))).Id.ShouldBe("Clem.Llama.Ended");
        await engine.DisposeAsync();
    }

    [SkippableFact]
    public async Task Control_tokens_are_read_where_the_template_wrote_them_alone()
    {
        await using var engine = await LoadAsync();
        const string Text = "<|bos|><|user|>a<|eos|>b<|eos|>";
        (await engine.TokenizeAsync(Text, [], default)).ShouldBe([RandomModel.Bos, RandomModel.User, 'a', RandomModel.Eos, 'b', RandomModel.Eos]);
        var start = Text.IndexOf("a<", StringComparison.Ordinal);
        (await engine.TokenizeAsync(Text, [new TextSpan(start, "a<|eos|>b".Length)], default))
            .ShouldBe([RandomModel.Bos, RandomModel.User, .. "a<|eos|>b".Select(c => (int)c), RandomModel.Eos]);
        // One that a message begins and the template's text would complete is none either.
        (await engine.TokenizeAsync("<|eos|>", [new TextSpan(0, 2)], default)).ShouldBe("<|eos|>".Select(c => (int)c));
        (await engine.TokenizeAsync("", [], default)).ShouldBeEmpty();
    }

    internal static IReadOnlyList<int> Prompt(string text) =>
        [RandomModel.Bos, RandomModel.User, .. Encoding.UTF8.GetBytes(text).Select(value => (int)value), RandomModel.Eos, RandomModel.Assistant];

    internal static async Task<ILlamaEngine> LoadAsync(LlamaLoadOptions? options = null, byte[]? file = null)
    {
        SkipWithoutLibraries();
        using var folder = new TemporaryFolder();
        var path = Path.Join(folder.Path, "random.gguf");
        await File.WriteAllBytesAsync(path, file ?? RandomModel.Make());
        // The file stays open in the library, or is read whole.
        return await LlamaEngine.LoadAsync((options ?? new LlamaLoadOptions("")) with { Path = path }, default);
    }

    internal static void SkipWithoutLibraries() => Skip.If(LlamaLibrary.WhyNot() is not null, $"llama.cpp's libraries are not here: {LlamaLibrary.WhyNot()?.Message}");
}
