using System.Text.RegularExpressions;

namespace Clembench.Models;

/// <summary>
/// What <c>eos_to_cull</c> removes. clemcore takes the value as a regular expression, the older guide as a text. A value
/// is taken as the text that its author meant where it is no expression; where it would match a single character or
/// nothing (<c>&lt;|im_end|&gt;</c> is the alternatives "&lt;", "im_end" and "&gt;"); and where it has neither a backslash nor
/// <c>(?</c> and, as an expression, does not match itself (<c>(end)</c> would remove "end" and leave the parentheses), unless it lists
/// texts to remove: <c>&lt;/s&gt;|&lt;eos&gt;</c>. <c>cot_end_tag</c>, at which the answer is split off, is read in the same way.
/// </summary>
/// <param name="Expression">What to remove, as an expression.</param>
/// <param name="LiteralBecause">Why the value is taken as a text; null where it is taken as an expression.</param>
public sealed record EosPattern(Regex Expression, string? LiteralBecause)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly string[] Shortest = ["", .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => ((char)c).ToString())];

    /// <summary>Whether the value was no regular expression at all; else it is taken as a text because it would not mean what it says.</summary>
    public bool IsBroken { get; private init; }

    /// <summary>Reads a value.</summary>
    /// <param name="value">The value of <c>eos_to_cull</c>; not empty.</param>
    /// <returns>What it removes.</returns>
    public static EosPattern Parse(string value)
    {
        try
        {
            var expression = Compile(value);
            if (value.Length > 1 && !IsEscapedText(value) && Array.Exists(Shortest, text => IsWhole(expression, text)))
                return AsText(value, "as a regular expression it matches a single character, or nothing");
            return LooksLikeExpression(value) || IsWhole(expression, value) || ListsTexts(value)
                ? new EosPattern(expression, null)
                : AsText(value, "as a regular expression it does not match the text that it is, and it has neither a backslash nor '(?' to show that it is one");
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return AsText(value, "it is not a regular expression") with { IsBroken = true };
        }
    }

    /// <summary>A text as the expression that matches it alone, in the form that .NET and Python share.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The expression.</returns>
    public static string Escape(string text) => Regex.Escape(text).Replace("\\ ", " ", StringComparison.Ordinal).Replace("\\#", "#", StringComparison.Ordinal);

    // An entry is data that may come from anywhere: matched in linear time where the expression allows it, else within a limit.
    private static Regex Compile(string value)
    {
        try
        {
            return new Regex(value, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(value, RegexOptions.CultureInvariant, Limit);
        }
    }

    private static bool IsEscapedText(string value) => Escape(Regex.Replace(value, @"\\(\W)", "$1", RegexOptions.NonBacktracking)) == value;

    private static bool LooksLikeExpression(string value) => value.Contains('\\', StringComparison.Ordinal) || value.Contains("(?", StringComparison.Ordinal);

    private static bool IsWhole(Regex expression, string text) => expression.Match(text) is { Success: true } match && match.Length == text.Length;

    private static bool ListsTexts(string value) => value.Split('|') is { Length: > 1 } branches && Array.TrueForAll(branches, branch => branch.Length > 1
        && Parse(branch) is { LiteralBecause: null });

    private static EosPattern AsText(string value, string because) =>
        new(Compile(Regex.Escape(value)), because);
}
