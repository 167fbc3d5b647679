namespace Clembench.Tests.Templates.Jinja;

public class FilterTests
{
    private const string Variables = """{"rows": [{"n": "b", "v": 1}, {"n": "A", "v": 2}, {"n": "a", "v": 3}], "d": {"b": 1, "A": 2}}""";

    [Theory]
    [InlineData("{{ rows | map(attribute='n') | join(',') }}", "b,A,a")]
    [InlineData("{{ rows | selectattr('v', 'gt', 1) | map(attribute='n') | list }}", "['A', 'a']")]
    [InlineData("{{ rows | rejectattr('n', 'equalto', 'b') | list | length }}", "2")]
    [InlineData("{{ rows | sort(attribute='n') | map(attribute='v') | list }}", "[2, 3, 1]")]
    [InlineData("{{ rows | groupby('n') | map('first') | list }}", "['A', 'b']")]
    [InlineData("{{ rows | sum(attribute='v') }}{{ rows | map(attribute='v') | max }}", "63")]
    [InlineData("{{ rows | unique(attribute='n') | map(attribute='n') | list }}", "['b', 'A']")]
    [InlineData("{{ d | dictsort }} {{ d | items | list }}", "[('A', 2), ('b', 1)] [('b', 1), ('A', 2)]")]
    [InlineData("{{ [1, 2, 3] | batch(2, 0) | list }} {{ [1, 2, 3] | slice(2) | list }}", "[[1, 2], [3, 0]] [[1, 2], [3]]")]
    [InlineData("{{ [3, 1] | sort }} {{ [3, 1] | reverse | list }} {{ [] | first is defined }}", "[1, 3] [1, 3] False")]
    [InlineData("{{ '3.7' | int }} {{ 'x' | int(5) }} {{ '0x1f' | int(base=16) }} {{ 'y' | float }}", "3 5 31 0.0")]
    [InlineData("{{ 2.5 | round }} {{ 2.675 | round(2) }} {{ 2.1 | round(0, 'ceil') }}", "2.0 2.67 3.0")]
    [InlineData("{{ 'hello big world' | truncate(8) }} {{ 'a b-c' | title }} {{ 'a b' | wordcount }}", "hello... A B-C 2")]
    [InlineData("{{ 'a\n\nb' | indent(2) }}", "a\n\n  b")]
    [InlineData("{{ '<a href=\"x\">' | e }} {{ '<b>' | safe + '<i>' }} {{ '<b>x</b>  y' | striptags }}", "&lt;a href=&#34;x&#34;&gt; <b>&lt;i&gt; x y")]
    [InlineData("{{ x | default('d') }} {{ '' | d('e', true) }} {{ none | default('f') }}", "d e None")]
    [InlineData("{{ 1e6 | int | filesizeformat }} {{ 'a b/é' | urlencode }} {{ {'a': 1} | xmlattr }}", "1.0 MB a%20b/%C3%A9  a=\"1\"")]
    public void BuiltInFilters(string template, string expected) => Rendering.Render(template, Variables).ShouldBe(expected);

    [Theory]
    [InlineData("{{ d | tojson }}", """{"b": 1, "A": 2}""")]
    [InlineData("{{ d | tojson(sort_keys=true, separators=(',', ':')) }}", """{"A":2,"b":1}""")]
    [InlineData("{{ {'a': [1, {}], 'b': []} | tojson(indent=1) }}", "{\n \"a\": [\n  1,\n  {}\n ],\n \"b\": []\n}")]
    [InlineData("{{ ['<é>', 1.0, none, true, 1e100] | tojson }}", """["<é>", 1.0, null, true, 1e+100]""")]
    [InlineData("{{ 'é😀' | tojson(ensure_ascii=true) }}", "\"\\u00e9\\ud83d\\ude00\"")]
    [InlineData("{{ {1: 2, true: 3, none: 4, 1.5: 5} | tojson }}", """{"1": 3, "null": 4, "1.5": 5}""")]
    public void JsonIsThatOfPythonsModule(string template, string expected) => Rendering.Render(template, Variables).ShouldBe(expected);

    [Fact]
    public void FiltersAreLazyWhereJinjasAre()
    {
        Rendering.Render("{% set g = [1, 2, 3] | map('string') %}{{ g | first }}{{ g | list }}").ShouldBe("1['2', '3']");
        Rendering.Render("{{ [1] | map('upper') }}").ShouldStartWith("<generator object");
    }

    [Theory]
    [InlineData("{{ 42 is number }}{{ true is number }}{{ true is integer }}{{ 1.0 is float }}", "TrueTrueFalseTrue")]
    [InlineData("{{ {} is mapping }}{{ 'a' is sequence }}{{ 5 is iterable }}{{ x is iterable }}", "TrueTrueFalseTrue")]
    [InlineData("{{ 3 is odd }}{{ 4 is divisibleby 2 }}{{ 1 is in [1] }}{{ 1 is not eq 2 }}", "TrueTrueTrueTrue")]
    [InlineData("{{ 'upper' is filter }}{{ 'nope' is test }}{{ range is callable }}{{ none is none }}", "TrueFalseTrueTrue")]
    public void BuiltInTests(string template, string expected) => Rendering.Render(template).ShouldBe(expected);

    [Theory]
    [InlineData("{{ 'a,b,c'.split(',', 1) }} {{ 'a b '.rsplit(None, 1) }} {{ 'a\\r\\nb'.splitlines() }}", "['a', 'b,c'] ['a', 'b'] ['a', 'b']")]
    [InlineData("{{ 'abc'.startswith(('x', 'a')) }} {{ 'abc'.endswith('b', 0, 2) }}", "True True")]
    [InlineData("{{ 'x-y'.partition('-') }} {{ 'aXbX'.rpartition('X') }}", "('x', '-', 'y') ('aXb', 'X', '')")]
    [InlineData("{{ 'straße'.upper() }} {{ 'ΑΣ'.lower() }} {{ 'ǆ'.title() }} {{ 'ß'.casefold() }}", "STRASSE ας ǅ ss")]
    [InlineData("{{ '-5'.zfill(4) }} {{ 'ab'.center(5) }}| {{ 'a'.ljust(3, '.') }}", "-005   ab | a..")]
    [InlineData("{{ '{0:>4}|{x!r}|{0:04d}|{1[0]}|{2:.2f}|{3:,}'.format(7, [1], 2.345, 1234567, x='q') }}", "   7|'q'|0007|1|2.35|1,234,567")]
    [InlineData("{{ '%s %5.1f %-3d| %x %r %%' % ('a', 2.25, 5, 255, 'b') }}", "a   2.2 5  | ff 'b' %")]
    public void PythonsStringMethods(string template, string expected) => Rendering.Render(template).ShouldBe(expected);

    [Fact]
    public void TheClockIsTheCallers()
    {
        var options = new Clembench.Templates.Jinja.JinjaOptions { Clock = new FixedClock() };
        Rendering.Output("{{ strftime_now('%Y-%m-%d %d %B %-d %j %a %H:%M:%S %p %%') }}", "{}", options).Text
            .ShouldBe("2024-03-05 05 March 5 065 Tue 14:07:09 PM %");
    }

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2024, 3, 5, 14, 7, 9, TimeSpan.Zero);
    }
}
