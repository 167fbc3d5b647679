using System.Globalization;
using Clembench.Json;
using Clembench.Oracles;

namespace Clembench.Tests.Oracles;

/// <summary>
/// Templates that want to take a machine down: by time, memory or the stack; and templates that are broken. None of them may
/// be rendered, and none may cost more than a few honest ones.
/// </summary>
internal static class HostileTemplates
{
    private static readonly string Long = new('x', 100_000);

    /// <summary>Variables with which honest input is large and deep.</summary>
    public static JsonMap Variables { get; } = new(
    [
        new("s", Long),
        new("l", Enumerable.Range(0, 10_000).Select(object? (i) => (long)i).ToArray()),
        new("words", Enumerable.Range(0, 2_000).Select(object? (i) => "word" + i.ToString(CultureInfo.InvariantCulture)).ToArray()),
        new("d", new JsonMap(Enumerable.Range(0, 2_000).Select(i => KeyValuePair.Create("k" + i.ToString(CultureInfo.InvariantCulture), (object?)(long)i)))),
        new("deep", Deep(5_000)),
    ]);

    /// <summary>Every template, with the name of its family.</summary>
    public static IReadOnlyList<(string Family, TemplateCase Case)> All { get; } =
    [
        .. Loops().Select(t => ("loops", t)).Concat(Texts().Select(t => ("texts", t))).Concat(Numbers().Select(t => ("numbers", t))).Concat(Recursion().Select(t => ("recursion", t)))
            .Concat(Nesting().Select(t => ("nesting", t))).Concat(Values().Select(t => ("values", t))).Concat(Broken().Select(t => ("broken", t))).Concat(Escapes().Select(t => ("escapes", t)))
            .Select(t => (t.Item1, new TemplateCase(t.t, Variables))),
    ];

    private static IEnumerable<string> Loops()
    {
        string[] sources = ["range(100000)", "l", "s", "range(99999)[::-1]", "[1] * 99999", "'ab' * 50000", "l + l", "range(100000)|list", "s|list", "l|map('string')", "l|select", "l|batch(2)"];
        foreach (var outer in sources)
        {
            yield return $"{{% for a in {outer} %}}{{% for b in range(100000) %}}{{% for c in range(100000) %}}x{{% endfor %}}{{% endfor %}}{{% endfor %}}";
            yield return $"{{% for a in {outer} %}}{{% for b in range(100000) %}}{{% for c in range(100000) %}}{{% endfor %}}{{% endfor %}}{{% endfor %}}";
            yield return $"{{% set ns = namespace(n=0) %}}{{% for a in {outer} %}}{{% for b in {outer} %}}{{% set ns.n = ns.n + loop.index %}}{{% for c in {outer} if false %}}{{% endfor %}}{{% endfor %}}{{% endfor %}}";
        }

        foreach (var filter in new[] { "sort", "sum", "join", "list", "unique|list", "reverse|list", "map('string')|join", "select('odd')|list", "list|tojson", "min", "groupby('x')|list", "batch(1)|list", "list|string", "list|pprint" })
            yield return $"{{% for a in range(100000) %}}{{% set x = range(100000)|{filter} %}}{{% endfor %}}";
    }

