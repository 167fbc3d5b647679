using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Clembench.Json;

/// <summary>
/// A JSON object as an immutable, ordered dictionary of plain values, so that scripts can navigate it
/// (<c>$request.Prompt.messages[0].content</c>) and serialise it again. Values are <see langword="null"/>,
/// <see cref="bool"/>, <see cref="long"/> (<see cref="System.Numerics.BigInteger"/> beyond its range), <see cref="double"/>,
/// <see cref="string"/>, <see cref="JsonMap"/> or <c>object?[]</c>.
/// </summary>
public sealed class JsonMap : ReadOnlyDictionary<string, object?>
{
    /// <summary>An object without members.</summary>
    public static new JsonMap Empty { get; } = new([]);

    private readonly FewMembers? _few;

    /// <summary>Creates a map that keeps the order of its members.</summary>
    /// <param name="members">The members; of those with the same name the last one counts, as in JSON readers.</param>
    public JsonMap(IEnumerable<KeyValuePair<string, object?>> members)
        : this(ToOrdered(members))
    {
    }

    private JsonMap(IDictionary<string, object?> members)
        : base(members) => _few = members as FewMembers;

    /// <summary>Creates a map of members that nobody else holds, so that they need not be copied.</summary>
    /// <param name="members">The members, which are the map's from now on.</param>
    /// <returns>The map.</returns>
    internal static JsonMap Own(KeyValuePair<string, object?>[] members) =>
        members.Length == 0 ? Empty : new(FewMembers.TryOwn(members) ?? ToOrdered(members));

    /// <summary>Creates a map of members that are written out, without a list of them in between.</summary>
    /// <param name="members">The members; of those with the same name the last one counts.</param>
    [OverloadResolutionPriority(1)]
    internal JsonMap(params ReadOnlySpan<KeyValuePair<string, object?>> members)
        : base(FewMembers.TryTake(members) ?? ToOrdered(members.ToArray())) => _few = Dictionary as FewMembers;

    /// <summary>The value of a member, or <see langword="null"/> where there is none or it is of another type.</summary>
    /// <typeparam name="T">The type of value to look for.</typeparam>
    /// <param name="name">The member's name.</param>
    /// <returns>The value, or the default of <typeparamref name="T"/>.</returns>
    public T? GetOrDefault<T>(string name) => TryGetValue(name, out var value) && value is T typed ? typed : default;

    /// <summary>Finds a member; faster than the interface's way for what renders and plays read again and again.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryFind(string name, out object? value)
    {
        return _few is null ? TryGetValue(name, out value) : _few.TryGetValue(name, out value);
    }

    /// <summary>The members in their order, where they are so few that no hash is kept of them; null where they are many.</summary>
    internal IReadOnlyList<KeyValuePair<string, object?>>? Few => _few?.Members;

    /// <summary>Reads a JSON object.</summary>
    /// <param name="json">JSON text whose root is an object.</param>
    /// <returns>The object's members, in order.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static JsonMap Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return (JsonMap)JsonData.ToPlain(document.RootElement)!;
    }

    /// <summary>The object as compact JSON text.</summary>
    /// <returns>JSON text.</returns>
    public override string ToString() => JsonData.ToJson(this);

    private static IDictionary<string, object?> ToOrdered(IEnumerable<KeyValuePair<string, object?>> members)
    {
        if (FewMembers.TryTake(members) is { } few)
            return few;
        var ordered = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
            ordered[name] = value;
        return ordered;
    }
}
