using System.Text.RegularExpressions;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Reports;

/// <summary>
/// Why an episode was aborted or failed, in words that episodes of one cause have in common: what the game master noted after
/// the last response, without what is the response's own.
/// </summary>
internal static partial class FailureReason
{
    private const int LongestReason = 160;

    // Members by which a note that is a dictionary tells its cause, the more general one first.
    private static readonly string[] CauseMembers = ["type", "reason", "message", "error"];

    /// <summary>Tells the reason.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="interactions">Its dialogue; null where it has none.</param>
    /// <returns>The reason; null for an episode that was played to its end.</returns>
    public static string? Of(Episode episode, Interactions? interactions) => episode.Outcome switch
    {
        Outcome.Aborted => OfAborted(interactions),
        Outcome.Error => Shortened(Variables().Replace(FirstLine(episode.Error ?? "failed"), "…")),
        _ => null,
    };

    private static string OfAborted(Interactions? interactions)
    {
        var events = interactions?.Events.ToArray() ?? [];
        var last = Array.FindLastIndex(events, e => e is { Type: "get message", To: Dialogue.GameMaster } && e.Label != "pseudo");
        var response = last >= 0 ? events[last].Content as string ?? "" : "";
        var notes = events.Skip(last + 1).Where(e => e.From == e.To).ToArray();
        // Games close with a note that every aborted episode has; the one before tells more.
        var telling = notes.LastOrDefault(note => !IsClosing(note)) ?? notes.LastOrDefault();
        return telling is null ? "aborted" : Shortened(Describe(telling, response));
    }

    // Neither do states of a game, which are data, tell why it ended.
    private static bool IsClosing(InteractionEvent note) => note.Content switch
    {
        string text => Closing().IsMatch(text),
        JsonMap map => CauseOf(map).Length == 0,
        _ => true,
    };

    private static string CauseOf(JsonMap note) =>
        CauseMembers.Select(note.GetOrDefault<string>).FirstOrDefault(cause => !string.IsNullOrEmpty(cause)) ?? "";

    private static string Describe(InteractionEvent note, string response)
    {
        var text = note.Content switch
        {
            string content when !Closing().IsMatch(content) => FirstLine(content),
            JsonMap map => CauseOf(map),
            _ => "",
        };
        var cause = General(text, response);
        return cause.Length == 0 ? note.Type : note.Type is "metadata" ? cause : $"{note.Type}: {cause}";
    }

    // A quotation, a number, and what the model said differ from episode to episode.
    private static string General(string text, string response)
    {
        if (response.Length > 0)
        {
            text = text.Replace(response, "…", StringComparison.Ordinal);
            var firstWord = response.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var word, ..] ? word : "";
            if (firstWord.Length > 1)
                text = text.Replace($": {firstWord}", ": …", StringComparison.Ordinal);
        }

        return Variables().Replace(text, "…");
    }

    private static string FirstLine(string text) => text.AsSpan().Trim().IndexOfAny('\r', '\n') is >= 0 and var end ? text.Trim()[..end] : text.Trim();

    private static string Shortened(string text)
    {
        if (text.Length <= LongestReason)
            return text;
        var end = char.IsHighSurrogate(text[LongestReason - 1]) ? LongestReason - 1 : LongestReason;
        return text[..end] + "…";
    }

    [GeneratedRegex(@"^\s*(?:abort(?:ed)?(?: game)?|game_result = \w+|continue|end game|[0-9.]*|attempts = [\s\S]*|[{\[][\s\S]*)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Closing();

    [GeneratedRegex("""(?<=")[^"]{1,200}(?=")|(?<![\w'])'[^']{1,200}'(?!\w)|(?<![\w.])[0-9]+(?:\.[0-9]+)?(?![\w.])""")]
    private static partial Regex Variables();
}
