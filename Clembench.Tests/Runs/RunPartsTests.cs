using Clembench.Backends;
using Clembench.Json;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.Tests.Runs;

/// <summary>What run.json says of a run that is played in parts: the last part to end counts what all of them left, and the others need not.</summary>
public sealed class RunPartsTests : GameRunFixture
{
    [Fact]
    public async Task A_part_that_ends_while_another_is_played_adds_its_own_and_the_last_one_counts_all()
    {
        // Of an earlier run, without the file that tells of it: only who counts knows of it.
        Complete("earlier", 7);
        var release = new TaskCompletionSource();
        var second = PlayAsync(Plans(4)[..2], Settings() with { Shard = new Shard(2, 2) }, (entry, _) => Task.FromResult<IModel>(new WaitingModel(entry.Name, release.Task)));
        while (!File.Exists(Results.File("mock/.hellogame.2-of-2.lock")))
            await Task.Delay(5);

        (await PlayAsync(Plans(4)[2..], Settings() with { Shard = new Shard(1, 2) })).ShouldAllBe(episode => episode.Outcome == Outcome.Success);
        (await TellsAsync()).ShouldBe(2);
        // Once more, with one that is there and one that is played anew.
        File.Delete(Results.File("mock/hellogame/greet_en/instance_00003/completed.json"));
        await PlayAsync(Plans(4)[2..], Settings() with { Shard = new Shard(1, 2) });
        await PlayAsync(Plans(4)[2..], Settings() with { Shard = new Shard(1, 2), Force = true });
        (await TellsAsync()).ShouldBe(3);

        release.SetResult();
        (await second).Count.ShouldBe(2);
        (await TellsAsync()).ShouldBe(5);
        Directory.EnumerateFiles(Results.Path, ".*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_that_is_complete_counts_only_where_another_was_killed_and_a_whole_run_always()
    {
        foreach (var part in (int[])[1, 2])
            await PlayAsync(Plans(4)[(2 * part - 2)..(2 * part)], Settings() with { Shard = new Shard(part, 2) });
        (await TellsAsync()).ShouldBe(4);
        Complete("copied", 7);

        await PlayAsync(Plans(4)[..2], Settings() with { Shard = new Shard(1, 2) });
        (await TellsAsync()).ShouldBe(4);

        // What a killed process leaves.
        await File.WriteAllTextAsync(Results.File("mock/.hellogame.2-of-2.lock"), "");
        await PlayAsync(Plans(4)[..2], Settings() with { Shard = new Shard(1, 2) });
        (await TellsAsync()).ShouldBe(5);
        Directory.EnumerateFiles(Results.Path, ".*", SearchOption.AllDirectories).ShouldBeEmpty();

        Complete("copied", 8);
        await PlayAsync(Plans(4)[..2], Settings() with { Shard = new Shard(1, 2) });
        (await TellsAsync()).ShouldBe(5);
        await PlayAsync(Plans(4), Settings());
        (await TellsAsync()).ShouldBe(6);
    }

    [Fact]
    public async Task Parts_that_end_together_leave_the_number_of_all()
    {
        Complete("earlier", 7);
        for (var round = 1; round <= 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(1, 8).Select(part => PlayAsync(Plans(8)[(part - 1)..part], Settings() with { Shard = new Shard(part, 8), Force = true })));
            (await TellsAsync()).ShouldBe(9);
            File.Delete(Results.File("mock/run.json"));
        }
    }

    private void Complete(string experiment, int id)
    {
        var folder = Directory.CreateDirectory(Results.File($"mock/hellogame/{experiment}/instance_{id:00000}")).FullName;
        File.WriteAllText(Path.Join(folder, "completed.json"), "{}");
    }

    private async Task<long?> TellsAsync() =>
        JsonMap.Parse(await File.ReadAllTextAsync(Results.File("mock/run.json"))).GetOrDefault<JsonMap>("games")?.GetOrDefault<JsonMap>("hellogame")?.GetValueOrDefault("num_instances") as long?;
}
