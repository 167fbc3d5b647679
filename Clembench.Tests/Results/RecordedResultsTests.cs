using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Results;

/// <summary>Trees that Python clemcore recorded, against what they say of themselves.</summary>
public class RecordedResultsTests
{
    private static readonly ResultsReader Reader = new(GameCatalog.BuiltIn);

    [SkippableTheory]
    [InlineData("clemcore-3.3", 2097)]
    [InlineData("clemcore-3.7", 399)]
    public async Task Every_episode_lists_with_its_recorded_outcome_and_scores(string archive, int count)
    {
        using var tree = ReferenceData.Unpack(archive);
        var episodes = new List<Episode>();
        foreach (var folder in ResultsReader.FindEpisodeFolders(tree.Path))
            episodes.Add(await Reader.ReadEpisodeAsync(folder, default));

        episodes.Count.ShouldBe(count);
        foreach (var episode in episodes)
        {
            var parts = Path.GetRelativePath(tree.Path, episode.Path).Split(Path.DirectorySeparatorChar);
            (episode.Model, episode.Game, episode.Experiment).ShouldBe((parts[0], parts[1], parts[2]));
            parts[3].ShouldBe($"instance_{episode.InstanceId:00000}");
            episode.Error.ShouldBeNull();

            var file = Path.Join(episode.Path, "scores.json");
            if (!File.Exists(file))
            {
                episode.Game.ShouldBe("hellogame"); // Python has no scorer for it; ours judges the events.
                continue;
            }

            var recorded = ((JsonMap)PythonJson.Parse(await File.ReadAllBytesAsync(file))!).GetOrDefault<JsonMap>("episode scores")!;
            JsonData.ToJson(episode.Scores).ShouldBe(JsonData.ToJson(recorded));
            var expected = Convert.ToDouble(recorded["Aborted"], null) > 0 ? Outcome.Aborted
                : Convert.ToDouble(recorded["Success"], null) > 0 ? Outcome.Success
                : Outcome.Lose;
            episode.Outcome.ShouldBe(expected);
            var main = Convert.ToDouble(recorded["Main Score"], null);
            episode.MainScore.ShouldBe(double.IsNaN(main) ? null : main);
        }
    }

    [SkippableTheory]
    [InlineData("clemcore-3.3")]
    [InlineData("clemcore-3.7")]
    public async Task Every_request_is_matched_with_its_response(string archive)
    {
        using var tree = ReferenceData.Unpack(archive);
        foreach (var folder in ResultsReader.FindEpisodeFolders(tree.Path))
        {
            var requests = await ResultsReader.ReadRequestsAsync(await Reader.ReadEpisodeAsync(folder, default), default);
            requests.ShouldNotBeEmpty();
            foreach (var request in requests)
            {
                var response = (JsonMap)request.Response!;
                var text = response.GetOrDefault<JsonMap>("clem_player")?["response"]
                    ?? (((response["choices"] as object?[])?[0] as JsonMap)?["message"] as JsonMap)?["content"];
                request.ResponseText.ShouldBe(((string)text!).Trim());
            }
        }
    }
}
