using Clembench.Backends;
using Clembench.Backends.Slurk;
using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Scoring.Recorded;
using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Security;

/// <summary>No name in a file, and no link in a folder of a stranger's, leads a read or a write to another place.</summary>
public sealed class ContainedPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x/../../../../outside/secret")]
    [InlineData("x/../../../../outside/secret.json/..")]
    [InlineData("..")]
    [InlineData("a\u0000b")]
    public async Task The_experiments_name_in_a_record_names_no_file_elsewhere(string experiment)
    {
        Write("outside/secret.json", """{"secret": 1}""");
        var episode = Path.GetDirectoryName(Write("results/m/g/instance_00000/interactions.json", "{}"))!;
        Write("results/m/g/experiment_plain.json", """{"plain": 1}""");
        async Task<JsonMap> ReadAsync(string name) =>
            (await ResultsReader.ReadInstanceAsync(episode, new InteractionsMeta("g", name, 0, "", ""), default)).ExperimentProperties;
        (await ReadAsync("plain")).ToString().ShouldBe("""{"plain":1}""");
        (await ReadAsync(experiment)).Count.ShouldBe(0);
    }

    [SkippableFact]
    public async Task Links_in_a_results_folder_are_replaced_and_what_they_lead_to_stays()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege there.");
        var first = await ShellProcess.CommandAsync($"Get-ClemModel mock | Invoke-ClemGame hellogame -InstanceId 0, 1, 2 -ResultsPath '{_folder.File("results")}' | Group-Object Outcome -NoElement | Out-String");
        first.Output.ShouldContain("Success");
        const string Experiment = "results/mock/hellogame/greet_en/";
        string[] planted =
        [
            "results/mock/run.json", Experiment + "experiment.json", Experiment + "instance_00000/scores.json", Experiment + "instance_00002/transcript.html",
            "results/results.csv", "results/results.html", "results/raw.csv", "results/mock/.run.json.lock", "results/mock/.hellogame.1-of-1.lock",
        ];
        foreach (var (link, i) in planted.Select((link, i) => (_folder.File(link), i)))
        {
            // Half of them lead to a file that is there, the others would make one.
            var target = i % 2 == 0 ? Write($"outside/{i}", "untouched") : _folder.File($"outside/{i}");
            File.Delete(link);
            File.CreateSymbolicLink(link, target);
        }

        // An episode's folder that is elsewhere.
        Write("outside/episode/own.txt", "untouched");
        Directory.Delete(_folder.File(Experiment + "instance_00001"), recursive: true);
        Directory.CreateSymbolicLink(_folder.File(Experiment + "instance_00001"), _folder.File("outside/episode"));

        var result = await ShellProcess.CommandAsync($$"""
            Get-ClemModel mock | Invoke-ClemGame hellogame -InstanceId 0, 1, 2, 3 -ResultsPath '{{_folder.File("results")}}' | Out-Null
            Measure-ClemScore '{{_folder.File("results")}}' -Update | Out-Null
            Get-ClemEpisode '{{_folder.File("results")}}' | Export-ClemTranscript | Out-Null
            Measure-ClemBenchmark '{{_folder.File("results")}}' -WriteTable -Format Csv, Html | Out-Null
            foreach ($problem in $Error) { $problem.Exception.ToString() }
            'The end.'
            """);
        result.Output.ShouldEndWith("The end.\n", Case.Sensitive, result.Output + result.Error);
        Directory.EnumerateFiles(_folder.File("outside"), "*", SearchOption.AllDirectories).Select(file => (Path.GetFileName(file), File.ReadAllText(file)))
            .OrderBy(file => file.Item1, StringComparer.Ordinal)
            .ShouldBe([.. planted.Index().Where(link => link.Index % 2 == 0).Select(link => ($"{link.Index}", "untouched")), ("own.txt", "untouched")]);
        foreach (var name in (string[])["instance_00000/scores.json", "instance_00002/transcript.html", "instance_00001/interactions.json", "instance_00003/interactions.json"])
            new FileInfo(_folder.File(Experiment + name)).ShouldSatisfyAllConditions(file => file.Exists.ShouldBeTrue(name), file => file.LinkTarget.ShouldBeNull(name));
        new FileInfo(_folder.File("results/results.csv")).LinkTarget.ShouldBeNull();
        new FileInfo(_folder.File("results/raw.csv")).LinkTarget.ShouldBeNull();
        new DirectoryInfo(_folder.File(Experiment + "instance_00001")).LinkTarget.ShouldBeNull();
    }

    [SkippableFact]
    public async Task Links_that_lead_round_or_fan_out_end_a_walk()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege there.");
        // Each folder has two links to the next: without a bound that is 2^30 ways. The last leads back to the first.
        const int Depth = 30;
        for (var i = 0; i <= Depth; i++)
            Directory.CreateDirectory(_folder.File($"tree/d{i:00}"));
        for (var i = 0; i <= Depth; i++)
        {
            foreach (var name in (string[])["a", "b"])
                Directory.CreateSymbolicLink(_folder.File($"tree/d{i:00}/{name}"), _folder.File($"tree/d{(i + 1) % (Depth + 1):00}"));
        }

        Directory.CreateSymbolicLink(_folder.File("tree/own"), "own");
        Write($"tree/d{Depth:00}/m/g/e/instance_00000/interactions.json", """{"meta": {"game_name": "g"}, "turns": [[]]}""");
        Write($"tree/d{Depth:00}/m/g/e/instance_00000/scores.json", """{"episode scores": {"Main Score": 1}}""");
        var errors = new List<ClemException>();
        ResultsReader.FindEpisodeFolders(_folder.File("tree"), errors.Add).Count().ShouldBeInRange(1, 200);
        errors.ShouldBeEmpty();
        var read = 0;
        await foreach (var _ in new ScoresTree([_folder.File("tree")], errors.Add).ReadAsync(default))
            read++;
        read.ShouldBeInRange(1, 200);
    }

    [SkippableFact]
    public void A_folder_elsewhere_that_is_linked_is_read()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege there.");
        Write("disk/m/g/e/instance_00000/interactions.json", "{}");
        Directory.CreateDirectory(_folder.File("results"));
        Directory.CreateSymbolicLink(_folder.File("results/m"), _folder.File("disk/m"));
        Directory.CreateSymbolicLink(_folder.File("results/also"), _folder.File("disk/m"));
        ResultsReader.FindEpisodeFolders(_folder.File("results")).ShouldBe([_folder.File("results/also/g/e/instance_00000"), _folder.File("results/m/g/e/instance_00000")]);
    }

    [SkippableFact]
    public void A_resource_that_is_a_link_out_of_the_game_is_not_read()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege there.");
        var secret = Write("outside/secret", "secret");
        var instance = new GameInstance
        {
            Game = "codenames",
            Experiment = "e",
            InstanceId = 0,
            Properties = JsonMap.Empty,
            ExperimentProperties = JsonMap.Empty,
            Source = Write("game/in/instances.json", "{}"),
        };
        Write("game/resources/initial_prompts/own.template", "own");
        OfficialResources.FindText(instance, "initial_prompts/own.template").ShouldBe("own");
        File.CreateSymbolicLink(_folder.File("game/resources/initial_prompts/link.template"), secret);
        Should.Throw<ClemException>(() => OfficialResources.FindText(instance, "initial_prompts/link.template")).Id.ShouldBe("Clem.Game.ResourceOutside");
        OfficialResources.FindText(instance with { Game = "../../outside" }, "secret").ShouldBeNull();
    }

    [Theory]
    [InlineData("../secret.json")]
    [InlineData("link.json")]
    [InlineData("ABSOLUTE")]
    public async Task A_layout_elsewhere_is_not_sent_where_a_found_registry_says(string path)
    {
        var secret = Write("secret.json", """{"secret": 1}""");
        var registry = Write("work/model_registry.json", "[]");
        if (!OperatingSystem.IsWindows())
            File.CreateSymbolicLink(_folder.File("work/link.json"), secret);
        var entry = ModelEntryReader.Read(new JsonMap(
            [new("model_name", "room"), new("backend", "slurk"), new("base_url", "http://127.0.0.1:1"), new("room_layout_path", path == "ABSOLUTE" ? secret : path)]), registry);
        var key = new BackendKey("slurk") { ApiKey = "key", BaseUrl = "http://127.0.0.1:1" };
        var found = await Should.ThrowAsync<ClemException>(() => new SlurkBackend().LoadModelAsync(entry with { IsAddressTrusted = false }, key, default));
        found.Id.ShouldBe(OperatingSystem.IsWindows() && path == "link.json" ? "Clem.Backend.InvalidLayout" : "Clem.Backend.LayoutOutside");
        // A registry that the user named may say what it likes: here the server is not there.
        if (!OperatingSystem.IsWindows())
            (await Should.ThrowAsync<ClemException>(() => new SlurkBackend().LoadModelAsync(entry, key, default))).Id.ShouldBe("Clem.Backend.Unreachable");
    }

    private string Write(string name, string content)
    {
        var file = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }
}
