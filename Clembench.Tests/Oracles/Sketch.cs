using System.Text;

namespace Clembench.Tests.Oracles;

/// <summary>
/// A generated template as a tree, so that it can be made smaller while it stays one of its grammar: a part may be replaced
/// by a part of the same kind within it, and one of a list may go.
/// </summary>
/// <param name="Kind">What it is: <c>body</c> (a list), <c>expr</c>, or what is replaced by nothing else.</param>
/// <param name="Parts">Texts and smaller sketches, in order.</param>
internal sealed record Sketch(string Kind, IReadOnlyList<object> Parts)
{
    private static readonly Sketch[] Plainest = [new("expr", ["1"]), new("expr", ["''"]), new("expr", ["[]"]), new("expr", ["nope"])];

    public override string ToString()
    {
        var text = new StringBuilder();
        AppendTo(text);
        return text.ToString();
    }

    /// <summary>Trees that are smaller by one step, the smallest first.</summary>
    public IEnumerable<Sketch> Smaller()
    {
        foreach (var inner in Within().Where(s => s.Kind == Kind))
            yield return inner;

        if (Kind == "body")
        {
            for (var i = 0; i < Parts.Count; i++)
                yield return this with { Parts = [.. Parts.Where((_, at) => at != i)] };
            for (var i = 0; i < Parts.Count; i++)
            {
                if (Parts[i] is Sketch part)
                {
                    foreach (var body in part.Within().Where(s => s.Kind == "body"))
                        yield return this with { Parts = [.. Parts.Take(i), .. body.Parts, .. Parts.Skip(i + 1)] };
                }
            }
        }

        if (Kind == "expr" && Parts is not [string])
        {
            foreach (var plain in Plainest)
                yield return plain;
        }

        for (var i = 0; i < Parts.Count; i++)
        {
            if (Parts[i] is not Sketch part)
                continue;
            foreach (var smaller in part.Smaller())
                yield return this with { Parts = [.. Parts.Take(i), smaller, .. Parts.Skip(i + 1)] };
        }
    }

    private IEnumerable<Sketch> Within() => Parts.OfType<Sketch>().SelectMany(part => part.Within().Prepend(part));

    private void AppendTo(StringBuilder text)
    {
        foreach (var part in Parts)
        {
            if (part is Sketch sketch)
                sketch.AppendTo(text);
            else
                text.Append((string)part);
        }
    }
}
