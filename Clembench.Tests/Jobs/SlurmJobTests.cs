using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Jobs;

/// <summary>Jobs that Export-ClemJob writes, on a real Slurm.</summary>
/// <param name="cluster">The cluster.</param>
public class SlurmJobTests(SlurmCluster cluster) : IClassFixture<SlurmCluster>
{
    private const int Instances = 1000;
    private const int Shards = 16;

    [SkippableFact]
    public async Task An_array_of_16_tasks_gives_the_tree_of_a_single_run_and_another_one_evaluates_it()
    {
        Skip.If(cluster.Missing is not null, cluster.Missing);
        using var folder = new TemporaryFolder();
        // Neither the shell, PowerShell nor sbatch's own lines are to find anything in this name.
        var place = folder.File("it's \"my\" $(touch found) `touch found` %x #;&");
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Path.Join(place, "many.json"), InstanceFiles.Greetings(Instances));
        await PlayAsync(place, $"Invoke-ClemGame hellogame mock -InstancePath many.json -ResultsPath whole | Out-Null; Export-ClemJob ./run.sbatch hellogame mock -InstancePath many.json -Scheduler Slurm -Shards {Shards} -CpuCount 1 -Memory 200M -TimeLimit 1:00:00");

        var job = await cluster.SubmitAsync(Path.Join(place, "run.sbatch"));
        var evaluation = await cluster.SubmitAsync("--array=0", "--dependency=singleton", Path.Join(place, "run.sbatch"));
        var ended = await cluster.EndAsync(job);
        ended.Keys.Order().ShouldBe(Enumerable.Range(1, Shards));
        ended.Values.ShouldAllBe(state => state == "COMPLETED 0:0", Logs(place));
        (await cluster.EndAsync(evaluation))[0].ShouldBe("COMPLETED 0:0", Logs(place));

        (await File.ReadAllLinesAsync(Path.Join(place, "results", "results.csv"))).Length.ShouldBe(2);
        foreach (var table in (string[])["results.csv", "raw.csv", "results.html"])
            File.Delete(Path.Join(place, "results", table));
        var whole = ResultsTree.Read(Path.Join(place, "whole"));
        var together = ResultsTree.Read(Path.Join(place, "results"));
        together.Keys.ShouldBe(whole.Keys);
        together.ShouldBe(whole);
        Directory.EnumerateFiles(folder.Path, "found", SearchOption.AllDirectories).ShouldBeEmpty();

        // Some parts again, as after a preemption: nothing that is complete is played anew.
        var again = await cluster.SubmitAsync("--array=3,7", Path.Join(place, "run.sbatch"));
        (await cluster.EndAsync(again)).ShouldBe(new Dictionary<int, string> { [3] = "COMPLETED 0:0", [7] = "COMPLETED 0:0" }, ignoreOrder: true);
        (await File.ReadAllTextAsync(Path.Join(place, "logs", $"clembench-{again}_3.log"))).ShouldContain("0 episode(s) played in");
    }

    [SkippableFact]
    public async Task A_task_whose_model_or_episodes_fail_has_failed_and_one_without_the_module_says_so()
    {
        Skip.If(cluster.Missing is not null, cluster.Missing);
        using var folder = new TemporaryFolder();
        await PlayAsync(folder.Path, """
            $served = @{ model_name = 'away'; backend = 'openai_compatible'; model_id = 'm'; base_url = 'http://127.0.0.1:1/v1' }
            $to = @{ Scheduler = 'Slurm'; Shards = 1; InstanceId = 0; WarningAction = 'SilentlyContinue' }
            Export-ClemJob ./unready.sbatch hellogame @('mock', @{ model_name = 'no-backend'; backend = 'nowhere' }) -JobName unready @to
            Export-ClemJob ./failing.sbatch hellogame $served -JobName failing -RetryLimit 0 @to
            Export-ClemJob ./without.sbatch hellogame mock -JobName without -ModulePath ./nothing.psd1 @to
            Export-ClemJob ./setup.sbatch hellogame mock -JobName setup -Setup 'echo making ready', 'false', 'echo unreachable' @to
            """);
        var jobs = new Dictionary<string, string>();
        foreach (var name in (string[])["unready", "failing", "without", "setup"])
            jobs[name] = await cluster.SubmitAsync(folder.File($"{name}.sbatch"));

        (await cluster.EndAsync(jobs["unready"]))[1].ShouldBe("FAILED 1:0");
        (await cluster.EndAsync(jobs["failing"]))[1].ShouldBe("FAILED 1:0");
        (await cluster.EndAsync(jobs["without"]))[1].ShouldBe("FAILED 78:0");
        (await cluster.EndAsync(jobs["setup"]))[1].ShouldBe("FAILED 1:0");
        string Log(string name) => File.ReadAllText(folder.File($"logs/{name}-{jobs[name]}_1.log"));
        Log("unready").ShouldContain("no-backend cannot be played");
        Log("failing").ShouldContain("1 failed");
        Log("without").ShouldContain("The module Clembench cannot be imported");
        Log("setup").ShouldContain("making ready");
        Log("setup").ShouldNotContain("unreachable");
        // The model that can be played was.
        File.Exists(folder.File("results/mock/hellogame/greet_en/instance_00000/completed.json")).ShouldBeTrue();
    }

    private static async Task PlayAsync(string folder, string command)
    {
        var played = await ShellProcess.RunAsync(["-NoProfile", "-WorkingDirectory", folder, "-Command", command], limit: TimeSpan.FromMinutes(3));
        played.Error.ShouldBe("");
        played.ExitCode.ShouldBe(0, played.Output);
    }

    private static string Logs(string folder) =>
        string.Join('\n', Directory.GetFiles(Path.Join(folder, "logs")).Order().Select(log => $"{Path.GetFileName(log)}: {File.ReadAllText(log)}"));
}
