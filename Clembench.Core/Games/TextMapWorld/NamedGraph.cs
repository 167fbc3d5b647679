using Clembench.Games.Words;
using Clembench.Json;

namespace Clembench.Games.TextMapWorld;

/// <summary>An undirected graph whose nodes have names, in lower case; a map of rooms, or what a player drew of it.</summary>
internal sealed class NamedGraph
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly HashSet<(int Low, int High)> _edges = [];

    /// <summary>The number of nodes.</summary>
    public int Count => _places.Count;

    /// <summary>The edges, each once, as places of nodes in ascending order; a loop has the same place twice.</summary>
    public IReadOnlyCollection<(int Low, int High)> Edges => _edges;

    /// <summary>The place of a node; null where there is none of that name.</summary>
    public int? Find(string name) => _places.TryGetValue(name, out var place) ? place : null;

    /// <summary>The nodes' names, in the order of their places.</summary>
    public IEnumerable<string> Names => _places.Keys;

    /// <summary>The map of an instance (<c>Graph_Nodes</c>, <c>Graph_Edges</c>), all passages of which can be walked in both directions.</summary>
    /// <exception cref="Common.ClemException">The instance has no such map.</exception>
    public static NamedGraph Of(GameInstance instance)
    {
        var graph = new NamedGraph();
        return graph.TryAddNodes(Read("Graph_Nodes")) && graph.TryAddEdges(Read("Graph_Edges"))
            ? graph
            : throw instance.Lacks("map of named rooms ('Graph_Nodes') and pairs of them ('Graph_Edges')");

        object? Read(string key) => PythonLiteral.TryParse(instance.GetText(key), out var value) ? value : null;
    }

    /// <summary>
    /// What a player drew: <c>{"nodes": [name, …], "edges": {direction: [(name, name), …], …}}</c>. The directions do not matter.
    /// </summary>
    /// <param name="drawn">The drawing in Python's notation.</param>
    /// <returns>The graph; null where the text is none.</returns>
    public static NamedGraph? TryRead(string drawn)
    {
        var graph = new NamedGraph();
        return PythonLiteral.TryParse(drawn, out var value) && value is JsonMap map
            && map.TryGetValue("nodes", out var nodes) && graph.TryAddNodes(nodes)
            && map.GetOrDefault<JsonMap>("edges") is { } directions && directions.Values.All(graph.TryAddEdges)
            ? graph
            : null;
    }

    private bool TryAddNodes(object? nodes)
    {
        if (ToTexts(nodes) is not { } names)
            return false;
        foreach (var name in names)
            Place(name);
        return true;
    }

    // Of an edge the first two items count, as in clembench, be it a list, a tuple, or a text of at least two characters.
    private bool TryAddEdges(object? edges)
    {
        foreach (var edge in PythonLiteral.ToItems(edges) ?? [null])
        {
            if ((edge is string pair ? ToTexts(pair) : ToTexts(PythonLiteral.ToItems(edge)?.Take(2).ToArray())) is not [var from, var to, ..])
                return false;
            var (one, other) = (Place(from), Place(to));
            _edges.Add((Math.Min(one, other), Math.Max(one, other)));
        }

        return true;
    }

    private int Place(string name)
    {
        var key = name.ToLowerInvariant();
        if (!_places.TryGetValue(key, out var place))
            _places.Add(key, place = _places.Count);
        return place;
    }

    // Python goes through a text character by character, and through the keys of a dictionary.
    private static string[]? ToTexts(object? values) => values switch
    {
        JsonMap map => [.. map.Keys],
        string text => [.. text.EnumerateRunes().Select(rune => rune.ToString())],
        _ when PythonLiteral.ToItems(values) is { } items && items.All(item => item is string) => [.. items.Cast<string>()],
        _ => null,
    };
}
