using System.Globalization;
using Clembench.Json;

namespace Clembench.Templates.Jinja;

/// <summary>Python's <c>json.dumps</c> with its arguments, as transformers' <c>tojson</c> calls it.</summary>
internal sealed class JsonDump(Runtime rt, TextBuilder text, bool ensureAscii, string? indent, Value itemSeparator, Value keySeparator, bool sortKeys)
{
    private int _level;

    public void Write(in Value value)
    {
        rt.Step();
        switch (value.Kind)
        {
            case Kind.String: WriteString(value); break;
            case Kind.None: text.Append("null"); break;
            case Kind.Bool: text.Append(value.Bits != 0 ? "true" : "false"); break;
            case Kind.Int: text.Append(value.Bits.ToString(CultureInfo.InvariantCulture)); break;
            case Kind.BigInt: PythonText.AppendRepr(rt, text, value); break;
            case Kind.Float: text.Append(PythonFloat.Repr(value.Double)); break;
            case Kind.List or Kind.Tuple: WriteList((ListObj)value.Object); break;
            case Kind.Dict: WriteDict((DictObj)value.Object); break;
            default: throw Errors.Type($"Object of type {Ops.TypeName(value)} is not JSON serializable");
        }
    }

    private void WriteList(ListObj list)
    {
        if (list.Count == 0)
        {
            text.Append("[]");
            return;
        }

        text.Append('[');
        Open();
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0)
                Separate();
            Write(list[i]);
        }

        Close();
        text.Append(']');
    }

    private void WriteDict(DictObj dict)
    {
        if (dict.Count == 0)
        {
            text.Append("{}");
            return;
        }

        var entries = dict.Entries();
        if (sortKeys)
        {
            var sorted = Sorting.Sort(rt, [.. entries.Select(entry => Value.Of(new ListObj([entry.Key, entry.Value], tuple: true)))], pair => ((ListObj)pair.Object)[0], reverse: false);
            entries = sorted.Select(pair => new KeyValuePair<Value, Value>(((ListObj)pair.Object)[0], ((ListObj)pair.Object)[1]));
        }

        text.Append('{');
        Open();
        var first = true;
        foreach (var (key, value) in entries)
        {
            if (!first)
                Separate();
            first = false;
            WriteKey(key);
            text.Append(rt, keySeparator);
            Write(value);
        }

        Close();
        text.Append('}');
    }

    private void WriteKey(in Value key)
    {
        switch (key.Kind)
        {
            case Kind.String:
                WriteString(key);
                break;
            case Kind.None or Kind.Bool or Kind.Int or Kind.BigInt or Kind.Float:
                text.Append('"');
                Write(key);
                text.Append('"');
                break;
            default:
                throw Errors.Type($"keys must be str, int, float, bool or None, not {Ops.TypeName(key)}");
        }
    }

    private void WriteString(in Value value)
    {
        var source = value.Text;
        rt.Charge(source.Length >> 6);
        text.Append('"');
        var start = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            var escape = c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\f' => "\\f",
                '\b' => "\\b",
                < ' ' => $"\\u{(int)c:x4}",
                > '~' when ensureAscii => $"\\u{(int)c:x4}",
                _ => null,
            };
            if (escape is null)
                continue;
            text.Append(rt, value, start, i - start);
            if (Provenance.Source(value.Bits) != 0)
                text.AppendInput(escape);
            else
                text.Append(escape);
            start = i + 1;
        }

        text.Append(rt, value, start, source.Length - start);
        text.Append('"');
    }

    private void Open()
    {
        rt.Enter();
        _level++;
        NewLine();
    }

    private void Close()
    {
        _level--;
        NewLine();
        rt.Leave();
    }

    private void Separate()
    {
        text.Append(rt, itemSeparator);
        NewLine();
    }

    private void NewLine()
    {
        if (indent is null)
            return;
        text.Append('\n');
        for (var i = 0; i < _level; i++)
            text.Append(indent);
    }
}
