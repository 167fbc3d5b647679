using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Templates.Checkpoints;
using Clembench.Templates.Jinja;

namespace Clembench.Templates;

/// <summary>Makes of conversations what a local model is sent: the one way, for the backends and for whoever wants to look.</summary>
public sealed class PromptFormatter
{
    private readonly ChatTemplate _template;
    private readonly CheckpointTokenizer? _tokenizer;

    private PromptFormatter(ChatTemplate template, CheckpointTokenizer? tokenizer)
    {
        _template = template;
        _tokenizer = tokenizer;
    }

    /// <summary>Prepares a model's formatter.</summary>
    /// <param name="subject">The model, or a template alone.</param>
    /// <param name="tokenize">Whether texts are to be tokenised too.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The formatter.</returns>
    /// <exception cref="ClemException">There is no usable template, or no tokenizer where one is wanted.</exception>
    public static async Task<PromptFormatter> LoadAsync(TemplateSubject subject, bool tokenize, CancellationToken cancellationToken)
    {
        var template = ChatTemplate.For(subject.Checkpoint, subject.Template, subject.Entry);
        if (!tokenize)
            return new PromptFormatter(template, tokenizer: null);
        var tokenizer = subject.Checkpoint is null ? null : await subject.Checkpoint.LoadTokenizerAsync(cancellationToken).ConfigureAwait(false);
        return tokenizer is { CanEncode: true } ? new PromptFormatter(template, tokenizer) : throw new ClemException(
            "Clem.Template.NoTokenizer", ErrorKind.NotAvailable, tokenizer?.Missing ?? "A template alone has no tokenizer.",
            "Leave out -Tokenize, or give a model that has a tokenizer.json.", subject.Name);
    }

    /// <summary>Formats a conversation, prepared as the backend does (<see cref="ChatMessage.Prepare"/>).</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">How it is rendered.</param>
    /// <param name="cancellationToken">Stops the rendering.</param>
    /// <returns>What the model is sent.</returns>
    /// <exception cref="ClemException">The template refuses the conversation, or fails.</exception>
    public FormattedPrompt Format(IReadOnlyList<ChatMessage> messages, ChatTemplateOptions options, CancellationToken cancellationToken) =>
        Tokenize(_template.Render(messages, options, cancellationToken), cancellationToken);

    /// <summary>Formats messages as they are: those with members beside role and content, such as <c>tool_calls</c>.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">How they are rendered.</param>
    /// <param name="cancellationToken">Stops the rendering.</param>
    /// <returns>What the model is sent.</returns>
    /// <exception cref="ClemException">The template refuses the conversation, or fails.</exception>
    public FormattedPrompt FormatExactly(IReadOnlyList<JsonMap> messages, ChatTemplateOptions options, CancellationToken cancellationToken) =>
        Tokenize(_template.RenderExactly(messages, options, cancellationToken), cancellationToken);

    private FormattedPrompt Tokenize(JinjaOutput output, CancellationToken cancellationToken)
    {
        var prompt = new FormattedPrompt(output.Text) { InputSpans = output.InputSpans.ToArray() };
        if (_tokenizer is null)
            return prompt;
        // The template has written the BOS token; the tokenizer adds none, as with transformers' apply_chat_template.
        var ids = _tokenizer.Encode(output.Text, output.InputSpans, cancellationToken: cancellationToken);
        // Arrays: scripts index into them.
        return prompt with { TokenIds = ids.ToArray(), Tokens = ids.Select(id => _tokenizer.Vocabulary.GetText(id) ?? "").ToArray() };
    }
}
