using Clembench.Scoring.Benchmark;
using Clembench.Tests.Support;
using Xunit.Abstractions;

namespace Clembench.Tests.Scores;

/// <summary>
/// Do intervals of 95 % hold the truth in 95 of 100 benchmarks? Benchmarks are drawn from populations whose truth is known. With
/// CLEMBENCH_THOROUGH=1 there are 20,000 of each, and the part has to lie between 94 and 96 %; else 1,000, whose part
/// differs from the true one by chance (by at most 1.8 points in 99 of 100 cases), which is granted on top.
/// </summary>
public class CoverageTests(ITestOutputHelper output)
{
    private const int Resamples = 499;
    private static readonly int Benchmarks = Thorough.Or(20_000, 1_000);
    private static readonly double Granted = Thorough.IsOn ? 0.01 : 0.01 + 2.576 * Math.Sqrt(0.95 * 0.05 / 1_000);

    [Fact]
    public void Played_of_a_game() => Holds("Played, 60 episodes", random =>
    {
        // Models differ: for one proportion alone the coverage of any interval depends on where the few possible values lie.
        var truth = 0.3 + 0.65 * random.NextDouble();
        var row = Rows(Population.Draw(1, 60, 1, _ => () => (random.NextDouble() < truth, 100)), 0)[1];
        return (100 * truth, row.PlayedLow, row.PlayedHigh);
    });

    [Fact]
    public void Played_with_repetitions() => Holds("Played, 40 instances of different difficulty, 4 times each", random =>
    {
        // A uniform chance for each instance: on average one half is played.
        var row = Rows(
            Population.Draw(1, 40, 4, _ =>
            {
                var chance = random.NextDouble();
                return () => (random.NextDouble() < chance, 100);
            }), 0)[1];
        return (50, row.PlayedLow, row.PlayedHigh);
    });

    [Fact]
    public void Played_over_games() => Holds("Played, the mean of 6 games of 30", random =>
    {
        double[] truth = [.. Enumerable.Range(0, 6).Select(_ => 0.3 + 0.65 * random.NextDouble())];
        var row = Rows(Population.Draw(6, 30, 1, game => () => (random.NextDouble() < truth[game], 100)), 0)[0];
        return (100 * truth.Average(), row.PlayedLow, row.PlayedHigh);
    });

    [Fact]
    public void Quality_of_a_game_of_all_or_nothing() => Holds("Quality, 60 episodes, 80 % played, all or nothing", random =>
    {
        var row = Rows(Population.Draw(1, 60, 1, _ => () => (random.NextDouble() < 0.8, Population.AllOrNothing(random, 0.4))))[1];
        return (40, row.QualityLow, row.QualityHigh);
    });

    [Fact]
    public void Quality_of_a_game_with_graded_scores() => Holds("Quality, 30 episodes, 90 % played, graded", random =>
    {
        var row = Rows(Population.Draw(1, 30, 1, _ => () => (random.NextDouble() < 0.9, Population.Graded(random))))[1];
        return (100 / 3.0, row.QualityLow, row.QualityHigh);
    });

    [Fact]
    public void Quality_with_repetitions() => Holds("Quality, 30 instances of different difficulty, 4 times each", random =>
    {
        var row = Rows(
            Population.Draw(1, 30, 4, _ =>
            {
                var chance = random.NextDouble();
                return () => (random.NextDouble() < 0.8, Population.AllOrNothing(random, chance));
            }))[1];
        return (50, row.QualityLow, row.QualityHigh);
    });

    [Fact]
    public void Clemscore_of_a_game() => Holds("ClemScore, 40 episodes, 70 % played, graded", random =>
    {
        var row = Rows(Population.Draw(1, 40, 1, _ => () => (random.NextDouble() < 0.7, Population.Graded(random))))[1];
        return (0.7 * 100 / 3, row.Low, row.High);
    });

    [Fact]
    public void Clemscore_over_games() => Holds("ClemScore, 6 games of 30 with different chances", random =>
    {
        var row = Rows(Population.Draw(6, 30, 1, game => () => (random.NextDouble() < 0.5 + 0.08 * game, Population.AllOrNothing(random, 0.2 + 0.1 * game))))[0];
        return (0.7 * 45, row.Low, row.High);
    });

