using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Statistics;

namespace Clembench.Tests.Scores;

/// <summary>Paired comparisons, with numbers that can be worked out by hand.</summary>
public class ComparisonTests
{
    [Fact]
    public void Few_instances_are_tested_by_counting_every_assignment_of_signs()
    {
        // Differences 10, 20, 30, 40: of 16 assignments only all plus and all minus come as far as 100.
        var row = Compare([(10, 20), (10, 30), (10, 40), (10, 50)]);
        (row.MeanDifference, row.PValue, row.Method, row.RankBiserial).ShouldBe((25, 0.125, TestMethod.Exact, 1));
        // Mean 25 ÷ standard deviation 12.91.
        row.EffectSize!.Value.ShouldBe(1.9365, 1e-4);
        // ((1.96 + 0.8416) ÷ 1.9365)² + 1.92 = 4.01.
        row.MoreEpisodes.ShouldBe(1);
    }

    [Fact]
    public void The_sign_of_one_difference_counts_against_the_others()
    {
        // −10 + 20 + 30 + 40 = 80: as far come ±100 and ±80.
        var row = Compare([(10, 0), (10, 30), (10, 40), (10, 50)]);
        (row.MeanDifference, row.PValue).ShouldBe((20, 0.25));
        // Ranks 2, 3 and 4 are on one side, rank 1 on the other: (9 − 1) ÷ 10.
        row.RankBiserial!.Value.ShouldBe(0.8, 1e-12);
    }

    [Fact]
    public void An_aborted_episode_counts_nothing_and_the_played_ones_are_tested_as_McNemar_does()
    {
        // Eight that only the second one plays, one that only the first one plays, one that both play.
        var data = new BenchmarkData();
        for (var i = 0; i < 10; i++)
        {
            data.Add(Population.Episode("a", "g", "e", i, i >= 8, 100));
            data.Add(Population.Episode("b", "g", "e", i, i != 8, 100));
        }

        var rows = new ModelComparer(data, 500).Compare("a", "b", default);
        rows.Select(row => row.Game).ShouldBe(["all", "g"]);
        var row = rows[1];
        (row.Played, row.PlayedMoreByReference, row.PlayedMoreByDifference).ShouldBe((70, 1, 8));
        // 2 × (1 + 9) ÷ 2⁹.
        row.PlayedPValue!.Value.ShouldBe(20 / 512.0, 1e-12);
        // (9 − 2) ÷ 12 ± 1.96 √((11 ÷ 12 − (7 ÷ 12)²) ÷ 12)
        (row.PlayedLow, row.PlayedHigh).ShouldBe((15.38, 100));
        (row.MeanDifference, row.ClemScore).ShouldBe((70, 70));
        row.PValue.ShouldBe(20 / 512.0, 1e-12);
        (row.QualityInstances, row.Quality, row.QualityPValue, row.QualityLow).ShouldBe((1, 0, 1, null));
    }

    [Fact]
    public void Only_shared_instances_count_and_repetitions_are_averaged()
    {
        var data = new BenchmarkData();
        data.Add(Population.Episode("a", "g", "e", 1, true, 40));
        data.Add(Population.Episode("a", "g", "e", 2, true, 40));
        data.Add(Population.Episode("a", "g", "f", 1, true, 0));
        data.Add(Population.Episode("b", "g", "e", 1, true, 50, repeat: 1));
        data.Add(Population.Episode("b", "g", "e", 1, true, 70, repeat: 2));
        data.Add(Population.Episode("b", "g", "e", 2, true, 40));
        data.Add(Population.Episode("b", "h", "e", 1, true, 100));
        var rows = new ModelComparer(data, 500).Compare("a", "b", default);
        rows.Select(row => row.Game).ShouldBe(["all", "g"]);
        (rows[1].Instances, rows[1].Unpaired, rows[1].MeanDifference).ShouldBe((2, 1, 10));
        new ModelComparer(data, 500).Compare("a", "nobody", default).ShouldBeEmpty();
    }

    [Fact]
    public void Over_games_each_game_weighs_the_same()
    {
        var data = new BenchmarkData();
        for (var i = 0; i < 30; i++)
        {
            data.Add(Population.Episode("a", "large", "e", i, true, 50));
            data.Add(Population.Episode("b", "large", "e", i, true, 50 + i % 3));
        }

        data.Add(Population.Episode("a", "small", "e", 0, true, 0));
        data.Add(Population.Episode("b", "small", "e", 0, true, 9));
        var all = new ModelComparer(data, 500).Compare("a", "b", default)[0];
        (all.MeanDifference, all.Instances).ShouldBe((5, 31));
    }

    [Fact]
    public void Drawn_permutations_agree_with_counted_ones()
    {
        // 17 differences are counted (2¹⁶ assignments); with two more of next to no size they are drawn.
        var random = new Random(3);
        var pairs = Enumerable.Range(0, 17).Select(_ => (50.0, 50 + 30 * random.NextDouble() - 10)).ToArray();
        var counted = Compare(pairs);
        var drawn = Compare([.. pairs, (50, 50.0000001), (50, 50.0000002)]);
        (counted.Method, drawn.Method).ShouldBe((TestMethod.Exact, TestMethod.MonteCarlo));
        drawn.PValue.ShouldBe(counted.PValue, 0.02);
        Compare([.. pairs, (50, 50.0000001), (50, 50.0000002)]).ShouldBe(drawn);
    }

    [Theory]
    [InlineData(8, 10, 0.4902, 0.9433)] // R: prop.test(8, 10, correct = FALSE).
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(150, 300, 0.4438, 0.5562)]
    public void Wilson_has_its_known_values(int played, int all, double low, double high)
    {
        var interval = WilsonInterval.Of((double)played / all, all)!.Value;
        interval.Low.ShouldBe(low, 5e-5);
        interval.High.ShouldBe(high, 5e-5);
    }

    private static ModelComparison Compare(IReadOnlyList<(double First, double Second)> scores)
    {
        var data = new BenchmarkData();
        for (var i = 0; i < scores.Count; i++)
        {
            data.Add(Population.Episode("a", "g", "e", i, true, scores[i].First));
            data.Add(Population.Episode("b", "g", "e", i, true, scores[i].Second));
        }

        return new ModelComparer(data, 500).Compare("a", "b", default)[1];
    }
}
