namespace Clembench.Templates.Jinja;

/// <summary>Filters of sequences and mappings. Those that are generators in jinja2 are lazy here, too.</summary>
internal static partial class Filters
{
    private static IEnumerable<Builtin> SequenceFilters() =>
    [
        new("length", "obj", static (rt, a) => Value.Int(Ops.Length(rt, a[0]))),
        new("count", "obj", static (rt, a) => Value.Int(Ops.Length(rt, a[0]))),
        new("first", "seq", static (rt, a) => First(rt, a[0])),
        new("last", "seq", static (rt, a) => Last(rt, a[0])),
        new("random", "seq", static (rt, a) => RandomItem(rt, a[0])),
        new("list", "value", static (rt, a) => Value.Of(new ListObj(Ops.ToArray(rt, a[0])))),
        new("reverse", "value", Reverse),
        new("join", "value, d=, attribute=", Join),
        new("items", "value", static (rt, a) => Generator(rt, Items(a[0]), "do_items")),
        new("batch", "value, linecount, fill_with=", static (rt, a) => Generator(rt, Batch(rt, a[0], Arguments.Int(a[1]), a[2]), "do_batch")),
        new("slice", "value, slices, fill_with=", static (rt, a) => Generator(rt, Slice(rt, a[0], Arguments.Int(a[1]), a[2]), "sync_do_slice")),
        new("sort", "value, reverse=, case_sensitive=, attribute=", Sort),
        new("dictsort", "value, case_sensitive=, by=, reverse=", DictSort),
        new("unique", "value, case_sensitive=, attribute=", static (rt, a) =>
            Generator(rt, Unique(rt, a[0], Getter(rt, a[2], ignoreCase: !Arguments.Bool(rt, a[1]))), "do_unique")),
        new("min", "value, case_sensitive=, attribute=", static (rt, a) => Extreme(rt, a, CompareOp.Lt)),
        new("max", "value, case_sensitive=, attribute=", static (rt, a) => Extreme(rt, a, CompareOp.Gt)),
        new("sum", "iterable, attribute=, start=", Sum),
        new("groupby", "value, attribute, default=, case_sensitive=", GroupBy),
        new("map", Map),
        new("select", (Runtime rt, Value self, in Args args) => Select(rt, self, args, keep: true, byAttribute: false)),
        new("reject", (Runtime rt, Value self, in Args args) => Select(rt, self, args, keep: false, byAttribute: false)),
        new("selectattr", (Runtime rt, Value self, in Args args) => Select(rt, self, args, keep: true, byAttribute: true)),
        new("rejectattr", (Runtime rt, Value self, in Args args) => Select(rt, self, args, keep: false, byAttribute: true)),
    ];

    private static Value Generator(Runtime rt, IEnumerable<Value> elements, string name) => Value.Of(new GeneratorObj(rt, elements, name));

    /// <summary>What reads an attribute such as <c>a.b.0</c> of an element.</summary>
    private static Func<Value, Value> Getter(Runtime rt, Value attribute, bool ignoreCase = false, Value ifUndefined = default)
    {
        var parts = AttributeParts(attribute);
        return item =>
        {
            foreach (var part in parts)
            {
                item = Ops.GetItem(rt, item, part);
                if (Arguments.IsGiven(ifUndefined) && item.IsUndefined)
                    item = ifUndefined;
            }

            return ignoreCase ? IgnoreCase(rt, item) : item;
        };
    }

