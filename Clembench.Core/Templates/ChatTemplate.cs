using System.Collections.Concurrent;
using Clembench.Backends;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates.Checkpoints;
using Clembench.Templates.Jinja;

namespace Clembench.Templates;

/// <summary>
/// A model's chat template with the variables that it sees: what turns a conversation into the text that the model is sent.
/// Rendering follows transformers' <c>apply_chat_template</c>; conversations are prepared as clemcore's local backend does.
/// </summary>
public sealed class ChatTemplate
{
    // A session sees a few templates, again and again.
    private const int MostParsed = 256;
    private static readonly ConcurrentDictionary<string, JinjaTemplate> Parsed = new(StringComparer.Ordinal);

    private readonly JinjaTemplate _template;

    private ChatTemplate(string source, JinjaTemplate template, IReadOnlyDictionary<string, object?> variables)
    {
        Source = source;
        _template = template;
        Variables = variables;
    }

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>The variables beside the conversation: special tokens, and what the registry entry sets.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; }

    /// <summary>Makes a template ready.</summary>
    /// <param name="source">Its text, in jinja2's form.</param>
    /// <param name="variables">The variables beside the conversation (plain values, see <see cref="JsonMap"/>); null for none.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ClemException"><c>Clem.Template.Syntax</c>: the text is no template; <c>Clem.Template.Limit</c>: it is too large.</exception>
    public static ChatTemplate Parse(string source, IReadOnlyDictionary<string, object?>? variables = null)
    {
        if (!Parsed.TryGetValue(source, out var template))
        {
            try
            {
                template = JinjaTemplate.Parse(source);
            }
            catch (JinjaException error)
            {
                throw Describe(error);
            }

            if (Parsed.Count >= MostParsed)
                Parsed.Clear();
            Parsed.TryAdd(source, template);
        }

        return new ChatTemplate(source, template, variables ?? JsonMap.Empty);
    }

    /// <summary>The template that a model is used with.</summary>
    /// <param name="checkpoint">The model's checkpoint; null where only the template is known.</param>
    /// <param name="custom">A template in place of the checkpoint's own.</param>
    /// <param name="entry">The registry entry, whose <c>custom_chat_template</c> and variables count; null for none.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ClemException">There is none, or it is no template.</exception>
    public static ChatTemplate For(Checkpoint? checkpoint, string? custom = null, ModelEntry? entry = null) =>
        Parse(SelectSource(checkpoint, custom, entry), VariablesOf(checkpoint, entry));

    /// <summary>The text of the template that a model is used with.</summary>
    /// <param name="checkpoint">The model's checkpoint; null where only the template is known.</param>
    /// <param name="custom">A template in place of the checkpoint's own.</param>
    /// <param name="entry">The registry entry; null for none.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ClemException">There is none.</exception>
    public static string SelectSource(Checkpoint? checkpoint, string? custom, ModelEntry? entry)
    {
        if (custom is not null)
            return custom;
        if (entry?.GetSetting("premade_chat_template") is not true && entry?.GetSetting("custom_chat_template") is string { Length: > 0 } own)
            return own;
        if (checkpoint?.ChatTemplate is { } premade)
            return premade;
        var names = checkpoint?.ChatTemplates.Keys ?? [];
        throw names.Any()
            ? new ClemException(
                "Clem.Template.NoDefault", ErrorKind.InvalidData,
                $"{checkpoint!.Location} has the chat templates {string.Join(", ", names)}, and none of them is called 'default'.",
                "Take the text of one of them as custom_chat_template.", checkpoint.Location)
            : new ClemException(
                "Clem.Template.Missing", ErrorKind.NotFound, $"{checkpoint?.Location ?? entry?.Name ?? "The model"} has no chat template.",
                "Write one (custom_chat_template); Test-ClemTemplate proposes one to start from.", (object?)checkpoint?.Location ?? entry);
    }

    /// <summary>Renders a conversation as the local backend sends it: prepared by <see cref="ChatMessage.Prepare"/> first.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">How it is rendered.</param>
    /// <param name="cancellationToken">Stops the rendering.</param>
    /// <returns>The text, and which pieces of it are the messages'.</returns>
    /// <exception cref="ClemException">
    /// <c>Clem.Template.Raised</c>: the template refuses the conversation; <c>Clem.Template.Undefined</c>: it uses what is
    /// not there; <c>Clem.Template.Limit</c>: it wants too much; <c>Clem.Template.Failed</c>: anything else.
    /// </exception>
    public JinjaOutput Render(IReadOnlyList<ChatMessage> messages, ChatTemplateOptions options, CancellationToken cancellationToken) =>
        RenderExactly([.. ChatMessage.Prepare(messages).Select(ToValue)], options, cancellationToken);

    /// <summary>Renders messages as they are.</summary>
    /// <param name="messages">Objects with <c>role</c> and <c>content</c>, and whatever else the template knows, such as <c>tool_calls</c>.</param>
    /// <param name="options">How they are rendered.</param>
    /// <param name="cancellationToken">Stops the rendering.</param>
    /// <returns>The text, and which pieces of it are the messages'.</returns>
    /// <exception cref="ClemException">As <see cref="Render"/>.</exception>
    public JinjaOutput RenderExactly(IReadOnlyList<JsonMap> messages, ChatTemplateOptions options, CancellationToken cancellationToken)
    {
        // As transformers: what is not given is there, and none.
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal) { ["tools"] = null, ["documents"] = null };
        foreach (var (name, value) in Variables.Concat(options.Variables ?? JsonMap.Empty))
            variables[name] = value;
        variables["messages"] = messages.ToArray<object?>();
        variables["add_generation_prompt"] = options.AddGenerationPrompt;
        if (options.Tools is { } tools)
            variables["tools"] = tools.ToArray();
        try
        {
            return _template.Render(variables, new JinjaOptions { Clock = options.Clock }, cancellationToken);
        }
        catch (JinjaException error)
        {
            throw Describe(error);
        }
    }

    private static Dictionary<string, object?> VariablesOf(Checkpoint? checkpoint, ModelEntry? entry)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, token) in checkpoint?.SpecialTokens ?? new Dictionary<string, string>())
            variables[name] = token;
        if (checkpoint?.AdditionalSpecialTokens is { Count: > 0 } further)
            variables["additional_special_tokens"] = further.ToArray<object?>();
        // llama.cpp entries may name these two themselves.
        foreach (var (setting, name) in (ReadOnlySpan<(string, string)>)[("bos_string", "bos_token"), ("eos_string", "eos_token")])
        {
            if (entry?.GetSetting(setting) is string text)
                variables[name] = text;
        }

        if (entry?.GetSetting("cot_effort") is string effort)
            variables["reasoning_effort"] = effort;
        foreach (var (name, value) in entry?.GetSetting("chat_template_kwargs") as JsonMap ?? JsonMap.Empty)
            variables[name] = value;
        return variables;
    }

    // Images make the content a list of parts, images first, as multimodal models' templates expect.
    private static JsonMap ToValue(ChatMessage message) => new(
    [
        new("role", message.Role),
        new("content", message.Images.Count == 0 ? message.Content : (object?[])
        [
            .. message.Images.Select(image => new JsonMap([new("type", "image"), new("image", image.Reference)])),
            new JsonMap([new("type", "text"), new("text", message.Content)]),
        ]),
    ]);

    private static ClemException Describe(JinjaException error)
    {
        var place = error.Line is { } line ? $" (line {line} of the template)" : "";
        // A template may raise any text, one that would steer the terminal included.
        var message = HubText.OneLine(error.Message).TrimEnd('.');
        return error.Kind switch
        {
            JinjaErrorKind.Syntax or JinjaErrorKind.Unsupported => new ClemException(
                "Clem.Template.Syntax", ErrorKind.InvalidData, $"The chat template cannot be read: {message}{place}.",
                "Correct it there, or write one of your own (custom_chat_template).", null, error),
            JinjaErrorKind.Raised => new ClemException(
                "Clem.Template.Raised", ErrorKind.InvalidData, $"The chat template refuses the conversation: {message}{place}.",
                "The model's authors did not mean it for such a conversation.", null, error),
            JinjaErrorKind.Undefined => new ClemException(
                "Clem.Template.Undefined", ErrorKind.InvalidData, $"The chat template uses something that is not there: {message}{place}.",
                "Set it with chat_template_kwargs in the model's entry, or correct the template.", null, error),
            JinjaErrorKind.Limit => new ClemException(
                "Clem.Template.Limit", ErrorKind.LimitExceeded, $"The chat template wants too much: {message}{place}.",
                "An honest template stays far below the limit; do not use this one.", null, error),
            _ => new ClemException(
                "Clem.Template.Failed", ErrorKind.InvalidData, $"The chat template fails: {message}{place}.", "Correct the template.", null, error),
        };
    }
}
