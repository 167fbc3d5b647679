using Clembench.Templates.Jinja;

namespace Clembench.Tests.Templates.Jinja;

/// <summary>Hostile templates end with an error about a limit, whatever they try; the process lives on.</summary>
public class BombTests
{
    private const int Many = 100_000;

    public static TheoryData<string, string> Nested => new()
    {
        { "parentheses", "{{ " + new string('(', Many) + "1" + new string(')', Many) + " }}" },
        { "lists", "{{ " + new string('[', Many) + new string(']', Many) + " }}" },
        { "negations", "{{ " + Repeat("not ") + "1 }}" },
        { "signs", "{{ " + Repeat("-") + "1 }}" },
        { "differences", "{{ " + Repeat("1-") + "1 }}" },
        { "attributes", "{{ a" + Repeat(".b") + " }}" },
        { "filters", "{{ 1" + Repeat("|string") + " }}" },
        { "calls", "{{ a" + Repeat("()") + " }}" },
        { "subscripts", "{{ " + Repeat("a[") + "1" + Repeat("]") + " }}" },
        { "conditions", "{{ " + Repeat("1 if 1 else ") + "1 }}" },
        { "ifs", Repeat("{% if 1 %}") + Repeat("{% endif %}") },
        { "loops", Repeat("{% for x in y %}") + Repeat("{% endfor %}") },
    };

    [Theory]
    [MemberData(nameof(Nested))]
    public void DeepTemplatesAreRefused(string name, string template)
    {
        _ = name;
        // On a small stack, as of a thread in a host process.
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => JinjaTemplate.Parse(template)), maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        failure.ShouldBeOfType<JinjaException>().Kind.ShouldBe(JinjaErrorKind.Limit);
    }

    [Theory]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% macro m() %}{% set x = m() %}{% endmacro %}{{ m() }}")]
    [InlineData("{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}")]
    [InlineData("{% block b %}{{ self.b() }}{% endblock %}")]
    [InlineData("{% set ns = namespace(a=[]) %}{% for i in range(100000) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a | tojson }}")]
    [InlineData("{% set ns = namespace(a=[], b=[]) %}{% for i in range(100000) %}{% set ns.a = [ns.a] %}{% set ns.b = [ns.b] %}{% endfor %}{{ ns.a == ns.b }}")]
    [InlineData("{% set ns = namespace(a=()) %}{% for i in range(100000) %}{% set ns.a = (ns.a,) %}{% endfor %}{{ {ns.a: 1} }}")]
    [InlineData("{% set ns = namespace(a=[1]) %}{% for i in range(100000) %}{% set ns.a = ns.a | map('string') %}{% endfor %}{{ ns.a | list }}")]
    public void RecursionEnds(string template) => Rendering.Failure(template).Kind.ShouldBe(JinjaErrorKind.Limit);

    [Theory]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}")]
    [InlineData("{{ range(100001) }}")]
    [InlineData("{{ 'a' * 10000000000 }}")]
    [InlineData("{{ [1] * 10000000000 }}")]
    [InlineData("{% set ns = namespace(s='a') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s='a') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s=[1]) %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(a=[]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}")]
    [InlineData("{% set s = 'a' * 1000000 %}{% for i in range(1000) %}{{ s }}{% endfor %}")]
    [InlineData("{{ 'a'.ljust(2000000000) }}")]
    [InlineData("{{ 'a' | center(2000000000) }}")]
    [InlineData("{{ '%2000000000d' % 1 }}")]
    [InlineData("{{ '%.2000000000f' % 1 }}")]
    [InlineData("{{ '{:2000000000}'.format(1) }}")]
    [InlineData("{{ '{:02000000000,}'.format(1) }}")]
    [InlineData("{{ ('a\\n' * 100000) | indent(100000) }}")]
    [InlineData("{{ 10 ** 1000000000 }}")]
    [InlineData("{% set ns = namespace(n=10) %}{% for i in range(100) %}{% set ns.n = ns.n * ns.n %}{% endfor %}")]
    [InlineData("{{ [1] | batch(2000000000, 0) | list }}")]
    [InlineData("{{ [1] | slice(2000000000) | list }}")]
    [InlineData("{% set s = 'a' * 1000000 %}{% for i in range(100000) %}{% set x = s.count('b') %}{% endfor %}")]
    public void WorkAndMemoryEnd(string template) => Rendering.Failure(template).Kind.ShouldBe(JinjaErrorKind.Limit);

    [Fact]
    public void ParsingEndsToo()
    {
        var inner = string.Concat(Enumerable.Repeat("{{ x }}", 100_000));
        var loops = string.Concat(Enumerable.Repeat("{% for a in b %}", 150)) + inner + string.Concat(Enumerable.Repeat("{% endfor %}", 150));
        Should.Throw<JinjaException>(() => JinjaTemplate.Parse(loops)).Kind.ShouldBe(JinjaErrorKind.Limit);
        var branches = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{{% set a{i} = 1 %}}{{% if b %}}{{% endif %}}"));
        Should.Throw<JinjaException>(() => JinjaTemplate.Parse(branches)).Kind.ShouldBe(JinjaErrorKind.Limit);
        Should.Throw<JinjaException>(() => JinjaTemplate.Parse(new string('a', 2_000_000))).Kind.ShouldBe(JinjaErrorKind.Limit);
    }

    [Fact]
    public void LimitsAreTheCallers()
    {
        var options = new JinjaOptions { Limits = JinjaLimits.Default with { MaxOutputLength = 10, MaxRange = 5, MaxSteps = 100 } };
        Rendering.Failure("{{ 'a' * 11 }}", "{}", options).Kind.ShouldBe(JinjaErrorKind.Limit);
        Rendering.Failure("{{ range(6) }}", "{}", options).Kind.ShouldBe(JinjaErrorKind.Limit);
        Rendering.Failure("{% for a in range(5) %}{% for b in range(5) %}{% for c in range(5) %}{% endfor %}{% endfor %}{% endfor %}", "{}", options)
            .Kind.ShouldBe(JinjaErrorKind.Limit);
        Rendering.Output("{{ 'a' * 10 }}", "{}", options).Text.Length.ShouldBe(10);
    }

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, Many));
}
