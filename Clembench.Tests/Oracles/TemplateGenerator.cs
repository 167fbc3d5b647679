using Clembench.Json;

namespace Clembench.Tests.Oracles;

/// <summary>
/// Makes templates and variables up from the grammar of the language: mostly such that render, often enough such that fail.
/// The same seed makes the same case.
/// </summary>
internal sealed class TemplateGenerator(int seed)
{
    private static readonly string[] Texts =
        ["''", "'a'", "'abc'", "'Hello, World'", "' x '", "'\\n'", "'a b c'", "'<&>'", "'é😀'", "'ǅß'", "'12'", "'-3'", "'1.5'", "'a-b_c'", "\"it's\"", "'%s'", "'{}'", "'x\\ty'", "'A'", "','", "' '", "'user'", "'name'"];
    private static readonly string[] Numbers = ["0", "1", "2", "3", "5", "7", "10", "100", "2.5", "0.1", "1.0", "3.0", "1e3", "1e16", "1e-7", "123456789012345678901"];
    private static readonly string[] Attributes = ["a", "b", "name", "role", "content", "items", "keys", "x", "index", "real", "upper", "0", "get"];

    // A method or filter with its arguments: T a text, N a number, L a list, E anything, A an attribute's name, P a test's name.
    private static readonly string[] TextMethods =
        ["upper()", "lower()", "title()", "capitalize()", "swapcase()", "casefold()", "strip()", "strip(T)", "lstrip()", "rstrip(T)", "split()", "split(T)", "split(T, N)", "rsplit(T, N)", "rsplit()", "splitlines()",
         "splitlines(E)", "replace(T, T)", "replace(T, T, N)", "find(T)", "rfind(T, N)", "index(T)", "count(T)", "startswith(T)", "endswith(T)", "startswith(T, N)", "join(L)", "partition(T)", "rpartition(T)", "center(N)",
         "ljust(N, T)", "rjust(N)", "zfill(N)", "isdigit()", "isalpha()", "isalnum()", "isspace()", "isupper()", "islower()", "istitle()", "isnumeric()", "isidentifier()", "expandtabs(N)", "removeprefix(T)", "removesuffix(T)", "format(E, E)"];
    private static readonly string[] OtherMethods =
        ["index(E)", "count(E)", "copy()", "items()", "keys()", "values()", "get(E)", "get(A)", "get(A, E)", "append(E)", "pop()", "update(E)", "nope()", "bit_length()", "is_integer()", "__len__()", "sort()", "clear()"];
    private static readonly string[] Filters =
        ["upper", "lower", "capitalize", "title", "trim", "trim(T)", "length", "count", "string", "list", "int", "int(N)", "float", "float(N)", "abs", "round", "round(N)", "round(1, 'floor')", "first", "last", "join", "join(T)", "join(T, A)",
         "sort", "sort(true)", "sort(reverse=E)", "sort(attribute=A)", "sort(case_sensitive=true)", "unique|list", "unique(attribute=A)|list", "reverse", "reverse|list", "min", "max", "max(attribute=A)", "min(case_sensitive=true)", "sum", "sum(A)", "sum(start=N)",
         "default(E)", "default(E, true)", "d(E, boolean=E)", "replace(T, T)", "replace(T, T, N)", "tojson", "tojson(indent=N)", "tojson(sort_keys=true)", "tojson(separators=(T, T))", "tojson(ensure_ascii=true)", "items|list", "dictsort", "dictsort(true)", "dictsort(by='value')",
         "dictsort(reverse=true)", "map(F)|list", "map(attribute=A)|list", "map(attribute=A, default=E)|list", "select|list", "reject|list", "select(P)|list", "select(P, E)|list", "reject(P)|list", "selectattr(A)|list", "selectattr(A, P)|list", "selectattr(A, P, E)|list", "rejectattr(A, P, E)|list",
         "batch(2)|list", "batch(3, E)|list", "slice(2)|list", "slice(3, E)|list", "groupby(A)", "groupby(A, default=E)", "indent", "indent(N)", "indent(2, true)", "indent(T, blank=true)", "center(N)", "truncate(N)", "truncate(5, true, T, 0)", "wordcount", "wordwrap(5)", "wordwrap(4, false)", "escape", "e", "safe",
         "forceescape", "striptags", "urlencode", "filesizeformat", "format(E)", "format(E, E)", "attr(A)", "xmlattr", "pprint", "nope", "first|default(E)", "sort|first", "random|length"];
    private static readonly string[] PlainFilters = ["'upper'", "'string'", "'length'", "'tojson'", "'trim'", "'int'", "'first'", "'list'", "'abs'", "'default', 'x'", "'replace', 'a', 'b'", "'title'", "'round'", "'join', '-'", "'sort'", "'nope'"];
    private static readonly string[] TestNames = ["'odd'", "'even'", "'string'", "'number'", "'defined'", "'none'", "'mapping'", "'sequence'", "'iterable'", "'eq'", "'ne'", "'gt'", "'<'", "'in'", "'equalto'", "'divisibleby'", "'boolean'", "'integer'", "'float'", "'undefined'", "'true'", "'sameas'"];
    private static readonly string[] Tests =
        ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping", "sequence", "iterable", "callable", "odd", "even", "upper", "lower", "escaped", "divisibleby N", "divisibleby(E)", "eq E", "eq(E)", "ne(E)", "gt(E)", "le(E)", "in L", "in(E)", "sameas E", "sameas(E)", "filter", "test", "nope", "equalto(E)", "lessthan(N)"];
    private static readonly string[] Operators = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or", "~", "+", "==", "**"];
    private static readonly string[] LoopAttributes = ["index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem", "cycle('p', 'q')", "changed(1)", "nope"];
    private static readonly string[] Separators = ["", " ", "\n", "  ", "\n\n", " text ", "\n  ", "é😀", "x\n", "\t", "{ }", "<b>", "\r\n", "}}", "#", "a\nb\n"];

