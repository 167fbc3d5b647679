using Clembench.Results;

namespace Clembench.Terminal;

/// <summary>Escape sequences that colour text in a terminal; all empty where no colour is wanted.</summary>
public sealed record TerminalStyle
{
    /// <summary>No colours.</summary>
    public static TerminalStyle Plain { get; } = new();

    /// <summary>Ends what another sequence began.</summary>
    public string Reset { get; init; } = "";

    /// <summary>Headings.</summary>
    public string Strong { get; init; } = "";

    /// <summary>Notes and other things of less weight.</summary>
    public string Soft { get; init; } = "";

    /// <summary>Success.</summary>
    public string Good { get; init; } = "";

    /// <summary>A goal that was missed.</summary>
    public string Poor { get; init; } = "";

    /// <summary>An episode that a response of the wrong form ended.</summary>
    public string Aborted { get; init; } = "";

    /// <summary>Broken rules and failures.</summary>
    public string Bad { get; init; } = "";

    /// <summary>Players, in their order.</summary>
    public IReadOnlyList<string> Seats { get; init; } = [""];

    /// <summary>The name of an outcome's colour, as in <c>$PSStyle.Foreground</c>; tables and transcripts have the same ones.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The name.</returns>
    public static string ColourOf(Outcome outcome) => outcome switch
    {
        Outcome.Success => "Green",
        Outcome.Lose => "Yellow",
        Outcome.Aborted => "Magenta",
        _ => "Red",
    };

    /// <summary>The colour of an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>A sequence, or an empty text.</returns>
    public string Of(Outcome outcome) => outcome switch
    {
        Outcome.Success => Good,
        Outcome.Lose => Poor,
        Outcome.Aborted => Aborted,
        _ => Bad,
    };

    /// <summary>The colour of a player.</summary>
    /// <param name="seat">The player's place, from 0; below for nobody.</param>
    /// <returns>A sequence, or an empty text.</returns>
    public string OfSeat(int seat) => seat < 0 ? "" : Seats[seat % Seats.Count];
}
