namespace Clembench.Templates.Jinja;

/// <summary>Attributes and items, as jinja2's sandbox gives them.</summary>
internal static partial class Ops
{
    /// <summary><c>value.name</c>: an attribute, then an item.</summary>
    public static Value GetAttr(Runtime rt, in Value value, string name)
    {
        if (value.Kind == Kind.Undefined)
            throw ((UndefinedObj)value.Object).Error(rt);
        var attribute = Attribute(rt, value, name);
        if (!attribute.IsMissing)
            return attribute;
        if (value.Kind == Kind.Dict && ((DictObj)value.Object).TryGet(name, out var item))
            return item;
        return UndefinedObj.Element(value, Value.String(name));
    }

    /// <summary><c>value[key]</c>: an item, then (for strings) an attribute.</summary>
    public static Value GetItem(Runtime rt, in Value value, in Value key)
    {
        switch (value.Kind)
        {
            case Kind.Dict:
                if (((DictObj)value.Object).TryGetOrDefault(rt, key, out var item))
                    return item;
                break;
            case Kind.Undefined:
                throw ((UndefinedObj)value.Object).Error(rt);
            case Kind.List or Kind.Tuple when IsIndex(key):
                var list = (ListObj)value.Object;
                if (Index(key, list.Count) is var at and >= 0)
                    return list[at];
                break;
            case Kind.String when IsIndex(key):
                var length = CodePoints.Count(rt, value.Text);
                if (Index(key, length) is var character and >= 0)
                {
                    var offset = CodePoints.Offset(value.Text, character);
                    return rt.Slice(value, offset, CodePoints.LengthAt(value.Text, offset));
                }

                break;
            case Kind.Range when IsIndex(key):
                var range = (RangeObj)value.Object;
                if (Index(key, range.Count) is var number and >= 0)
                    return range[number];
                break;
        }

        if (key.IsString)
        {
            var attribute = Attribute(rt, value, key.Text);
            if (!attribute.IsMissing)
                return attribute;
        }

        return UndefinedObj.Element(value, key);
    }

    /// <summary><c>value[start:stop:step]</c>.</summary>
    public static Value GetSlice(Runtime rt, in Value value, in Value start, in Value stop, in Value step)
    {
        if (value.Kind == Kind.Undefined)
            throw ((UndefinedObj)value.Object).Error(rt);
        if (value.Kind is not (Kind.String or Kind.List or Kind.Tuple or Kind.Range))
            throw Errors.Type(value.Kind == Kind.Dict ? "unhashable type: 'slice'" : $"'{TypeName(value)}' object is not subscriptable");
        if (!IsSliceIndex(start) || !IsSliceIndex(stop) || !IsSliceIndex(step))
            throw Errors.Type("slice indices must be integers or None or have an __index__ method");

        var stride = step.IsNone ? 1 : Clamp(step);
        if (stride == 0)
            throw Errors.Value("slice step cannot be zero");
        var length = Length(rt, value);
        var (low, high) = stride < 0 ? (-1, length - 1) : (0, length);
        var from = start.IsNone ? (stride < 0 ? high : low) : Bound(Clamp(start), length, low, high);
        var to = stop.IsNone ? (stride < 0 ? low : high) : Bound(Clamp(stop), length, low, high);
        var count = (int)(stride > 0 ? (to > from ? (to - from - 1) / stride + 1 : 0) : from > to ? (from - to - 1) / -stride + 1 : 0);

        if (value.Kind == Kind.Range)
        {
            var range = (RangeObj)value.Object;
            return Value.Of(new RangeObj(Limited(from), Limited(to), InRange((Int128)range.Step * stride)));

            long Limited(long index) => InRange(range.Start + ((Int128)index * range.Step));
        }

        if (value.Kind == Kind.String)
            return SliceText(rt, value, (int)from, stride, count);
        rt.Charge(count);
        var list = (ListObj)value.Object;
        if (count == list.Count && stride == 1 && list.Kind == Kind.Tuple)
            return value;
        var items = new Value[count];
        for (var i = 0; i < count; i++)
            items[i] = list[(int)(from + i * stride)];
        return Value.Of(new ListObj(items, value.Kind == Kind.Tuple));
    }

    /// <summary>An attribute or method of a value; a missing value where it has none of that name.</summary>
    public static Value Attribute(Runtime rt, in Value value, string name)
    {
        if (value.Kind > Kind.Dict && value.Object.Attribute(rt, name) is { IsMissing: false } attribute)
            return Callables.IsForbidden(value, name) ? UndefinedObj.Forbidden(value, name) : attribute;
        if (value.Kind == Kind.Tuple && value.Object.Attribute(rt, name) is { IsMissing: false } member)
            return member;
        if (Methods.Find(value, name) is { } method)
            return method.Class == "property" ? method.Invoke(rt, value, default(Args).OrEmpty()) : Value.Of(method.Bind(value));
        return Callables.IsForbidden(value, name) ? UndefinedObj.Forbidden(value, name) : default;
    }

    /// <summary>Whether a value can stand in brackets: Python's <c>__index__</c>.</summary>
    public static bool IsIndex(in Value key) => key.Kind is Kind.Int or Kind.Bool or Kind.BigInt;

    private static bool TryGetOrDefault(this DictObj dict, Runtime rt, in Value key, out Value value)
    {
        // An unhashable key is a TypeError, which jinja2 takes for "not there".
        if (key.Kind is Kind.List or Kind.Dict or Kind.View)
        {
            value = default;
            return false;
        }

        return dict.TryGet(rt, key, out value);
    }

    // The place of an index, or -1 where it is outside.
    private static int Index(in Value key, int length)
    {
        if (key.Kind == Kind.BigInt)
            return -1;
        var index = key.Bits < 0 ? key.Bits + length : key.Bits;
        return index >= 0 && index < length ? (int)index : -1;
    }

    private static long InRange(Int128 number) =>
        number >= long.MinValue && number <= long.MaxValue ? (long)number : throw Errors.Limit("The numbers of a range are too large.");

    private static bool IsSliceIndex(in Value value) => value.IsNone || IsIndex(value);

    private static long Clamp(in Value index) =>
        index.Kind == Kind.BigInt ? (Big(index).Sign < 0 ? int.MinValue : int.MaxValue) : Math.Clamp(index.Bits, int.MinValue, int.MaxValue);

    private static long Bound(long index, int length, int low, int high) => Math.Clamp(index < 0 ? index + length : index, low, high);

    private static Value SliceText(Runtime rt, in Value value, int from, long stride, int count)
    {
        var text = value.Text;
        if (stride == 1)
        {
            var start = CodePoints.Offset(text, from);
            return rt.Slice(value, start, CodePoints.Offset(text, from + count) - start);
        }

        using var sliced = rt.NewText();
        var wide = CodePoints.HasSurrogates(text);
        int[]? offsets = null;
        if (wide)
        {
            var list = new List<int>();
            for (var i = 0; i < text.Length; i += CodePoints.LengthAt(text, i))
                list.Add(i);
            offsets = [.. list];
        }

        rt.Charge(count >> 2);
        for (var i = 0; i < count; i++)
        {
            var at = (int)(from + i * stride);
            var offset = offsets?[at] ?? at;
            sliced.Append(rt, value, offset, wide ? CodePoints.LengthAt(text, offset) : 1);
        }

        var result = sliced.Take(rt);
        return value.IsMarkup ? Markup.Mark(result) : result;
    }

    private static Args OrEmpty(this Args _) => new([], [], []);
}
