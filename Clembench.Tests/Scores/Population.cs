using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;

namespace Clembench.Tests.Scores;

/// <summary>Episodes that tests make up, and populations with known truth to draw them from.</summary>
internal static class Population
{
    /// <summary>A scored episode.</summary>
    public static ScoredEpisode Episode(string model, string game, string experiment, int instance, bool played, double score, int repeat = 1) =>
        ScoredEpisode.Of(new Episode
        {
            Model = model,
            Game = game,
            Experiment = experiment,
            InstanceId = instance,
            Repeat = repeat,
            Outcome = played ? Outcome.Success : Outcome.Aborted,
            Path = $"/results/{model}/{game}/{experiment}/instance_{instance:00000}",
            Scores = new JsonMap([new("Aborted", played ? 0L : 1L), new("Main Score", played ? score : double.NaN)]),
        })!;

    /// <summary>A score of all or nothing.</summary>
    public static double AllOrNothing(Random random, double chance) => random.NextDouble() < chance ? 100 : 0;

    /// <summary>A graded score, with more low ones than high ones: 100 × the minimum of two even draws, whose mean is 33⅓.</summary>
    public static double Graded(Random random) => 100 * Math.Min(random.NextDouble(), random.NextDouble());

    /// <summary>One drawn benchmark of one model.</summary>
    /// <param name="games">The number of games.</param>
    /// <param name="instances">The number of instances of each.</param>
    /// <param name="repeats">How often each instance is played.</param>
    /// <param name="play">For an instance, what gives its episodes: played or not, and the score.</param>
    public static BenchmarkData Draw(int games, int instances, int repeats, Func<int, Func<(bool Played, double Score)>> play)
    {
        var data = new BenchmarkData();
        for (var game = 0; game < games; game++)
        {
            for (var instance = 0; instance < instances; instance++)
            {
                var episode = play(game);
                for (var repeat = 1; repeat <= repeats; repeat++)
                {
                    var (played, score) = episode();
                    data.Add(Episode("m", $"game{game}", "e", instance, played, score, repeat));
                }
            }
        }

        return data;
    }
}
