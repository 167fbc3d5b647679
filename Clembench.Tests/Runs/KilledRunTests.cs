using Clembench.Games;
using Clembench.Results;
using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Runs;

/// <summary>Runs that are killed, as a user would: another process, the same command again.</summary>
public class KilledRunTests
{
    private const int Instances = 400;

    [Fact]
    public async Task A_killed_run_continues_with_the_same_command()
    {
        using var folder = new TemporaryFolder();
        var instances = folder.File("many.json");
        await File.WriteAllTextAsync(instances, InstanceFiles.Greetings(Instances));
        var results = folder.File("results");
        var command = $"Invoke-ClemGame hellogame mock -InstancePath '{instances}' -ResultsPath '{results}' -ThrottleLimit 4 | Out-Null";

        using (var shell = ShellProcess.Start("-Command", command))
        {
            var experiment = Path.Join(results, "mock/hellogame/many");
            while (!shell.HasExited && (!Directory.Exists(experiment) || Directory.GetDirectories(experiment, "instance_*").Length < 20))
                await Task.Delay(1);
            await shell.KillAsync();
        }

        // What stands is complete, whenever the kill came.
        var before = await ReadAsync(results);
        before.Count.ShouldBeGreaterThanOrEqualTo(20);
        before.ShouldAllBe(episode => episode.Outcome == Outcome.Success);
        var written = before.ToDictionary(episode => episode.InstanceId, episode => File.GetLastWriteTimeUtc(Path.Join(episode.Path, "completed.json")));

        var finished = await ShellProcess.CommandAsync(command);
        finished.ExitCode.ShouldBe(0, finished.Error);

        var after = await ReadAsync(results);
        after.Select(episode => episode.InstanceId).ShouldBe(Enumerable.Range(0, Instances), ignoreOrder: true);
        after.ShouldAllBe(episode => episode.Outcome == Outcome.Success);
        Directory.EnumerateDirectories(results, ".*", SearchOption.AllDirectories).ShouldBeEmpty();
        foreach (var episode in after.Where(episode => written.ContainsKey(episode.InstanceId)))
            File.GetLastWriteTimeUtc(Path.Join(episode.Path, "completed.json")).ShouldBe(written[episode.InstanceId]);
    }

    [Fact]
    public async Task What_a_run_left_that_was_killed_after_its_last_episode_is_put_in_order_by_the_next()
    {
        using var folder = new TemporaryFolder();
        var instances = folder.File("few.json");
        await File.WriteAllTextAsync(instances, InstanceFiles.Greetings(3));
        var results = folder.File("results");
        var command = $"Invoke-ClemGame hellogame mock -InstancePath '{instances}' -ResultsPath '{results}'";
        (await ShellProcess.CommandAsync(command)).ExitCode.ShouldBe(0);
        var undisturbed = Files();

        // The locks are still there, and run.json is not.
        var run = Path.Join(results, "mock/run.json");
        File.Delete(run);
        foreach (var left in (string[])["mock/.hellogame.1-of-1.lock", "mock/.run.json.lock"])
            await File.WriteAllTextAsync(Path.Join(results, left), "");
        var abandoned = Path.Join(results, "mock/hellogame/many/.experiment.json.0123.tmp");
        await File.WriteAllTextAsync(abandoned, "{");
        File.SetLastWriteTimeUtc(abandoned, DateTime.UtcNow.AddMinutes(-5));
        var again = await ShellProcess.CommandAsync(command);

        again.ExitCode.ShouldBe(0, again.Error);
        Files().ShouldBe(undisturbed);
        (await File.ReadAllTextAsync(run)).ShouldContain("\"num_instances\": 3");

        // And what is in order stays as it is.
        var written = File.GetLastWriteTimeUtc(run);
        (await ShellProcess.CommandAsync(command)).ExitCode.ShouldBe(0);
        File.GetLastWriteTimeUtc(run).ShouldBe(written);

        string[] Files() => [.. Directory.GetFiles(results, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(results, file)).Order(StringComparer.Ordinal)];
    }

    private static async Task<List<Episode>> ReadAsync(string results)
    {
        var reader = new ResultsReader(GameCatalog.BuiltIn);
        var episodes = new List<Episode>();
        foreach (var folder in ResultsReader.FindEpisodeFolders(results))
            episodes.Add(await reader.ReadEpisodeAsync(folder, default));
        return episodes;
    }
}