    private static IEnumerable<string> Texts()
    {
        foreach (var text in new[] { "'x'", "s", "['x']", "(1,)", "'é😀'", "l" })
        {
            foreach (var times in new[] { "1000000000", "9223372036854775807", "2147483648", "99999999999999999999", "100000000" })
            {
                yield return $"{{{{ {text} * {times} }}}}";
                yield return $"{{{{ {times} * {text} }}}}";
            }
        }

        foreach (var doubling in new[] { "ns.x + ns.x", "ns.x ~ ns.x", "ns.x * 2", "ns.x|replace('x', 'xx')", "[ns.x, ns.x]|join", "'%s%s' % (ns.x, ns.x)", "ns.x.replace('', ns.x)", "'{0}{0}'.format(ns.x)", "ns.x.join([ns.x, ns.x])", "ns.x|format(ns.x) + ns.x", "(ns.x + ns.x)|upper", "ns.x.center(ns.x|length * 2)" })
            yield return $"{{% set ns = namespace(x='x') %}}{{% for i in range(100) %}}{{% set ns.x = {doubling} %}}{{% endfor %}}{{{{ ns.x }}}}";
        foreach (var doubling in new[] { "ns.x + ns.x", "ns.x * 2", "[ns.x, ns.x]", "{'a': ns.x, 'b': ns.x}", "(ns.x, ns.x)", "dict(a=ns.x, b=ns.x)" })
        {
            yield return $"{{% set ns = namespace(x=['x']) %}}{{% for i in range(100) %}}{{% set ns.x = {doubling} %}}{{% endfor %}}{{{{ ns.x }}}}";
            yield return $"{{% set ns = namespace(x=['x']) %}}{{% for i in range(100) %}}{{% set ns.x = {doubling} %}}{{% endfor %}}{{{{ ns.x|tojson }}}}";
            yield return $"{{% set ns = namespace(x=['x']) %}}{{% for i in range(60) %}}{{% set ns.x = {doubling} %}}{{% endfor %}}{{{{ ns.x == ns.x|list }}}}{{{{ ns.x|string|length }}}}";
        }

        foreach (var padded in new[] { "center(999999999)", "ljust(999999999)", "rjust(2147483647, 'x')", "zfill(999999999)", "expandtabs(999999999)", "replace('', s)", "join(s)", "split('')", "rjust(99999999999999999999)" })
            yield return $"{{{{ ('a\\tb' ~ s).{padded} }}}}";
        foreach (var filter in new[] { "center(999999999)", "indent(999999999, true)", "replace('x', s)", "wordwrap(1, wrapstring=s)", "wordwrap(1)|replace('\\n', s)", "tojson(indent=999999999)", "batch(999999999, s)|list|string", "slice(999999999)|list", "join(s)", "list|tojson(indent=1000000)", "urlencode|replace('x', s)", "list|join(s)" })
            yield return $"{{{{ s|{filter} }}}}{{{{ [l, l]|{filter} }}}}";
        foreach (var format in new[] { "'%999999999d' % 1", "'%.999999999f' % 1", "'%*d' % (999999999, 1)", "'{:999999999}'.format(1)", "'{:.999999999f}'.format(1.5)", "'%0999999999d' % 1", "'%s' * 100000 % 1", "'{0:{1}}'.format(1, 999999999)", "('%s' * 50000) % ((s,) * 50000)", "('{0}' * 50000).format(s)" })
            yield return $"{{{{ {format} }}}}";
        yield return "{% for i in range(100000) %}{{ s }}{% endfor %}";
        yield return "{% set x %}{% for i in range(100000) %}{{ s }}{% endfor %}{% endset %}";
        yield return "{% macro m() %}{{ s }}{% endmacro %}{% for i in range(100000) %}{{ m() }}{% endfor %}";
        yield return "{% filter upper %}{% for i in range(100000) %}{{ s }}{% endfor %}{% endfilter %}";
        yield return "{% generation %}{% for i in range(100000) %}{{ s }}{% endfor %}{% endgeneration %}";
        yield return "{% set ns = namespace(x='') %}{% for i in range(100000) %}{% set ns.x = ns.x + s %}{% endfor %}";
        yield return "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = ns.x + l %}{% endfor %}";
        yield return "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = ns.x + [s ~ i] %}{% endfor %}";
        yield return "{% for i in range(100000) %}{% if s[::-1] == s[::-1] ~ i %}{% endif %}{% endfor %}";
        yield return "{% for i in range(100000) %}{% if s.find('y' * 1000) > 0 %}{% endif %}{% endfor %}";
        yield return "{% for i in range(100000) %}{% if ('x' * 5000 ~ 'y') in s %}{% endif %}{% endfor %}";
        yield return "{% set n = 'ab' * 500000 ~ 'bb' %}{% set t = 'ab' * 2000000 %}{% for i in range(100000) %}{% if n in t %}{% endif %}{% endfor %}";
        yield return "{% set n = 'ab' * 50000 ~ 'bb' %}{% set t = 'ab' * 500000 %}{% for i in range(100000) %}{% set x = t.replace(n, '') ~ t.count(n) ~ t.split(n) ~ t.rfind(n) %}{% endfor %}";
        yield return "{% set a = 'a' * 1000000 %}{{ " + Repeat("(" + Repeat("a~", 31), 190) + "a" + Repeat(")", 190) + " }}";
        yield return "{% set a = 'a' * 1000000 %}{% macro m(n) %}{% for i in range(31) %}{{ a }}{% endfor %}{% if n %}{% set x = m(n - 1) %}{% endif %}{% endmacro %}{{ m(150) }}";
        yield return "{% for i in range(100000) %}{% if l == l + [i] %}{% endif %}{% endfor %}";
    }

