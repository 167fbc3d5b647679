using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Runs;

/// <summary>One run in several processes.</summary>
public class ShardProcessTests
{
    private const int Instances = 300;

    [Fact]
    public async Task Shards_played_at_once_by_processes_of_their_own_give_the_tree_of_a_single_run()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("many.json"), InstanceFiles.Greetings(Instances));
        string Command(string results, string options) =>
            $"@(Invoke-ClemGame hellogame mock -InstancePath '{folder.File("many.json")}' -ResultsPath '{folder.File(results)}' {options}).Count";

        var parts = await Task.WhenAll(Enumerable.Range(1, 4).Select(shard => ShellProcess.CommandAsync(Command("parts", $"-Shard {shard}/4"))));
        parts.ShouldAllBe(part => part.ExitCode == 0 && part.Error == "");
        parts.Sum(part => int.Parse(part.Output, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(Instances);
        (await ShellProcess.CommandAsync(Command("whole", ""))).ExitCode.ShouldBe(0);

        var whole = ResultsTree.Read(folder.File("whole"));
        var together = ResultsTree.Read(folder.File("parts"));
        together.Select(file => file.Key).ShouldBe(whole.Select(file => file.Key));
        together.ShouldBe(whole);

        var again = await ShellProcess.CommandAsync(Command("parts", "-WarningAction SilentlyContinue | Where-Object Reused"));
        again.Output.Trim().ShouldBe($"{Instances}");
    }
}
