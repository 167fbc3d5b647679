using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Native;
using Clembench.Backends.Llama.Worker;
using Clembench.Common;
using Clembench.PowerShell.Hosting;
using Clembench.Templates;
using Clembench.Tests.Llama;
using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends.Llama;

/// <summary>The product's own process of a model, with llama.cpp in it, as the module starts it from the shell.</summary>
public sealed class WorkerLlamaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public async Task A_model_in_its_own_process_says_what_it_says_in_the_session()
    {
        await using var there = await LoadAsync();
        await using var here = await LlamaEngine.LoadAsync(new(await ModelAsync()), default);
        there.Info.ShouldBe(here.Info);
        const string Text = "<|user|>Grüß <|eos|> 🙂<|eos|><|assistant|>";
        TextSpan[] plain = [new(8, 15)];
        (await there.TokenizeAsync(Text, plain, default)).ShouldBe(await here.TokenizeAsync(Text, plain, default));
        var prompts = Enumerable.Range(0, 16).Select(i => LlamaEngineTests.Prompt($"Conversation {i}")).ToArray();
        var (one, other) = (await AllAsync(here), await AllAsync(there));
        other.Select(completion => (completion.Text, completion.Stop)).ShouldBe(one.Select(completion => (completion.Text, completion.Stop)));
        var error = await Should.ThrowAsync<ContextExceededException>(() => there.CompleteAsync(new(prompts[0], 600), default));
        (error.TokensUsed, error.ContextSize).ShouldBe((prompts[0].Count + 600, 512));

        Task<LlamaCompletion[]> AllAsync(ILlamaEngine engine) => Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(new(prompt, 20), default)));
    }

    [SkippableFact]
    public async Task A_fault_in_native_code_ends_the_process_and_not_the_session()
    {
        await using var engine = await LoadAsync();
        var prompt = LlamaEngineTests.Prompt("Hello");
        await engine.CompleteAsync(new(prompt, 4), default);
        // The library has the file mapped into memory: what is cut off cannot be read any more.
        using (var file = File.Open(await ModelAsync(), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(100);
        var fault = await Should.ThrowAsync<ModelCallException>(() => engine.CompleteAsync(new(LlamaEngineTests.Prompt("Another one"), 4), default));
        (fault.Id, fault.IsTransient).ShouldBe((WorkerLlamaEngine.EndedId, true));
        fault.Message.ShouldContain("signal ");
        // A new process finds what is wrong with the file, and says so to all who ask.
        for (var i = 0; i < 2; i++)
            (await Should.ThrowAsync<ClemException>(() => engine.CompleteAsync(new(prompt, 4), default))).Kind.ShouldBe(ErrorKind.InvalidData);
    }

    [SkippableFact]
    public async Task The_librarys_log_is_passed_on_with_its_levels()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        var lines = new List<(LlamaLogLevel Level, string Line)>();
        await using (await WorkerLlamaEngine.LoadAsync(Command(), new(await ModelAsync()), (level, line) => lines.Add((level, line)), default))
        {
            // Loading says enough.
        }

        lines.ShouldContain(line => line.Level == LlamaLogLevel.Information && line.Line.Contains("general.architecture", StringComparison.Ordinal));
        lines.ShouldAllBe(line => !line.Line.Any(char.IsControl));
    }

    [SkippableFact]
    public async Task A_damaged_file_is_the_same_error_as_in_the_session()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        var path = _folder.File("damaged.gguf");
        await File.WriteAllBytesAsync(path, RandomModel.Make()[..5000]);
        var here = await Should.ThrowAsync<ClemException>(() => LlamaEngine.LoadAsync(new(path), default));
        var there = await Should.ThrowAsync<ClemException>(() => WorkerLlamaEngine.LoadAsync(Command(), new(path), null, default));
        (there.Id, there.Kind, there.Message, there.Action, there.Target).ShouldBe((here.Id, here.Kind, here.Message, here.Action, here.Target));
    }

    public void Dispose() => _folder.Dispose();

    private static WorkerCommand Command() => WorkerHost.Of(
        "dotnet", ShellProcess.ProgramPath, Path.Join(Path.GetDirectoryName(ShellProcess.ProgramPath), "Modules", "Clembench", "lib", "Clembench.Loader.dll"))!;

    private async Task<WorkerLlamaEngine> LoadAsync()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        return await WorkerLlamaEngine.LoadAsync(Command(), new(await ModelAsync()), null, default);
    }

    private async Task<string> ModelAsync()
    {
        var path = _folder.File("random.gguf");
        if (!File.Exists(path))
            await File.WriteAllBytesAsync(path, RandomModel.Make());
        return path;
    }
}
