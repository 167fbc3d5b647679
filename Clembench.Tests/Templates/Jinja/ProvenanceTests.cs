namespace Clembench.Tests.Templates.Jinja;

public class ProvenanceTests
{
    private const string Variables = """{"messages": [{"role": "user", "name": "user", "content": "  one two  "}], "other": "own"}""";

    [Theory]
    [InlineData("<{{ messages[0].content }}>{{ other }}", "  one two  ")]
    [InlineData("<{{ messages[0].content | trim + '\n' }}>", "one two")]
    [InlineData("{{ '<' + messages[0].name + '>' + messages[0].name }}", "user|user")]
    [InlineData("{{ messages[0].content.split()[1] }}", "two")]
    [InlineData("{{ messages[0].content.strip() | replace('one', 'THREE') }}", " two")]
    [InlineData("{{ 'a' ~ messages[0].name ~ 'b' }}", "user")]
    [InlineData("{% set x %}a{{ messages[0].name }}b{% endset %}{{ x | upper }}{{ x[1:3] }}{{ x[::-1] }}", "USER|us|resu")]
    [InlineData("{% macro m(t) %}[{{ t }}]{% endmacro %}{{ m(messages[0].name) }}{{ m(messages[0].name) | trim }}", "user|user")]
    [InlineData("{{ ['a', messages[0].name, 'b'] | join('-') }}", "user")]
    [InlineData("{{ '%s:%5s' % ('x', messages[0].name) }} {{ '{}'.format(messages[0].name) }}", "user|user")]
    [InlineData("{{ {'k': messages[0].name} | tojson }}", "user")]
    [InlineData("{{ messages[0] | tojson }}", "role|name|user|content|  one two  ")]
    [InlineData("{{ 'a\nb' | indent(1) }}{{ messages[0].name | indent(2, true) }}", "user")]
    [InlineData("{{ messages[0].name == 'user' }}{{ messages | length }}", "")]
    public void PiecesOfMessagesAreFoundInTheText(string template, string expected) =>
        Rendering.Input(template, Variables).ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData("<|{{ messages[0].role }}|>{{ messages[0]['role'] ~ messages[0].content }}", "  one two  ")]
    [InlineData("{% for m in messages %}{{ m.items() | list }}{% endfor %}", "role|name|user|content|  one two  ")]
    public void WhatTheProgramChoosesIsNoInput(string template, string expected) =>
        Rendering.Input(template, Variables).ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void TheTypesOfPartsAreNoInput()
    {
        const string parts = """{"messages": [{"role": "user", "type": "own", "content": [{"type": "text", "role": "own", "text": "words"}]}]}""";
        Rendering.Input("{% for m in messages %}{{ m.type }} {% for p in m.content %}{{ p.type }}-{{ p.role }}-{{ p.text }}{% endfor %}{% endfor %}", parts)
            .ShouldBe(["own", "own", "words"]);
    }

    [Fact]
    public void TheCallerSaysWhatIsNoInput()
    {
        var options = new Clembench.Templates.Jinja.JinjaOptions { UnmarkedMembers = ["x.a.b"], InputVariables = ["x"] };
        var output = Rendering.Output("{{ x.a.b }}{{ x.b }}{{ x.a.c }}{{ messages }}", """{"x": {"a": [], "b": "B"}, "messages": "M"}""", options);
        output.InputSpans.ShouldBe([new Clembench.Templates.TextSpan(0, 1)]);
        output = Rendering.Output("{% for e in x.a %}{{ e.b }}{{ e.c }}{% endfor %}", """{"x": {"a": [{"b": "B", "c": "C"}]}}""", options);
        output.InputSpans.ShouldBe([new Clembench.Templates.TextSpan(1, 1)]);
    }

    [Theory]
    [InlineData("{% set ns = namespace(x=messages[0].content) %}{{ ns }}{{ ns ~ '' }}{{ [ns] }}{{ ns | string }}", "  one two  |  one two  |  one two  |  one two  ")]
    [InlineData("{% set ns = namespace(x=messages[0].content) %}{{ '%s' % ns }}{{ '%r' % ns }}", "  one two  |  one two  ")]
    public void ATextOfANamespaceTellsWhatOfItIsInput(string template, string expected) =>
        Rendering.Input(template, Variables).ShouldBe(expected.Split('|'));

    [Fact]
    public void SpansAreMergedAscendingAndInsideTheText() => CsCheck.Check.Sample(
        CsCheck.Gen.OneOfConst("{{ messages[0] }}", "{{ messages[1] ~ 'x' }}", "a", "{{ messages | join('-') }}", "{{ (messages[0] ~ 'y')[1:] }}", "{{ messages[0] | upper }}").Array[0, 12],
        pieces =>
        {
            var output = Rendering.Output(string.Concat(pieces), """{"messages": ["INPUT", "MORE"]}""");
            var end = -1;
            foreach (var span in output.InputSpans)
            {
                span.Start.ShouldBeGreaterThan(end);
                span.Length.ShouldBeGreaterThan(0);
                end = span.End;
                output.Text.Substring(span.Start, span.Length).ShouldMatch("^[A-Z]+$");
            }

            output.Text.Length.ShouldBeGreaterThanOrEqualTo(end);
            // Everything in capitals is input: nothing of it may be missed.
            var marked = output.InputSpans.Sum(span => span.Length);
            output.Text.Count(char.IsAsciiLetterUpper).ShouldBe(marked);
        });
}
