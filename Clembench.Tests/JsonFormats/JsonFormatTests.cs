using Clembench.Json;

namespace Clembench.Tests.JsonFormats;

public class JsonFormatTests
{
    [Theory]
    [InlineData(100.0, "100.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e16, "1e+16")]
    [InlineData(9999999999999998.0, "9999999999999998.0")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(-2.5e-7, "-2.5e-07")]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(33.333333333333336, "33.333333333333336")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Floats_are_written_as_python_prints_them(double value, string expected) =>
        PythonFloat.Repr(value).ShouldBe(expected);

    [Fact]
    public void Text_is_escaped_only_where_json_demands_it() =>
        JsonData.ToJson("é 😀 <b> \" \\ \n \u0001").ShouldBe("\"é 😀 <b> \\\" \\\\ \\n \\u0001\"");
}
