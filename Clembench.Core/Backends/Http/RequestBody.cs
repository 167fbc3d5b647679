using Clembench.Json;

namespace Clembench.Backends.Http;

/// <summary>
/// The body of a request, member by member. What an entry says in <c>extra_body</c> goes before what we would say: each
/// name stands once, and the entry's members come last.
/// </summary>
/// <param name="extra">The entry's members.</param>
internal sealed class RequestBody(JsonMap extra)
{
    private readonly List<KeyValuePair<string, object?>> _members = [];

    /// <summary>Adds a member, unless the entry has one of that name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">A plain value (see <see cref="JsonMap"/>).</param>
    /// <returns>This body.</returns>
    public RequestBody Add(string name, object? value)
    {
        if (!extra.ContainsKey(name))
            _members.Add(new(name, value));
        return this;
    }

    /// <summary>Adds a member if there is something to say.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">A plain value; null adds nothing.</param>
    /// <returns>This body.</returns>
    public RequestBody AddKnown(string name, object? value) => value is null ? this : Add(name, value);

    /// <summary>The body as bytes.</summary>
    /// <returns>JSON in UTF-8.</returns>
    public ReadOnlyMemory<byte> ToUtf8() => JsonData.ToUtf8(ToMap());

    /// <summary>The members so far, and the entry's.</summary>
    /// <returns>A plain value.</returns>
    public JsonMap ToMap() => new([.. _members, .. extra]);
}
