using Clembench.Terminal;

namespace Clembench.Tests.Transcripts;

public class ColumnTextTests
{
    [Theory]
    [InlineData("taboo", 5, "taboo")]
    [InlineData("textmapworld_graphreasoning", 20, "textmapworld_\ngraphreasoning")]
    [InlineData("adventuregame home_hard_plan_two_hands_en", 30, "adventuregame\nhome_hard_plan_two_hands_en")]
    [InlineData("owner/name-of-a-model", 12, "owner/name-\nof-a-model")]
    [InlineData("abcdefghijkl", 5, "abcde\nfghij\nkl")]
    [InlineData("x-abcdefghijkl", 8, "x-abcdef\nghijkl")]
    [InlineData("日本語モデル", 5, "日本\n語モ\nデル")]
    [InlineData("a\u001b[31mb", 20, "a⟨ESC⟩[31mb")]
    [InlineData("", 4, "")]
    public void Names_are_broken_where_their_parts_meet(string name, int width, string expected) =>
        ColumnText.Name(name, width).ShouldBe(expected);

    [Fact]
    public void Nothing_is_lost()
    {
        ColumnText.Name(null, 3).ShouldBe("");
        foreach (var width in Enumerable.Range(2, 40))
            ColumnText.Name("a--b_c/d.e:very_long_name-of-something/with parts", width).Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)
                .ShouldBe("a--b_c/d.e:very_long_name-of-something/withparts");
    }
}
