namespace Clembench.Templates.Jinja;

internal enum LoopAttribute : byte
{
    None,
    Index,
    Index0,
    RevIndex,
    RevIndex0,
    First,
    Last,
    Length,
    Depth,
    Depth0,
    PrevItem,
    NextItem,
    Cycle,
    Changed,
}

/// <summary>The variable <c>loop</c>: jinja2's LoopContext.</summary>
internal sealed class LoopObj : Obj
{
    private readonly int _depth;
    private readonly ForStmt? _recursive;
    private readonly Locals _definition;
    private readonly Value _iterable;
    private readonly Runtime _rt;
    private ListObj? _list;
    private IEnumerator<Value>? _elements;
    private int _position;
    private int _index0 = -1;
    private int _length = -1;
    private Value _after;
    private Value _current;
    private Value _before;
    private Value[]? _lastChanged;

    public LoopObj(Runtime rt, in Value iterable, int depth, ForStmt? recursive, Locals definition)
        : base(Kind.Loop)
    {
        _rt = rt;
        _depth = depth;
        _recursive = recursive;
        _definition = definition;
        _iterable = iterable;
        _list = iterable.Ref as ListObj;
        if (_list is null)
            _elements = Ops.Iterate(rt, iterable).GetEnumerator();
    }

    public override string TypeName => "LoopContext";

    public override string Module => "jinja2.runtime.";

    public override bool Callable => true;

    public static LoopAttribute AttributeOf(string name) => name switch
    {
        "index" => LoopAttribute.Index,
        "index0" => LoopAttribute.Index0,
        "revindex" => LoopAttribute.RevIndex,
        "revindex0" => LoopAttribute.RevIndex0,
        "first" => LoopAttribute.First,
        "last" => LoopAttribute.Last,
        "length" => LoopAttribute.Length,
        "depth" => LoopAttribute.Depth,
        "depth0" => LoopAttribute.Depth0,
        "previtem" => LoopAttribute.PrevItem,
        "nextitem" => LoopAttribute.NextItem,
        "cycle" => LoopAttribute.Cycle,
        "changed" => LoopAttribute.Changed,
        _ => LoopAttribute.None,
    };

    public bool MoveNext(Runtime rt, out Value element)
    {
        if (_after.IsMissing)
        {
            if (!Pull(out element))
                return false;
        }
        else
        {
            element = _after;
            _after = default;
        }

        _index0++;
        _before = _current;
        _current = element;
        return true;
    }

    public IEnumerable<Value> Rest(Runtime rt)
    {
        while (MoveNext(rt, out var element))
            yield return Value.Of(new ListObj([element, Value.Of(this)], tuple: true));
    }

    public int GetLength(Runtime rt)
    {
        if (_length >= 0)
            return _length;
        // A loop may go through a loop that goes through a loop, and so on.
        rt.Enter();
        rt.Step();
        _length = Ops.LengthOrNone(rt, _iterable);
        rt.Leave();
        if (_length < 0)
        {
            // A generator has no length: the rest of it is taken now.
            var rest = new List<Value>();
            while (Pull(out var element))
            {
                rt.Step();
                rest.Add(element);
            }

            _list = new ListObj([.. rest]);
            _position = 0;
            _elements = null;
            _length = rest.Count + _index0 + 1 + (_after.IsMissing ? 0 : 1);
        }

        return _length;
    }

    public Value Get(Runtime rt, LoopAttribute attribute)
    {
        switch (attribute)
        {
            case LoopAttribute.Index: return Value.Int(_index0 + 1);
            case LoopAttribute.Index0: return Value.Int(_index0);
            case LoopAttribute.RevIndex: return Value.Int(GetLength(rt) - _index0);
            case LoopAttribute.RevIndex0: return Value.Int(GetLength(rt) - _index0 - 1);
            case LoopAttribute.First: return Value.Bool(_index0 == 0);
            case LoopAttribute.Last: return Value.Bool(!Peek(out _));
            case LoopAttribute.Length: return Value.Int(GetLength(rt));
            case LoopAttribute.Depth: return Value.Int(_depth + 1);
            case LoopAttribute.Depth0: return Value.Int(_depth);
            case LoopAttribute.PrevItem: return _index0 == 0 ? UndefinedObj.Hint("there is no previous item") : _before;
            case LoopAttribute.NextItem: return Peek(out var next) ? next : UndefinedObj.Hint("there is no next item");
            case LoopAttribute.Cycle: return Value.Of(new Builtin("cycle", Cycle));
            case LoopAttribute.Changed: return Value.Of(new Builtin("changed", Changed));
            default: return default;
        }
    }

    public override Value Attribute(Runtime rt, string name) => Get(rt, AttributeOf(name));

    public override Value Call(Runtime rt, in Args args)
    {
        if (args.Positional.Length + args.Keywords.Length != 1 || (args.Names.Length == 1 && args.Names[0] != "iterable"))
            throw Errors.Type("LoopContext.__call__() missing 1 required positional argument: 'iterable'");
        if (_recursive is null)
            throw Errors.Type("The loop must have the 'recursive' marker to be called recursively.");
        var elements = args.Positional.Length == 1 ? args.Positional[0] : args.Keywords[0];
        var outer = rt.BeginCapture();
        _recursive.RunRecursive(rt, elements, _definition, _depth + 1);
        return rt.EndCapture(outer);
    }

    public override string Describe(Runtime rt) => $"<LoopContext {_index0 + 1}/{GetLength(rt)}>";

    private bool Peek(out Value next)
    {
        if (_after.IsMissing && Pull(out var element))
            _after = element;
        next = _after;
        return !next.IsMissing;
    }

    private bool Pull(out Value element)
    {
        if (_list is not null)
        {
            element = _position < _list.Count ? _list[_position++] : default;
            return !element.IsMissing;
        }

        // What a loop goes through may be a loop itself, however many deep.
        var nested = _iterable.Kind == Kind.Loop;
        if (nested)
        {
            _rt.Enter();
            _rt.Step();
        }

        var more = _elements!.MoveNext();
        element = more ? _elements.Current : default;
        if (nested)
            _rt.Leave();
        return more;
    }

    private Value Cycle(Runtime rt, Value self, in Args args)
    {
        if (args.Positional.Length == 0)
            throw Errors.Type("no items for cycling given");
        return args.Positional[_index0 % args.Positional.Length];
    }

    private Value Changed(Runtime rt, Value self, in Args args)
    {
        var last = _lastChanged;
        if (last is not null && last.Length == args.Positional.Length)
        {
            var same = true;
            for (var i = 0; i < last.Length && same; i++)
                same = Ops.Equal(rt, last[i], args.Positional[i]);
            if (same)
                return Value.False;
        }

        _lastChanged = args.Positional.ToArray();
        return Value.True;
    }
}