    private readonly Random _random = new(seed);
    private readonly List<string> _names = ["s", "n", "l", "d", "m", "people", "nothing", "f", "nope", "messages"];
    private int _loops;
    private int _counter;

    /// <summary>A template.</summary>
    public Sketch Template() => Body(3, 1 + _random.Next(5));

    /// <summary>The text of a template with some of it lost, doubled, moved or overwritten, to see what becomes of it.</summary>
    public string Damage(string template)
    {
        string[] scraps = ["{{", "}}", "{%", "%}", "{#", "#}", "-", "|", "(", ")", "[", "]", "'", "\"", ".", ",", ":", "=", "==", " if ", " else ", " in ", " is ", " not ", "{% endif %}", "{% endfor %}", "{% else %}", "\\", "~", "*", "**", "1", " "];
        for (var times = 1 + _random.Next(2); times > 0 && template.Length > 1; times--)
        {
            var at = _random.Next(template.Length);
            var length = Math.Min(1 + _random.Next(4), template.Length - at);
            template = _random.Next(4) switch
            {
                0 => template.Remove(at, length),
                1 => template.Insert(at, template.Substring(at, length)),
                2 => template.Insert(at, Pick(scraps)),
                _ => template.Remove(at, length).Insert(at, Pick(scraps)),
            };
        }

        return template;
    }

    /// <summary>Variables for the names that the templates use.</summary>
    public JsonMap Variables() => new(
    [
        new("s", Text()),
        new("n", Number()),
        new("f", _random.Next(8) / 4.0),
        new("l", List(2)),
        new("d", Map(2)),
        new("m", Value(3)),
        new("people", Enumerable.Range(0, _random.Next(4)).Select(object? (_) => new JsonMap([new("name", Text()), new("a", (long)_random.Next(3)), new("b", Value(1))])).ToArray()),
        new("nothing", null),
        new("messages", Enumerable.Range(0, _random.Next(4)).Select(object? (i) => new JsonMap([new("role", i % 2 == 0 ? "user" : "assistant"), new("content", _random.Next(5) == 0 ? Value(1) : Text())])).ToArray()),
    ]);