    private static IEnumerable<string> Numbers()
    {
        foreach (var number in new[] { "9 ** (9 ** (9 ** 9))", "2 ** 999999999", "10 ** (10 ** 10)", "(2 ** 60000) ** 60000", "7 ** 99999999999999999999", "-3 ** 99999999", "(9 ** 9999) ** 9999" })
        {
            yield return $"{{{{ {number} }}}}";
            yield return $"{{% set x = {number} %}}";
            yield return $"{{{{ ({number}) % 7 }}}}";
        }

        foreach (var growth in new[] { "ns.x * ns.x", "ns.x ** 2", "ns.x * ns.x * ns.x", "ns.x * 9 ** 9999" })
            yield return $"{{% set ns = namespace(x=9) %}}{{% for i in range(1000) %}}{{% set ns.x = {growth} %}}{{% endfor %}}{{{{ ns.x }}}}";
        foreach (var range in new[] { "range(99999999999)", "range(0, 10 ** 20)", "range(-(10 ** 10), 10 ** 10, 1)", "range(100001)", "range(10 ** 9, 0, -1)" })
        {
            yield return $"{{{{ {range}|list }}}}";
            yield return $"{{% for i in {range} %}}{{% endfor %}}";
            yield return $"{{{{ {range} }}}}";
            yield return $"{{{{ range(0, -100, -1073741824)[::1073741824][::16] ~ {range} }}}}";
        }
    }

    private static IEnumerable<string> Recursion()
    {
        yield return "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
        yield return "{% macro m(x) %}{{ m(x + 1) }}{{ m(x + 1) }}{% endmacro %}{{ m(0) }}";
        yield return "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}";
        yield return "{% macro m() %}{% call m() %}{% endcall %}{{ caller() if caller }}{% endmacro %}{{ m() }}";
        yield return "{% macro m(f) %}{{ f(f) }}{% endmacro %}{{ m(m) }}";
        yield return "{% macro m() %}{% set x = m() %}{% endmacro %}{{ m() }}";
        yield return "{% macro m(x=m2()) %}{% endmacro %}{% macro m2() %}{{ m() }}{% endmacro %}{{ m() }}";
        yield return "{% macro m() %}{% for x in [1] %}{% if true %}{% with a = 1 %}{% filter upper %}{{ m() }}{% endfilter %}{% endwith %}{% endif %}{% endfor %}{% endmacro %}{{ m() }}";
        yield return "{% macro m() %}{{ [1]|map('string')|map('upper')|join ~ m() }}{% endmacro %}{{ m() }}";
        yield return "{% set ns = namespace(l=range(100000)) %}{% for i in range(50000) %}{% for a in ns.l %}{% set ns.l = loop %}{% break %}{% endfor %}{% endfor %}";
        yield return "{% macro m(n) %}{% if n > 0 %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}";
        yield return "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}";
        yield return "{% for x in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}";
        yield return "{% set t = [1] %}{% for x in [t] recursive %}{{ loop([[t]]) }}{% endfor %}";
        yield return "{% for x in range(50) recursive %}{% if loop.depth < 60 %}{{ loop(range(50)) }}{% endif %}{% endfor %}";
        yield return "{% block a %}{{ self.a() }}{% endblock %}";
        yield return "{% block a %}{{ self.b() }}{% endblock %}{% block b %}{{ self.a() }}{% endblock %}";
        yield return "{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}{% endmacro %}{{ n() }}";
        foreach (var step in new[] { "[ns.x]", "{'a': ns.x}", "(ns.x,)", "[ns.x]|list", "dict(a=ns.x)", "namespace(a=ns.x)", "[[ns.x]]" })
        {
            foreach (var use in new[] { "ns.x|string", "ns.x|tojson", "ns.x == ns.x|list", "ns.x", "ns.x in [ns.x, 1]", "ns.x|pprint", "[ns.x, ns.x]|sort", "'%s' % [ns.x]", "ns.x|string|length", "ns.x ~ ''", "ns.x|tojson(indent=2)", "[ns.x]|unique|list" })
                yield return $"{{% set ns = namespace(x=1) %}}{{% for i in range(50000) %}}{{% set ns.x = {step} %}}{{% endfor %}}{{{{ {use} }}}}{{{{ raise_exception('done') }}}}";
        }
    }

