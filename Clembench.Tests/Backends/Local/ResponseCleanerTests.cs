using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using CsCheck;

namespace Clembench.Tests.Backends.Local;

/// <summary>How the text that a local model generates becomes the message that a game gets.</summary>
public sealed class ResponseCleanerTests
{
    [Theory]
    [InlineData("""{"eos_to_cull": "</s>"}""", "Hello Ada!</s>", "Hello Ada!")]
    [InlineData("""{"eos_to_cull": "<\\|im_end\\|>"}""", "Hello <b|im_end>!<|im_end|>\n", "Hello <b|im_end>!")]
    [InlineData("""{"eos_to_cull": "<|im_end|>"}""", "a < b, im_end > c<|im_end|>", "a < b, im_end > c")]
    [InlineData("""{"eos_to_cull": "<\\|eot_id\\|>|<\\|end_of_text\\|>"}""", "Hello<|eot_id|><|end_of_text|>", "Hello")]
    [InlineData("""{"eos_to_cull": "</s>|<eos>"}""", "Hello<eos></s>", "Hello")]
    [InlineData("""{"eos_to_cull": "[/END]"}""", "DONE [END] /[/END]", "DONE [END] /")]
    [InlineData("""{"eos_to_cull": "<\\|im_end\\|>.*"}""", "Hello<|im_end|> and more", "Hello")]
    [InlineData("""{"eos_to_cull": "</s>"}""", "one</s>two</s>", "onetwo")]
    [InlineData("""{"eos_to_cull": "(?<=!)<end>"}""", "Hello!<end>", "Hello!")]
    public void Eos_is_removed_as_its_author_meant(string config, string generated, string expected)
    {
        new ResponseCleaner(Entry(config)).Clean(generated).ShouldBe(new CleanedResponse(expected));
        new ResponseCleaner(AtTopLevel(config)).Clean(generated).Text.ShouldBe(expected);
    }

    [Fact]
    public void An_entry_that_says_nothing_keeps_all_but_white_space() =>
        new ResponseCleaner(Entry("{}")).Clean(" \t\u001cHello</s>\u3000\n").ShouldBe(new CleanedResponse("Hello</s>"));

    [Fact]
    public void The_tokenizers_eos_is_removed_at_the_end_where_the_entry_names_none()
    {
        new ResponseCleaner(Entry("{}"), eosToken: "</s>").Clean("a </s> b</s>").Text.ShouldBe("a </s> b");
        new ResponseCleaner(Entry("""{"eos_to_cull": "<wrong>"}"""), eosToken: "</s>").Clean("a</s>").Text.ShouldBe("a</s>");
    }

    [Theory]
    [InlineData("<s>user\nHi</s>assistant\nHello</s>", "Hello")]
    [InlineData("assistant\none assistant\ntwo</s>", "two")]
    [InlineData("Hello</s>", "Hello")]
    [InlineData("Hello assistant\n", "")]
    public void The_last_split_prefix_is_where_the_answer_begins(string generated, string expected) =>
        new ResponseCleaner(Entry("""{"output_split_prefix": "assistant\n", "eos_to_cull": "</s>"}""")).Clean(generated).Text.ShouldBe(expected);

    [Theory]
    [InlineData("<pad><pad>Hello <pad> Ada</s>", "Hello  Ada")]
    [InlineData("Hello</s><pad><pad>\n", "Hello")]
    [InlineData("Hello <pad> Ada</s>", "Hello <pad> Ada")]
    public void Padding_is_removed_where_a_text_begins_or_ends_with_it(string generated, string expected) =>
        new ResponseCleaner(Entry("""{"eos_to_cull": "</s>"}"""), padToken: "<pad>").Clean(generated).Text.ShouldBe(expected);

