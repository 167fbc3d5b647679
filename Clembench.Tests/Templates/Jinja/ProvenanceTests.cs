namespace Clembench.Tests.Templates.Jinja;

public class ProvenanceTests
{
    private const string Variables = """{"messages": [{"role": "user", "content": "  one two  "}], "other": "own"}""";

    [Theory]
    [InlineData("<{{ messages[0].content }}>{{ other }}", "  one two  ")]
    [InlineData("<{{ messages[0].content | trim + '\n' }}>", "one two")]
    [InlineData("{{ '<' + messages[0].role + '>' + messages[0].role }}", "user|user")]
    [InlineData("{{ messages[0].content.split()[1] }}", "two")]
    [InlineData("{{ messages[0].content.strip() | replace('one', 'THREE') }}", " two")]
    [InlineData("{{ 'a' ~ messages[0].role ~ 'b' }}", "user")]
    [InlineData("{% set x %}a{{ messages[0].role }}b{% endset %}{{ x | upper }}{{ x[1:3] }}{{ x[::-1] }}", "USER|us|resu")]
    [InlineData("{% macro m(t) %}[{{ t }}]{% endmacro %}{{ m(messages[0].role) }}{{ m(messages[0].role) | trim }}", "user|user")]
    [InlineData("{{ ['a', messages[0].role, 'b'] | join('-') }}", "user")]
    [InlineData("{{ '%s:%5s' % ('x', messages[0].role) }} {{ '{}'.format(messages[0].role) }}", "user|user")]
    [InlineData("{{ {'k': messages[0].role} | tojson }}", "user")]
    [InlineData("{{ messages[0] | tojson }}", "role|user|content|  one two  ")]
    [InlineData("{{ 'a\nb' | indent(1) }}{{ messages[0].role | indent(2, true) }}", "user")]
    [InlineData("{{ messages[0].role == 'user' }}{{ messages | length }}", "")]
    public void PiecesOfMessagesAreFoundInTheText(string template, string expected) =>
        Rendering.Input(template, Variables).ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries));

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
