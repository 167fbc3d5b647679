using System.Globalization;
using System.Management.Automation;

namespace Clembench.Shell.Essentials;

/// <summary>Orders any two values as Sort-Object does: by the language's comparison, and as text where that has none.</summary>
internal sealed class ValueComparer(CultureInfo culture, bool caseSensitive) : IComparer<object?>
{
    public int Compare(object? x, object? y)
    {
        x = EssentialCommand.Unwrap(x);
        y = EssentialCommand.Unwrap(y);
        if (x is null && y is null) return 0;
        if (LanguagePrimitives.TryCompare(x, y, !caseSensitive, culture, out var order)) return order;
        return culture.CompareInfo.Compare(
            PSObject.AsPSObject(x ?? string.Empty).ToString(), PSObject.AsPSObject(y ?? string.Empty).ToString(),
            caseSensitive ? CompareOptions.None : CompareOptions.IgnoreCase);
    }

    /// <summary>A culture from a name or an LCID; null gives the current one.</summary>
    internal static CultureInfo CultureFor(string? name) => string.IsNullOrEmpty(name)
        ? CultureInfo.CurrentCulture
        : int.TryParse(name, NumberStyles.Integer, CultureInfo.InvariantCulture, out var lcid) ? CultureInfo.GetCultureInfo(lcid) : CultureInfo.GetCultureInfo(name);
}

/// <summary>The values that an object is sorted or grouped by; a missing property is null in <see cref="Exists"/>.</summary>
internal sealed record SortKey(PSObject Input, object?[] Values, bool[] Exists)
{
    internal static SortKey Of(PSObject input, IReadOnlyList<ObjectProperty> properties)
    {
        if (properties.Count == 0) return new SortKey(input, [input], [true]);
        var values = new object?[properties.Count];
        var exists = new bool[properties.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var results = properties[i].Expression.GetValues(input);
            exists[i] = results.Count > 0;
            values[i] = results.Count switch { 0 => null, 1 => results[0].Result, _ => results.Select(r => r.Result).ToArray() };
        }

        return new SortKey(input, values, exists);
    }
}

/// <summary>Compares keys value by value, each ascending or descending; an object that lacks a property comes last.</summary>
internal sealed class SortKeyComparer(ValueComparer values, bool[] descending) : IComparer<SortKey>
{
    public int Compare(SortKey? x, SortKey? y)
    {
        for (var i = 0; i < descending.Length; i++)
        {
            int order;
            if (x!.Exists[i] && y!.Exists[i])
            {
                order = values.Compare(x.Values[i], y.Values[i]);
                if (descending[i]) order = -order;
            }
            else
            {
                order = y!.Exists[i].CompareTo(x.Exists[i]);
            }

            if (order != 0) return order;
        }

        return 0;
    }
}
