using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates;
using Clembench.Templates.Checks;

namespace Clembench.Results.Checks;

/// <summary>
/// Whether the model's input is the messages in the form of its chat template: rendered again and compared, where messages
/// and template are known; else judged by the control tokens around the message, where there are any.
/// </summary>
internal static class TemplateCheckOfRecord
{
    private const string Name = ResultCheck.TemplateApplied;

    /// <summary>Checks a model's calls.</summary>
    /// <param name="model">The model.</param>
    /// <param name="exchanges">The calls, of which those of a local model count.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>The verdict; null where there is nothing to judge.</returns>
    public static async Task<Verdict?> RunAsync(CheckedModel model, IReadOnlyList<RecordedExchange> exchanges, CancellationToken cancellationToken)
    {
        var local = exchanges.Where(exchange => exchange.IsLocal).ToArray();
        if (local.Length == 0)
            return null;
        var (template, why) = FindTemplate(model);
        var compared = 0;
        var marks = new HashSet<string>();
        foreach (var (number, exchange) in local.Index())
        {
            var where = local.Length == 1 ? "The input" : $"Input {number + 1} of {local.Length}";
            var rendered = template is null || exchange.Messages is null ? null : Render(template, model, exchange, cancellationToken);
            if (rendered is { Error: { } error })
            {
                return await FailAsync(model, local, $"{where} cannot be made by the template of the entry: {error.Message}", cancellationToken).ConfigureAwait(false);
            }

            if (rendered?.Text == exchange.Input)
            {
                compared++;
                continue;
            }

            if (IsBare(exchange))
            {
                return await FailAsync(
                    model, local, $"{where} is the message itself, with nothing around it: no chat template was applied.", cancellationToken).ConfigureAwait(false);
            }

            // A template that writes the time cannot be held to what it wrote then.
            if (rendered is not null && !template!.Source.Contains("strftime_now", StringComparison.Ordinal))
            {
                var at = rendered.Value.Text!.AsSpan().CommonPrefixLength(exchange.Input);
                var message = $"{where} is not what the template makes of the messages; from character {at + 1} on it has {Quote(exchange.Input!, at)}, and the template writes {Quote(rendered.Value.Text!, at)}.";
                return await FailAsync(model, local, message, cancellationToken).ConfigureAwait(false);
            }

            marks.UnionWith(Marks(model, exchange));
        }

        if (compared == local.Length)
            return new(Name, true, compared == 1 ? "The input is what the template makes of the messages." : $"All {compared} inputs are what the template makes of the messages.");
        // Text without control tokens may be a template's, or anything else: nothing can be said of it.
        if (compared == 0 && marks.Count == 0)
            return null;
        var around = marks.Count > 0 ? $" ({string.Join(" ", marks.Take(6))})" : "";
        why ??= local.All(exchange => exchange.Messages is null) ? "the record does not have the messages" : "the template writes the time";
        return new(Name, true, $"The input has a template's text around the message{around}; it was not rendered again, because {why}.");
    }

    private static (ChatTemplate? Template, string? WhyNot) FindTemplate(CheckedModel model)
    {
        if (model.Recorded is not { } entry)
            return (null, "neither the record nor the registry has an entry of the model");
        // A template of the entry's own may use tokens that only the checkpoint knows.
        if (model.Checkpoint is null)
            return (null, model.Unreadable is { } error ? $"the model's files could not be read: {error.Message}" : "the registry has no entry that says where the model's files are");
        try
        {
            return (ChatTemplate.For(model.Checkpoint, null, entry), null);
        }
        catch (ClemException error)
        {
            return (null, error.Message);
        }
    }