    private Sketch Body(int depth, int count) => new("body", [.. Enumerable.Range(0, count).SelectMany(_ => new object[] { Separator(), Item(depth) }).Append(Separator())]);

    private Sketch Separator() => new("text", [_random.Next(3) == 0 ? Pick(Separators) : ""]);

    private Sketch Item(int depth)
    {
        if (depth <= 0 || _random.Next(5) < 2)
            return Tag("{{", "}}", Expr(2 + _random.Next(2)));
        switch (_random.Next(22))
        {
            case 0 or 1 or 2:
                return Block(depth, "if ", Expr(2), Maybe(3, () => new("part", [Open(), " elif ", Expr(2), " ", Close(), Body(depth - 1, 1)])), Maybe(2, () => new("part", [Open(), " else ", Close(), Body(depth - 1, 1)])), "endif");
            case 3 or 4 or 5 or 6:
                return Loop(depth);
            case 7 or 8:
                var set = Tag("{%", "%}", "set ", Remember(Name()), " = ", Expr(3));
                return set;
            case 9:
                return Tag("{%", "%}", "set ", Remember(Name()), ", ", Remember(Name()), " = ", Expr(2), ", ", Expr(2));
            case 10:
                var captured = Name();
                var block = Block(depth, "set " + captured + (_random.Next(3) == 0 ? " | upper" : ""), None, None, None, "endset");
                Remember(captured);
                return block;
            case 11 or 12:
                return Macro(depth);
            case 13:
                return Scoped(() => new("item", [Open(), " with ", Remember(Name()), " = ", Expr(2), " ", Close(), Body(depth - 1, 2), Open(), " endwith ", Close()]));
            case 14:
                return Block(depth, "filter " + Pick(["upper", "trim", "title", "replace('a', 'b')", "indent(2)", "length", "escape", "string|list"]), None, None, None, "endfilter");
            case 15:
                return new("item", [Open(), " raw ", Close(), " {{ x }} {% if %}\n", Open(), " endraw ", Close()]);
            case 16:
                return new("item", ["{#" + Pick(["", "-", "+"]) + " {{ note }} " + Pick(["", "-", "+"]) + "#}"]);
            case 17:
                var space = Name();
                return new("item", [Tag("{%", "%}", "set ", space, " = namespace(v=", Expr(1), ")"), Body(depth - 1, 1), Tag("{%", "%}", "set ", Remember(space), ".v = ", Expr(2)), "{{ ", space, ".v }}"]);
            case 18:
                return Scoped(() => Block(depth, "generation", None, None, None, "endgeneration"));
            case 19 when _loops > 0:
                return new("item", [Open(), " if ", Expr(1), " ", Close(), Open(), Pick([" break ", " continue "]), Close(), Open(), " endif ", Close()]);
            case 20:
                return Scoped(() => Block(depth, Pick(["autoescape true", "autoescape false", "block blk" + _counter++]), None, None, None, "end*"));
            default:
                return Tag("{{", "}}", Expr(3));
        }
    }

    private Sketch Loop(int depth) => Scoped(() =>
    {
        var recursive = _random.Next(12) == 0;
        var (names, source) = _random.Next(5) switch
        {
            0 => ($"{Remember(Name())}, {Remember(Name())}", new Sketch("part", [Expr(1), ".items()"])),
            1 => ($"{Remember(Name())}, {Remember(Name())}", Expr(2)),
            _ => (Remember(Name()), Expr(2)),
        };
        var filter = Maybe(5, () => new("part", [" if ", Expr(2)]));
        _loops++;
        _names.Add("loop." + Pick(LoopAttributes));
        _names.Add("loop.index");
        if (recursive)
            _names.Add("loop([])");
        var body = Body(depth - 1, 1 + _random.Next(3));
        _loops--;
        return new Sketch("item", [Open(), " for ", names, " in ", source, filter, recursive ? " recursive " : " ", Close(), body, Maybe(4, () => new("part", [Open(), " else ", Close(), Body(depth - 1, 1)])), Open(), " endfor ", Close()]);
    });

