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
