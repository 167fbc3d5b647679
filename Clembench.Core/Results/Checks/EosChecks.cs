using Clembench.Templates.Checks;

namespace Clembench.Results.Checks;

/// <summary>Whether responses end with an EOS token, and whether the game got to see one.</summary>
internal static class EosChecks
{
    private const int MostTokens = 8;

    /// <summary>Whether responses end with an EOS token.</summary>
    /// <param name="model">The model.</param>
    /// <param name="exchanges">Its calls, of which those of a local model count.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>The verdict; null where there is nothing to judge.</returns>
    public static Verdict? InResponse(CheckedModel model, IReadOnlyList<RecordedExchange> exchanges, CancellationToken cancellationToken)
    {
        const string Name = ResultCheck.EosInResponse;
        var local = exchanges.Where(exchange => exchange is { IsLocal: true, Raw: not null }).ToArray();
        if (local.Length == 0)
            return null;
        var ends = new HashSet<string>();
        var (cut, open, other) = (0, 0, new HashSet<string>());
        foreach (var exchange in local)
        {
            // Padding of a batch stands behind the EOS token: any token at the end counts.
            var trailing = model.TrailingTokens(exchange.Output);
            if (trailing.FirstOrDefault(model.StopTokens.Contains) is { } stop)
                ends.Add(stop);
            else if (trailing.Count > 0 && (model.StopTokens.Count == 0 || model.Recorded?.GetSetting("eos_to_cull") is string { Length: > 0 } eos && string.IsNullOrWhiteSpace(CheckedModel.Cull(eos, trailing[0]))))
                ends.Add(trailing[0]);
            else if (IsCut(model, exchange, cancellationToken))
                cut++;
            else if (trailing.Count > 0)
                other.Add(trailing[0]);
            else
                open++;
        }

        var total = local.Length;
        var limit = cut == 0 ? "" : $" {(cut == total ? (total == 1 ? "It" : "All") : $"{cut} of {total}")} {(cut == 1 ? "was" : "were")} cut at the most tokens ({local.First(exchange => exchange.MaxTokens is not null || exchange.SaysCut).MaxTokens}), before an EOS token could come.";
        if (open == 0 && other.Count == 0)
            return new(Name, true, (ends.Count == 0 ? "" : $"{(total == 1 ? "The response ends" : "Responses end")} with {string.Join(" or ", ends)}.").Trim() + (ends.Count == 0 ? limit.Trim() : limit));
        var expected = model.StopTokens.Count > 0 ? $" (expected: {string.Join(" or ", model.StopTokens)})" : "";
        var found = other.Count > 0 ? $", but with {string.Join(" or ", other)}" : "";
        var failed = total - cut - local.Count(exchange => model.TrailingTokens(exchange.Output).Any(ends.Contains));
        return new(Name, false, $"{(total == 1 ? "The response does" : $"{failed} of {total} responses do")} not end with an EOS token{expected}{found}.{limit} Either the model went on until something else stopped it, or its template is not the one that it was trained with (Test-ClemTemplate).");
    }

    /// <summary>Whether what the game got has no EOS token.</summary>
    /// <param name="model">The model.</param>
    /// <param name="exchanges">Its calls.</param>
    /// <returns>The verdict; null where the dialogue's record has no replies.</returns>
    public static Verdict? Culled(CheckedModel model, IReadOnlyList<RecordedExchange> exchanges)
    {
        const string Name = ResultCheck.EosCulled;
        var replies = exchanges.Where(exchange => exchange.Reply is not null).ToArray();
        if (replies.Length == 0)
            return null;
        var seen = new HashSet<string>();
        var count = 0;
        foreach (var exchange in replies)
        {
            var found = Tokens(model, exchange).ToArray();
            count += found.Length > 0 ? 1 : 0;
            seen.UnionWith(found);
        }

        if (count == 0)
            return new(Name, true, replies.Length == 1 ? "The reply in the interactions has no EOS token." : $"None of the {replies.Length} replies in the interactions has an EOS token.");
        var message = $"{(replies.Length == 1 ? "The reply" : $"{count} of {replies.Length} replies")} in the interactions {(count == 1 ? "has" : "have")} {string.Join(" ", seen.Take(MostTokens))}.";
        if (!Array.Exists(replies, exchange => exchange.IsLocal))
            return new(Name, false, $"{message} The service leaves the token in its answers: its settings, not this entry, decide that.");
        if (model.Current is null)
            return new(Name, false, $"{message} The registry has no entry of the model that could cull it.");
        var known = model.Recorded?.GetSetting("eos_to_cull") as string;
        string[] tokens = [.. seen.Take(MostTokens)];
        return model.ProposeEos(model.Current, tokens) is not { } eos
            ? new(Name, false, $"{message} The registry's entry culls it by now: play again.")
            : new(Name, false, $"{message} The entry culls {(known is null ? "nothing" : ConversationChecks.Quote(known))}; the suggestion, {ConversationChecks.Quote(eos)}.")
            {
                Mend = entry => model.ProposeEos(entry, tokens) is { } more ? EntrySuggestion.With(entry, "eos_to_cull", more) : entry,
            };
    }

    // Of a remote model only what a text ends with is told from a text that speaks of tokens.
    private static IEnumerable<string> Tokens(CheckedModel model, RecordedExchange exchange)
    {
        var reply = exchange.Reply!;
        if (!exchange.IsLocal)
            return model.TrailingTokens(reply).Where(token => token != "<s>");
        // Where the prompt has come along, its tokens are no fault of the culling.
        if (exchange.HasPromptInReply)
            return model.TrailingTokens(reply);
        return model.Control.Find(reply, 0, reply.Length).Select(found => found.Token).Where(token => !IsThought(token));
    }

    // A vocabulary may hold the marks of reasoning, too; they belong to cot_start_tag and cot_end_tag.
    private static bool IsThought(string token) => token.Contains("think", StringComparison.OrdinalIgnoreCase) || token.Contains("channel", StringComparison.OrdinalIgnoreCase);

    private static bool IsCut(CheckedModel model, RecordedExchange exchange, CancellationToken cancellationToken) =>
        exchange.SaysCut || (exchange.MaxTokens is { } most && model.Count(exchange.Output, cancellationToken) >= most);
}
