namespace Clembench.Games.AdventureGame;

/// <summary>Something that holds in a world, such as <c>on(book1,table1)</c> or <c>open(cupboard1)</c>.</summary>
/// <param name="Predicate">What holds.</param>
/// <param name="First">What it holds for.</param>
/// <param name="Second">The other one that it involves; null where there is none.</param>
internal readonly record struct Fact(string Predicate, string First, string? Second = null)
{
    /// <summary>Reads the form that instances have; null where the text has another one.</summary>
    public static Fact? Parse(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0 || text[^1] != ')')
            return null;
        var arguments = text[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries);
        return arguments is [{ Length: > 0 }] or [{ Length: > 0 }, { Length: > 0 }]
            ? new(text[..open].Trim(), arguments[0], arguments.ElementAtOrDefault(1))
            : null;
    }

    /// <summary>The fact as a list, as clembench records it.</summary>
    public object?[] ToList() => Second is null ? [Predicate, First] : [Predicate, First, Second];

    /// <inheritdoc />
    public override string ToString() => Second is null ? $"{Predicate}({First})" : $"{Predicate}({First},{Second})";
}
