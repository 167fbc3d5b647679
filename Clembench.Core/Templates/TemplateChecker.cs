using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Templates.Checkpoints;
using Clembench.Templates.Checks;

namespace Clembench.Templates;

/// <summary>
/// Checks a model's chat template and tokenizer: what clembench's <c>initial_hf_check.py</c> shows for a person to judge,
/// judged, and the registry entry that follows.
/// </summary>
public static class TemplateChecker
{
    private const int MostControlTokens = 200;

    /// <summary>Checks a model.</summary>
    /// <param name="subject">The model.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>What was found. Faults of the model are in the report; nothing is thrown for them.</returns>
    /// <exception cref="ClemException">The tokenizer's file cannot be fetched.</exception>
    public static async Task<TemplateReport> CheckAsync(TemplateSubject subject, CancellationToken cancellationToken)
    {
        var (tokenizer, tokenizerCheck, fault) = await LoadTokenizerAsync(subject.Checkpoint, cancellationToken).ConfigureAwait(false);
        // Rendering is work for the processor: a hostile template may take its full allowance a dozen times.
        var report = await Task.Run(() => Check(subject, tokenizer, tokenizerCheck, cancellationToken), cancellationToken).ConfigureAwait(false);
        return report with { Fault = fault };
    }

    /// <summary>The report on a model that could not be read.</summary>
    /// <param name="name">What a person calls it.</param>
    /// <param name="huggingFaceId">The repository; null for files of this machine.</param>
    /// <param name="path">The file or folder; null for a repository.</param>
    /// <param name="error">Why not.</param>
    /// <returns>The report.</returns>
    public static TemplateReport Unreadable(string name, string? huggingFaceId, string? path, ClemException error) =>
        new() { Name = name, HuggingFaceId = huggingFaceId, Path = path, Error = error.Message };

    private static TemplateReport Check(
        TemplateSubject subject, CheckpointTokenizer? tokenizer, TemplateCheck? tokenizerCheck, CancellationToken cancellationToken)
    {
        var (template, templateCheck) = ReadTemplate(subject);
        var probe = template is null ? null : new Probe(template, subject.Checkpoint, tokenizer, subject.Entry, cancellationToken);
        TemplateCheck[] checks = [templateCheck, .. tokenizerCheck is null ? (TemplateCheck[])[] : [tokenizerCheck], .. probe is null ? [] : Run(probe)];
        // Messages quote what a model's authors wrote; what was rendered stays as it is.
        checks = Array.ConvertAll(checks, check => check with { Message = HubText.Harmless(check.Message) });
        var report = Describe(subject, tokenizer, probe) with
        {
            Checks = checks,
            Passed = checks.All(check => check.Passed || !check.Required),
            Error = checks.FirstOrDefault(check => check is { Required: true, Passed: false })?.Message,
        };
        return subject.Checkpoint is null ? report : Suggest(report, subject, subject.Checkpoint, tokenizer, cancellationToken);
    }

    private static IEnumerable<TemplateCheck> Run(Probe probe) =>
        [.. ConversationChecks.Run(probe), .. TokenChecks.Run(probe), .. ContentChecks.Run(probe), .. FeatureChecks.Run(probe)];

    private static async Task<(CheckpointTokenizer? Tokenizer, TemplateCheck? Check, ClemException? Fault)> LoadTokenizerAsync(
        Checkpoint? checkpoint, CancellationToken cancellationToken)
    {
        const string Name = "Tokenizer";
        if (checkpoint is null)
            return (null, null, null);
        try
        {
            var tokenizer = await checkpoint.LoadTokenizerAsync(cancellationToken).ConfigureAwait(false);
            return (tokenizer, (tokenizer.CanEncode, checkpoint.SlowVocabularyFile) switch
            {
                (true, _) => new(Name, true, $"{checkpoint.TokenizerClass ?? "The tokenizer"} is loaded: {tokenizer.Vocabulary.Size:N0} tokens.", null, CheckSeverity.Warning),
                (_, { } file) => new(Name, false, $"There is no tokenizer.json, but {file}: the model needs the slow tokenizer class.", null, CheckSeverity.Warning),
                _ when checkpoint.Kind == CheckpointKind.Gguf => tokenizer.Vocabulary.IsComplete
                    ? new(Name, true, $"The file's vocabulary has {tokenizer.Vocabulary.Size:N0} tokens.", null, CheckSeverity.Warning)
                    : new(Name, false, tokenizer.Missing!, null, CheckSeverity.Warning),
                // On the hub, not all of the files' names may be known.
                _ when checkpoint.Kind == CheckpointKind.Folder => new(
                    Name, false, $"{checkpoint.Location} has no vocabulary: no tokenizer.json, tokenizer.model, vocab.json, or the like. The model cannot be loaded from there; fetch the missing files.",
                    null, CheckSeverity.Required),
                _ => new(Name, false, "There is no tokenizer.json here: what needs the whole vocabulary is not checked.", null, CheckSeverity.Warning),
            }, null);
        }
        catch (ClemException error) when (error.Kind is ErrorKind.InvalidData or ErrorKind.LimitExceeded or ErrorKind.NotAvailable)
        {
            // A file that is broken spoils the model; one that is merely of a kind that is not read here does not.
            var severity = error.Kind == ErrorKind.NotAvailable ? CheckSeverity.Warning : CheckSeverity.Required;
            return (null, new(Name, false, error.Message, null, severity), severity == CheckSeverity.Required ? error : null);
        }
    }

