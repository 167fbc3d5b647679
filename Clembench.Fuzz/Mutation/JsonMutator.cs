using System.Text;
using System.Text.Json;
using Clembench.Fuzz.Targets;

namespace Clembench.Fuzz.Mutation;

/// <summary>Changes JSON value by value, so that what comes out is JSON that a reader goes far into before it meets what is odd.</summary>
/// <param name="random">The source of chance.</param>
/// <param name="target">The target.</param>
internal sealed class JsonMutator(Random random, FuzzTarget target)
{
    private static readonly string[] Odd =
    [
        "null", "true", "false", "0", "-1", "1", "-0", "2", "1.5", "-0.0", "1e308", "1e999", "-1e999", "1e-999", "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "79228162514264337593543950336", "1e28", "1e29", "1e15", "123456789012345678901234567890123456789012345678901234567890",
        "NaN", "Infinity", "-Infinity", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"a\\udc00b\"", "\"\\ud83d\\ude00\"", "\"..\"", "\".\"", "\"../../outside\"", "\"/outside\"", "\"a/b\"", "\"a\\\\b\"",
        "\"C:\\\\outside\"", "\"\\\\\\\\host\\\\share\"", "\"CON\"", "\"\\r\\n\"", "\"\\u001b[31m\"", "\"\\u202e\"", "\"%s%d{0}\"", "\"0\"", "\"1e5\"", "\"true\"", "\"NaN\"", "\"2026-01-01T00:00:00\"", "\"9999-12-31T23:59:59.999999\"",
        "\"0001-01-01T00:00:00.000000\"", "\"{{ 7 * 7 }}\"", "\"(a+)+$\"", "\"[\"", "\"ß\"", "\"İ\"", "[]", "{}", "[[]]", "[null]", "{\"\":{}}", "{\"a\":1,\"a\":2}", "[[],[{}]]", "[1,\"a\",null]", "{\"\\ud800\":1}",
    ];

    private readonly string[] _names = [.. target.Seeds.SelectMany(Names).Distinct().Append("\"\"").Append("\"\\ud800\"").Append("\"__proto__\"")];

    /// <summary>Changes an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="other">Another one, of which a part may be taken.</param>
    /// <returns>The changed input; null where it is no JSON.</returns>
    public byte[]? Change(byte[] input, byte[] other)
    {
        if (JsonTree.TryParse(input) is not { } root)
            return null;
        for (var times = 1 + random.Next(2); times > 0; times--)
            ChangeOne(root, other);
        var text = new StringBuilder(input.Length + 64);
        root.Write(text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void ChangeOne(JsonTree root, byte[] other)
    {
        var nodes = root.All().ToArray();
        var node = nodes[random.Next(nodes.Length)];
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                node.Become(Odd[random.Next(Odd.Length)]);
                break;
            case 3:
                node.Become(Deep());
                break;
            case 4:
                node.Become("\"" + new string(random.Next(2) == 0 ? 'a' : '\u00e9', 1 << random.Next(12)) + "\"");
                break;
            case 5:
                node.CopyFrom(nodes[random.Next(nodes.Length)].Clone());
                break;
            case 6 when JsonTree.TryParse(other) is { } tree:
                var others = tree.All().ToArray();
                node.CopyFrom(others[random.Next(others.Length)]);
                break;
            case 7 when node.Children.Count > 0:
                node.Children.RemoveAt(random.Next(node.Children.Count));
                break;
            case 8 when node.Children.Count > 0:
                var (name, child) = node.Children[random.Next(node.Children.Count)];
                node.Children.Insert(random.Next(node.Children.Count + 1), (name, child.Clone()));
                break;
            case 9 when node.IsObject && node.Children.Count > 0:
                var at = random.Next(node.Children.Count);
                node.Children[at] = (_names[random.Next(_names.Length)], node.Children[at].Value);
                break;
            case 10 when node.IsObject:
                node.Children.Insert(random.Next(node.Children.Count + 1), (_names[random.Next(_names.Length)], JsonTree.Leaf(Odd[random.Next(Odd.Length)])));
                break;
            default:
                node.ChangeText(random);
                break;
        }
    }

    // At and behind the limits of readers (64), of our own (256), and of any stack.
    private string Deep()
    {
        var depth = random.Next(100) switch { 0 => 100_000, < 3 => 3_000, < 12 => 260, < 20 => 250, _ => random.Next(40, 80) };
        var isObject = random.Next(2) == 0;
        return string.Concat(Enumerable.Repeat(isObject ? "{\"a\":" : "[", depth)) + "1" + new string(isObject ? '}' : ']', depth);
    }

    private static IEnumerable<string> Names(byte[] seed) =>
        JsonTree.TryParse(seed) is { } root ? root.All().Where(node => node.IsObject).SelectMany(node => node.Children.Select(child => child.Name!)) : [];
}

/// <summary>A JSON value that can be changed, and that keeps what no parser would: names that stand twice, numbers beyond all types.</summary>
internal sealed class JsonTree
{
    private const int Deepest = 200;

    private char _kind;
    private string _text = "";

    public bool IsObject => _kind == '{';

    /// <summary>Members (a name as JSON text) or items (null).</summary>
    public List<(string? Name, JsonTree Value)> Children { get; private set; } = [];

    public static JsonTree Leaf(string text) => new() { _kind = ' ', _text = text };

    public static JsonTree? TryParse(byte[] json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = Deepest });
            return reader.Read() ? Parse(ref reader) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public JsonTree Clone() => new() { _kind = _kind, _text = _text, Children = [.. Children.Select(child => (child.Name, child.Value.Clone()))] };

    public void CopyFrom(JsonTree other) => (_kind, _text, Children) = (other._kind, other._text, other.Children);

    public void Become(string text) => (_kind, _text, Children) = (' ', text, []);

    public void ChangeText(Random random)
    {
        if (_kind != ' ' || _text.Length < 2 || _text[0] != '"')
            return;
        var at = 1 + random.Next(_text.Length - 1);
        _text = random.Next(3) switch
        {
            0 => _text.Insert(at, ((char)random.Next(32, 127)).ToString()),
            1 => _text[..at] + _text[Math.Min(at + random.Next(4), _text.Length - 1)..],
            _ => _text.Insert(at, _text[1..at]),
        };
    }

    public IEnumerable<JsonTree> All()
    {
        var left = new Stack<JsonTree>([this]);
        while (left.TryPop(out var node))
        {
            yield return node;
            foreach (var (_, child) in node.Children)
                left.Push(child);
        }
    }

    public void Write(StringBuilder text)
    {
        if (_kind == ' ')
        {
            text.Append(_text);
            return;
        }

        text.Append(_kind);
        for (var i = 0; i < Children.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            if (_kind == '{')
                text.Append(Children[i].Name ?? "\"\"").Append(':');
            Children[i].Value.Write(text);
        }

        text.Append(_kind == '{' ? '}' : ']');
    }

    private static JsonTree Parse(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new JsonTree { _kind = '{' };
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = Quoted(reader.ValueSpan);
                    reader.Read();
                    map.Children.Add((name, Parse(ref reader)));
                }

                return map;
            case JsonTokenType.StartArray:
                var list = new JsonTree { _kind = '[' };
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Children.Add((null, Parse(ref reader)));
                return list;
            case JsonTokenType.String:
                return Leaf(Quoted(reader.ValueSpan));
            default:
                return Leaf(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static string Quoted(ReadOnlySpan<byte> text) => "\"" + Encoding.UTF8.GetString(text) + "\"";
}
