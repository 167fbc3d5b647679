namespace Clembench.Scoring.Statistics;

/// <summary>How a probability was found.</summary>
public enum TestMethod
{
    /// <summary>Every outcome was counted.</summary>
    Exact,

    /// <summary>Outcomes were drawn, always the same ones.</summary>
    MonteCarlo,
}

/// <summary>Tests and effect sizes of differences between two models on the same instances.</summary>
internal static class PairedTests
{
    private const int Drawn = 10_000;
    private const int EnumeratedDifferences = 18;

    /// <summary>
    /// The two-sided permutation test of paired differences: were the two models alike, each difference could as well have the
    /// other sign (R. A. Fisher, "The Design of Experiments", 1935, section 21). The probability is the part of all assignments
    /// of signs whose sum is at least as far from 0. All of them are counted where there are few, and where all differences
    /// are of one size (then it is the exact sign test, for 0 and 1 McNemar's); else 10,000 are drawn, and the observed
    /// one counts among them (B. Phipson and G. K. Smyth, "Permutation p-values should never be zero", 2010).
    /// </summary>
    /// <param name="differences">The differences, weighted where they stand for unequal parts.</param>
    /// <param name="random">Random numbers of the comparison's own.</param>
    /// <returns>The probability and how it was found.</returns>
    public static (double PValue, TestMethod Method) SignFlip(IEnumerable<double> differences, SeededRandom random)
    {
        var sizes = differences.Where(difference => difference != 0).ToArray();
        if (sizes.Length == 0)
            return (1, TestMethod.Exact);

        var observed = Math.Abs(sizes.Sum());
        var tolerance = 1e-9 * sizes.Sum(Math.Abs);
        var first = Math.Abs(sizes[0]);
        if (Array.TrueForAll(sizes, size => Math.Abs(Math.Abs(size) - first) <= 1e-12 * first))
            return (SignTest(sizes.Count(size => size > 0), sizes.Length), TestMethod.Exact);
        return sizes.Length <= EnumeratedDifferences
            ? (Enumerate(sizes, observed - tolerance), TestMethod.Exact)
            : (Draw(sizes, observed - tolerance, random), TestMethod.MonteCarlo);
    }

    /// <summary>The exact two-sided sign test: how probable it is that of so many the one side has so many, or fewer, or as many more.</summary>
    /// <param name="positive">How many differences are positive.</param>
    /// <param name="all">How many there are.</param>
    /// <returns>The probability, by the binomial distribution with p = ½.</returns>
    public static double SignTest(int positive, int all)
    {
        var fewer = Math.Min(positive, all - positive);
        // Logarithms, because 2⁻ⁿ vanishes for n above 1,074.
        double logTerm = -all * Math.Log(2), sum = 0;
        for (var k = 0; k <= fewer; k++)
        {
            sum += Math.Exp(logTerm);
            logTerm += Math.Log(all - k) - Math.Log(k + 1);
        }

        return Math.Min(1, 2 * sum);
    }

    /// <summary>
    /// The matched-pairs rank-biserial correlation: of the ranks of the differences' sizes, the part on the positive side less
    /// the part on the negative side (D. S. Kerby, "The simple difference formula", Comprehensive Psychology 3, 2014).
    /// </summary>
    /// <param name="differences">The differences; those of 0 are left out, equal sizes share their mean rank.</param>
    /// <returns>From −1 to 1, or null where all differences are 0.</returns>
    public static double? RankBiserial(IEnumerable<double> differences)
    {
        var sorted = differences.Where(difference => difference != 0).OrderBy(Math.Abs).ToArray();
        if (sorted.Length == 0)
            return null;
        double positive = 0, negative = 0;
        for (var start = 0; start < sorted.Length;)
        {
            var end = start;
            while (end < sorted.Length && Math.Abs(sorted[end]) <= Math.Abs(sorted[start]) * (1 + 1e-12))
                end++;
            var rank = (start + 1 + end) / 2.0;
            for (var i = start; i < end; i++)
                (positive, negative) = sorted[i] > 0 ? (positive + rank, negative) : (positive, negative + rank);
            start = end;
        }

        return (positive - negative) / (positive + negative);
    }

    /// <summary>
    /// How many pairs a two-sided test at 5 % needs to find an effect of a size with a probability of 80 %:
    /// ((z₀.₉₇₅ + z₀.₈) ÷ d)² + z₀.₉₇₅² ÷ 2 (W. C. Guenther, "Sample size formulas for normal theory t tests", The American
    /// Statistician 35(4), 1981).
    /// </summary>
    /// <param name="effectSize">Cohen's d of the differences.</param>
    /// <returns>The number of pairs, rounded up; null for an effect of 0, which no number shows.</returns>
    public static long? PairsForPower80(double effectSize)
    {
        var needed = Math.Pow((Distributions.Z95 + Distributions.Z80) / effectSize, 2) + Distributions.Z95 * Distributions.Z95 / 2;
        return needed < 1e12 ? (long)Math.Ceiling(needed) : null;
    }

    // Each step of a Gray code turns one sign. The first one's sign is left as it is: the mirror image counts the same.
    private static double Enumerate(double[] sizes, double bound)
    {
        var sum = sizes.Sum();
        var signs = (double[])sizes.Clone();
        var assignments = 1 << (sizes.Length - 1);
        var asFar = 0;
        for (var i = 0; ; i++)
        {
            if (Math.Abs(sum) >= bound)
                asFar++;
            if (i == assignments - 1)
                return (double)asFar / assignments;
            var turned = 1 + System.Numerics.BitOperations.TrailingZeroCount(i + 1);
            sum -= 2 * signs[turned];
            signs[turned] = -signs[turned];
        }
    }

    private static double Draw(double[] sizes, double bound, SeededRandom random)
    {
        var blocks = SumsOfSigns(sizes);
        var asFar = 1;
        for (var draw = 0; draw < Drawn; draw++)
        {
            double sum = 0;
            ulong bits = 0;
            for (var block = 0; block < blocks.Length; block++)
            {
                if (block % 8 == 0)
                    bits = random.Next();
                sum += blocks[block][bits & 0xff];
                bits >>= 8;
            }

            if (Math.Abs(sum) >= bound)
                asFar++;
        }

        return asFar / (Drawn + 1.0);
    }

    // For each eight differences the sums of all assignments of signs to them: a draw then looks up instead of adding.
    private static double[][] SumsOfSigns(double[] sizes)
    {
        var blocks = new double[(sizes.Length + 7) / 8][];
        for (var block = 0; block < blocks.Length; block++)
        {
            var part = sizes.AsSpan(block * 8, Math.Min(8, sizes.Length - block * 8));
            var sums = new double[256];
            for (var signs = 0; signs < 256; signs++)
            {
                for (var i = 0; i < part.Length; i++)
                    sums[signs] += (signs >> i & 1) == 0 ? part[i] : -part[i];
            }

            blocks[block] = sums;
        }

        return blocks;
    }
}
