using Clembench.Backends;
using static Clembench.Templates.CheckSeverity;

namespace Clembench.Templates.Checks;

/// <summary>
/// Whether conversations of every shape that games have can be rendered. Those that clembench's own check
/// (<c>initial_hf_check.py</c>) makes decide: user–assistant–user and consecutive user messages are needed, a leading
/// assistant message and a system message are not.
/// </summary>
internal static class ConversationChecks
{
    public static IEnumerable<TemplateCheck> Run(Probe probe)
    {
        ChatMessage[] minimal = [ChatMessage.User(Probe.Opening), ChatMessage.Assistant(Probe.Answer), ChatMessage.User(Probe.Reply)];
        yield return Check("SingleTurn", Required, probe, [minimal[0]], "One user message, which every game begins with, is rendered.");
        yield return Check("MinimalConversation", Required, probe, minimal, "User, assistant and user messages are rendered.");
        yield return Check(
            "ConsecutiveUserTurns", Required, probe, [ChatMessage.User("Please name"), ChatMessage.User("a colour."), .. minimal[1..]],
            "Consecutive user messages are joined by a blank line, as the backend does, and rendered.");
        yield return Check(
            "MultiTurn", Required, probe,
            [.. minimal, ChatMessage.Assistant("Blue, like the sea."), ChatMessage.User("A third one?"), ChatMessage.Assistant("Red."), ChatMessage.User("Thank you.")],
            "Seven messages are rendered, in their order.");
        yield return Check(
            "AssistantFirst", Warning, probe, [ChatMessage.Assistant("Let us begin."), .. minimal],
            "A conversation may begin with the assistant.", "No game begins so.");
        yield return CheckSystem(probe, minimal);
        yield return CheckGenerationPrompt(probe, minimal);
        if (CheckContinuation(probe, minimal) is { } continuation)
            yield return continuation;
    }

    private static TemplateCheck Check(
        string name, CheckSeverity severity, Probe probe, IReadOnlyList<ChatMessage> messages, string passed, string? consolation = null)
    {
        var rendering = probe.Render(messages);
        if (rendering.Error is { } error)
            return new(name, false, consolation is null ? error.Message : $"{error.Message} {consolation}", null, severity);
        var prepared = ChatMessage.Prepare(messages);
        if (Probe.Locate(rendering.Text, prepared.Select(message => message.Content)) is not null)
            return new(name, true, passed, rendering.Text, severity);
        var missing = prepared.FirstOrDefault(message => !rendering.Text.Contains(message.Content, StringComparison.Ordinal));
        return new(
            name, false,
            (missing is null ? "The messages are not in their order" : $"The text of the {missing.Role} message is missing or changed") + " in what is rendered.",
            rendering.Text, severity);
    }

    // Where it stands is the template's business: some put it before the last user message.
    private static TemplateCheck CheckSystem(Probe probe, IReadOnlyList<ChatMessage> minimal)
    {
        const string Name = "SystemMessage";
        var rendering = probe.Render([new ChatMessage("system", Probe.System), .. minimal]);
        if (rendering.Error is { } error)
            return new(Name, false, $"{error.Message} Games that send none can be played.", null, Warning);
        if (!rendering.Text.Contains(Probe.System, StringComparison.Ordinal))
            return new(Name, false, "The text of the system message is missing or changed in what is rendered.", rendering.Text, Warning);
        return Probe.Locate(rendering.Text, [Probe.System, .. minimal.Select(message => message.Content)]) is not null
            ? new(Name, true, "A system message is rendered, before the others.", rendering.Text, Warning)
            : new(Name, Probe.Locate(rendering.Text, minimal.Select(message => message.Content)) is not null, "A system message is rendered, behind the first of the others.", rendering.Text, Warning);
    }

    // The text has to end with what opens an assistant turn, or the model has to write that itself. Not all templates need
    // something there: [/INST] closes the user's turn, and what follows is the assistant's.
    private static TemplateCheck CheckGenerationPrompt(Probe probe, IReadOnlyList<ChatMessage> messages)
    {
        const string Name = "GenerationPrompt";
        var with = probe.Minimal;
        var without = probe.Render(messages, ChatTemplateOptions.Default with { AddGenerationPrompt = false });
        if (with.Failed || without.Failed || Probe.Locate(with.Text, messages.Select(message => message.Content)) is not { } places)
            return new(Name, false, "It cannot be judged, because the short conversation is not rendered.", null, Warning);
        var tail = with.Text[(places[2] + Probe.Reply.Length)..];
        if (with.Text != without.Text)
        {
            return with.Text.StartsWith(without.Text, StringComparison.Ordinal)
                ? new(Name, true, $"With add_generation_prompt the text ends with {Quote(with.Text[without.Text.Length..])}.", with.Text, Warning)
                : new(Name, true, $"With add_generation_prompt the text ends otherwise: {Quote(tail)}.", with.Text, Warning);
        }

        var opening = with.Text[(places[0] + Probe.Opening.Length)..places[1]];
        return tail.Trim().Length > 0 && opening.Trim().StartsWith(tail.Trim(), StringComparison.Ordinal) && opening.Trim() == tail.Trim()
            ? new(Name, true, $"The text always ends with what stands before an answer: {Quote(tail)}.", with.Text, Warning)
            : new(
                Name, false,
                $"The text ends with {(tail.Length == 0 ? "the user's message" : Quote(tail))}, but before an answer stands {Quote(opening)}: the model has to open its own turn. The template does not heed add_generation_prompt.",
                with.Text, Warning);
    }

    private static TemplateCheck? CheckContinuation(Probe probe, IReadOnlyList<ChatMessage> messages)
    {
        var first = probe.Render([messages[0]]);
        var later = probe.Minimal;
        if (first.Failed || later.Failed)
            return null;
        var common = first.Text.AsSpan().CommonPrefixLength(later.Text);
        return common == first.Text.Length
            ? new("ContinuesDialogue", true, "What is sent in a later turn begins with what was sent before: a local model need not read it again.", later.Text, Information)
            : new(
                "ContinuesDialogue", false,
                $"What is sent in a later turn differs from what was sent before, from character {common + 1} on: {Quote(Excerpt(later.Text, common))}. Earlier turns are rendered anew, as templates do that drop thinking.",
                later.Text, Information);
    }

    private static string Excerpt(string text, int start) => text[start..Math.Min(text.Length, start + 40)];

    internal static string Quote(string text)
    {
        var shown = text.Length <= 60 ? text : text[..60] + "…";
        return $"'{shown.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'";
    }
}