    private static Value[] AttributeParts(Value attribute)
    {
        if (!Arguments.IsGiven(attribute))
            return [];
        if (!attribute.IsString)
            return [attribute];
        return [.. attribute.Text.Split('.').Select(part => part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit)
            ? Value.Int(int.Parse(part, System.Globalization.CultureInfo.InvariantCulture))
            : Value.String(part))];
    }

    private static Value IgnoreCase(Runtime rt, in Value value) => value.IsString ? rt.Derived(Casing.Lower(rt, value.Text), value) : value;

    private static Value First(Runtime rt, in Value sequence)
    {
        if (sequence.Ref is GeneratorObj generator)
            return generator.Next(out var next) ? next : UndefinedObj.Hint("No first item, sequence was empty.");
        foreach (var item in Ops.Iterate(rt, sequence))
            return item;
        return UndefinedObj.Hint("No first item, sequence was empty.");
    }

    private static Value Last(Runtime rt, in Value sequence)
    {
        if (sequence.Kind is Kind.String)
        {
            var text = sequence.Text;
            if (text.Length == 0)
                return UndefinedObj.Hint("No last item, sequence was empty.");
            var length = text.Length > 1 && char.IsSurrogatePair(text, text.Length - 2) ? 2 : 1;
            return rt.Slice(sequence, text.Length - length, length);
        }

        CheckReversible(sequence);
        var items = Ops.ToArray(rt, sequence);
        return items.Length > 0 ? items[^1] : UndefinedObj.Hint("No last item, sequence was empty.");
    }

    private static void CheckReversible(in Value sequence)
    {
        if (sequence.Kind is not (Kind.Undefined or Kind.List or Kind.Tuple or Kind.Dict or Kind.View or Kind.Range or Kind.String))
            throw Errors.Type($"'{Ops.TypeName(sequence)}' object is not reversible");
    }

    private static Value RandomItem(Runtime rt, in Value sequence)
    {
        var length = Ops.Length(rt, sequence);
        if (length == 0)
            return UndefinedObj.Hint("No random item, sequence was empty.");
        return Ops.GetItem(rt, sequence, Value.Int(Random.Shared.Next(length)));
    }

    private static Value Reverse(Runtime rt, ReadOnlySpan<Value> a)
    {
        if (a[0].IsString)
            return Ops.GetSlice(rt, a[0], Value.None, Value.None, Value.Int(-1));
        if (!Ops.IsIterable(a[0]))
            throw Errors.Value("argument must be iterable");
        var reversible = a[0].Kind is not (Kind.Generator or Kind.Loop);
        Value[] items = [.. Ops.ToArray(rt, a[0])];
        rt.Charge(items.Length);
        Array.Reverse(items);
        return reversible ? Generator(rt, items, a[0].Kind == Kind.List ? "list_reverseiterator" : a[0].Kind == Kind.Dict ? "dict_reversekeyiterator" : a[0].Kind == Kind.Range ? "range_iterator" : "reversed") : Value.Of(new ListObj(items));
    }

    private static Value Join(Runtime rt, ReadOnlySpan<Value> a)
    {
        var separator = a[1].IsMissing ? Value.String("") : Text(rt, a[1]);
        var getter = Arguments.IsGiven(a[2]) ? Getter(rt, a[2]) : null;
        using var text = rt.NewText();
        var first = true;
        foreach (var item in Ops.Iterate(rt, a[0]))
        {
            rt.Step();
            if (!first)
                text.Append(rt, separator);
            first = false;
            PythonText.AppendStr(rt, text, getter is null ? item : getter(item));
        }

        return text.Take(rt);
    }

    private static IEnumerable<Value> Items(Value value)
    {
        if (value.IsUndefined)
            yield break;
        if (value.Ref is not DictObj dict)
            throw Errors.Type("Can only get item pairs from a mapping.");
        foreach (var pair in new ViewObj(ViewKind.Items, dict).Elements())
            yield return pair;
    }

    private static IEnumerable<Value> Batch(Runtime rt, Value value, int size, Value fill)
    {
        var batch = new List<Value>();
        foreach (var item in Ops.Iterate(rt, value))
        {
            rt.Step();
            if (batch.Count == size)
            {
                yield return Value.Of(new ListObj([.. batch]));
                batch = [];
            }

            batch.Add(item);
        }

        if (batch.Count == 0)
            yield break;
        if (Arguments.IsGiven(fill) && batch.Count < size)
        {
            rt.Charge(size - batch.Count);
            batch.AddRange(Enumerable.Repeat(fill, size - batch.Count));
        }

        yield return Value.Of(new ListObj([.. batch]));
    }

    private static IEnumerable<Value> Slice(Runtime rt, Value value, int slices, Value fill)
    {
        var items = Ops.ToArray(rt, value);
        if (slices == 0)
            throw Errors.Arithmetic("integer division or modulo by zero");
        if (slices < 0)
            yield break;
        var (size, extra) = (items.Length / slices, items.Length % slices);
        var offset = 0;
        for (var number = 0; number < slices; number++)
        {
            var start = offset + number * size;
            if (number < extra)
                offset++;
            var slice = items[start..(offset + (number + 1) * size)];
            rt.Charge(slice.Length + 4);
            yield return Value.Of(new ListObj(Arguments.IsGiven(fill) && number >= extra ? [.. slice, fill] : slice));
        }
    }

    private static Value Sort(Runtime rt, ReadOnlySpan<Value> a)
    {
        var ignoreCase = !Arguments.Bool(rt, a[2]);
        var attributes = a[3].IsString ? a[3].Text.Split(',').Select(part => Value.String(part)).ToArray() : [a[3]];
        var getters = attributes.Select(attribute => Getter(rt, attribute, ignoreCase)).ToArray();
        // The key is a list even of one attribute: what is equal need not be ordered.
        Value Key(Value item) => Value.Of(new ListObj([.. getters.Select(getter => getter(item))]));
        return Value.Of(new ListObj(Sorting.Sort(rt, Ops.ToArray(rt, a[0]), Key, Arguments.Int(a[1], 0) != 0)));
    }

    private static Value DictSort(Runtime rt, ReadOnlySpan<Value> a)
    {
        var by = a[2].IsMissing ? "key" : a[2].IsString ? a[2].Text : "";
        if (by is not ("key" or "value"))
            throw Errors.Value("You can only sort by either \"key\" or \"value\"");
        if (a[0].IsUndefined)
            throw ((UndefinedObj)a[0].Object).Error(rt);
        if (a[0].Ref is not DictObj dict)
            throw new JinjaException(JinjaErrorKind.Type, $"'{Ops.TypeName(a[0])}' object has no attribute 'items'");
        var place = by == "key" ? 0 : 1;
        var ignoreCase = !Arguments.Bool(rt, a[1]);
        var pairs = Ops.ToArray(rt, Value.Of(new ViewObj(ViewKind.Items, dict)));
        return Value.Of(new ListObj(Sorting.Sort(
            rt, pairs, pair => ((ListObj)pair.Object)[place] is var item && ignoreCase ? IgnoreCase(rt, item) : ((ListObj)pair.Object)[place], Arguments.Int(a[3], 0) != 0)));
    }

    private static IEnumerable<Value> Unique(Runtime rt, Value value, Func<Value, Value> getter)
    {
        var seen = new HashSet<Value>(rt.Comparer);
        foreach (var item in Ops.Iterate(rt, value))
        {
            rt.Step();
            if (seen.Add(getter(item)))
                yield return item;
        }
    }

    private static Value Extreme(Runtime rt, ReadOnlySpan<Value> a, CompareOp op)
    {
        var getter = Getter(rt, a[2], ignoreCase: !Arguments.Bool(rt, a[1]));
        Value best = default, bestKey = default;
        foreach (var item in Ops.Iterate(rt, a[0]))
        {
            rt.Step();
            var key = getter(item);
            if (best.IsMissing || Ops.Ordered(rt, key, bestKey, op))
                (best, bestKey) = (item, key);
        }

        return best.IsMissing ? UndefinedObj.Hint("No aggregated item, sequence was empty.") : best;
    }

    private static Value Sum(Runtime rt, ReadOnlySpan<Value> a)
    {
        var getter = Arguments.IsGiven(a[1]) ? Getter(rt, a[1]) : null;
        var sum = a[2].IsMissing ? Value.Int(0) : a[2];
        if (sum.IsString)
            throw Errors.Type("sum() can't sum strings [use ''.join(seq) instead]");
        foreach (var item in Ops.Iterate(rt, a[0]))
        {
            rt.Step();
            sum = Ops.Add(rt, sum, getter is null ? item : getter(item));
        }

        return sum;
    }

    private static Value GroupBy(Runtime rt, ReadOnlySpan<Value> a)
    {
        var ignoreCase = !Arguments.Bool(rt, a[3]);
        var getter = Getter(rt, a[1], ignoreCase, a[2]);
        var label = Getter(rt, a[1], ignoreCase: false, a[2]);
        var sorted = Sorting.Sort(rt, Ops.ToArray(rt, a[0]), getter, reverse: false);
        var groups = new List<Value>();
        for (var start = 0; start < sorted.Length;)
        {
            var key = getter(sorted[start]);
            var end = start + 1;
            while (end < sorted.Length && Ops.Equal(rt, key, getter(sorted[end])))
            {
                rt.Step();
                end++;
            }

            groups.Add(Value.Of(new ListObj([ignoreCase ? label(sorted[start]) : key, Value.Of(new ListObj(sorted[start..end]))], tuple: true) { IsGroup = true }));
            start = end;
        }

        return Value.Of(new ListObj([.. groups]));
    }

    private static Value Map(Runtime rt, Value self, in Args args) =>
        Generator(rt, MapElements(rt, self, args.Positional.ToArray(), args.Keywords.ToArray(), args.Names), "sync_do_map");

    private static IEnumerable<Value> MapElements(Runtime rt, Value self, Value[] positional, Value[] keywords, string[] names)
    {
        if (!Ops.Truthy(rt, self))
            yield break;
        var attribute = Array.IndexOf(names, "attribute");
        Func<Value, Value> function;
        if (positional.Length == 0 && attribute >= 0)
        {
            var unknown = names.FirstOrDefault(name => name is not ("attribute" or "default"));
            if (unknown is not null)
                throw Errors.Value($"Unexpected keyword argument {PythonText.Repr(unknown)}");
            var ifUndefined = Array.IndexOf(names, "default");
            function = Getter(rt, keywords[attribute], ignoreCase: false, ifUndefined >= 0 ? keywords[ifUndefined] : default);
        }
        else if (positional.Length == 0)
        {
            throw Errors.Value("map requires a filter argument");
        }
        else
        {
            function = ByName(rt, positional[0], positional[1..], keywords, names);
        }

        foreach (var item in Ops.Iterate(rt, self))
            yield return function(item);
    }

    private static Value Select(Runtime rt, Value self, in Args args, bool keep, bool byAttribute) => Generator(
        rt, Selected(rt, self, args.Positional.ToArray(), args.Keywords.ToArray(), args.Names, keep, byAttribute), "select_or_reject");

    private static IEnumerable<Value> Selected(Runtime rt, Value self, Value[] positional, Value[] keywords, string[] names, bool keep, bool byAttribute)
    {
        if (!Ops.Truthy(rt, self))
            yield break;
        Func<Value, Value>? getter = null;
        if (byAttribute)
        {
            if (positional.Length == 0)
                throw Errors.Value("Missing parameter for attribute name");
            getter = Getter(rt, positional[0]);
            positional = positional[1..];
        }

        Builtin? test = null;
        if (positional.Length > 0)
        {
            test = (positional[0].IsString ? Tests.Find(positional[0].Text) : null)
                ?? throw Errors.Runtime($"No test named {PythonText.Repr(rt, positional[0])}.");
            positional = positional[1..];
        }

        foreach (var item in Ops.Iterate(rt, self))
        {
            rt.Step();
            var value = getter is null ? item : getter(item);
            var holds = test is null ? Ops.Truthy(rt, value) : Ops.Truthy(rt, test.Invoke(rt, value, new Args(positional, keywords, names)));
            if (holds == keep)
                yield return item;
        }
    }
}
