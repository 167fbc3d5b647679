using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Servers;
using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Runs;

/// <summary>A bad day: a service that fails in every way, and a process that is killed again and again.</summary>
[Collection(nameof(ChaosTests))]
[CollectionDefinition(nameof(ChaosTests), DisableParallelization = true)]
public class ChaosTests
{
    private const int Instances = 2_000;
    private const int Kills = 20;

    [Fact]
    public async Task Every_episode_is_completed_once_with_the_record_of_what_the_server_saw()
    {
        using var folder = new TemporaryFolder();
        var instances = folder.File("many.json");
        await File.WriteAllTextAsync(instances, InstanceFiles.Greetings(Instances));
        // Whether a call fails depends on when it comes: 5 % refused, 5 % errors, 2 % cut connections, 1 % never answered.
        var random = new Random(7);
        Reply Answer(Servers.RecordedCall call)
        {
            double fate;
            lock (random)
                fate = random.NextDouble();
            var greeting = Reply.Text($"GREET: Hello, you are welcome, {call.LastContent.Split(' ')[^1]} \"é😀\"");
            return fate < 0.05 ? Reply.RateLimited(TimeSpan.FromMilliseconds(100))
                : fate < 0.10 ? Reply.Error(500, "It broke")
                : fate < 0.12 ? Reply.Cut(greeting)
                : fate < 0.13 ? Reply.Slow(TimeSpan.FromMinutes(10), greeting)
                : Reply.Slow(TimeSpan.FromMilliseconds(20), greeting);
        }

        await using var server = await OpenAiServer.StartAsync(Answer);
        var results = folder.File("results");
        var command = $"Invoke-ClemGame hellogame @{{ model_name = 'm'; backend = 'openai_compatible'; model_id = 'm'; base_url = '{server.BaseUrl}' }}"
            + $" -InstancePath '{instances}' -ResultsPath '{results}' -ThrottleLimit 32 -TimeoutSec 5 -RetryLimit 20 | Out-Null";

        for (var kill = 0; kill < Kills; kill++)
        {
            var before = Complete(results);
            using var shell = ShellProcess.Start("-NoProfile", "-Command", command);
            // Somewhere within the run: after so many further episodes, and so many milliseconds more.
            int further, milliseconds;
            lock (random)
                (further, milliseconds) = (random.Next(1, Instances / Kills * 2), random.Next(0, 40));
            while (!shell.HasExited && Complete(results) < Math.Min(before + further, Instances))
                await Task.Delay(5);
            await Task.Delay(milliseconds);
            await shell.KillAsync();
        }

        var finished = await ShellProcess.RunAsync(["-NoProfile", "-Command", command], limit: TimeSpan.FromMinutes(10));
        finished.Error.ShouldBeEmpty();
        finished.ExitCode.ShouldBe(0);

        var sent = server.Calls.Where(call => call.ResponseBody.Length > 0)
            .GroupBy(call => Compact(call.RequestBody)).ToDictionary(calls => calls.Key, calls => calls.Select(call => Encoding.UTF8.GetString(call.ResponseBody)).ToHashSet());
        var seen = new ConcurrentBag<int>();
        var reader = new ResultsReader(GameCatalog.BuiltIn);
        await Parallel.ForEachAsync(ResultsReader.FindEpisodeFolders(results), async (path, token) =>
        {
            var episode = await reader.ReadEpisodeAsync(path, token);
            episode.Outcome.ShouldBe(Outcome.Success);
            seen.Add(episode.InstanceId);
            foreach (var file in Directory.EnumerateFiles(path))
                PythonJson.Parse(await File.ReadAllBytesAsync(file, token)).ShouldNotBeNull();
            var call = (await ResultsReader.ReadRequestsAsync(episode, token)).Single(request => request.Player == "Player 1");
            sent[Compact(Encoding.UTF8.GetBytes(call.PromptJson))].Select(answer => Compact(Encoding.UTF8.GetBytes(answer))).ShouldContain(Compact(Encoding.UTF8.GetBytes(call.ResponseJson)));
        });
        seen.ShouldBe(Enumerable.Range(0, Instances), ignoreOrder: true);
        Directory.EnumerateDirectories(results, ".*", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.EnumerateFiles(results, ".*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private static int Complete(string results)
    {
        var experiment = Path.Join(results, "m/hellogame/many");
        return Directory.Exists(experiment) ? Directory.GetDirectories(experiment, "instance_*").Length : 0;
    }

    private static string Compact(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return JsonSerializer.Serialize(document.RootElement, Reply.Plain);
        }
        catch (JsonException)
        {
            // Half of an answer whose connection was cut is in no record.
            return "";
        }
    }
}
