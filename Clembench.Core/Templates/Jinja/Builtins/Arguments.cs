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
        : throw Errors.Type($"{function}() argument {(place > 0 ? $"{place} " : "")}must be str, not {Ops.TypeName(value)}");
}

/// <summary>Python's stable sort.</summary>
internal static class Sorting
{
    // Below this length, CPython's sort is an insertion sort.
    private const int Short = 64;

    public static Value[] Sort(Runtime rt, Value[] items, Func<Value, Value>? key, bool reverse)
    {
        rt.Charge(items.Length);
        var keys = new Value[items.Length];
        for (var i = 0; i < items.Length; i++)
            keys[i] = key is null ? items[i] : key(items[i]);
        var order = new int[items.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        // As CPython does: equal elements keep their order when it is turned around, too.
        if (reverse)
            Array.Reverse(order);
        if (order.Length < Short)
            InsertionSort(rt, keys, order);
        else
            MergeSort(rt, keys, order, new int[order.Length], 0, order.Length);
        if (reverse)
            Array.Reverse(order);
        var sorted = new Value[items.Length];
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = items[order[i]];
        return sorted;
    }

    // CPython's way with short lists, comparison by comparison: which pair fails to compare, and where NaN ends up, follow from it.
    private static void InsertionSort(Runtime rt, Value[] keys, int[] order)
    {
        for (var start = SortedStart(rt, keys, order); start < order.Length; start++)
        {
            var pivot = order[start];
            var (left, right) = (0, start);
            while (left < right)
            {
                var middle = left + (right - left) / 2;
                if (IsLess(rt, keys, pivot, order[middle]))
                    right = middle;
                else
                    left = middle + 1;
            }

            Array.Copy(order, left, order, left + 1, start - left);
            order[left] = pivot;
        }
    }

    // How many elements at the start are in order; where they descend, they are turned around.
    private static int SortedStart(Runtime rt, Value[] keys, int[] order)
    {
        if (order.Length < 2)
            return order.Length;
        var descending = IsLess(rt, keys, order[1], order[0]);
        var count = 2;
        while (count < order.Length && IsLess(rt, keys, order[count], order[count - 1]) == descending)
            count++;
        if (descending)
            Array.Reverse(order, 0, count);
        return count;
    }

    private static void MergeSort(Runtime rt, Value[] keys, int[] order, int[] buffer, int start, int end)
    {
        if (end - start < 2)
            return;
        var middle = (start + end) / 2;
        MergeSort(rt, keys, order, buffer, start, middle);
        MergeSort(rt, keys, order, buffer, middle, end);
        Array.Copy(order, start, buffer, start, end - start);
        var (left, right) = (start, middle);
        for (var at = start; at < end; at++)
        {
            var takeRight = left >= middle || (right < end && IsLess(rt, keys, buffer[right], buffer[left]));
            order[at] = takeRight ? buffer[right++] : buffer[left++];
        }
    }

    private static bool IsLess(Runtime rt, Value[] keys, int left, int right)
    {
        rt.Step();
        return Ops.Ordered(rt, keys[left], keys[right], CompareOp.Lt);
    }
}
