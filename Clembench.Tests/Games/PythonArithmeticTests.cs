using System.Globalization;
using Clembench.Scoring;
using CsCheck;

namespace Clembench.Tests.Games;

public class PythonArithmeticTests
{
    // What CPython prints for round(value, digits): the halves that are halves in binary go to the even digit.
    [Theory]
    [InlineData(2.675, 2, 2.67)]
    [InlineData(1.005, 2, 1.0)]
    [InlineData(0.8125, 3, 0.812)]
    [InlineData(0.0625, 3, 0.062)]
    [InlineData(0.1875, 3, 0.188)]
    [InlineData(-0.0625, 3, -0.062)]
    [InlineData(0.00625, 4, 0.0063)]
    [InlineData(0.5, 0, 0.0)]
    [InlineData(1.5, 0, 2.0)]
    [InlineData(1e300, 3, 1e300)]
    [InlineData(5e-324, 3, 0.0)]
    [InlineData(0.0, 3, 0.0)]
    public void Round_is_that_of_Python(double value, int digits, double rounded) => PythonArithmetic.Round(value, digits).ShouldBe(rounded);

    [Fact]
    public void Round_is_the_nearest_decimal_wherever_there_is_one() =>
        Gen.Double[0, 1000].Where(value => value * 16 != Math.Floor(value * 16)).Sample(value =>
            PythonArithmetic.Round(value, 3) == double.Parse(value.ToString("F3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    [Fact]
    public void Mean_is_exact_and_keeps_whole_numbers_whole()
    {
        PythonArithmetic.Mean([1L, 3L]).ShouldBe(2L);
        PythonArithmetic.Mean([1L, 2L]).ShouldBe(1.5);
        PythonArithmetic.Mean([0L, 0.0]).ShouldBe(0.0);
        PythonArithmetic.Mean([1.0, 3L]).ShouldBe(2.0);
        PythonArithmetic.Mean([0.1, 0.1, 0.1]).ShouldBe(0.1);
        PythonArithmetic.Mean([1L, 0L, 0L]).ShouldBe(1.0 / 3);
        PythonArithmetic.Mean([1e16, 1.0, 1.0, 1.0]).ShouldBe(2500000000000000.75);
    }

    [Fact]
    public void Mean_of_equal_numbers_is_the_number() =>
        Gen.Select(Gen.Double[0, 1], Gen.Int[1, 40]).Sample((value, count) =>
            PythonArithmetic.Mean([.. Enumerable.Repeat((object)value, count)]) is double mean && mean == value);
}
