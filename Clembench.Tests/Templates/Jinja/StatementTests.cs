using Clembench.Templates.Jinja;

namespace Clembench.Tests.Templates.Jinja;

public class StatementTests
{
    [Theory]
    [InlineData("{% for x in [1,2,3] if x != 2 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% else %}-{% endfor %}", "1/2:1 2/2:3 ")]
    [InlineData("{% for x in [] %}{% else %}none{% endfor %}", "none")]
    [InlineData("{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}", "a=1")]
    [InlineData("{% for x in 'ab' %}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.cycle('p', 'q') }} {% endfor %}", "b1TrueFalsep a0FalseTrueq ")]
    [InlineData("{% for x in [[1, [2]], [3]] recursive %}{{ loop.depth }}{{ loop(x) if x is iterable else x }}{% endfor %}", "1212321" + "23")]
    [InlineData("{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}", "013")]
    [InlineData("{% for i in [1,1,2] %}{{ loop.changed(i) }} {% endfor %}", "True False True ")]
    public void Loops(string template, string expected) => Rendering.Render(template).ShouldBe(expected);

    [Theory]
    [InlineData("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}", "21")]
    [InlineData("{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "2")]
    [InlineData("{% if false %}{% set given = 2 %}{% endif %}{{ given }}", "G")]
    [InlineData("{% set ns = namespace(n=0) %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "3")]
    [InlineData("{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}{% set x = 2 %}{{ m() }}", "12")]
    [InlineData("{% with a = 1, b = given %}{{ a }}{{ b }}{% endwith %}{{ a }}", "1G")]
    [InlineData("{% set a, b = 1, 2 %}{{ b }}{{ a }}", "21")]
    [InlineData("{% set x %}a{{ 1 }}{% endset %}{{ x }}{% set y | upper %}b{% endset %}{{ y }}", "a1B")]
    [InlineData("{% filter upper %}a{{ given }}b{% endfilter %}", "AGB")]
    [InlineData("{% set z = 1 %}{% block b %}{{ z }}{% endblock %}{{ self.b() }}", "11")]
    [InlineData("{% for q in [1, 2] %}{% block c scoped %}{{ q }}{% endblock %}{% endfor %}", "12")]
    public void Scopes(string template, string expected) => Rendering.Render(template, """{"given": "G"}""").ShouldBe(expected);

    [Theory]
    [InlineData("{% macro m(a, b=2) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1) }} {{ m(1, 3, 4, k=5) }} {{ m(b=1, a=0) }}", "12(){} 13(4,){'k': 5} 01(){}")]
    [InlineData("{% macro m() %}<{{ caller(1) }}>{% endmacro %}{% call(x) m() %}x={{ x }}{% endcall %}", "<x=1>")]
    [InlineData("{% macro m(a) %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m }}", "m('a',)<Macro 'm'>")]
    [InlineData("{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "3210")]
    [InlineData("{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m() }}{{ m(m(1)) | length }}", "[]5")]
    public void Macros(string template, string expected) => Rendering.Render(template).ShouldBe(expected);

    [Theory]
    [InlineData("{% foo %}", "Encountered unknown tag 'foo'.")]
    [InlineData("{% if true %}", "Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.")]
    [InlineData("{{ a b }}", "expected token 'end of print statement', got 'b'")]
    [InlineData("{{ 1 | nope }}", "No filter named 'nope'.")]
    [InlineData("{{ 1 is nope }}", "No test named 'nope'.")]
    [InlineData("{% break %}", "'break' outside loop")]
    [InlineData("{% do 1 %}", "Encountered unknown tag 'do'.")]
    [InlineData("{{ ) }}", "unexpected ')'")]
    [InlineData("{# x", "Missing end of comment tag")]
    public void SyntaxErrorsAreWordedAsJinjasAre(string template, string message)
    {
        var failure = Rendering.Failure(template);
        failure.Kind.ShouldBe(JinjaErrorKind.Syntax);
        failure.Message.ShouldBe(message);
        failure.Line.ShouldBe(1);
    }

    [Fact]
    public void AnUnknownFilterInABranchFailsWhenItIsReached()
    {
        Rendering.Render("{% if false %}{{ 1 | nope }}{% endif %}ok").ShouldBe("ok");
        Rendering.Failure("{% if true %}{{ 1 | nope }}{% endif %}").Message.ShouldBe("No filter named 'nope' found.");
    }

    [Theory]
    [InlineData("{% include 'x' %}")]
    [InlineData("{% import 'x' as y %}")]
    [InlineData("{% from 'x' import y %}")]
    [InlineData("{% extends 'x' %}")]
    [InlineData("{% autoescape true %}{% endautoescape %}")]
    public void OtherTemplatesAreRefused(string template) => Rendering.Failure(template).Kind.ShouldBe(JinjaErrorKind.Unsupported);

    [Fact]
    public void ATemplateCanRefuseItsInput()
    {
        var failure = Rendering.Failure("\n{{ raise_exception('No ' ~ role) }}", """{"role": "system"}""");
        failure.Kind.ShouldBe(JinjaErrorKind.Raised);
        failure.Message.ShouldBe("No system");
        failure.Line.ShouldBe(2);
    }

    [Fact]
    public void GenerationBlocksAreTold()
    {
        var output = Rendering.Output("{% for m in messages %}<{% generation %}{{ m }}!{% endgeneration %}>{% endfor %}", """{"messages": ["ab", "c"]}""");
        output.Text.ShouldBe("<ab!><c!>");
        output.GenerationSpans.Select(span => (span.Start, span.Length)).ShouldBe([(1, 3), (6, 2)]);
    }
}
