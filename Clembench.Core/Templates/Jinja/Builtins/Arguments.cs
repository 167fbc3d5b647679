namespace Clembench.Templates.Jinja;

/// <summary>Arguments as the types that functions want.</summary>
internal static class Arguments
{
    public static int Int(in Value value, int ifMissing)
    {
        if (value.IsMissing)
            return ifMissing;
        return Int(value);
    }

    public static int Int(in Value value)
    {
        if (value.Kind == Kind.Undefined)
            throw ((UndefinedObj)value.Object).Error(null);
        if (!Ops.IsIndex(value))
            throw Errors.Type($"'{Ops.TypeName(value)}' object cannot be interpreted as an integer");
        if (value.Kind == Kind.BigInt || value.Bits is > int.MaxValue or < int.MinValue)
            throw Errors.Arithmetic("Python int too large to convert to C ssize_t");
        return (int)value.Bits;
    }

    public static bool Bool(Runtime rt, in Value value, bool ifMissing = false) => value.IsMissing ? ifMissing : Ops.Truthy(rt, value);

    public static bool IsGiven(in Value value) => !value.IsMissing && !value.IsNone;

    public static string Text(in Value value, string function, int place = 1) => value.IsString
        ? value.Text
        : value.IsUndefined ? throw ((UndefinedObj)value.Object).Error(null) : throw Errors.Type($"{function}() argument {place} must be str, not {Ops.TypeName(value)}");
}

/// <summary>Python's stable sort.</summary>
internal static class Sorting
{
    public static Value[] Sort(Runtime rt, Value[] items, Func<Value, Value>? key, bool reverse)
    {
        rt.Charge(items.Length);
        var keys = new Value[items.Length];
        for (var i = 0; i < items.Length; i++)
            keys[i] = key is null ? items[i] : key(items[i]);
        var order = new int[items.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var buffer = new int[items.Length];
        MergeSort(rt, keys, order, buffer, 0, order.Length, reverse);
        var sorted = new Value[items.Length];
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = items[order[i]];
        return sorted;
    }

    private static void MergeSort(Runtime rt, Value[] keys, int[] order, int[] buffer, int start, int end, bool reverse)
    {
        if (end - start < 2)
            return;
        var middle = (start + end) / 2;
        MergeSort(rt, keys, order, buffer, start, middle, reverse);
        MergeSort(rt, keys, order, buffer, middle, end, reverse);
        Array.Copy(order, start, buffer, start, end - start);
        var (left, right) = (start, middle);
        for (var at = start; at < end; at++)
        {
            rt.Step();
            var takeRight = left >= middle || (right < end && IsLess(rt, keys, buffer[left], buffer[right], reverse));
            order[at] = takeRight ? buffer[right++] : buffer[left++];
        }
    }

    // Whether the right element comes before the left one.
    private static bool IsLess(Runtime rt, Value[] keys, int left, int right, bool reverse) => reverse
        ? Ops.Ordered(rt, keys[left], keys[right], CompareOp.Lt)
        : Ops.Ordered(rt, keys[right], keys[left], CompareOp.Lt);
}
