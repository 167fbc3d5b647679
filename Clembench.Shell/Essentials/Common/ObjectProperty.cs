using System.Collections;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace Clembench.Shell.Essentials;

/// <summary>
/// One item of a -Property list: a name (wildcards allowed), a script block, or a hashtable with an Expression
/// and options. Every cmdlet that takes properties reads them here.
/// </summary>
internal sealed record ObjectProperty(PSPropertyExpression Expression, string? Label, IReadOnlyDictionary<string, object?> Options)
{
    private static readonly string[] LabelKeys = ["name", "label"];

    /// <summary>Reads a list; <paramref name="optionKeys"/> are the hashtable keys allowed besides Expression.</summary>
    internal static IReadOnlyList<ObjectProperty> Parse(EssentialCommand command, IEnumerable<object?>? items, params string[] optionKeys)
        => items is null ? [] : [.. items.Select(i => ParseOne(command, EssentialCommand.Unwrap(i), optionKeys))];

    /// <summary>The value, or null when the object has none; a wildcard that fits several gives their list.</summary>
    internal object? ValueOf(PSObject input)
    {
        var results = Expression.GetValues(input);
        return results.Count switch
        {
            0 => null,
            1 => results[0].Result,
            _ => results.Select(r => r.Result).ToArray(),
        };
    }

    /// <summary>Whether the object has the property.</summary>
    internal bool ExistsOn(PSObject input) => Expression.GetValues(input).Count > 0;

    internal bool? Flag(string key) => Options.TryGetValue(key, out var value) ? LanguagePrimitives.IsTrue(value) : null;

    private static ObjectProperty ParseOne(EssentialCommand command, object? item, string[] optionKeys)
    {
        if (item is not IDictionary table) return new ObjectProperty(ToExpression(command, item), null, new Dictionary<string, object?>());
        PSPropertyExpression? expression = null;
        string? label = null;
        var options = new Dictionary<string, object?>();
        foreach (DictionaryEntry entry in table)
        {
            var key = Resolve(entry.Key.ToString()!.ToLowerInvariant(), optionKeys);
            if (key is null)
                throw Bad(command, $"The {entry.Key} key is not valid here. Use: {string.Join(", ", optionKeys.Prepend("expression"))}.", "DictionaryKeyUnknown", table);
            if (key == "expression") expression = ToExpression(command, EssentialCommand.Unwrap(entry.Value));
            else if (LabelKeys.Contains(key)) label = entry.Value?.ToString();
            else options[key] = EssentialCommand.Unwrap(entry.Value);
        }

        // A table with just a name selects the property of that name.
        if (expression is null && label is not null) return new ObjectProperty(new PSPropertyExpression(label), label, options);
        if (expression is null) throw Bad(command, "The Expression key is missing in the property's hashtable.", "DictionaryMissingMandatoryEntry", table);
        return new ObjectProperty(expression, label, options);
    }

    // Keys may be shortened, as long as only one fits: @{ n = 'x'; e = { 1 } }.
    private static string? Resolve(string given, string[] optionKeys)
    {
        var keys = optionKeys.Prepend("expression").ToArray();
        if (keys.Contains(given)) return given;
        var fitting = keys.Where(k => k.StartsWith(given, StringComparison.Ordinal)).ToArray();
        return fitting.Length == 1 && given.Length > 0 ? fitting[0] : null;
    }

    private static PSPropertyExpression ToExpression(EssentialCommand command, object? value) => value switch
    {
        ScriptBlock block => new PSPropertyExpression(block),
        null => throw Bad(command, "A property cannot be null.", "NullProperty", null),
        PSPropertyExpression expression => expression,
        _ when value.ToString() is { Length: > 0 } name => new PSPropertyExpression(name),
        _ => throw Bad(command, "A property's name cannot be empty.", "EmptyProperty", value),
    };

    private static PSArgumentException Bad(EssentialCommand command, string message, string id, object? target)
    {
        var error = new PSArgumentException(message);
        command.ThrowTerminatingError(new ErrorRecord(error, id, ErrorCategory.InvalidArgument, target));
        return error;
    }
}
