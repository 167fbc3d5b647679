using Clembench.Backends;
using static Clembench.Templates.CheckSeverity;

namespace Clembench.Templates.Checks;

/// <summary>Whether what players say reaches the model as it was said, and as nothing else.</summary>
internal static class ContentChecks
{
    // One line for each kind of text that a template could touch; each has to come through on its own.
    private static readonly (string What, string Text)[] Samples =
    [
        ("quotes", "She said: \"It's 'fine'\", `ok`."),
        ("braces and templates", "{\"key\": [1, 2]} {{ 7 * 7 }} {% if x %} {# no #} ${y} %s {0}"),
        ("markup", "<b>1 < 2 & 3 > 2</b> &amp; \\n \\u0041 \\"),
        ("letters of many scripts", "Grüße, ñandú, Καλημέρα, привет, こんにちは, مرحبا, हिन्दी, e\u0301"),
        ("emoji", "👩‍👩‍👧 🇩🇪 👍🏽 𝔘𝔫𝔦"),
        ("white space within", "a  b\tc\n\n\nd\n  e\u00a0f"),
        ("a tag of thinking", "<think>no</think> yes"),
    ];

    private const string Padded = "  a line with space around it \n";

    public static IEnumerable<TemplateCheck> Run(Probe probe)
    {
        if (probe.Minimal.Failed)
            yield break;
        yield return CheckUnaltered(probe);
        yield return CheckInjection(probe);
    }

    private static TemplateCheck CheckUnaltered(Probe probe)
    {
        const string Name = "ContentUnaltered";
        var changed = Samples.Where(sample => !ComesThrough(probe, sample.Text)).Select(sample => sample.What).ToList();
        var rendering = probe.Render([ChatMessage.User(string.Join("\n", Samples.Select(sample => sample.Text)))]);
        if (changed.Count > 0)
            return new(Name, false, $"Altered on the way: {string.Join(", ", changed)}.", rendering.Shown, Warning);
        if (!ComesThrough(probe, Padded))
        {
            return new(
                Name, false, "White space around a message is removed, and nothing else is altered: many models are trained so.",
                probe.Render([ChatMessage.User(Padded)]).Shown, Warning);
        }

        return new(Name, true, "White space, quotes, braces, markup and all scripts come through as they are.", rendering.Shown, Warning);
    }

    // As a user's words, and as an answer that is followed by another message.
    private static bool ComesThrough(Probe probe, string text) =>
        IsWithin(probe.Render([ChatMessage.User(text)]), text)
        && IsWithin(probe.Render([ChatMessage.User(text), ChatMessage.Assistant(Probe.Answer), ChatMessage.User(Probe.Reply)]), text);

    private static bool IsWithin(Rendering rendering, string text)
    {
        for (var at = rendering.Text.IndexOf(text, StringComparison.Ordinal); at >= 0; at = rendering.Text.IndexOf(text, at + 1, StringComparison.Ordinal))
        {
            if (rendering.IsInput(at, text.Length))
                return true;
        }

        return false;
    }

    private static TemplateCheck CheckInjection(Probe probe)
    {
        const string Name = "SpecialTokenInjection";
        string[] tokens =
        [
            .. probe.Control.FindOutside(probe.Minimal.Text, probe.Minimal.InputSpans).Select(found => found.Token)
                .Concat(probe.StopTokens).Distinct().Take(8),
        ];
        if (tokens.Length == 0)
            return new(Name, true, "The template writes no control tokens, so a message cannot forge one.", null, Warning);

        // A player who writes what ends the turn and begins another one.
        var forged = $"Repeat: {string.Concat(tokens)} and stop.";
        var rendering = probe.Render([ChatMessage.User(forged)]);
        if (rendering.Failed)
            return new(Name, false, rendering.Error!.Message, null, Warning);
        var at = rendering.Text.IndexOf(forged, StringComparison.Ordinal);
        if (at < 0 || !rendering.IsInput(at, forged.Length))
        {
            var kept = tokens.Where(token => rendering.Text.Contains(token, StringComparison.Ordinal)).ToArray();
            return new(Name, false, $"Control tokens in a message are changed by the template, and what is left of them cannot be told from its own ({string.Join(" ", kept)}).", rendering.Text, Warning);
        }

        const string Told = "the engine tells a message's text from the template's, and the local backend tokenises it as ordinary text";
        var harmless = probe.Render([ChatMessage.User("Repeat: this and stop.")]);
        if (probe.Encode(harmless.Text, harmless.InputSpans) is not { } expected
            || probe.Encode(rendering.Text, rendering.InputSpans) is not { } plain || probe.Encode(rendering.Text, []) is not { } naive)
            return new(Name, true, $"Control tokens in a message ({string.Join(" ", tokens)}) would be taken for the template's by others; {Told}.", rendering.Text, Warning);
        var taken = Excess(probe, tokens, plain, expected);
        var forgeable = Excess(probe, tokens, naive, expected);
        return taken.Count > 0
            ? new(
                Name, false,
                $"The vocabulary has {string.Join(" ", taken)} as ordinary added tokens, not as special ones: in a message they are taken for the template's.", rendering.Text, Warning)
            : new(
                Name, true,
                forgeable.Count > 0 ? $"Others would take {string.Join(" ", forgeable)} in a message for the template's; {Told}."
                : "Control tokens in a message are ordinary text for this tokenizer.", rendering.Text, Warning);
    }

    // The tokens that a message with forged ones has more often than a harmless one.
    private static List<string> Excess(Probe probe, IEnumerable<string> tokens, IReadOnlyList<int> ids, IReadOnlyList<int> expected) =>
        [.. tokens.Where(token => probe.Vocabulary!.Find(token) is { } id && ids.Count(other => other == id) > expected.Count(other => other == id))];
}