    private static IEnumerable<string> Nesting()
    {
        foreach (var depth in new[] { 1_000, 20_000, 200_000 })
        {
            yield return "{{ " + Repeat("(", depth) + "1" + Repeat(")", depth) + " }}";
            yield return "{{ " + Repeat("[", depth) + Repeat("]", depth) + " }}";
            yield return "{{ " + Repeat("{'a':", depth) + "1" + Repeat("}", depth) + " }}";
            yield return "{{ " + Repeat("not ", depth) + "1 }}{{ raise_exception('') }}";
            yield return "{{ " + Repeat("-", depth) + "1 }}{{ raise_exception('') }}";
            yield return "{{ " + Repeat("1 if ", depth) + "1 }}{{ raise_exception('') }}";
            yield return "{{ " + Repeat("1 ** ", depth) + "1 }}{{ raise_exception('') }}";
            yield return "{{ 1" + Repeat(" + 1", depth) + " }}{{ raise_exception('') }}";
            yield return "{{ 1" + Repeat(" ~ 1", depth) + " }}{{ raise_exception('') }}";
            yield return "{{ 1" + Repeat(" and 1", depth) + " }}{{ raise_exception('') }}";
            yield return "{{ 1" + Repeat(" if 1 else 1", depth) + " }}{{ raise_exception('') }}";
            yield return "{{ 1" + Repeat(" < 2", depth) + " }}{{ raise_exception('') }}";
            yield return "{{ l" + Repeat("[0]", depth) + " }}";
            yield return "{{ l" + Repeat(".a", depth) + " }}";
            yield return "{{ l" + Repeat("()", depth) + " }}";
            yield return "{{ 'a'" + Repeat("|upper", depth) + " }}{{ raise_exception('') }}";
            yield return "{{ 'a'" + Repeat(".strip()", depth) + " }}{{ raise_exception('') }}";
            yield return "{{ 1" + Repeat(" is defined", depth) + " }}{{ raise_exception('') }}";
            yield return "{{ " + Repeat("range(", depth) + "1" + Repeat(")", depth) + " }}";
            yield return Repeat("{% if 1 %}", depth) + Repeat("{% endif %}", depth) + "{{ raise_exception('') }}";
            yield return Repeat("{% for a in [1] %}", depth) + Repeat("{% endfor %}", depth) + "{{ raise_exception('') }}";
            yield return Repeat("{% set a %}", depth) + Repeat("{% endset %}", depth) + "{{ raise_exception('') }}";
            yield return Repeat("{% with %}", depth) + Repeat("{% endwith %}", depth) + "{{ raise_exception('') }}";
            yield return Repeat("{% filter upper %}", depth) + Repeat("{% endfilter %}", depth) + "{{ raise_exception('') }}";
            yield return Repeat("{% generation %}", depth) + Repeat("{% endgeneration %}", depth) + "{{ raise_exception('') }}";
            yield return Repeat("{% macro m() %}", depth) + Repeat("{% endmacro %}", depth) + "{{ raise_exception('') }}";
            yield return "{% if 0 %}" + Repeat("{% elif 0 %}", depth) + "{% endif %}{{ raise_exception('') }}";
            yield return "{% set " + Repeat("(", depth) + "a" + Repeat(")", depth) + " = 1 %}{{ raise_exception('') }}";
            yield return "{% for " + Repeat("(", depth) + "a" + Repeat(",)", depth) + " in [1] %}{% endfor %}{{ raise_exception('') }}";
            yield return "{{ [" + Repeat("1,", depth) + "1][" + Repeat("0 + ", depth) + "0] }}{{ raise_exception('') }}";
            yield return "{{ '" + Repeat("{", depth) + Repeat("}", depth) + "'.format(1, 2) }}{{ raise_exception('') }}";
            yield return "{{ '{0" + Repeat("[0]", depth) + "}'.format(l) }}";
        }
    }

