namespace Clembench.Reports;

/// <summary>Names that many episodes share, each kept once and meant by its place.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>The names, by place.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The place of a name, which is taken in where it is new.</summary>
    /// <param name="name">The name; null stands for none.</param>
    /// <returns>The place; −1 for none.</returns>
    public int PlaceOf(string? name)
    {
        if (name is null)
            return -1;
        if (_places.TryGetValue(name, out var place))
            return place;
        _places[name] = _names.Count;
        _names.Add(name);
        return _names.Count - 1;
    }
}
