using Clembench.Backends;
using Clembench.Models;
using static Clembench.Templates.CheckSeverity;

namespace Clembench.Templates.Checks;

/// <summary>Whether the control tokens that a template writes are the model's own, and how an answer ends.</summary>
internal static class TokenChecks
{
    public static IEnumerable<TemplateCheck> Run(Probe probe)
    {
        if (probe.Minimal.Failed)
            yield break;
        if (CheckBos(probe) is { } bos)
            yield return bos;
        if (CheckVocabulary(probe) is { } vocabulary)
            yield return vocabulary;
        yield return CheckEos(probe);
        if (CheckCulling(probe) is { } culling)
            yield return culling;
        if (CheckRoundTrip(probe) is { } roundTrip)
            yield return roundTrip;
    }

    /// <summary>The control token with which the template ends an assistant's message.</summary>
    /// <param name="probe">The template.</param>
    /// <returns>The token; null where there is none.</returns>
    public static string? FindTerminator(Probe probe)
    {
        var text = probe.Minimal.Text;
        if (Probe.Locate(text, [Probe.Opening, Probe.Answer, Probe.Reply]) is not { } places)
            return null;
        var behind = places[1] + Probe.Answer.Length;
        var found = probe.Control.Find(text, behind, places[2]).ToArray();
        if (found.FirstOrDefault(token => probe.StopTokens.Contains(token.Token)) is { Token: { } stop })
            return stop;
        // A token that stands before the user's first message, too, opens a turn; one that comes behind other text, a turn of its own.
        var openers = probe.Control.Find(text, 0, places[0]).Select(token => token.Token).ToHashSet();
        return found.FirstOrDefault(token => !openers.Contains(token.Token)) is { Token: { } first } terminator
            && string.IsNullOrWhiteSpace(text[behind..terminator.Start]) ? first : null;
    }

    /// <summary>The text that ends a response and is to be culled from it: what the template ends an answer with, else the EOS token.</summary>
    /// <param name="probe">The template.</param>
    /// <returns>The text; null where none is known.</returns>
    public static string? FindTextToCull(Probe probe) => FindTerminator(probe) ?? probe.Checkpoint?.EosToken;

    // What the entry culls is clembench's own word on how a response ends; a value of another model's leaves the end in the text.
    private static TemplateCheck? CheckCulling(Probe probe)
    {
        const string Name = "EosToCull";
        if (probe.Entry?.GetSetting("eos_to_cull") is not string { Length: > 0 } value || FindTextToCull(probe) is not { } end)
            return null;
        return EntrySuggestion.Culls(value, end)
            ? new(Name, true, $"The entry culls '{value}', which removes {end}.", null, Warning)
            : new(Name, false, $"The entry culls '{value}', but answers end with '{end}': the suggestion has '{EosPattern.Escape(end)}' instead.", null, Warning);
    }

    private static TemplateCheck? CheckBos(Probe probe)
    {
        if (probe.Checkpoint?.BosToken is not { } bos)
            return null;
        var text = probe.Minimal.Text;
        var begins = text.StartsWith(bos, StringComparison.Ordinal);
        if (begins && text.AsSpan(bos.Length).TrimStart().StartsWith(bos))
            return new("BosNotDoubled", false, $"The template writes the BOS token '{bos}' twice.", text, Warning);

        var adds = probe.AddsBos;
        if (adds && !begins)
        {
            return new(
                "BosNotDoubled", false,
                $"The model expects '{bos}' first (its tokenizer would add it), and the template does not write it: as in transformers, no BOS token is sent at all.", text, Warning);
        }

        var message = (begins, adds) switch
        {
            (true, true) => $"The template writes the BOS token '{bos}', and the tokenizer would add another: the local backend lets it add none.",
            (true, false) => $"The template writes the BOS token '{bos}', and the tokenizer adds none.",
            _ => "Neither the template nor the tokenizer puts a BOS token first.",
        };
        return new("BosNotDoubled", true, message, text, Warning);
    }

    private static TemplateCheck? CheckVocabulary(Probe probe)
    {
        if (probe.Vocabulary is not { } vocabulary || (!vocabulary.IsComplete && probe.Checkpoint?.AddedTokens.Count is null or 0))
            return null;
        var system = probe.Render(
            [new ChatMessage("system", Probe.System), ChatMessage.User(Probe.Opening), ChatMessage.Assistant(Probe.Answer), ChatMessage.User(Probe.Reply)]);
        var rendering = system.Failed ? probe.Minimal : system;
        var written = probe.Control.FindOutside(rendering.Text, rendering.InputSpans).Select(found => found.Token).Distinct().ToArray();
        var missing = written.Concat(probe.Checkpoint?.SpecialTokens.Values ?? []).Where(token => token.Length > 0 && vocabulary.Find(token) is null).Distinct().ToArray();
        return missing.Length == 0
            ? new("SpecialTokensInVocabulary", true, written.Length == 0 ? "The template writes no control tokens." : $"All are in the vocabulary: {string.Join(" ", written)}", rendering.Text, Warning)
            : new(
                "SpecialTokensInVocabulary", false,
                $"Not in the vocabulary, so tokenised as ordinary text: {string.Join(" ", missing)}", rendering.Text, Warning);
    }

    private static TemplateCheck CheckEos(Probe probe)
    {
        const string Name = "EosAfterAssistant";
        var text = probe.Minimal.Text;
        var stops = probe.StopTokens;
        return FindTerminator(probe) switch
        {
            null when stops.Count == 0 => new(Name, false, "The template ends an answer with no control token, and the model's EOS token is not known.", text, Warning),
            null => new(Name, false, $"The template ends an answer with no control token; responses should end with {string.Join(" or ", stops)}.", text, Warning),
            { } end when stops.Count == 0 => new(Name, true, $"An answer ends with {end}; the model's EOS token is not known.", text, Warning),
            { } end when stops.Contains(end) => new(Name, true, $"An answer ends with {end}, at which generation ends.", text, Warning),
            { } end when probe.Checkpoint!.EosTokenIds.Count == 0 => new(
                Name, false, $"An answer ends with {end}, and the tokenizer's EOS token is {stops[0]}; no generation_config.json says that generation ends at {end}.", text, Warning),
            { } end => new(Name, false, $"An answer ends with {end}, but generation ends at {string.Join(" or ", stops)}: responses may run on.", text, Warning),
        };
    }

    private static TemplateCheck? CheckRoundTrip(Probe probe)
    {
        if (probe.Tokenizer is not { CanEncode: true } tokenizer)
            return null;
        var text = probe.Minimal.Text;
        if (probe.Encode(text, probe.Minimal.InputSpans) is not { } ids)
            return new("RoundTrip", false, probe.EncodingError!.Message, text, Warning);
        var decoded = tokenizer.Decode(ids);
        if (decoded == text)
            return new("RoundTrip", true, "Tokenised and decoded, the text is the same.", text, Warning);
        var common = decoded.AsSpan().CommonPrefixLength(text);
        return new(
            "RoundTrip", false,
            $"Tokenised and decoded, the text differs from character {common + 1} on ({ConversationChecks.Quote(decoded[common..Math.Min(decoded.Length, common + 20)])}): Python's backend may need an output_split_prefix.",
            decoded, Warning);
    }
}