    private static IEnumerable<string> Values()
    {
        foreach (var use in new[] { "deep", "deep|string", "deep|tojson", "deep|tojson(indent=1)", "deep == deep|list", "deep|pprint", "[deep, deep]|sort", "[deep, deep]|unique|list", "'%s' % [deep]", "deep ~ 'x'", "[deep]|join", "deep in [deep, [deep]]", "[deep, 1]|max", "'{}'.format(deep)", "deep|upper", "deep|length ~ deep", "{'a': deep}|dictsort", "[deep]|map('string')|list", "deep|list|tojson(sort_keys=true)" })
            yield return $"{{{{ {use} }}}}{{{{ raise_exception('done') }}}}";
        foreach (var use in new[] { "l|sort(attribute='a.b.c.d')", "words|join(s)", "words|map('replace', 'o', s)|list", "l|map('string')|map('center', 100000)|list", "words|sum(start=s)", "d.items()|list * 100000", "words|map('indent', 1000000, true)|list", "l|groupby('a')|list * 1000", "(l|batch(1)|list) * 10000", "words|map('format', s)|list * 99999" })
            yield return $"{{% for i in range(100000) %}}{{% set x = {use} %}}{{% endfor %}}";
    }

    private static IEnumerable<string> Broken()
    {
        string[] broken =
        [
            "{{", "{%", "{{ }}", "{% %}", "{{ ' }}", "{{ \" }}", "{% if %}", "{% for %}", "{% if x %}", "{% for x in y %}", "{% endfor %}", "{% endif %}", "{% raw %} ", "{# ", "{% set %}", "{% set x %}", "{% macro %}", "{% macro m( %}", "{% call %}", "{% filter %}x{% endfilter %}",
            "{{ a. }}", "{{ a[ }}", "{{ a] }}", "{{ (a }}", "{{ a) }}", "{{ {a }}", "{{ a| }}", "{{ |a }}", "{{ a|1 }}", "{{ a is }}", "{{ a + }}", "{{ * a }}", "{{ a = b }}", "{{ a b }}", "{{ 'a' 1 }}", "{{ a,, b }}", "{{ [a,, b] }}", "{{ {a: } }}", "{{ {: a} }}", "{{ f(a=) }}",
            "{{ f(=a) }}", "{{ f(a b) }}", "{{ a ? b }}", "{{ a ; b }}", "{{ @a }}", "{{ a$b }}", "{{ \\ }}", "{{ `a` }}", "{{ 1a }}", "{{ 0x }}", "{{ '\\x' }}", "{{ '\\u12' }}", "{{ '\\N{nope nope}' }}", "{{ '\\U99999999' }}", "{% else %}", "{% elif x %}", "{% unknown %}", "{% if x %}{% endfor %}", "{% for x in y %}{% endif %}", "{% block %}",
            "{% extends %}", "{% extends 'a' %}", "{% include 'a' %}", "{% import 'a' as b %}", "{% from 'a' import b %}", "{% do x %}", "{% trans %}{% endtrans %}", "{% debug %}", "{% autoescape %}", "{% with x %}{% endwith %}", "{% set 1 = 2 %}", "{% set 'a' = 2 %}", "{% set a.b.c = 2 %}", "{% for 1 in x %}{% endfor %}", "{% for x of y %}{% endfor %}", "{{ a if }}", "{{ a else b }}", "{{ not }}", "{{ a not b }}", "{{ in a }}",
            "{{ a|nope }}", "{{ a is nope }}", "{% break %}", "{% continue %}", "{% generation %}", "{% endgeneration %}", "{% macro m(a, a=1, b) %}{% endmacro %}", "{% macro m(1) %}{% endmacro %}", "{% macro m(a.b) %}{% endmacro %}", "{% call f %}{% endcall %}", "{{ f(*) }}", "{{ f(**) }}", "{{ f(**a, *b) }}", "{% if x } %}", "{% if x }}y{% endif %}", "{{ x %}", "{% raw }}{% endraw %}", "{% endraw %}", "{%- ", "{{- ",
            "{{ lambda: 1 }}", "{{ [x for x in y] }}", "{{ x := 1 }}", "{{ x if y else }}", "{{ a[1:2:3:4] }}", "{{ a[:,] }}{{ nope.x }}", "{{ *a }}", "{{ **a }}", "{{ a!b }}", "{{ a & b }}", "{{ a ^ b }}", "{{ ~a }}", "{{ a << b }}", "{{ a -> b }}", "{{ '''a }}", "{{ f'a' }}", "{{ b'a' }}", "{{ 'a'b }}", "{{ \u0001 }}",
        ];
        foreach (var template in broken)
            yield return template;
        yield return "{{ " + Repeat("a ", 100_000) + "}}";
        yield return Repeat("{{ ", 100_000);
        yield return Repeat("{% if x %}", 100_000);
        yield return Repeat("{# ", 100_000);
        yield return "{{ '" + Repeat("\\", 100_001);
        yield return Repeat("{% raw %}", 100_000);
        yield return "{{ 1" + Repeat("0", 1_000_000) + " }}";
        yield return "{{ " + Repeat("a.b|c(d[e:f])", 50_000) + " }}";
        yield return "{% for " + Repeat("a,", 100_000) + " in x %}{% endfor %}{{ nope.x }}";
        yield return Repeat("{%- if x -%}", 50_000) + Repeat(" \n", 50_000);
        yield return "{{ '" + Repeat("%s", 100_000) + "' % 1 }}";
        yield return new string('x', 5_000_000) + "{{ ";
    }