    private static (string? Text, ClemException? Error)? Render(ChatTemplate template, CheckedModel model, RecordedExchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            var clock = exchange.Timestamp > DateTime.MinValue.AddDays(2) ? new FixedClock(exchange.Timestamp) : TimeProvider.System;
            var text = template.RenderExactly(exchange.Messages!, ChatTemplateOptions.Default with { Clock = clock }, cancellationToken).Text;
            // An answer that the model is to go on from stands behind the generation prompt.
            return (model.Recorded?.GetSetting("cot_bypass") is string { Length: > 0 } begun && !text.EndsWith(begun, StringComparison.Ordinal) && exchange.Input!.EndsWith(begun, StringComparison.Ordinal) ? text + begun : text, null);
        }
        catch (ClemException error)
        {
            return (null, error);
        }
    }

    // Whether nothing but white space and tokens that any tokenizer adds stands around the message.
    private static bool IsBare(RecordedExchange exchange)
    {
        var contents = exchange.Messages is { } messages ? messages.Select(message => message.GetOrDefault<string>("content") ?? "") : [exchange.Sent ?? ""];
        var rest = exchange.Input!;
        foreach (var content in contents)
        {
            if (RecordedExchange.LastIndexOf(rest, content) is >= 0 and var at)
                rest = rest.Remove(at, content.Trim().Length);
        }

        foreach (var token in (ReadOnlySpan<string>)["<s>", "<bos>", "<|begin_of_text|>", "<｜begin▁of▁sentence｜>", "<|endoftext|>"])
            rest = rest.Replace(token, "", StringComparison.Ordinal);
        // Without knowing what was sent, an input without any mark of a template is bare.
        return string.IsNullOrWhiteSpace(rest) || (exchange.Sent is null && exchange.Messages is null && !new ControlTokens([]).Find(rest, 0, rest.Length).Any() && !rest.Contains("[INST]", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Marks(CheckedModel model, RecordedExchange exchange) =>
        model.Control.Find(exchange.Input!, 0, exchange.Input!.Length).Select(found => found.Token).Distinct();

    private static async Task<Verdict> FailAsync(CheckedModel model, IReadOnlyList<RecordedExchange> exchanges, string message, CancellationToken cancellationToken)
    {
        if (model.Current is not { } entry)
            return new(Name, false, message);
        // What the registry has now may be right already.
        if (model.Recorded is { } recorded && !SameTemplate(recorded, entry) && model.Checkpoint is not null && await PassesAsync(entry).ConfigureAwait(false) is { Passed: true })
            return new(Name, false, $"{message} The registry's entry has another template by now: play again.");
        if (model.Checkpoint is null)
            return new(Name, false, $"{message} Test-ClemTemplate proposes a template once the model's files can be read{(model.Unreadable is { } error ? $" ({error.Message.TrimEnd('.')})" : "")}.");

        // Without its own template an entry is judged by what its model brings along.
        var report = await PassesAsync(EntrySuggestion.With(EntrySuggestion.With(entry, "custom_chat_template", null), "premade_chat_template", true)).ConfigureAwait(false);
        if (report.Suggestion is not { } suggestion)
            return new(Name, false, $"{message} {report.Error}");
        var (premade, custom) = (suggestion.GetSetting("premade_chat_template"), suggestion.GetSetting("custom_chat_template"));
        if (Equals(entry.GetSetting("premade_chat_template"), premade) && Equals(entry.GetSetting("custom_chat_template"), custom))
            return new(Name, false, $"{message} The entry's template is sound as it is (Test-ClemTemplate): play again; if it stays, whatever played the model does not apply it.");
        var what = custom is null ? "the model's own chat template" : "a custom_chat_template to start from";
        return new(Name, false, $"{message} The suggestion has {what}.")
        {
            Mend = mended => EntrySuggestion.With(EntrySuggestion.With(mended, "premade_chat_template", premade), "custom_chat_template", custom),
        };

        Task<TemplateReport> PassesAsync(ModelEntry candidate) => TemplateChecker.CheckAsync(
            new TemplateSubject(candidate.Name) { Checkpoint = model.Checkpoint, Entry = candidate }, cancellationToken);
    }

    private static bool SameTemplate(ModelEntry one, ModelEntry other) => Array.TrueForAll(
        (string[])["premade_chat_template", "custom_chat_template", "chat_template_kwargs"],
        key => JsonData.ToJson(one.GetSetting(key)) == JsonData.ToJson(other.GetSetting(key)));

    private static string Quote(string text, int at) => at >= text.Length ? "nothing more" : ConversationChecks.Quote(text[at..Math.Min(text.Length, at + 40)]);

    /// <summary>The time at which a response came.</summary>
    private sealed class FixedClock(DateTime local) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(DateTime.SpecifyKind(local, DateTimeKind.Local));
    }
}