    [Fact]
    public void Difference_of_two_models() => Holds("Mean difference, 2 games of 40, the same instances", random =>
    {
        var data = new BenchmarkData();
        for (var i = 0; i < 80; i++)
        {
            // What is hard for the one is hard for the other; the second one is better by 10 points before aborted ones are counted.
            var chance = 0.9 * random.NextDouble();
            data.Add(Population.Episode("a", $"game{i % 2}", "e", i, random.NextDouble() < 0.8, Population.AllOrNothing(random, chance)));
            data.Add(Population.Episode("b", $"game{i % 2}", "e", i, random.NextDouble() < 0.8, Population.AllOrNothing(random, chance + 0.1)));
        }

        var row = new ModelComparer(data, Resamples).Compare("a", "b", default)[0];
        return (0.8 * 10, row.Low, row.High);
    });

    [Fact]
    public void Difference_in_played() => Holds("Played difference, 50 of the same instances", random =>
    {
        var data = new BenchmarkData();
        for (var i = 0; i < 50; i++)
        {
            var chance = 0.8 * random.NextDouble();
            data.Add(Population.Episode("a", "g", "e", i, random.NextDouble() < chance, 100));
            data.Add(Population.Episode("b", "g", "e", i, random.NextDouble() < chance + 0.2, 100));
        }

        var row = new ModelComparer(data, 100).Compare("a", "b", default)[1];
        return (20, row.PlayedLow, row.PlayedHigh);
    });

    [Fact]
    public void A_test_at_5_percent_finds_no_difference_in_95_of_100_benchmarks_without_one()
    {
        var found = Count(random => Compare(random, 40, 0).PValue < 0.05);
        output.WriteLine($"{found:P2} of {Benchmarks} pairs of like models differ at 5 %");
        found.ShouldBeLessThan(0.05 + Granted - 0.005);
    }

    [Fact]
    public void As_many_instances_as_are_asked_for_show_the_difference_in_80_of_100_benchmarks()
    {
        // The scores differ by 10 with a standard deviation of 100 ÷ √6 = 40.8: d = 0.245 needs 133 instances.
        var needed = 133;
        var found = Count(random => Compare(random, needed, 10).PValue < 0.05);
        output.WriteLine($"{found:P2} of {Benchmarks} pairs differ at 5 %");
        found.ShouldBe(0.8, Thorough.IsOn ? 0.02 : 0.04);

        // And that is about the number that comparisons of 60 give: half of them see a larger effect, half a smaller one.
        var asked = Enumerable.Range(0, 301).Select(seed => Compare(new Random(seed), 60, 10)).Select(row => 60 + (row.MoreEpisodes ?? 1_000_000)).Order().ToArray();
        ((double)asked[150]).ShouldBe(needed, 30);
    }

    private static ModelComparison Compare(Random random, int instances, double better)
    {
        var data = new BenchmarkData();
        for (var i = 0; i < instances; i++)
        {
            data.Add(Population.Episode("a", "g", "e", i, true, 100 * random.NextDouble()));
            data.Add(Population.Episode("b", "g", "e", i, true, 100 * random.NextDouble() + better));
        }

        return new ModelComparer(data, 100).Compare("a", "b", default)[0];
    }

    private void Holds(string what, Func<Random, (double Truth, double? Low, double? High)> measure)
    {
        var held = Count(random => measure(random) is var (truth, low, high) && low <= truth && truth <= high);
        output.WriteLine($"{what}: {held:P2} of {Benchmarks}");
        held.ShouldBe(0.95, Granted, what);
    }

    private static double Count(Func<Random, bool> holds) => Enumerable.Range(0, Benchmarks).AsParallel().Count(seed => holds(new Random(seed))) / (double)Benchmarks;

    private static IReadOnlyList<BenchmarkRow> Rows(BenchmarkData data, int resamples = Resamples) =>
        Leaderboard.Rows(data, BenchmarkGrouping.Game, resamples, null, default);
}