    private Sketch Macro(int depth)
    {
        var name = "mac" + _counter++;
        var loops = _loops;
        _loops = 0;
        var second = Maybe(2, () => new("part", [", q=", Expr(1)]));
        var definition = Scoped(() => new("item",
            [Open(), " macro ", name, "(", Remember("p"), second, ") ", Close(), Body(depth - 1, 2), Maybe(2, () => new("part", ["{{ caller() }}"])), Open(), " endmacro ", Close()]));
        _loops = loops;
        Sketch arguments = new("part", [Expr(1), Maybe(3, () => new("part", [", ", Expr(1)])), Maybe(5, () => new("part", [", q=", Expr(1)]))]);
        var use = _random.Next(3) == 0
            ? new Sketch("item", [Open(), " call ", name, "(", arguments, ") ", Close(), Body(depth - 1, 1), Open(), " endcall ", Close()])
            : Tag("{{", "}}", name, "(", arguments, ")");
        return new("item", [definition, use]);
    }

    private Sketch Block(int depth, string open, object head, object more, object last, string end) => Block(depth, open, [head], more, last, end);

    private Sketch Block(int depth, string open, object[] head, object more, object last, string end)
    {
        var closing = end == "end*" ? "end" + open.Split(' ')[0] : end;
        return new("item", [Open(), " ", open, .. head, " ", Close(), Scoped(() => Body(depth - 1, 1 + _random.Next(2))), more, last, Open(), " ", closing, " ", Close()]);
    }

    private static readonly object None = new Sketch("part", []);

    private Sketch Tag(string open, string close, params object[] parts) =>
        new("item", [open + (_random.Next(10) == 0 ? "-" : open == "{%" && _random.Next(20) == 0 ? "+" : ""), " ", .. parts, " ", (_random.Next(10) == 0 ? "-" : close == "%}" && _random.Next(20) == 0 ? "+" : "") + close]);

    private string Open() => "{%" + Pick(["", "", "", "", "", "-", "-", "+"]);

    private string Close() => Pick(["", "", "", "", "", "-", "-", "+"]) + "%}";

    private Sketch Expr(int depth)
    {
        if (depth <= 0)
            return Atom();
        return new("expr", _random.Next(16) switch
        {
            0 or 1 => [Expr(depth - 1), " ", Pick(Operators), " ", _random.Next(6) == 0 ? Expr(depth - 1) : Atom()],
            2 => ["(", Expr(depth - 1), ") ", Pick(Operators), " (", Expr(depth - 1), ")"],
            3 => [Pick(["not ", "-", "+", "not "]), Expr(depth - 1)],
            4 => [Expr(depth - 1), " if ", Expr(depth - 1), Maybe(1, () => new("part", [" else ", Expr(depth - 1)]))],
            5 or 6 => [Postfixed(depth), " | ", Fill(Pick(Filters), depth)],
            7 => [Postfixed(depth), Pick([" is ", " is ", " is not "]), Fill(Pick(Tests), depth)],
            8 => [Postfixed(depth), ".", Fill(Pick(TextMethods), depth)],
            9 => [Postfixed(depth), ".", Fill(Pick(_random.Next(2) == 0 ? TextMethods : OtherMethods), depth)],
            10 => [Postfixed(depth), _random.Next(2) == 0 ? "." + Pick(Attributes) : "['" + Pick(Attributes) + "']"],
            11 => [Postfixed(depth), "[", Expr(depth - 1), "]"],
            12 => [Postfixed(depth), "[", Bound(), ":", Bound(), _random.Next(3) == 0 ? ":" + Pick(["-1", "2", "-2", "1", "0", ""]) : "", "]"],
            13 => ["[", Expr(depth - 1), Maybe(2, () => new("part", [", ", Expr(depth - 1)])), "]"],
            14 => _random.Next(2) == 0 ? ["{", Pick(Texts), ": ", Expr(depth - 1), Maybe(2, () => new("part", [", ", Atom(), ": ", Expr(depth - 1)])), "}"] : ["(", Expr(depth - 1), ", ", Expr(depth - 1), ")"],
            _ => [Pick(["range(N)", "range(N, N)", "dict(a=E)", "dict(E)", "namespace(a=E).a", "cycler(E, E).next()", "(T % E)", "(T % (E, E))", "strftime_now('%Y')", "raise_exception(T)", "range(1, N, 2)", "joiner(T)()"]) is var call ? Fill(call, depth) : Atom()],
        });
    }

