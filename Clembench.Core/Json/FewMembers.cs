using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Clembench.Json;

/// <summary>
/// The members of a small object, in their order and without a hash: so few are found sooner by looking at each, and
/// most objects are that small. It cannot be changed.
/// </summary>
internal sealed class FewMembers : IDictionary<string, object?>
{
    private const int Most = 8;

    private readonly KeyValuePair<string, object?>[] _members;

    private FewMembers(KeyValuePair<string, object?>[] members) => _members = members;

    /// <summary>The members.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Members => _members;

    /// <inheritdoc />
    public int Count => _members.Length;

    /// <inheritdoc />
    public bool IsReadOnly => true;

    /// <inheritdoc />
    public ICollection<string> Keys => Array.ConvertAll(_members, member => member.Key);

    /// <inheritdoc />
    public ICollection<object?> Values => Array.ConvertAll(_members, member => member.Value);

    /// <inheritdoc />
    public object? this[string key]
    {
        get => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no member '{key}'.");
        set => throw new NotSupportedException();
    }

    /// <summary>Takes members, if they are few and each has a name of its own.</summary>
    /// <param name="members">The members.</param>
    /// <returns>The members; null where there are too many, or a name stands twice.</returns>
    public static FewMembers? TryTake(IEnumerable<KeyValuePair<string, object?>> members) =>
        members.TryGetNonEnumeratedCount(out var count) && count <= Most ? TryOwn(members.ToArray()) : null;

    /// <summary>Takes members, if they are few and each has a name of its own.</summary>
    /// <param name="members">The members.</param>
    /// <returns>The members; null where there are too many, or a name stands twice.</returns>
    public static FewMembers? TryTake(ReadOnlySpan<KeyValuePair<string, object?>> members) =>
        members.Length <= Most ? TryOwn(members.ToArray()) : null;

    /// <summary>Takes an array of members that nobody else holds, if they are few and each has a name of its own.</summary>
    /// <param name="taken">The members.</param>
    /// <returns>The members; null where there are too many, or a name stands twice.</returns>
    public static FewMembers? TryOwn(KeyValuePair<string, object?>[] taken)
    {
        if (taken.Length > Most)
            return null;
        for (var i = 1; i < taken.Length; i++)
        {
            for (var k = 0; k < i; k++)
            {
                if (taken[i].Key == taken[k].Key)
                    return null;
            }
        }

        return new FewMembers(taken);
    }

    /// <inheritdoc />
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        foreach (var member in _members)
        {
            if (ReferenceEquals(member.Key, key) || string.Equals(member.Key, key, StringComparison.Ordinal))
            {
                value = member.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <inheritdoc />
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc />
    public bool Contains(KeyValuePair<string, object?> item) => Array.IndexOf(_members, item) >= 0;

    /// <inheritdoc />
    public void CopyTo(KeyValuePair<string, object?>[] array, int arrayIndex) => _members.CopyTo(array, arrayIndex);

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_members).GetEnumerator();

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public void Add(string key, object? value) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Add(KeyValuePair<string, object?> item) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Clear() => throw new NotSupportedException();

    /// <inheritdoc />
    public bool Remove(string key) => throw new NotSupportedException();

    /// <inheritdoc />
    public bool Remove(KeyValuePair<string, object?> item) => throw new NotSupportedException();
}
