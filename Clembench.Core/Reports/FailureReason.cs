using System.Text.RegularExpressions;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Reports;

/// <summary>
/// Why an episode was aborted or failed, in words that episodes of one cause have in common: the error, or what the game master noted
/// after the last response, without what is the episode's, the model's or the response's own.
/// </summary>
/// <param name="Text">The words that episodes have in common.</param>
/// <param name="Example">The same in this episode's own words.</param>
internal sealed partial record FailureReason(string Text, string Example)
{
    private const int LongestReason = 160;

    // Of longer texts no more is looked at: a record may hold anything.
    private const int LongestText = 2000;
    private const int LongestBeginning = 200;
    private const int LongestExample = 400;

    // Members by which a note that is a dictionary tells its cause, the more general one first.
    private static readonly string[] CauseMembers = ["type", "reason", "message", "error"];

    /// <summary>Tells the reason.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="interactions">Its dialogue; null where it has none.</param>
    /// <returns>The reason; null for an episode that was played to its end.</returns>
    public static FailureReason? Of(Episode episode, Interactions? interactions) => episode.Outcome switch
    {
        Outcome.Aborted => OfAborted(interactions),
        Outcome.Error => OfError(FirstLine(episode.Error ?? "failed"), ModelsOf(episode, interactions)),
        _ => null,
    };

    private static FailureReason OfError(string error, IEnumerable<string> models) =>
        new(Shortened(Variables().Replace(WithoutSubject(error, models), "…")), Cut(error, LongestExample));

    private static IEnumerable<string> ModelsOf(Episode episode, Interactions? interactions) =>
        episode.Model.Split("--").Append(episode.Model).Concat(interactions?.Players.Select(player => player.Model) ?? [])
            .Where(name => name.Length > 0).Distinct().OrderByDescending(name => name.Length);

    // Errors begin with the model that they are about.
    private static string WithoutSubject(string text, IEnumerable<string> models)
    {
        if (Model().Match(text) is { Success: true } model && model.Length < text.Length)
            text = text[model.Length..];
        foreach (var subject in models.SelectMany(model => (string[])[$"'{model}'", model]))
        {
            if (!text.StartsWith(subject, StringComparison.Ordinal) || text.Length == subject.Length || text[subject.Length] is not (' ' or ':' or ','))
                continue;
            var rest = text[subject.Length..].TrimStart(' ', ':', ',');
            return rest.Length > 0 ? rest : text;
        }

        return text;
    }

    private static FailureReason OfAborted(Interactions? interactions)
    {
        var events = interactions?.Events.ToArray() ?? [];
        var last = Array.FindLastIndex(events, e => e.IsAnswer);
        var response = last >= 0 ? events[last].Content as string ?? "" : "";
        var notes = events.Skip(last + 1).Where(e => e.From == e.To).ToArray();
        // Games close with a note that every aborted episode has; the one before tells more.
        var telling = notes.LastOrDefault(note => !IsClosing(note)) ?? notes.LastOrDefault();
        return telling is null ? new FailureReason("aborted", "aborted") : Describe(telling, response);
    }

    // Neither do states of a game, which are data, tell why it ended.
    private static bool IsClosing(InteractionEvent note) => note.Content switch
    {
        string text => IsClosing(text),
        JsonMap map => CauseOf(map).Length == 0,
        _ => true,
    };

    private static bool IsClosing(string text) => Closing().IsMatch(Cut(text.Trim(), LongestText));

    private static string CauseOf(JsonMap note) =>
        CauseMembers.Select(note.GetOrDefault<string>).FirstOrDefault(cause => !string.IsNullOrEmpty(cause)) ?? "";

    private static FailureReason Describe(InteractionEvent note, string response)
    {
        var text = note.Content switch
        {
            string content when !IsClosing(content) => FirstLine(content),
            JsonMap map => Cut(CauseOf(map).Trim(), LongestText),
            _ => "",
        };
        return new(Shortened(Named(note, General(text, response))), Cut(Named(note, text), LongestExample));
    }

    private static string Named(InteractionEvent note, string cause) =>
        cause.Length == 0 ? note.Type : note.Type is "metadata" ? cause : $"{note.Type}: {cause}";

    // A quotation, a number, and what the model said differ from episode to episode.
    private static string General(string text, string response)
    {
        if (response.Length > LongestText)
        {
            // Of such a response the text has the beginning at most.
            if (text.IndexOf(response[..LongestBeginning], StringComparison.Ordinal) is >= 0 and var at)
                text = text[..at] + "…";
        }
        else if (response.Length > 0)
        {
            text = text.Replace(response, "…", StringComparison.Ordinal);
            var firstWord = response.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var word, ..] ? word : "";
            if (firstWord.Length > 1)
                text = text.Replace($": {firstWord}", ": …", StringComparison.Ordinal);
        }

        return Variables().Replace(text, "…");
    }

    private static string FirstLine(string text)
    {
        var trimmed = text.Trim();
        return Cut(trimmed.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? trimmed[..end] : trimmed, LongestText);
    }

    private static string Shortened(string text) => text.Length <= LongestReason ? text : Cut(text, LongestReason) + "…";

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    // As errors of backends name a model (which need not be called like its results folder), and where it is.
    [GeneratedRegex(@"\AThe model '[^']{1,200}' (?:(?:at \S+|through the backend '[^']{1,200}') )?")]
    private static partial Regex Model();

    [GeneratedRegex(@"\A(?:abort(?:ed)?(?: game)?|game_result = \w+|continue|end game|[0-9.]*|attempts = [\s\S]*|[{\[][\s\S]*)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Closing();

    // A quotation is taken with both its quotes, so that none of them begins another one; an address; a word with several digits, as
    // identifiers and points in time are; and a number with its unit. A status is no such number: 401 and 429 are two causes.
    [GeneratedRegex("""
        (?:"[^"]*")|`[^`]{1,200}`|(?<![\w'])'[^']{1,200}'(?!\w)|https?://[^\s)\]>,]+
        |(?<![\w-])(?=(?:[A-Za-z_-]*[0-9]){3})[A-Za-z0-9_-]{8,}(?![\w-])
        |(?<!\b(?:HTTP|[Ss]tatus|[Cc]ode)(?:[ ]code)?[:=]?[ ])(?<![\w.-])[0-9]+(?:[.,:/][0-9]+)*[A-Za-zµ%]{0,3}(?!\w)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Variables();
}
