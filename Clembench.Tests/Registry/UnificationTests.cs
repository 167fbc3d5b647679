using Clembench.Json;
using Clembench.Models;
using CsCheck;

namespace Clembench.Tests.Registry;

public class UnificationTests
{
    private static readonly Gen<object?> Scalars = Gen.OneOf(
        Gen.Long[0, 2].Select(n => (object?)n), Gen.Bool.Select(b => (object?)b), Gen.OneOfConst<object?>("x", "y", null, 1.0));

    private static readonly Gen<JsonMap> Flat = Maps(Scalars);
    private static readonly Gen<JsonMap> Nested = Maps(Gen.OneOf(Scalars, Flat.Select(map => (object?)map), Scalars.Array[0, 2].Select(list => (object?)list)));

    [Theory]
    [InlineData("""{"a": 1}""", """{"b": 2}""", """{"b":2,"a":1}""")]
    [InlineData("""{"a": 1}""", """{"a": 1.0}""", """{"a":1.0}""")]
    [InlineData("""{"a": 1}""", """{"a": 2}""", null)]
    [InlineData("""{"a": {"x": 1}}""", """{"a": {"y": 2}}""", """{"a":{"y":2,"x":1}}""")]
    [InlineData("""{"a": {"x": 1}}""", """{"a": {"x": 2}}""", null)]
    [InlineData("""{"a": [1, 2]}""", """{"a": [1, 2]}""", """{"a":[1,2]}""")]
    [InlineData("""{"a": [1]}""", """{"a": [1, 2]}""", null)]
    [InlineData("""{"a": "1"}""", """{"a": 1}""", null)]
    [InlineData("""{"a": null}""", """{"a": null}""", """{"a":null}""")]
    public void Values_agree_or_fail(string selector, string entry, string? union) =>
        Unification.Unify(JsonMap.Parse(selector), JsonMap.Parse(entry))?.ToString().ShouldBe(union);

    [Fact]
    public void A_map_unifies_with_itself_and_nothing_changes() =>
        Nested.Sample(map => Unification.Unify(map, map)?.ToString() == map.ToString());

    [Fact]
    public void The_order_decides_only_the_order_of_members() =>
        Gen.Select(Nested, Nested).Sample((one, other) =>
            Sorted(Unification.Unify(one, other)) == Sorted(Unification.Unify(other, one)));

    [Fact]
    public void No_member_is_lost_and_none_is_made() =>
        Gen.Select(Nested, Nested).Sample((one, other) =>
            Unification.Unify(one, other) is not { } union || union.Keys.Order().SequenceEqual(one.Keys.Union(other.Keys).Order()));

    private static Gen<JsonMap> Maps(Gen<object?> values) =>
        Gen.Select(Gen.OneOfConst("a", "b", "c"), values).Array[0, 4].Select(members =>
            new JsonMap(members.Select(member => KeyValuePair.Create(member.Item1, member.Item2))));

    // 1 and 1.0 are equal, and whichever stands in the entry stands in the union.
    private static string? Sorted(object? value) => value switch
    {
        JsonMap map => "{" + string.Join(',', map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}:{Sorted(m.Value)}")) + "}",
        object?[] list => "[" + string.Join(',', list.Select(Sorted)) + "]",
        1.0 => "1",
        null => null,
        _ => JsonData.ToJson(value),
    };
}
