using Clembench.Backends;
using Clembench.Common;
using Clembench.Models;
using Clembench.Templates.Checkpoints;

namespace Clembench.Templates.Checks;

/// <summary>What checks work with: the template, what is known of the model, and a way to render without failing.</summary>
internal sealed class Probe
{
    public const string Opening = "Please name a colour.";
    public const string Answer = "Green, like the leaves.";
    public const string Reply = "Now name another one.";
    public const string System = "You are a careful player.";

    private readonly CancellationToken _cancellationToken;
    private ClemException? _excess;

    public Probe(ChatTemplate template, Checkpoint? checkpoint, CheckpointTokenizer? tokenizer, ModelEntry? entry, CancellationToken cancellationToken)
    {
        Template = template;
        Checkpoint = checkpoint;
        Tokenizer = tokenizer;
        Entry = entry;
        _cancellationToken = cancellationToken;
        Control = new ControlTokens(tokenizer?.Vocabulary.ControlTokens ?? []);
        Minimal = Render([ChatMessage.User(Opening), ChatMessage.Assistant(Answer), ChatMessage.User(Reply)]);
    }

    public ChatTemplate Template { get; }

    public Checkpoint? Checkpoint { get; }

    public CheckpointTokenizer? Tokenizer { get; }

    /// <summary>The registry entry that the model is used with; null for none.</summary>
    public ModelEntry? Entry { get; }

    public Vocabulary? Vocabulary => Tokenizer?.Vocabulary;

    public ControlTokens Control { get; }

    /// <summary>The short conversation: user, assistant, user.</summary>
    public Rendering Minimal { get; }

    /// <summary>The texts of the tokens at which generation ends.</summary>
    public IReadOnlyList<string> StopTokens => field ??=
    [
        .. ((IEnumerable<string?>)[.. (Checkpoint?.EosTokenIds ?? []).Select(id => Vocabulary?.GetText(id)), Checkpoint?.EosToken])
            .OfType<string>().Distinct(),
    ];

    /// <summary>Renders a conversation as the backend does.</summary>
    public Rendering Render(IReadOnlyList<ChatMessage> messages, ChatTemplateOptions? options = null) =>
        Try(() => Template.Render(messages, options ?? ChatTemplateOptions.Default, _cancellationToken));

    /// <summary>Renders a conversation with another template of the model's.</summary>
    public Rendering RenderWith(string source, IReadOnlyList<ChatMessage> messages, ChatTemplateOptions options) =>
        Try(() => ChatTemplate.Parse(source, Template.Variables).Render(messages, options, _cancellationToken));

    /// <summary>Turns a text into tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="plain">Where control tokens are ordinary text.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer adds its own.</param>
    /// <returns>The tokens' numbers; null where the tokenizer cannot (<see cref="EncodingError"/>), or there is none.</returns>
    public IReadOnlyList<int>? Encode(string text, IReadOnlyList<TextSpan> plain, bool addSpecialTokens = false)
    {
        // As with rendering: what took too long once would again.
        if (Tokenizer is not { CanEncode: true } || EncodingError is { Kind: ErrorKind.LimitExceeded })
            return null;
        try
        {
            return Tokenizer.Encode(text, plain, addSpecialTokens, _cancellationToken);
        }
        catch (ClemException error)
        {
            if (EncodingError is null || error.Kind == ErrorKind.LimitExceeded)
                EncodingError = error;
            return null;
        }
    }

    /// <summary>Whether the tokenizer puts the BOS token before a text: by its configuration, else by what it does.</summary>
    public bool AddsBos => Checkpoint?.BosToken is { } bos && (Checkpoint.AddBosToken
        ?? (Vocabulary?.Find(bos) is { } id && Encode("a", [], addSpecialTokens: true) is [var first, ..] && first == id));

    /// <summary>Why a text could not be tokenised; null where none failed.</summary>
    public ClemException? EncodingError { get; private set; }

    /// <summary>Where contents stand in a text, one behind the other, whatever white space is around them.</summary>
    /// <returns>Where each begins; null where one is missing.</returns>
    public static IReadOnlyList<int>? Locate(string text, IEnumerable<string> contents)
    {
        var places = new List<int>();
        var from = 0;
        foreach (var content in contents.Select(content => content.Trim()))
        {
            var at = text.IndexOf(content, from, StringComparison.Ordinal);
            if (at < 0)
                return null;
            places.Add(at);
            from = at + content.Length;
        }

        return places;
    }

    private Rendering Try(Func<Jinja.JinjaOutput> render)
    {
        // A template that wants too much once is not given the same a dozen times more.
        if (_excess is not null)
            return new Rendering("", [], _excess);
        try
        {
            var output = render();
            return new Rendering(output.Text, output.InputSpans, null);
        }
        catch (ClemException error)
        {
            if (error.Kind == ErrorKind.LimitExceeded)
                _excess = error;
            return new Rendering("", [], error);
        }
    }
}
