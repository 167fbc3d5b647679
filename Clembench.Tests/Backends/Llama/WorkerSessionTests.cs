using System.Globalization;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Llama;
using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends.Llama;

/// <summary>Local models as a user of the module meets them: cmdlets in a session, and the process that they start.</summary>
public sealed class WorkerSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public async Task A_run_survives_the_kill_of_its_models_process_and_says_so()
    {
        const int Episodes = 48;
        SkipWithoutProcesses();
        using var shell = ShellProcess.Start("-Command", await CommandAsync(Episodes, "{}"));
        var experiment = _folder.File("results/random/hellogame/many");
        await ModelProcessCommand.UntilAsync(() => shell.HasExited || (Directory.Exists(experiment) && Directory.GetDirectories(experiment, "instance_*").Length >= 4));
        var first = ModelProcesses(shell.Id);
        if (first.Count == 1)
            await ModelProcessCommand.KillAsync(first[0]);
        var end = await shell.FinishAsync(TimeSpan.FromMinutes(5));

        first.Count.ShouldBe(1, end.Error);
        end.ExitCode.ShouldBe(0, end.Error);
        (end.Output + end.Error).ShouldContain("signal 9 (SIGKILL)");
        var calls = new List<JsonMap>();
        foreach (var folder in Directory.GetDirectories(experiment, "instance_*"))
        {
            var episode = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(folder, default);
            // Chance does not greet, but it is no error either.
            episode.Outcome.ShouldNotBe(Outcome.Error);
            calls.Add(JsonMap.Parse(await File.ReadAllTextAsync(Path.Join(episode.Path, "player_1.requests.json")))["calls"]
                .ShouldBeAssignableTo<IReadOnlyList<object?>>()!.Single().ShouldBeOfType<JsonMap>()["call"].ShouldBeOfType<JsonMap>());
        }

        calls.Count.ShouldBe(Episodes);
        calls.Count(call => call.ContainsKey("failed_attempts")).ShouldBeInRange(1, 8);
        ModelProcesses(shell.Id).ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData("llamacpp", "{}", false)]
    [InlineData("huggingface_local", """{"gguf_file": "random.gguf"}""", false)]
    [InlineData("llamacpp", """{"in_process": true}""", true)]
    public async Task The_native_library_is_in_the_session_only_where_the_model_is(string backend, string config, bool expected)
    {
        SkipWithoutProcesses();
        var run = await ShellProcess.CommandAsync(
            await CommandAsync(2, config, backend) + "; \"llama: $([IO.File]::ReadAllText('/proc/self/maps').Contains('libllama'))\"");

        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain($"llama: {expected}");
        Directory.GetFiles(_folder.File("results"), "interactions.json", SearchOption.AllDirectories).Length.ShouldBe(2);
    }

    [SkippableFact]
    public async Task An_entry_can_have_its_model_in_the_session()
    {
        SkipWithoutProcesses();
        using var shell = ShellProcess.Start("-Command", await CommandAsync(200, """{"in_process": true}"""));
        var experiment = _folder.File("results/random/hellogame/many");
        await ModelProcessCommand.UntilAsync(() => shell.HasExited || (Directory.Exists(experiment) && Directory.GetDirectories(experiment, "instance_*").Length >= 4));
        shell.HasExited.ShouldBeFalse();
        ModelProcesses(shell.Id).ShouldBeEmpty();
        await shell.KillAsync();
    }

    public void Dispose() => _folder.Dispose();

    private static void SkipWithoutProcesses()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        Skip.IfNot(OperatingSystem.IsLinux(), "Processes are found in /proc, which this system lacks.");
    }

    private static List<int> ModelProcesses(int session) =>
    [
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Where(name => Read($"/proc/{name}/stat").Split(") ") is [_, var rest, ..] && rest.Split(' ')[1] == session.ToString(CultureInfo.InvariantCulture)
                && Read($"/proc/{name}/cmdline").Contains("--model-process", StringComparison.Ordinal))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)),
    ];

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task<string> CommandAsync(int episodes, string config, string backend = "llamacpp")
    {
        await File.WriteAllBytesAsync(_folder.File("random.gguf"), RandomModel.Make());
        await File.WriteAllTextAsync(_folder.File("many.json"), InstanceFiles.Greetings(episodes));
        var entry = JsonData.ToJson(new JsonMap(
        [
            new("model_name", "random"), new("backend", backend), new("path", _folder.File(backend == "llamacpp" ? "random.gguf" : "")), new("model_config", JsonMap.Parse(config)),
        ]));
        return $"Invoke-ClemGame hellogame '{entry}' -InstancePath '{_folder.File("many.json")}' -ResultsPath '{_folder.File("results")}' -ThrottleLimit 8 -MaxTokens 60 | Out-Null";
    }
}