    private static (ChatTemplate? Template, TemplateCheck Check) ReadTemplate(TemplateSubject subject)
    {
        const string Name = "Template";
        try
        {
            var template = ChatTemplate.For(subject.Checkpoint, subject.Template, subject.Entry);
            var lines = template.Source.AsSpan().Count('\n') + 1;
            return (template, new(Name, true, $"The template compiles ({template.Source.Length:N0} characters, {lines:N0} {(lines == 1 ? "line" : "lines")}).", null, CheckSeverity.Required));
        }
        catch (ClemException error)
        {
            return (null, new(Name, false, error.Message, null, CheckSeverity.Required));
        }
    }

    private static TemplateReport Describe(TemplateSubject subject, CheckpointTokenizer? tokenizer, Probe? probe)
    {
        var checkpoint = subject.Checkpoint;
        var source = TemplateText(subject);
        return new TemplateReport
        {
            Name = subject.Name,
            HuggingFaceId = checkpoint?.HuggingFaceId,
            Path = checkpoint is { HuggingFaceId: null } ? checkpoint.Location : null,
            Commit = checkpoint?.Commit,
            Source = source is null ? null : IsCustom(subject) ? "custom" : checkpoint!.Kind == CheckpointKind.Gguf ? "gguf" : "premade",
            Rendered = probe?.Minimal.Shown,
            ChatTemplate = source,
            // Arrays: scripts index into them.
            TemplateNames = checkpoint is { ChatTemplates.Count: > 1 } ? checkpoint.ChatTemplates.Keys.ToArray() : [],
            EosToken = checkpoint?.EosToken,
            BosToken = checkpoint?.BosToken,
            SpecialTokens = checkpoint?.SpecialTokens ?? new Dictionary<string, string>(),
            ControlTokens = (tokenizer?.Vocabulary.ControlTokens ?? []).Except(checkpoint?.SpecialTokens.Values ?? []).Take(MostControlTokens).ToArray(),
            StopTokens = probe?.StopTokens.ToArray() ?? [],
            TokenizerClass = checkpoint?.TokenizerClass,
            VocabularySize = tokenizer?.Vocabulary.Size,
            ContextSize = checkpoint?.ContextSize,
            Architecture = checkpoint?.Architecture,
            EosToCull = probe is null ? checkpoint?.EosToken : TokenChecks.FindTextToCull(probe),
        };
    }

    private static TemplateReport Suggest(
        TemplateReport report, TemplateSubject subject, Checkpoint checkpoint, CheckpointTokenizer? tokenizer, CancellationToken cancellationToken)
    {
        if (report.Passed)
            return report with { Suggestion = EntrySuggestion.Write(checkpoint, subject.Entry, IsCustom(subject) ? report.ChatTemplate : null, report.EosToCull) };
        if (report.Checks.Any(check => check is { Name: "Tokenizer", Required: true, Passed: false }))
            return report;

        // The template is what is wrong. One of the common formats is proposed, if there is a sign of which.
        var vocabulary = tokenizer?.Vocabulary;
        if (StarterTemplate.IsHarmony(token => vocabulary?.Find(token) is not null))
        {
            return report.ChatTemplate is not null ? report : report with
            {
                Error = $"{checkpoint.Location} has no chat template. Its vocabulary is that of the Harmony format (gpt-oss), whose template is too long to be proposed: fetch chat_template.jinja of the model that it was made from, or give its text with -Template.",
            };
        }

        if ((StarterTemplate.ByVocabulary(token => vocabulary?.Find(token) is not null) ?? StarterTemplate.ByName(checkpoint.HuggingFaceId ?? checkpoint.Name)) is not { } starter)
        {
            return report.ChatTemplate is not null ? report : report with
            {
                Error = $"{checkpoint.Location} has no chat template, and neither its name nor its vocabulary says that it was trained for chat: it seems to be a base model.",
            };
        }

        var probe = ProbeOf(starter.Source);
        var source = starter.Source;
        // What a rendered text lacks, nothing adds later.
        if (probe.AddsBos && !source.Contains("bos_token", StringComparison.Ordinal))
            probe = ProbeOf(source = "{{ bos_token }}" + source);
        var end = TokenChecks.FindTextToCull(probe);
        return report with { Suggestion = EntrySuggestion.Write(checkpoint, subject.Entry, source, end), EosToCull = end };

        Probe ProbeOf(string template) =>
            new(ChatTemplate.For(checkpoint, template, subject.Entry), checkpoint, tokenizer, subject.Entry, cancellationToken);
    }

    private static bool IsCustom(TemplateSubject subject) => subject.Template is not null
        || (subject.Entry?.GetSetting("premade_chat_template") is not true && subject.Entry?.GetSetting("custom_chat_template") is string { Length: > 0 });

    private static string? TemplateText(TemplateSubject subject)
    {
        try
        {
            return ChatTemplate.SelectSource(subject.Checkpoint, subject.Template, subject.Entry);
        }
        catch (ClemException)
        {
            // That there is none is the first check's verdict.
            return null;
        }
    }
}
