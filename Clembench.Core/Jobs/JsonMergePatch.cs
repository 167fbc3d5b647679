using Clembench.Json;

namespace Clembench.Jobs;

/// <summary>A change of a JSON object as RFC 7396 describes it: members replace those of the same name, objects are merged, null takes away.</summary>
internal static class JsonMergePatch
{
    /// <summary>Applies a patch.</summary>
    /// <param name="target">The object.</param>
    /// <param name="patch">What is different.</param>
    /// <returns>The changed object; members keep their places, new ones come last.</returns>
    public static JsonMap Apply(JsonMap target, JsonMap patch)
    {
        var members = new OrderedDictionary<string, object?>(target, StringComparer.Ordinal);
        foreach (var (name, value) in patch)
        {
            if (value is null)
                members.Remove(name);
            else
                members[name] = value is JsonMap inner ? Apply(members.GetValueOrDefault(name) as JsonMap ?? JsonMap.Empty, inner) : value;
        }

        return new JsonMap(members);
    }
}
