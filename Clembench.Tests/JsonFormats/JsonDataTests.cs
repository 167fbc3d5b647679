using System.Numerics;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.Tests.JsonFormats;

public class JsonDataTests
{
    [Theory]
    [InlineData("1", 1L)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("1.0", 1.0)]
    [InlineData("1e3", 1000.0)]
    [InlineData("true", true)]
    [InlineData("\"\\u00e9\\ud83d\\ude00\"", "é😀")]
    public void Values_get_the_type_that_their_text_says(string json, object expected)
    {
        using var document = JsonDocument.Parse(json);
        var value = JsonData.ToPlain(document.RootElement);
        value.ShouldBe(expected);
        value.ShouldBeOfType(expected.GetType());
    }

    [Fact]
    public void A_surrogate_without_its_pair_is_kept()
    {
        using var document = JsonDocument.Parse("\"a\\n\\ud800\\\"\"");
        JsonData.ToPlain(document.RootElement).ShouldBe("a\n" + (char)0xd800 + "\"");
    }

    [Fact]
    public void Integers_beyond_long_keep_every_digit()
    {
        var map = JsonMap.Parse("{\"n\": 123456789012345678901234567890}");
        map["n"].ShouldBe(BigInteger.Parse("123456789012345678901234567890", null));
        map.ToString().ShouldBe("{\"n\":123456789012345678901234567890}");
    }

    [Fact]
    public void Bare_NaN_and_Infinity_are_numbers_outside_strings_only()
    {
        var map = (JsonMap)PythonJson.Parse("{\"a\": NaN, \"b\": [-Infinity, Infinity], \"NaN\": \"NaN \\\" NaN\"}"u8.ToArray())!;
        map["a"].ShouldBe(double.NaN);
        map["b"].ShouldBe(new object[] { double.NegativeInfinity, double.PositiveInfinity });
        map["NaN"].ShouldBe("NaN \" NaN");
        map.ToString().ShouldBe("{\"a\":NaN,\"b\":[-Infinity,Infinity],\"NaN\":\"NaN \\\" NaN\"}");
    }
}
