using Clembench.Backends;
using Clembench.Json;
using static Clembench.Templates.CheckSeverity;

namespace Clembench.Templates.Checks;

/// <summary>What a template can do beyond plain conversations. None of it is a fault.</summary>
internal static class FeatureChecks
{
    private const string ToolName = "look_up_colour";

    private static readonly (string Name, object?[] Values)[] ThinkingVariables =
    [
        ("enable_thinking", [true, false]), ("thinking", [true, false]), ("reasoning_effort", ["low", "high"]),
    ];

    public static IEnumerable<TemplateCheck> Run(Probe probe)
    {
        if (probe.Minimal.Failed)
            yield break;
        yield return CheckDate(probe);
        yield return CheckTools(probe);
        yield return CheckThinking(probe);
        yield return CheckImages(probe);
    }

    private static TemplateCheck CheckDate(Probe probe)
    {
        ChatMessage[] messages = [ChatMessage.User(Probe.Opening)];
        var early = probe.Render(messages, ChatTemplateOptions.Default with { Clock = new FixedClock(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero)) });
        var late = probe.Render(messages, ChatTemplateOptions.Default with { Clock = new FixedClock(new DateTimeOffset(2031, 12, 13, 14, 15, 16, TimeSpan.Zero)) });
        return early.Text == late.Text
            ? new("Reproducible", true, "The text does not depend on the day.", null, Warning)
            : new("Reproducible", false, "The template writes the date: what is sent differs from day to day. Some templates take it from a variable (chat_template_kwargs).", early.Shown, Warning);
    }

    private static TemplateCheck CheckTools(Probe probe)
    {
        var tool = JsonMap.Parse($$$"""
            {"type": "function", "function": {"name": "{{{ToolName}}}", "description": "Looks up the colour of a thing.",
              "parameters": {"type": "object", "properties": {"thing": {"type": "string", "description": "The thing."} }, "required": ["thing"]} } }
            """);
        ChatMessage[] messages = [ChatMessage.User(Probe.Opening)];
        var options = ChatTemplateOptions.Default with { Tools = [tool] };
        // Of the templates that have names, transformers takes this one where there are tools.
        const string Named = "tool_use";
        var named = probe.Checkpoint is { } checkpoint && probe.Template.Source == checkpoint.ChatTemplate ? checkpoint.ChatTemplates.GetValueOrDefault(Named) : null;
        var rendering = named is null ? probe.Render(messages, options) : probe.RenderWith(named, messages, options);
        return rendering.Text.Contains(ToolName, StringComparison.Ordinal)
            ? new("ToolsSupported", true, named is null ? "Tools are described to the model." : $"Tools are described to the model, by the template {Named}.", rendering.Text, Information)
            : new("ToolsSupported", false, rendering.Error?.Message ?? "Tools are passed over.", rendering.Shown, Information);
    }

    private static TemplateCheck CheckThinking(Probe probe)
    {
        ChatMessage[] messages = [ChatMessage.User(Probe.Opening)];
        var plain = probe.Render(messages);
        var switches = ThinkingVariables.Where(variable => variable.Values
            .Select(value => probe.Render(messages, ChatTemplateOptions.Default with { Variables = new JsonMap([new(variable.Name, value)]) }))
            .Any(rendering => !rendering.Failed && rendering.Text != plain.Text)).Select(variable => variable.Name).ToArray();
        return switches.Length > 0
            ? new("ThinkingSwitch", true, $"Thinking is set with {string.Join(", ", switches)} (chat_template_kwargs{(switches.Contains("reasoning_effort") ? ", cot_effort" : "")}).", null, Information)
            : new("ThinkingSwitch", false, "The template has no switch for thinking.", null, Information);
    }

    private static TemplateCheck CheckImages(Probe probe)
    {
        var rendering = probe.Render([ChatMessage.User(Probe.Opening) with { Images = ["image.png"] }]);
        // A template that knows nothing of parts fails, or writes the list as Python shows it.
        return !rendering.Failed && rendering.Text.Contains(Probe.Opening, StringComparison.Ordinal) && !rendering.Text.Contains("'type'", StringComparison.Ordinal)
            && rendering.Text != probe.Render([ChatMessage.User(Probe.Opening)]).Text
            ? new("ImagesSupported", true, "Messages may have images.", rendering.Text, Information)
            : new("ImagesSupported", false, "Messages are text alone.", null, Information);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
