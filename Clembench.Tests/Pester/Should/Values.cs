using System.Management.Automation;

namespace Clembench.Tests.Pester.Should;

/// <summary>PowerShell's own operators and conversions, so that assertions compare as scripts do.</summary>
internal static class Values
{
    private static readonly Dictionary<string, ScriptBlock> Operators = new[]
    {
        "eq", "ceq", "like", "clike", "match", "cmatch", "contains", "gt", "ge", "lt", "le", "is", "as",
    }.ToDictionary(name => name, name => ScriptBlock.Create($"param($left, $right) , ($left -{name} $right)"));

    /// <summary>Whether <c>left -operator right</c> is true as a condition.</summary>
    public static bool Test(object? left, string name, object? right) => LanguagePrimitives.IsTrue(Apply(left, name, right));

    /// <summary>The value of <c>left -operator right</c>.</summary>
    public static object? Apply(object? left, string name, object? right) => Operators[name].InvokeReturnAsIs(left, right);

    /// <summary>The value without PowerShell's wrapping.</summary>
    public static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>What <c>@(value)</c> is.</summary>
    public static object?[] Unroll(object? value) =>
        LanguagePrimitives.GetEnumerable(value) is { } many ? [.. many.Cast<object?>()] : [value];

    /// <summary>What a parameter of the type <c>[object[]]</c> makes of the value.</summary>
    public static object?[] AsArray(object? value) => LanguagePrimitives.ConvertTo<object?[]>(value) ?? [];

    /// <summary>The type that a type or a type's name, in brackets or not, means.</summary>
    /// <exception cref="ArgumentException">There is no type of that name.</exception>
    public static Type TypeOf(object? value)
    {
        value = Base(value);
        if (value is Type type) return type;
        var name = LanguagePrimitives.ConvertTo<string>(value).Trim();
        if (name.StartsWith('[') && name.EndsWith(']')) name = name[1..^1];
        return LanguagePrimitives.TryConvertTo<Type>(name, out var found)
            ? found
            : throw new ArgumentException($"There is no type [{name}]; is its assembly loaded?");
    }
}