    private Sketch Postfixed(int depth) => _random.Next(3) == 0 ? new("expr", ["(", Expr(depth - 1), ")"]) : Atom();

    private Sketch Atom() => new("expr", [_random.Next(10) switch
    {
        0 or 1 => Pick(Texts),
        2 or 3 => Pick(Numbers),
        4 => Pick(["true", "false", "none", "[]", "{}", "()", "True", "None"]),
        _ => Pick(_names),
    }]);

    private string Bound() => _random.Next(2) == 0 ? "" : Pick(["0", "1", "2", "-1", "-2", "5", "none", "n", "'x'"]);

    // Replaces the capital letters that stand alone.
    private Sketch Fill(string pattern, int depth)
    {
        var parts = new List<object>();
        var rest = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (!"TNLEAPF".Contains(pattern[i], StringComparison.Ordinal) || (i > 0 && char.IsLetter(pattern[i - 1])) || (i + 1 < pattern.Length && char.IsLetter(pattern[i + 1])) || (i > 0 && pattern[i - 1] is '%' or '\''))
                continue;
            parts.Add(pattern[rest..i]);
            parts.Add(pattern[i] switch
            {
                'T' => Pick(Texts),
                'N' => _random.Next(4) == 0 ? Pick(["-1", "n", "true", "none", "'2'"]) : Pick(["0", "1", "2", "3", "5", "8"]),
                'L' => new Sketch("expr", [Pick(["l", "['a', 'b']", "[1, 2]", "'abc'", "d", "(1,)", "range(3)", "people"])]),
                'A' => "'" + Pick(Attributes) + "'",
                'P' => Pick(TestNames),
                'F' => Pick(PlainFilters),
                _ => Expr(depth - 1),
            });
            rest = i + 1;
        }

        parts.Add(pattern[rest..]);
        return new("part", parts);
    }

    private Sketch Maybe(int oneIn, Func<Sketch> make) => _random.Next(oneIn) == 0 ? make() : (Sketch)None;

    private Sketch Scoped(Func<Sketch> make)
    {
        var count = _names.Count;
        var made = make();
        // Some names are looked for beyond their scope.
        if (_random.Next(4) > 0)
            _names.RemoveRange(count, _names.Count - count);
        return made;
    }

    private string Name() => Pick(["x", "y", "z", "s", "l", "n", "it", "k", "v"]);

    private string Remember(string name)
    {
        _names.Add(name);
        return name;
    }

    private object? Value(int depth) => _random.Next(depth > 0 ? 9 : 6) switch
    {
        0 or 1 => Text(),
        2 => Number(),
        3 => _random.Next(2) == 0,
        4 => null,
        5 => _random.Next(20) / 8.0 - 1,
        6 or 7 => List(depth - 1),
        _ => Map(depth - 1),
    };

    private string Text() => Pick(["", "a", "Hello", "hello world", "  pad ", "line\nbreak", "é😀x", "ÄÖÜ", "12", "-7.5", "<a&b>", "{{ x }}", "x,y,z", "It's", "ab\tcd", "\u00a0", "ﬀ ŉ", "a'\"b", "user", "name"]);

    private object Number() => _random.Next(12) is 0 ? System.Numerics.BigInteger.Parse("98765432109876543210", System.Globalization.CultureInfo.InvariantCulture) : (long)_random.Next(-3, 12);

    private object?[] List(int depth) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth))];

    private JsonMap Map(int depth) => new(Enumerable.Range(0, _random.Next(4)).Select(i => KeyValuePair.Create(Pick(["a", "b", "name", "x", "items", "0", "é"]), Value(depth))));

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
