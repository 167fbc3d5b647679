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
    private static readonly string[] Numbers = ["0", "1", "2", "3", "5", "7", "10", "2.5", "0.1", "1.0", "3.0", "1e3", "1e16", "1e-7", "123456789012345678901"];
    private static readonly string[] Attributes = ["a", "b", "name", "role", "content", "x", "items", "0"];

    // What an expression is of: T text, N number, L list, D dictionary, B truth value, E anything. In patterns, the same
    // letters stand for an argument of that sort, and I for a small integer, A for an attribute's name, P for a test's and
    // F for a filter's name with its arguments.
    private static readonly (char Of, string Pattern, char Gives)[] Methods =
    [
        .. "upper() lower() title() capitalize() swapcase() casefold() strip() strip(T) lstrip() rstrip(T) replace(T,T) replace(T,T,I) center(I) ljust(I,'*') rjust(I) zfill(I) expandtabs(I) removeprefix(T) removesuffix(T) format(E,E)".Split(' ').Select(p => ('T', p, 'T')),
        .. "split() split(T) split(T,I) rsplit(T,I) rsplit() splitlines() splitlines(B) partition(T) rpartition(T)".Split(' ').Select(p => ('T', p, 'L')),
        .. "find(T) rfind(T,I) count(T) index(T)".Split(' ').Select(p => ('T', p, 'N')),
        .. "startswith(T) endswith(T) startswith(T,I) isdigit() isalpha() isalnum() isspace() isupper() islower() istitle() isnumeric() isidentifier() isdecimal() isascii()".Split(' ').Select(p => ('T', p, 'B')),
        ('L', "count(E)", 'N'), ('L', "index(E)", 'N'), ('L', "copy()", 'L'), ('L', "append(E)", 'E'), ('L', "nope()", 'E'),
        ('D', "items()", 'L'), ('D', "keys()", 'L'), ('D', "values()", 'L'), ('D', "get(E)", 'E'), ('D', "get(A,E)", 'E'), ('D', "copy()", 'D'), ('D', "update(D)", 'E'), ('D', "items()", 'L'), ('D', "get(A)", 'E'),
        ('N', "bit_length()", 'N'), ('N', "is_integer()", 'B'),
    ];

    private static readonly (char Of, string Pattern, char Gives)[] Filters =
    [
        .. "upper;lower;capitalize;title;trim;trim(T);replace(T, T);replace(T, T, I);indent;indent(I);indent(2, true);indent(T, blank=true);center(I);truncate(I);truncate(5, true, T, 0);wordwrap(5);wordwrap(4, false);escape;e;safe;forceescape;striptags;urlencode;format(E);first;last;reverse;max;min;pprint;string;tojson;join(T)".Split(';').Select(p => ('T', p, 'T')),
        .. "length;count;int;int(N);float;float(N);wordcount".Split(';').Select(p => ('T', p, 'N')),
        .. "list;sort;unique|list;batch(2)|list;map('upper')|list".Split(';').Select(p => ('T', p, 'L')),
        .. "abs;round;round(I);round(1, 'floor');round(I, 'ceil');int;float".Split(';').Select(p => ('N', p, 'N')),
        .. "string;filesizeformat;tojson;trim;pprint;upper;center(I);replace(T, T)".Split(';').Select(p => ('N', p, 'T')),
        .. "join;join(T);join(T, A);tojson;tojson(indent=I);tojson(sort_keys=true);tojson(separators=(T, T));tojson(ensure_ascii=true);string;pprint;map('string')|join(T);e;lower".Split(';').Select(p => ('L', p, 'T')),
        .. "length;count;sum;sum(A);sum(start=N);map('length')|sum;map('string')|map('length')|sum".Split(';').Select(p => ('L', p, 'N')),
        .. "first;last;min;max;max(attribute=A);min(case_sensitive=true);first|default(E)".Split(';').Select(p => ('L', p, 'E')),
        .. "list;sort;sort(true);sort(reverse=B);sort(attribute=A);sort(case_sensitive=true);map('string')|sort;unique|list;unique(attribute=A)|list;reverse|list;map(F)|list;map(attribute=A)|list;map(attribute=A, default=E)|list;select|list;reject|list;select(P)|list;select(P, E)|list;reject(P)|list;selectattr(A)|list;selectattr(A, 'defined')|list;selectattr(A, P)|list;selectattr(A, P, E)|list;rejectattr(A, 'equalto', E)|list;batch(2)|list;batch(3, E)|list;slice(2)|list;slice(3, E)|list;groupby(A);groupby(A, default=E)".Split(';').Select(p => ('L', p, 'L')),
        .. "items|list;dictsort;dictsort(true);dictsort(by='value');dictsort(reverse=true);list;sort;map('upper')|list".Split(';').Select(p => ('D', p, 'L')),
        .. "tojson;tojson(indent=I);tojson(sort_keys=true);string;xmlattr;urlencode;pprint;join(T)".Split(';').Select(p => ('D', p, 'T')),
        ('D', "length", 'N'), ('D', "attr(A)", 'E'), ('B', "int", 'N'), ('B', "string", 'T'), ('B', "tojson", 'T'), ('D', "first", 'T'), ('D', "default(E)", 'D'), ('L', "default(E)", 'L'), ('N', "default(E, true)", 'E'),
        .. "default(E);default(E, true);d(E, boolean=B);nope".Split(';').Select(p => ('E', p, 'E')),
        .. "string;tojson;pprint;e;string|length|string".Split(';').Select(p => ('E', p, 'T')),
    ];

    private static readonly (char Of, string Pattern)[] Tests =
    [
        .. "defined;undefined;none;string;number;integer;float;boolean;true;false;mapping;sequence;iterable;callable;escaped;eq E;eq(E);ne(E);in L;in(L);sameas E;sameas(E);equalto(E)".Split(';').Select(p => ('E', p)),
        .. "odd;even;divisibleby I;divisibleby(I);gt(N);le(N);lessthan(N);ge N".Split(';').Select(p => ('N', p)),
        .. "upper;lower;gt(T);filter;test;in T".Split(';').Select(p => ('T', p)), ('L', "nope"),
    ];

    private static readonly (char Left, string Operator, char Right, char Gives)[] Operators =
    [
        .. "+ - * // % / + - *".Split(' ').Select(o => ('N', o, 'N', 'N')), ('N', "**", 'I', 'N'), ('T', "+", 'T', 'T'), ('T', "*", 'I', 'T'), ('T', "%", 'E', 'T'), ('L', "+", 'L', 'L'), ('L', "*", 'I', 'L'), ('I', "*", 'T', 'T'),
        ('E', "~", 'E', 'T'), ('T', "~", 'N', 'T'), ('E', "==", 'E', 'B'), ('E', "!=", 'E', 'B'), ('N', "<", 'N', 'B'), ('N', ">=", 'N', 'B'), ('T', "<", 'T', 'B'), ('L', "<=", 'L', 'B'), ('E', "in", 'L', 'B'), ('T', "in", 'T', 'B'), ('E', "not in", 'L', 'B'), ('T', "in", 'D', 'B'),
        ('E', "and", 'E', 'E'), ('E', "or", 'E', 'E'), ('B', "and", 'B', 'B'), ('B', "or", 'B', 'B'), ('T', "or", 'T', 'T'), ('L', "or", 'L', 'L'), ('N', "== 1 ==", 'B', 'B'), ('N', "< 3 <", 'N', 'B'),
    ];

    private static readonly (string Pattern, char Gives)[] Calls =
    [
        ("range(I)", 'L'), ("range(I, I)", 'L'), ("range(1, I, 2)", 'L'), ("dict(a=E)", 'D'), ("dict(D, b=E)", 'D'), ("namespace(a=E).a", 'E'), ("cycler(T, T).next()", 'T'), ("(T % E)", 'T'), ("('%s-%s' % (E, E))", 'T'), ("strftime_now('%Y')", 'T'), ("raise_exception(T)", 'E'), ("joiner(T)()", 'T'),
        ("('%5.2f' % N)", 'T'), ("'{:>6}|{}'.format(T, E)", 'T'), ("'%(a)s' % dict(a=E)", 'T'), ("T.join(L|map('string'))", 'T'), ("('%d' % N)", 'T'), ("'{0:.3f} {0!r}'.format(N)", 'T'),
    ];

    private static readonly string[] PlainFilters = ["'upper'", "'string'", "'length'", "'tojson'", "'trim'", "'int'", "'first'", "'list'", "'abs'", "'default', 'x'", "'replace', 'a', 'b'", "'title'", "'round'", "'join', '-'", "'sort'", "'string'", "'string'"];
    private static readonly string[] TestNames = ["'odd'", "'even'", "'string'", "'number'", "'defined'", "'none'", "'mapping'", "'sequence'", "'iterable'", "'eq'", "'ne'", "'gt'", "'<'", "'in'", "'equalto'", "'divisibleby'", "'boolean'", "'integer'", "'float'", "'undefined'", "'true'", "'sameas'", "'string'", "'defined'"];
    private static readonly (string Name, char Of)[] LoopNames =
        [("loop.index", 'N'), ("loop.index0", 'N'), ("loop.revindex", 'N'), ("loop.first", 'B'), ("loop.last", 'B'), ("loop.length", 'N'), ("loop.depth", 'N'), ("loop.previtem", 'E'), ("loop.nextitem", 'E'), ("loop.cycle('p', 'q')", 'T'), ("loop.changed(1)", 'B'), ("loop.nope", 'E'), ("loop.revindex0", 'N')];
    private static readonly string[] Separators = ["", " ", "\n", "  ", "\n\n", " text ", "\n  ", "é😀", "x\n", "\t", "{ }", "<b>", "\r\n", "}}", "#", "a\nb\n"];

    private readonly Random _random = new(seed);
    private readonly List<(string Name, char Of)> _names =
        [("s", 'T'), ("n", 'N'), ("l", 'L'), ("d", 'D'), ("m", 'E'), ("people", 'L'), ("nothing", 'E'), ("f", 'N'), ("words", 'L'), ("nums", 'L'), ("messages", 'L'), ("(messages|first).content", 'T'), ("words[0]", 'T'), ("yes", 'B'), ("people[0].name", 'T'), ("people[-1]", 'D')];
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
        new("people", Enumerable.Range(0, 1 + _random.Next(3)).Select(object? (_) => new JsonMap([new("name", Text()), new("a", (long)_random.Next(3)), new("b", Value(1))])).ToArray()),
        new("nothing", null),
        new("yes", _random.Next(2) == 0),
        new("words", Enumerable.Range(0, 1 + _random.Next(4)).Select(object? (_) => Text()).ToArray()),
        new("nums", Enumerable.Range(0, _random.Next(4)).Select(object? (_) => Number()).ToArray()),
        new("messages", Enumerable.Range(0, _random.Next(8) == 0 ? 0 : 1 + _random.Next(3)).Select(object? (i) => new JsonMap([new("role", i % 2 == 0 ? "user" : "assistant"), new("content", _random.Next(5) == 0 ? Value(1) : Text())])).ToArray()),
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
                return Block(depth, "if ", Expr(2, Pick("BE")), Maybe(3, () => new("part", [Open(), " elif ", Expr(2, 'B'), " ", Close(), Body(depth - 1, 1)])), Maybe(2, () => new("part", [Open(), " else ", Close(), Body(depth - 1, 1)])), "endif");
            case 3 or 4 or 5 or 6:
                return Loop(depth);
            case 7 or 8:
                var (sort, assigned) = (Pick("TNLDBE"), Name());
                var set = Tag("{%", "%}", "set ", assigned, " = ", Expr(3, sort));
                Remember(assigned, sort);
                return set;
            case 9:
                return Tag("{%", "%}", "set ", Remember(Pick(["x", "s", "it"])), ", ", Remember(Pick(["y", "l", "v"])), " = ", Expr(2), ", ", Expr(2));
            case 10:
                var captured = Name();
                var block = Block(depth, "set " + captured + (_random.Next(3) == 0 ? " | upper" : ""), None, None, None, "endset");
                Remember(captured, 'T');
                return block;
            case 11 or 12:
                return Macro(depth);
            case 13:
                return Scoped(() => new("item", [Open(), " with ", Remember(Name()), " = ", Expr(2), " ", Close(), Body(depth - 1, 2), Open(), " endwith ", Close()]));
            case 14:
                return Block(depth, "filter " + Pick(["upper", "trim", "title", "replace('a', 'b')", "indent(2)", "escape", "title|trim"]), None, None, None, "endfilter");
            case 15:
                return new("item", [Open(), " raw ", Pick(["%}", "%}", "-%}"]), " {{ x }} {% if %}\n", Open(), " endraw ", Close()]);
            case 16:
                return new("item", ["{#" + Pick(["", "-", "+"]) + " {{ note }} " + Pick(["", "-", "+"]) + "#}"]);
            case 17:
                var space = Name();
                return new("item", [Tag("{%", "%}", "set ", space, " = namespace(v=", Expr(1), ")"), Body(depth - 1, 1), Tag("{%", "%}", "set ", Remember(space), ".v = ", Expr(2)), "{{ ", space, ".v }}"]);
            case 18:
                return Scoped(() => Block(depth, "generation", None, None, None, "endgeneration"));
            case 19 when _loops > 0:
                return new("item", [Open(), " if ", Expr(2, 'B'), " ", Close(), Open(), Pick([" break ", " continue "]), Close(), Open(), " endif ", Close()]);
            case 20:
                return Scoped(() => Block(depth, Pick(["autoescape false", "block blk" + _counter++]), None, None, None, "end*"));
            default:
                return Tag("{{", "}}", Expr(3));
        }
    }

    private Sketch Loop(int depth) => Scoped(() =>
    {
        var recursive = _random.Next(12) == 0;
        var (names, source) = _random.Next(8) switch
        {
            0 => ($"{Remember(Pick(["x", "k"]), 'T')}, {Remember(Pick(["y", "v"]))}", new Sketch("part", [Postfixed(1, 'D'), Pick([".items()", "|items", "|dictsort"])])),
            1 => ($"{Remember(Pick(["x", "s", "it"]))}, {Remember(Pick(["y", "l", "v"]))}", Expr(2, 'L')),
            2 => (Remember(Name(), 'D'), new Sketch("expr", [Pick(["people", "messages"])])),
            3 => (Remember(Name(), 'T'), new Sketch("expr", [Pick(["words", "s", "d"])])),
            4 => (Remember(Name(), 'N'), new Sketch("expr", [Pick(["nums", "range(3)"])])),
            _ => (Remember(Name()), Expr(2, 'L')),
        };
        var filter = Maybe(5, () => new("part", [" if ", Expr(2, 'B')]));
        _loops++;
        for (var i = 0; i < 3; i++)
            _names.Add(Pick(LoopNames));
        if (recursive)
            _names.Add(("loop([])", 'T'));
        var body = Body(depth - 1, 1 + _random.Next(3));
        _loops--;
        return new Sketch("item", [Open(), " for ", names, " in ", source, filter, recursive ? " recursive " : " ", Close(), body, Maybe(4, () => new("part", [Open(), " else ", Close(), Body(depth - 1, 1)])), Open(), " endfor ", Close()]);
    });

    private Sketch Macro(int depth)
    {
        var name = "mac" + _counter++;
        var loops = _loops;
        _loops = 0;
        var called = _random.Next(2) == 0;
        var second = Maybe(2, () => new("part", [", q=", Expr(1)]));
        var definition = Scoped(() => new("item",
            [Open(), " macro ", name, "(", Remember("p"), second, ") ", Close(), Body(depth - 1, 2), called ? "{{ caller() if caller is defined }}" : "", Open(), " endmacro ", Close()]));
        _loops = loops;
        Sketch arguments = new("part", [Expr(1), Maybe((object)second == None ? 30 : 3, () => new("part", [", ", Expr(1)])), Maybe((object)second == None ? 30 : 8, () => new("part", [", q=", Expr(1)]))]);
        var use = _random.Next(10) == 0 || (called && _random.Next(2) == 0)
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

    private Sketch Expr(int depth, char of = 'E')
    {
        // Now and then, something of another sort.
        if (_random.Next(60) == 0)
            of = 'E';
        if (of == 'I')
            return new("expr", [_random.Next(40) == 0 ? Pick(["-1", "n", "true", "none", "'2'", "2.0"]) : Pick(["0", "1", "2", "3", "5", "8"])]);
        if (depth <= 0)
            return Atom(of);
        return new("expr", _random.Next(16) switch
        {
            0 or 1 or 2 when Of(Operators, o => o.Gives, of) is { Count: > 0 } some => Binary(Pick(some), depth),
            3 when of is 'B' or 'E' => ["(not ", Expr(depth - 1), ")"],
            3 when of is 'N' => ["(", Pick(["-", "+", "-"]), Expr(depth - 1, 'N'), ")"],
            4 => ["(", Expr(depth - 1, of), " if ", Expr(depth - 1, 'B'), _random.Next(5) > 0 ? new Sketch("part", [" else ", Expr(depth - 1, of)]) : None, ")"],
            5 or 6 or 7 when Of(Filters, f => f.Gives, of) is { Count: > 0 } some && Pick(some) is var filter => [Postfixed(depth, filter.Of), Pick([" | ", "|"]), Fill(filter.Pattern, depth)],
            8 when of is 'B' or 'E' && Pick(Tests) is var test => ["(", Postfixed(depth, test.Of), Pick([" is ", " is ", " is not "]), Fill(test.Pattern, depth), ")"],
            9 or 10 when Of(Methods, m => m.Gives, of) is { Count: > 0 } some && Pick(some) is var method => [Postfixed(depth, method.Of), ".", Fill(method.Pattern, depth)],
            11 when of is 'E' => _random.Next(2) == 0 ? [Postfixed(depth, 'D'), _random.Next(2) == 0 ? "." + Pick(Attributes) : "['" + Pick(Attributes) + "']"] : [Postfixed(depth, 'L'), "[", Expr(depth - 1, 'I'), "]"],
            11 when of is 'T' => [Postfixed(depth, 'T'), "[", Expr(depth - 1, 'I'), "]"],
            12 when of is 'T' or 'L' => [Postfixed(depth, of), "[", Bound(), ":", Bound(), _random.Next(3) == 0 ? ":" + Pick(["-1", "2", "-2", "1", "", "-1"]) : "", "]"],
            13 when of is 'L' or 'E' => Pick(["[]", "()"]) is var bracket ? [bracket[..1], Expr(depth - 1), ", ", Expr(depth - 1), bracket[1..]] : [],
            14 when of is 'D' or 'E' => ["{", Pick(Texts), ": ", Expr(depth - 1), Maybe(2, () => new("part", [", ", Atom('T'), ": ", Expr(depth - 1)])), "}"],
            _ when Of(Calls, c => c.Gives, of) is { Count: > 0 } some => [Fill(Pick(some).Pattern, depth)],
            _ => [Atom(of)],
        });
    }

    private object[] Binary((char Left, string Operator, char Right, char Gives) of, int depth) =>
        _random.Next(3) == 0 && of.Gives is not 'B'
            ? [Expr(depth - 1, of.Left), " ", of.Operator, " ", Expr(depth - 1, of.Right)]
            : ["(", Expr(depth - 1, of.Left), " ", of.Operator, " ", Expr(depth - 1, of.Right), ")"];

    private Sketch Postfixed(int depth, char of) => _random.Next(3) == 0 ? new("expr", ["(", Expr(depth - 1, of), ")"]) : Atom(of) is var atom && atom.Parts is [string text] && (char.IsDigit(text[0]) || text[0] is '{' or '(') ? new("expr", ["(", text, ")"]) : atom;

    private Sketch Atom(char of)
    {
        var names = _names.Where(n => n.Of == of || of == 'E').ToList();
        if (names.Count > 0 && _random.Next(2) == 0)
            return new("expr", [_random.Next(60) == 0 ? "nope" : _random.Next(2) == 0 ? names[^1].Name : Pick(names).Name]);
        return new("expr", [of switch
        {
            'T' => Pick(Texts),
            'N' => Pick(Numbers),
            'L' => Pick(["[]", "[1, 2, 3]", "['b', 'a']", "(1, 'a')", "[[1, 2], [3, 4]]", "[{'a': 1}, {'a': 2}]", "range(3)", "[none, true, 1.5]"]),
            'D' => Pick(["{}", "{'a': 1}", "{'b': [1], 'a': 'x'}", "{1: 2}", "dict(name='z')"]),
            'B' => Pick(["true", "false"]),
            _ => _random.Next(5) == 0 ? Pick(["none", "None", "True", "()"]) : Pick(_random.Next(2) == 0 ? Texts : Numbers),
        }]);
    }

    private string Bound() => _random.Next(2) == 0 ? "" : _random.Next(40) == 0 ? Pick(["'x'", "1.0"]) : Pick(["0", "1", "2", "-1", "-2", "5", "none", "-9"]);

    private static List<T> Of<T>(IEnumerable<T> all, Func<T, char> gives, char of) => [.. all.Where(one => gives(one) == of || of == 'E')];

    // Puts arguments in the place of the capital letters that stand alone.
    private Sketch Fill(string pattern, int depth)
    {
        var parts = new List<object>();
        var rest = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (!"TNLDBEIAPF".Contains(pattern[i], StringComparison.Ordinal) || (i > 0 && (char.IsLetter(pattern[i - 1]) || pattern[i - 1] is '%' or '\'')) || (i + 1 < pattern.Length && char.IsLetter(pattern[i + 1])))
                continue;
            parts.Add(pattern[rest..i]);
            parts.Add(pattern[i] switch
            {
                'A' => "'" + Pick(Attributes) + "'",
                'P' => Pick(TestNames),
                'F' => Pick(PlainFilters),
                var of when i + 1 < pattern.Length && pattern[i + 1] == '.' => Postfixed(depth, of),
                var of => Expr(depth - 1, of),
            });
            rest = i + 1;
        }

        parts.Add(pattern[rest..]);
        return new("part", parts);
    }

    private Sketch Maybe(int oneIn, Func<Sketch> make) => _random.Next(oneIn) == 0 ? make() : (Sketch)None;

    private Sketch Scoped(Func<Sketch> make)
    {
        var before = _names.ToList();
        var made = make();
        // Some names are looked for beyond their scope.
        if (_random.Next(8) > 0)
        {
            _names.Clear();
            _names.AddRange(before);
        }

        return made;
    }

    private string Name() => Pick(["x", "y", "z", "s", "l", "n", "it", "k", "v"]);

    private string Remember(string name, char of = 'E')
    {
        _names.RemoveAll(n => n.Name == name);
        _names.Add((name, of));
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

    // A string of its own each time: sameas tells strings apart.
    private string Text() => new(Pick(["", "a", "Hello", "hello world", "  pad ", "line\nbreak", "é😀x", "ÄÖÜ", "12", "-7.5", "<a&b>", "{{ x }}", "x,y,z", "It's", "ab\tcd", "\u00a0", "ﬀ ŉ", "a'\"b", "user", "name"]).AsSpan());

    private object Number() => _random.Next(12) is 0 ? System.Numerics.BigInteger.Parse("98765432109876543210", System.Globalization.CultureInfo.InvariantCulture) : (long)_random.Next(-3, 12);

    private object?[] List(int depth) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth))];

    private JsonMap Map(int depth) => new(Enumerable.Range(0, _random.Next(4)).Select(i => KeyValuePair.Create(Pick(["a", "b", "name", "x", "items", "0", "é"]), Value(depth))));

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private char Pick(string from) => from[_random.Next(from.Length)];
}