    [Theory]
    [InlineData("<think>Be kind.</think>\n\nHello</s>", "Be kind.", "Hello")]
    [InlineData("One.</think>Two.</think>Hello</s>", "One.", "Hello")]
    [InlineData("<think></think>Hello", "", "Hello")]
    [InlineData("<think>I never come to an end", "I never come to an end", "")]
    public void Reasoning_is_split_off(string generated, string thought, string answer) =>
        new ResponseCleaner(Entry("""{"cot_output": true, "cot_start_tag": "<think>", "cot_end_tag": "</think>", "eos_to_cull": "</s>"}"""))
            .Clean(generated).ShouldBe(new CleanedResponse(answer, thought));

    [Theory]
    [InlineData("<|end|><|start|>assistant<|channel|>final<|message|>")]
    [InlineData("""<\\|end\\|><\\|start\\|>assistant<\\|channel\\|>final<\\|message\\|>""")]
    public void An_end_tag_full_of_bars_is_one_text(string tag) =>
        new ResponseCleaner(Entry($$"""{"cot_output": true, "cot_start_tag": "<|channel|>analysis<|message|>", "cot_end_tag": "{{tag}}", "eos_to_cull": "<\\|return\\|>"}"""))
            .Clean("<|channel|>analysis<|message|>assistant < final<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>")
            .ShouldBe(new CleanedResponse("Hello!", "assistant < final"));

    [Fact]
    public void Only_the_answer_of_a_model_that_thinks_is_shortened()
    {
        var thinker = new ResponseCleaner(Entry("""{"cot_output": true, "cot_end_tag": "</think>"}"""));
        thinker.Clean("A long thought</think>A long answer", text => text[..6]).ShouldBe(new CleanedResponse("A long", "A long thought"));
        new ResponseCleaner(Entry("""{"cot_output": false, "cot_end_tag": "</think>"}""")).Clean("x</think>y", _ => "cut").Text.ShouldBe("x</think>y");
    }

    [Fact]
    public void Reasoning_without_an_end_tag_in_the_entry_is_refused()
    {
        var error = Should.Throw<ClemException>(() => new ResponseCleaner(Entry("""{"cot_output": true}""")));
        error.Id.ShouldBe("Clem.Model.InvalidEntry");
        error.Message.ShouldContain("cot_end_tag");
        error.Action!.ShouldContain("</think>");
    }

    [Fact]
    public void A_setting_of_another_type_is_refused() =>
        Should.Throw<ClemException>(() => new ResponseCleaner(Entry("""{"eos_to_cull": 2}"""))).Message.ShouldBe("eos_to_cull of 'm' is not a text.");

    [Fact]
    public void An_expression_with_nested_repetitions_takes_linear_time() =>
        new ResponseCleaner(Entry("""{"eos_to_cull": "(\\w+)+#"}""")).Clean(new string('a', 20_000)).Text.Length.ShouldBe(20_000);

    [Fact]
    public void An_expression_that_can_only_be_tried_out_is_given_up()
    {
        var cleaner = new ResponseCleaner(Entry("""{"eos_to_cull": "(\\w+)+\\1#"}"""));
        Should.Throw<ClemException>(() => cleaner.Clean(new string('a', 5_000))).Id.ShouldBe("Clem.Model.PatternTooSlow");
    }

    [Fact]
    public void Any_literal_eos_is_removed_whole_and_nothing_else() =>
        Gen.Select(Gen.String[Gen.Char["<|>/[]()send_▁.*+?\\^$"], 1, 12], Gen.String[Gen.Char["abc XYZ"], 0, 30]).Sample((eos, said) =>
        {
            var entry = Entry("{}") with { Properties = new JsonMap([new("eos_to_cull", EosPattern.Escape(eos))]) };
            new ResponseCleaner(entry).Clean(said + eos).Text.ShouldBe(said.Trim());
        });

    private static ModelEntry Entry(string config) => new()
    {
        Name = "m",
        Backend = "llamacpp",
        Properties = JsonMap.Parse($$"""{"model_config": {{config}}}"""),
    };

    private static ModelEntry AtTopLevel(string config) => new() { Name = "m", Backend = "huggingface_local", Properties = JsonMap.Parse(config) };
}
