using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Native;
using Clembench.Templates;

namespace Clembench.Tests.Llama;

/// <summary>Control tokens in texts, of vocabularies with few and with very many of them.</summary>
public sealed class ControlTokenIndexTests
{
    [Fact]
    public void The_tokens_of_a_text_are_found_longest_first()
    {
        var index = Index("<a>", "<a><b>", "<b>", "<c>", "ä>", "xx>");
        index.In("xxx><a><b> ä>").Select(token => token.Text).ShouldBe(["<a><b>", "<a>", "<b>", "ä>", "xx>"], ignoreOrder: true);
        index.In("xxx><a><b> ä>")[0].Text.ShouldBe("<a><b>");
        index.In("<c> and <c>").ShouldHaveSingleItem().Id.ShouldBe(3);
        index.In("").ShouldBeEmpty();
        Index().In("<a>").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("..<end>..", 2, 5, true)]
    [InlineData("..<end>..", 4, 1, true)]
    [InlineData("..<end>..", 6, 3, true)]
    [InlineData("..<end>..", 7, 2, false)]
    [InlineData("..<end>..", 0, 2, false)]
    [InlineData("..<end>..", 0, 3, true)]
    [InlineData("..<end>..", 3, 0, false)]
    [InlineData("..<end..", 2, 4, false)]
    public void A_piece_is_touched_also_by_a_token_that_begins_before_it_or_ends_behind_it(string text, int start, int length, bool expected) =>
        Index("<end>", "<end of something long>").Touch(text, new TextSpan(start, length)).ShouldBe(expected);

    [Fact]
    public void A_quarter_of_a_million_tokens_take_no_more_than_a_table_of_them()
    {
        var tokens = Enumerable.Range(0, 250_000).Select(id => new ControlToken(id, $"<|reserved_special_token_{id}|>", LlamaTokenAttributes.Control)).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var index = new ControlTokenIndex(tokens);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 << 20);
        index.In("x<|reserved_special_token_249999|>y<|reserved_special_token_7|>").Select(token => token.Id).ShouldBe([249_999, 7]);
    }

    private static ControlTokenIndex Index(params string[] texts) => new(texts.Select((text, id) => new ControlToken(id, text, LlamaTokenAttributes.Control)));
}
