namespace Clembench.Tests.Templates.Jinja;

public class WhitespaceTests
{
    [Theory]
    [InlineData("a\n", "a")]
    [InlineData("a\n\n", "a\n")]
    [InlineData("{% if true %}\na\n{% endif %}\nb", "a\nb")]
    [InlineData("   {% if true %}x{% endif %}   \ny", "x   \ny")]
    [InlineData("  {%+ if true %}x{% endif +%}\ny", "  x\ny")]
    [InlineData(" {{ 1 }} \n", " 1 ")]
    [InlineData("a \n {{- 1 -}} \n b", "a1b")]
    [InlineData("a  {%- if true -%}  b  {%- endif -%}  c", "abc")]
    [InlineData("x {# a\nb #}\ny", "x y")]
    [InlineData("x {#- a -#} \n y", "xy")]
    [InlineData("{% raw %}{{ a }}{% endraw %}", "{{ a }}")]
    [InlineData("{%- raw -%} {% b %} {%- endraw %}", "{% b %}")]
    [InlineData("a\r\nb\rc", "a\nb\nc")]
    [InlineData("{ {a} }", "{ {a} }")]
    public void SignsAndBlocksTakeWhitespaceAsJinjaDoes(string template, string expected) => Rendering.Render(template).ShouldBe(expected);

    [Theory]
    [InlineData("a\n{{ x.y }}", 2)]
    [InlineData("{% if true %}\n\n{{ 1 + 'a' }}\n{% endif %}", 3)]
    [InlineData("{{ 1 +\n none }}", 1)]
    [InlineData("{# \n\n #}{% for x in 5 %}{% endfor %}", 3)]
    public void AnErrorHasItsLine(string template, int line) => Rendering.Failure(template).Line.ShouldBe(line);
}
