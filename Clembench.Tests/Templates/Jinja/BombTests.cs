using Clembench.Json;
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
        OnSmallStack(() => JinjaTemplate.Parse(template)).ShouldBeOfType<JinjaException>().Kind.ShouldBe(JinjaErrorKind.Limit);
    }

    /// <summary>Templates that a small stack has no room for, where each part alone is allowed.</summary>
    public static TheoryData<string, string> Tall => new()
    {
        { "loops through loops", "{% set ns = namespace(l=range(100000)) %}{% for i in range(50000) %}{% for a in ns.l %}{% set ns.l = loop %}{% break %}{% endfor %}{% endfor %}" },
        { "lengths of loops", "{% set ns = namespace(l=range(100000)) %}{% for i in range(50000) %}{% for a in ns.l %}{% set ns.l = loop %}{% break %}{% endfor %}{% endfor %}{{ ns.l | length }}" },
        { "lists between filters", AtTheBottom("x", inner => "[" + inner + Filters + "]", 25) },
        { "tuples between filters", AtTheBottom("x", inner => "(" + inner + Filters + ",)", 25) },
        { "dictionaries between filters", AtTheBottom("x", inner => "{'a': " + inner + Filters + "}", 25) },
        { "slices between filters", AtTheBottom("x", inner => "y[" + inner + Filters + "|length:]", 25) },
        { "siblings that take the guards", AtTheBottom("x", inner => "[" + inner + Filters + ", 1" + Filters + Filters + "]", 25) },
        { "loops in loops", AtTheBottomOf(string.Concat(Enumerable.Repeat("{% for a in [1] %}", 190)), string.Concat(Enumerable.Repeat("{% endfor %}", 190))) },
        { "blocks in blocks", AtTheBottomOf(string.Concat(Enumerable.Repeat("{% set b %}{% with %}{% filter upper %}", 60)), string.Concat(Enumerable.Repeat("{% endfilter %}{% endwith %}{% endset %}", 60))) },
    };

    [Theory]
    [MemberData(nameof(Tall))]
    public void ASmallStackIsEnoughToRefuse(string name, string template)
    {
        _ = name;
        foreach (var kilobytes in (int[])[256, 320, 384, 448, 512])
        {
            var failure = OnSmallStack(() => JinjaTemplate.Parse(template).Render(JsonMap.Parse("""{"y": "yyy"}""")), kilobytes);
            if (failure is not null)
                failure.ShouldBeOfType<JinjaException>().Kind.ShouldBe(JinjaErrorKind.Limit);
        }
    }

    [Fact]
    public void OpenTextsShareTheirRoom()
    {
        var wide = string.Concat(Enumerable.Repeat("a~", 31));
        var open = string.Concat(Enumerable.Repeat("(" + wide, 190)) + "a" + new string(')', 190);
        MemoryOf("{% set a = 'a' * 1000000 %}{{ " + open + " }}").ShouldBeLessThan(1L << 29);
        MemoryOf("{% macro m(n) %}{% for i in range(31) %}{{ a }}{% endfor %}{% if n %}{% set x = m(n - 1) %}{% endif %}{% endmacro %}{% set a = 'a' * 1000000 %}{{ m(150) }}").ShouldBeLessThan(1L << 29);
        MemoryOf("{% set a = 'a' * 1000000 %}" + string.Concat(Enumerable.Repeat("{% set x %}" + string.Concat(Enumerable.Repeat("{{ a }}", 31)), 100))
            + string.Concat(Enumerable.Repeat("{% endset %}", 100))).ShouldBeLessThan(1L << 29);
    }

    [Fact]
    public void WhatATextHeldIsFreeAgainWhenItIsWritten() => Rendering.Render(
        "{% set a = 'a' * 20000 %}{% set ns = namespace(n=0) %}{% for i in range(1000) %}{% set x %}{{ a }}{% endset %}{% set ns.n = ns.n + x | length %}{% endfor %}{{ ns.n }}").ShouldBe("20000000");

    /// <summary>Searches that .NET's own way takes the product of the lengths for.</summary>
    [Theory]
    [InlineData("{% for i in range(100000) %}{% if ('ab' * 500000 ~ 'bb') in ('ab' * 2000000) %}{% endif %}{% endfor %}")]
    [InlineData("{% set n = 'ab' * 50000 ~ 'bb' %}{% set t = 'ab' * 500000 %}{% for i in range(100000) %}{% set x = t.find(n) %}{% endfor %}")]
    [InlineData("{% set n = 'bb' ~ 'ab' * 50000 %}{% set t = 'ab' * 500000 %}{% for i in range(100000) %}{% set x = t.rfind(n) %}{% endfor %}")]
    [InlineData("{% set n = 'ab' * 50000 ~ 'bb' %}{% set t = 'ab' * 500000 %}{% for i in range(100000) %}{% set x = t.count(n) %}{% endfor %}")]
    [InlineData("{% set n = 'ab' * 50000 ~ 'bb' %}{% set t = 'ab' * 500000 %}{% for i in range(100000) %}{% set x = t.split(n) %}{% endfor %}")]
    [InlineData("{% set n = 'bb' ~ 'ab' * 50000 %}{% set t = 'ab' * 500000 %}{% for i in range(100000) %}{% set x = t.rsplit(n) %}{% endfor %}")]
    [InlineData("{% set n = 'ab' * 50000 ~ 'bb' %}{% set t = 'ab' * 500000 %}{% for i in range(100000) %}{% set x = t.replace(n, 'c') %}{% endfor %}")]
    [InlineData("{% set n = 'ab' * 50000 ~ 'bb' %}{% set t = 'ab' * 500000 %}{% for i in range(100000) %}{% set x = t.rpartition(n) %}{% endfor %}")]
    public void SearchesEnd(string template) => Rendering.Failure(template).Kind.ShouldBe(JinjaErrorKind.Limit);

    /// <summary>Long strings are found where .NET finds them.</summary>
    [Fact]
    public void LongStringsAreFoundAsShortOnesAre() => CsCheck.Check.Sample(
        CsCheck.Gen.Select(CsCheck.Gen.OneOfConst("a", "b", "ab", "aab").Array[0, 60], CsCheck.Gen.OneOfConst("a", "b", "ab", "aba").Array[1, 24], CsCheck.Gen.Int[1, 40]),
        (pieces, soughtPieces, times) =>
        {
            var sought = string.Concat(Enumerable.Repeat(string.Concat(soughtPieces), 1 + (times / 8)));
            var text = string.Concat(pieces) + (times % 2 == 0 ? sought : "") + string.Concat(pieces) + (times % 3 == 0 ? sought : "");
            var variables = new JsonMap([new("t", text), new("n", sought)]);
            JinjaTemplate.Parse("{{ n in t }} {{ t.find(n) }} {{ t.rfind(n) }} {{ t.count(n) }} {{ t.split(n) | join('|') }} {{ t.replace(n, '-') }} {{ t.rpartition(n)[0] }}")
                .Render(variables).Text.ShouldBe(string.Join(
                    ' ', text.Contains(sought, StringComparison.Ordinal) ? "True" : "False", text.IndexOf(sought, StringComparison.Ordinal), text.LastIndexOf(sought, StringComparison.Ordinal),
                    text.AsSpan().Count(sought), string.Join('|', text.Split(sought)), text.Replace(sought, "-", StringComparison.Ordinal),
                    text.LastIndexOf(sought, StringComparison.Ordinal) is var at and >= 0 ? text[..at] : ""));
        });

    [Theory]
    [InlineData("{{ range(0,-100,-1073741824)[::1073741824][::16] }}", JinjaErrorKind.Limit)]
    [InlineData("{{ range(0, 100, 2147483647)[::2147483647][::2147483647] }}", JinjaErrorKind.Limit)]
    [InlineData("{{ 'aaaa bbbb' | wordwrap(4, true, 7) }}", JinjaErrorKind.Type)]
    public void NumbersAndTypesThatDoNotFitAreErrors(string template, JinjaErrorKind kind) => Rendering.Failure(template).Kind.ShouldBe(kind);

    [Fact]
    public void HalfOfASurrogatePairIsACharacter() => Rendering.Render("{{ '{:c}'.format(55296) }}{{ '%c' % 57343 }}").ShouldBe("\ud800\udfff");

    [Fact]
    public void WhatACallersDictionaryThrowsIsAJinjaException()
    {
        var failure = Should.Throw<JinjaException>(() => JinjaTemplate.Parse("\n{{ x.y }}").Render(new Dictionary<string, object?> { ["x"] = new Faulty() }));
        failure.Kind.ShouldBe(JinjaErrorKind.Runtime);
        failure.Line.ShouldBe(2);
        failure.InnerException.ShouldBeOfType<NotSupportedException>();
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

    private const string Filters =
        "|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower|upper|lower";

    // The expression stands where a recursive macro ends, so that there is all but no stack left.
    private static string AtTheBottom(string seed, Func<string, string> wrap, int times)
    {
        var expression = seed;
        for (var i = 0; i < times; i++)
            expression = wrap(expression);
        return AtTheBottomOf("{{ " + expression + " }}", "");
    }

    private static string AtTheBottomOf(string before, string after) =>
        "{% macro m(n) %}{% if n %}{{ m(n - 1) ~ '' }}{% else %}" + before + after + "{% endif %}{% endmacro %}{% for n in range(190) %}{{ m(n) }}{% endfor %}";

    // On a small stack, as of a thread in a host process.
    private static Exception? OnSmallStack(Action action, int kilobytes = 512)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action), maxStackSize: kilobytes * 1024);
        thread.Start();
        thread.Join();
        return failure;
    }

    // What a template that ends at a limit has allocated.
    private static long MemoryOf(string template)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Rendering.Failure(template).Kind.ShouldBe(JinjaErrorKind.Limit);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class Faulty : IReadOnlyDictionary<string, object?>
    {
        public int Count => throw new NotSupportedException();

        public IEnumerable<string> Keys => throw new NotSupportedException();

        public IEnumerable<object?> Values => throw new NotSupportedException();

        public object? this[string key] => throw new NotSupportedException();

        public bool ContainsKey(string key) => throw new NotSupportedException();

        public bool TryGetValue(string key, out object? value) => throw new NotSupportedException();

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => throw new NotSupportedException();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw new NotSupportedException();
    }

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, Many));
}
