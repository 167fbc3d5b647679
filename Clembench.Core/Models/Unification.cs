using Clembench.Documents;
using Clembench.Json;

namespace Clembench.Models;

/// <summary>
/// Feature-structure unification of specifications, as clemcore does it with NLTK: what only one side has is taken
/// over, equal values agree, objects unify member by member, and anything else that differs fails.
/// </summary>
public static class Unification
{
    /// <summary>Unifies a selector with an entry.</summary>
    /// <param name="selector">A partial specification.</param>
    /// <param name="entry">An entry's members.</param>
    /// <returns>The union, the entry's members first and in their order; null where the two disagree.</returns>
    public static JsonMap? Unify(JsonMap selector, JsonMap entry)
    {
        var union = new List<KeyValuePair<string, object?>>(entry.Count + selector.Count);
        foreach (var (name, value) in entry)
        {
            if (!selector.TryGetValue(name, out var wanted))
            {
                union.Add(new(name, value));
            }
            else if (wanted is JsonMap inner && value is JsonMap known)
            {
                if (Unify(inner, known) is not { } unified)
                    return null;
                union.Add(new(name, unified));
            }
            else if (PlainValue.AreEqual(wanted, value))
            {
                union.Add(new(name, value));
            }
            else
            {
                return null;
            }
        }

        union.AddRange(selector.Where(member => !entry.ContainsKey(member.Key)));
        return new JsonMap(union);
    }
}
