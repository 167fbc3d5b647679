using System.Text.RegularExpressions;
using Clembench.Oracles;

namespace Clembench.Tests.Oracles;

/// <summary>What two engines say differently about the same case.</summary>
internal static partial class Difference
{
    /// <summary>Whether one rendered what the other did not, or another text, or marked other generation blocks.</summary>
    /// <returns>What differs, or <see langword="null"/>. A limit of either engine says nothing.</returns>
    public static string? OfOutcome(Rendering ours, Rendering theirs) =>
        theirs.Limit is not null || (ours.Error is "Limit" && theirs.Error is not null) ? null
        : (ours.Text is null) != (theirs.Text is null) ? "outcome"
        : ours.Text is null ? null
        : WithoutAddresses(ours.Text) != WithoutAddresses(theirs.Text!) ? "text"
        : !ours.Generation.SequenceEqual(theirs.Generation) ? "generation blocks"
        : null;

    /// <summary>As <see cref="OfOutcome"/>, and the class, the message and the line of an error.</summary>
    public static string? OfAll(Rendering ours, Rendering theirs) =>
        OfOutcome(ours, theirs) is { } outcome ? outcome
        : theirs.Error is null || theirs.Limit is not null ? null
        // Python complains about the type of an undefined value where ours says which one it is.
        : ours.Error == "Undefined" && theirs is { Error: "TypeError" } && theirs.Message.Contains("Undefined", StringComparison.Ordinal) ? null
        : !Engine.KindsOf(theirs.Error).Any(kind => kind.ToString() == ours.Error) ? "class of error"
        // What Python's compiler says is about the code that jinja2 generated.
        : theirs.Error == "SyntaxError" ? null
        : WithoutAddresses(ours.Message) != WithoutAddresses(theirs.Message) && !(WrongArguments().IsMatch(ours.Message) && WrongArguments().IsMatch(theirs.Message)) ? "message"
        : ours.Line != theirs.Line && theirs.Line is not null ? "line"
        : null;

    /// <summary>Whether two answers of the same engine read differently.</summary>
    public static bool OfText(Rendering one, Rendering other) => WithoutAddresses(one.ToString()) != WithoutAddresses(other.ToString());

    // Arguments that a function does not take: Python has several ways to say so, with the names of jinja2's inner functions.
    [GeneratedRegex("missing \\d+ required positional argument|takes .*arguments?|unexpected keyword argument|expected (at (least|most) )?\\d+ argument|^maximum recursion depth exceeded")]
    private static partial Regex WrongArguments();

    // Python prints the addresses of objects that have no text of their own.
    private static string WithoutAddresses(string text) => text.Contains("0x", StringComparison.OrdinalIgnoreCase) ? Address().Replace(text, "0x…") : text;

    [GeneratedRegex("0[xX][0-9a-fA-F]{8,}")]
    private static partial Regex Address();
}
