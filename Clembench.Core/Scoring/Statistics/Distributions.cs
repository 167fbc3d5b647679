namespace Clembench.Scoring.Statistics;

/// <summary>The two distributions that the intervals need.</summary>
internal static class Distributions
{
    /// <summary>The quantile of the standard normal distribution at 0.975, for 95 % intervals.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>The quantile of the standard normal distribution at 0.8, for a power of 80 %.</summary>
    public const double Z80 = 0.8416212335729143;

    /// <summary>
    /// The standard normal distribution function, by Marsaglia's series ("Evaluating the Normal Distribution", Journal of
    /// Statistical Software 11(4), 2004), to about 15 digits within ±7.
    /// </summary>
    /// <param name="x">The value.</param>
    /// <returns>The probability of a lower one.</returns>
    public static double NormalCdf(double x)
    {
        if (Math.Abs(x) > 8)
            return x > 0 ? 1 : 0;
        double sum = x, term = x, before = 0;
        for (var i = 3; sum != before; i += 2)
        {
            before = sum;
            term *= x * x / i;
            sum += term;
        }

        return Math.Clamp(0.5 + sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI), 0, 1);
    }

    /// <summary>
    /// The quantile of Student's distribution that leaves 2.5 % above, by G. W. Hill's algorithm 396 (Communications of the ACM
    /// 13(10), 1970), which takes fractional degrees of freedom too.
    /// </summary>
    /// <param name="degrees">The degrees of freedom; fewer than 1 count as 1.</param>
    /// <returns>The quantile; about six digits are right.</returns>
    public static double StudentQuantile975(double degrees)
    {
        const double TwoTailed = 0.05;
        var n = Math.Max(degrees, 1);
        if (n == 1)
            return 1 / Math.Tan(TwoTailed * Math.PI / 2);
        if (n == 2)
            return Math.Sqrt(2 / (TwoTailed * (2 - TwoTailed)) - 2);

        var a = 1 / (n - 0.5);
        var b = 48 / (a * a);
        var c = ((20700 * a / b - 98) * a - 16) * a + 96.36;
        var d = ((94.5 / (b + c) - 3) / b + 1) * Math.Sqrt(a * Math.PI / 2) * n;
        var x = d * TwoTailed;
        var y = Math.Pow(x, 2 / n);
        if (y > 0.05 + a)
        {
            x = -Z95;
            y = x * x;
            if (n < 5)
                c += 0.3 * (n - 4.5) * (x + 0.6);
            c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
            y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
            y = a * y * y;
            y = y > 0.002 ? Math.Exp(y) - 1 : 0.5 * y * y + y;
        }
        else
        {
            y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2) + 1 / y;
        }

        return Math.Sqrt(n * y);
    }
}
