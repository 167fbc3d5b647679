using Clembench.Models;
using Clembench.Templates.Checks;

namespace Clembench.Results.Checks;

/// <summary>Whether the model generated something, and whether that is what the game got.</summary>
internal static class OutputChecks
{
    private const string Prefix = "output_split_prefix";

    /// <summary>Whether there is generated text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="exchanges">Its calls.</param>
    /// <returns>The verdict.</returns>
    public static Verdict HasOutput(CheckedModel model, IReadOnlyList<RecordedExchange> exchanges)
    {
        const string Name = ResultCheck.HasOutput;
        var empty = exchanges.Where(exchange => IsEmpty(model, exchange)).ToArray();
        if (empty.Length > 0)
        {
            var cut = empty.Count(exchange => exchange.Raw is null);
            return new(Name, false, $"{Of(empty.Length, exchanges)} {(empty.Length == 1 ? "has" : "have")} no generated text{(cut == empty.Length && exchanges.Any(exchange => exchange.IsLocal) ? " that the record shows" : "")}.");
        }

        var lost = exchanges.Where(exchange => exchange is { IsLocal: true, Reply: { } reply } && string.IsNullOrWhiteSpace(reply)).ToArray();
        if (lost.Length == 0)
            return new(Name, true, exchanges.Count == 1 ? "The model generated text." : $"All {exchanges.Count} responses have generated text.");
        return Blame(model, lost[0], $"{Of(lost.Length, exchanges)} {(lost.Length == 1 ? "has" : "have")} generated text, and the game got none of it");
    }

    /// <summary>Whether the generated text follows the prompt, and the game got no piece of the prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="exchanges">Its calls, of which those of a local model count.</param>
    /// <returns>The verdict; null where there is nothing to judge.</returns>
    public static Verdict? FollowsPrompt(CheckedModel model, IReadOnlyList<RecordedExchange> exchanges)
    {
        const string Name = ResultCheck.OutputFollowsPrompt;
        var local = exchanges.Where(exchange => exchange is { IsLocal: true, Raw: not null }).ToArray();
        if (local.Length == 0)
            return null;
        var leaked = local.Where(exchange => exchange.HasPromptInReply).ToArray();
        if (leaked.Length > 0)
        {
            var message = $"{Of(leaked.Length, local)} came to the game with the prompt before the generated text: the prompt as it was decoded differs from the one that was sent, and could not be cut off.";
            if (FindSplitPrefix(model, local) is not { } prefix)
                return new(Name, false, $"{message} No text stands before all outputs that would do for an {Prefix}.");
            return model.Current?.GetSetting(Prefix) as string == prefix
                ? new(Name, false, $"{message} The registry's entry has an {Prefix} by now: play again.")
                : new(Name, false, $"{message} The suggestion has the {Prefix} {ConversationChecks.Quote(prefix)}.") { Mend = entry => EntrySuggestion.With(entry, Prefix, prefix) };
        }

        var split = model.Recorded?.GetSetting(Prefix) as string is { Length: > 0 } known ? known : null;
        var changed = local.Count(exchange => exchange.Holding == PromptHolding.Changed);
        return new(Name, true, (local.Count(exchange => exchange.Holding == PromptHolding.Exact), changed) switch
        {
            (0, 0) => "The record has the generated text alone, and the game got nothing of the prompt.",
            (_, 0) => "The generated text follows the prompt as it was sent.",
            _ when split is not null => $"The decoded prompt differs from the one that was sent; {Prefix} {ConversationChecks.Quote(split)} separates the generated text from it.",
            _ => "The decoded prompt differs from the one that was sent in white space or control tokens, and the game got nothing of it.",
        });
    }

    private static bool IsEmpty(CheckedModel model, RecordedExchange exchange) => exchange.Raw is null
        ? string.IsNullOrWhiteSpace(exchange.Reply)
        : string.IsNullOrWhiteSpace(model.WithoutTokens(exchange.Output)) && string.IsNullOrWhiteSpace(exchange.Reply);

    // The longest piece of what the template writes behind the last message that stands before every output as it was
    // decoded, and not in any output: what the guide has a person find by eye.
    private static string? FindSplitPrefix(CheckedModel model, IReadOnlyList<RecordedExchange> exchanges)
    {
        var candidates = exchanges.Select(exchange => exchange.Tail).Distinct().SelectMany(tail => Pieces(model, tail)).Distinct().OrderByDescending(piece => piece.Length);
        return candidates.FirstOrDefault(piece => exchanges.All(exchange => Separates(piece, exchange)));
    }

    private static bool Separates(string piece, RecordedExchange exchange) =>
        exchange.Raw!.LastIndexOf(piece, StringComparison.Ordinal) is >= 0 and var last
        && string.Equals(RecordedExchange.Bare(exchange.Raw[(last + piece.Length)..]), RecordedExchange.Bare(exchange.Output), StringComparison.Ordinal);

    // The text itself, from each of its control tokens on, from behind each, and without white space at its ends.
    private static IEnumerable<string> Pieces(CheckedModel model, string tail)
    {
        var starts = model.Control.Find(tail, 0, tail.Length).SelectMany(found => (int[])[found.Start, found.Start + found.Token.Length]).Prepend(0);
        return starts.Select(start => tail[start..]).SelectMany(piece => (string[])[piece, piece.TrimStart(), piece.Trim()]).Where(piece => piece.Trim().Length >= 3);
    }

    private static Verdict Blame(CheckedModel model, RecordedExchange exchange, string message)
    {
        const string Name = ResultCheck.HasOutput;
        var output = exchange.Output;
        if (model.Recorded?.GetSetting("eos_to_cull") is string { Length: > 0 } eos && !string.IsNullOrWhiteSpace(model.WithoutTokens(output)) && string.IsNullOrWhiteSpace(CheckedModel.Cull(eos, output)))
        {
            var ends = model.TrailingTokens(output);
            var token = ends.FirstOrDefault(model.StopTokens.Contains) ?? (ends.Count > 0 ? ends[0] : model.StopTokens.Count > 0 ? model.StopTokens[0] : null);
            message += $": eos_to_cull {ConversationChecks.Quote(eos)} removes all of it.";
            return token is null || model.Current?.GetSetting("eos_to_cull") as string != eos ? new(Name, false, message)
                : new(Name, false, $"{message} The suggestion removes {token} alone.") { Mend = entry => EntrySuggestion.With(entry, "eos_to_cull", EosPattern.Escape(token)) };
        }

        if (model.Recorded?.GetSetting(Prefix) as string is { Length: > 0 } prefix && output.Contains(prefix, StringComparison.Ordinal))
        {
            return new(Name, false, $"{message}: the {Prefix} {ConversationChecks.Quote(prefix)} stands in the generated text itself. The suggestion is without it.")
            {
                Mend = entry => EntrySuggestion.With(entry, Prefix, null),
            };
        }

        return new(Name, false, model.Recorded?.GetSetting("cot_output") is true
            ? $"{message}: the model's reasoning did not come to its end ({model.Recorded.GetSetting("cot_end_tag")}). Give it more tokens (-MaxTokens)."
            : $"{message}.");
    }

    private static string Of(int count, IReadOnlyList<RecordedExchange> all) => all.Count == 1 ? "The response" : $"{count} of {all.Count} responses";
}
