using System.Collections.Frozen;

namespace Clembench.Templates.Jinja;

/// <summary>That a value's strings are input, all but those of some members.</summary>
internal sealed class InputMark
{
    private static readonly InputMark Whole = new([]);

    // Few: looking at each is faster than a hash. A member without a mark is no input.
    private readonly (string Name, InputMark? Mark)[] _members;

    private InputMark((string Name, InputMark? Mark)[] members) => _members = members;

    /// <summary>The marks of variables.</summary>
    /// <param name="variables">The variables that are input.</param>
    /// <param name="unmarked">Paths of members that are none, see <see cref="JinjaOptions.UnmarkedMembers"/>.</param>
    /// <returns>The mark of each variable.</returns>
    public static FrozenDictionary<string, InputMark> Of(IReadOnlyCollection<string> variables, IReadOnlyCollection<string> unmarked)
    {
        string[][] paths = [.. unmarked.Select(path => path.Split('.'))];
        return variables.Distinct(StringComparer.Ordinal).ToFrozenDictionary(
            name => name, name => Of([.. paths.Where(path => path.Length > 1 && path[0] == name).Select(path => path[1..])]), StringComparer.Ordinal);
    }

    /// <summary>The mark of a member; null where it is no input.</summary>
    public InputMark? Of(string member)
    {
        foreach (var (name, mark) in _members)
        {
            if (ReferenceEquals(name, member) || string.Equals(name, member, StringComparison.Ordinal))
                return mark;
        }

        return Whole;
    }

    private static InputMark Of(string[][] paths) => paths.Length == 0 ? Whole : new([.. paths.GroupBy(path => path[0], StringComparer.Ordinal)
        .Select(group => (string.IsInterned(group.Key) ?? group.Key, group.Any(path => path.Length == 1) ? null : Of([.. group.Select(path => path[1..])])))]);
}
