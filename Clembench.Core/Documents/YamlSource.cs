using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Clembench.Documents;

/// <summary>
/// Loads YAML from files that may be anybody's. The library builds its nodes by recursion and compares keys by all that is below them, so the
/// text is read event by event first: whatever would exhaust the stack, or become endless by aliases of aliases, is refused before a
/// node is made.
/// </summary>
internal static class YamlSource
{
    private const int MaximumDepth = 64;

    // Without aliases a text has no more values than characters.
    private const int ValuesPerCharacter = 10;
    private const long FewValues = 10_000;

    /// <summary>Loads a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its documents.</returns>
    /// <exception cref="TextSyntaxException">The text is not YAML, is nested too deeply, or means too many values by its aliases.</exception>
    public static YamlStream Load(string text)
    {
        var offset = 0;
        try
        {
            foreach (var read in EventsOf(text))
                offset = read;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream;
        }
        catch (YamlException error)
        {
            throw new TextSyntaxException(error.InnerException?.Message ?? error.Message, (int)error.Start.Index, error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or NotSupportedException or IndexOutOfRangeException)
        {
            // The library's own, where it did not think of such a text.
            throw new TextSyntaxException("The text is not YAML.", Math.Min(offset, text.Length), error);
        }
    }

    // Where each event begins.
    private static IEnumerable<int> EventsOf(string text)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<Collection>();
        var sizes = new Dictionary<AnchorName, long>();
        var scalars = new HashSet<AnchorName>();
        var most = FewValues + ((long)ValuesPerCharacter * text.Length);
        var total = 0L;
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            var at = (int)current.Start.Index;
            yield return at;
            switch (current)
            {
                case DocumentStart:
                    sizes.Clear();
                    scalars.Clear();
                    break;
                case SequenceStart or MappingStart:
                    if (open.TryPeek(out var parent) && parent.ExpectsKey)
                        throw new TextSyntaxException("A key is not a text.", at);
                    if (open.Count >= MaximumDepth)
                        throw new TextSyntaxException($"The entries are nested more than {MaximumDepth} levels deep.", at);
                    open.Push(new Collection(((NodeEvent)current).Anchor, current is MappingStart));
                    break;
                case SequenceEnd or MappingEnd:
                    var (anchor, size) = (open.Peek().Anchor, open.Pop().Size);
                    if (!anchor.IsEmpty)
                        (sizes[anchor], _) = (size, scalars.Remove(anchor));
                    Add(size);
                    break;
                case Scalar scalar:
                    if (!scalar.Anchor.IsEmpty)
                        (sizes[scalar.Anchor], _) = (1, scalars.Add(scalar.Anchor));
                    Add(1);
                    break;
                case AnchorAlias alias:
                    if (!sizes.TryGetValue(alias.Value, out var meant))
                        throw new TextSyntaxException($"The alias '{alias.Value}' stands for nothing that comes before it, or for what it is in.", at);
                    if (open.TryPeek(out var owner) && owner.ExpectsKey && !scalars.Contains(alias.Value))
                        throw new TextSyntaxException("A key is not a text.", at);
                    Add(meant);
                    break;
            }

            void Add(long count)
            {
                if (open.TryPeek(out var collection))
                    collection.Add(count);
                else
                    total += count;
                if ((open.TryPeek(out collection) ? collection.Size : total) > most)
                    throw new TextSyntaxException("The aliases stand for more values than are read.", at);
            }
        }
    }

    /// <summary>A sequence or a mapping that has not ended.</summary>
    private sealed class Collection(AnchorName anchor, bool isMapping)
    {
        private bool _hasKey;

        public AnchorName Anchor { get; } = anchor;

        /// <summary>How many values it means so far, itself included.</summary>
        public long Size { get; private set; } = 1;

        public bool ExpectsKey => isMapping && !_hasKey;

        public void Add(long count)
        {
            Size += count;
            _hasKey = !_hasKey;
        }
    }
}
