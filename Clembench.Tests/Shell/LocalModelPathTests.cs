using Clembench.Tests.Llama;
using Clembench.Tests.Support;

namespace Clembench.Tests.Shell;

/// <summary>Files of local models as a session names them.</summary>
public sealed class LocalModelPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_relative_path_given_by_hand_begins_at_the_sessions_folder()
    {
        Directory.CreateDirectory(_folder.File("models"));
        await File.WriteAllBytesAsync(_folder.File("models/mine.gguf"), RandomModel.Make());

        var run = await ShellProcess.CommandAsync(
            $"Set-Location '{_folder.File("models")}'; $spec = @{{ model_name = 'mine'; backend = 'llamacpp'; path = 'mine.gguf' }}; "
            + "(Resolve-ClemModel $spec).Properties['path']; 'Hello' | Format-ClemPrompt -Model $spec | ForEach-Object Text; "
            + "(Resolve-ClemModel @{ model_name = 'mine'; backend = 'llamacpp'; path = '~/mine.gguf' }).Properties['path']");

        run.Error.ShouldBeEmpty();
        run.Output.TrimEnd().Split('\n').ShouldBe(
        [
            _folder.File("models/mine.gguf"), "<|bos|><|user|>Hello<|eos|><|assistant|>",
            Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "mine.gguf"),
        ]);
    }

    [SkippableFact]
    public async Task After_libraries_that_could_not_be_loaded_no_others_are_loaded_beside_them()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        Skip.IfNot(OperatingSystem.IsLinux(), "The names of libraries are Linux's here.");
        Directory.CreateDirectory(_folder.File("broken"));
        foreach (var name in (string[])["ggml-base", "ggml", "llama"])
            await File.WriteAllTextAsync(_folder.File($"broken/lib{name}.so"), "no library");
        await File.WriteAllBytesAsync(_folder.File("mine.gguf"), RandomModel.Make());
        var format = $"try {{ 'Hello' | Format-ClemPrompt -Tokenize -Path '{_folder.File("mine.gguf")}' -ErrorAction Stop }} catch {{ $_.Exception.Message }}";

        var run = await ShellProcess.CommandAsync(
            $"$env:CLEMBENCH_LLAMA_PATH = '{_folder.File("broken")}'; {format}; 'then'; $env:CLEMBENCH_LLAMA_PATH = $null; {format}");

        var parts = run.Output.Split("then\n");
        parts[0].ShouldContain("cannot be loaded");
        parts[1].ShouldContain("earlier in this session");
    }

    [Fact]
    public async Task The_check_of_a_model_says_that_the_libraries_are_missing()
    {
        Directory.CreateDirectory(_folder.File("empty"));

        var run = await ShellProcess.CommandAsync(
            $"$env:CLEMBENCH_LLAMA_PATH = '{_folder.File("empty")}'; Test-ClemModel tiny-greeter-gguf, tiny-greeter-hf | Where-Object Name -EQ Backend | ForEach-Object {{ \"$($_.Passed) $($_.Message)\" }}");

        run.Error.ShouldBeEmpty();
        run.Output.TrimEnd().Split('\n').ShouldAllBe(line => line.StartsWith("False The folder", StringComparison.Ordinal) && line.Contains("does not have llama.cpp's libraries"));
    }

    public void Dispose() => _folder.Dispose();
}