    private static IEnumerable<string> Escapes()
    {
        string[] escapes =
        [
            "''.__class__.__mro__[1].__subclasses__()", "s.__class__.__base__", "l.__init__.__globals__", "self.__init__.__globals__", "cycler.__init__.__globals__.os", "joiner.__init__.__globals__", "namespace.__init__.__globals__", "lipsum.__globals__.os.popen('id').read()",
            "(s|attr('__class__')).__mro__", "s|attr('__cla' ~ 'ss__')|attr('__mro__')|first|string ~ nope.x", "'{0.__class__.__mro__}'.format(s)", "'{0.__class__}'.format_map(d)", "('{0.__class__.__base__}'|safe).format(1)", "range.__self__.x", "dict.__mro__[1].x",
            "l.append(1)", "l.extend(l)", "l.insert(0, 1)", "l.sort()", "l.reverse()", "l.clear()", "l.pop()", "l.remove(1)", "d.update(d)", "d.clear()", "d.pop('k1')", "d.popitem()", "d.setdefault('q', 1)",
            "raise_exception.__globals__.x", "strftime_now.__code__.co_code", "strftime_now.__globals__.os", "self._TemplateReference__context.x", "loop.__class__.x", "config.items()", "request.application", "get_flashed_messages.__globals__", "url_for.__globals__", "''.join.__self__.x", "(1).__class__.__bases__[0].x",
            "s.GetType()", "s.Length.x", "l.GetType().Assembly.x", "d.Comparer.x", "s.GetType().BaseType.x", "d.GetType().Module.x", "l.Item.x",
        ];
        foreach (var escape in escapes)
            yield return $"{{{{ {escape} }}}}";
    }

    private static object Deep(int depth)
    {
        object value = "bottom";
        for (var i = 0; i < depth; i++)
            value = i % 2 == 0 ? new object?[] { value } : new JsonMap([new("x", value)]);
        return value;
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
