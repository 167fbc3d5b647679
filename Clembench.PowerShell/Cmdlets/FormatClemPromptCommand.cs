using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Templates;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Shows what a local model is sent for a conversation: the text with the chat template applied, and its tokens.</summary>
[Cmdlet(VerbsCommon.Format, "ClemPrompt", DefaultParameterSetName = "HuggingFaceId")]
[OutputType(typeof(FormattedPrompt))]
public sealed class FormatClemPromptCommand : TemplateCmdlet
{
    private readonly List<object> _messages = [];
    private readonly List<InteractionEvent> _events = [];
    private readonly List<RequestRecord> _requests = [];
    private bool _unusable;

    /// <summary>A repository of the Hugging Face hub: owner/name. May be left out where a template alone is used.</summary>
    [Parameter(ParameterSetName = "HuggingFaceId")]
    public string? HuggingFaceId { get; set; }

    /// <summary>The folder of a checkpoint, a tokenizer_config.json file, or a GGUF file; wildcards that select one are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>A folder or file, taken as it is written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The registry entry of a local model, its name, or a partial specification.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Model")]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public object? Model { get; set; }

    /// <summary>
    /// The messages, in order: texts (of the user), objects with role and content, or the events of Get-ClemInteraction. All of
    /// them are one conversation. Or calls of Get-ClemRequest: each is a conversation of its own, and gives a prompt.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public object[] Message { get; set; } = [];

    /// <summary>The player whose events or calls are taken, such as <c>Player 1</c>. Each player of an episode has a conversation of its own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Player { get; set; }

    /// <summary>Gives the tokens, too.</summary>
    [Parameter]
    public SwitchParameter Tokenize { get; set; }

    /// <summary>Leaves out what opens the assistant's turn.</summary>
    [Parameter]
    public SwitchParameter NoGenerationPrompt { get; set; }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var message in Message)
                Take(message is PSObject wrapped ? wrapped.BaseObject : message, message);
        }
        catch (ClemException error)
        {
            // A conversation that lacks one of its messages is another one.
            _unusable = true;
            WriteError(error);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_unusable)
            return;
        var conversations = Conversations().ToArray();
        var paths = ParameterSetName switch
        {
            "Path" => ResolvePaths(Path, literal: false),
            "LiteralPath" => ResolvePaths(LiteralPath, literal: true),
            _ => [],
        };
        var subjects = Subjects(HuggingFaceId is null ? null : [HuggingFaceId], paths, Model is null ? null : [Model]).ToArray();
        if (subjects.Length > 1)
        {
            throw new ClemException(
                "Clem.Prompt.SeveralModels", ErrorKind.InvalidArgument,
                $"A prompt is formatted for one model, and {subjects.Length} are named: {string.Join(", ", subjects.Take(3).Select(subject => subject.Name))}, ….",
                "Name one.");
        }

        if (subjects.Length == 0)
            return;
        var formatter = await PromptFormatter.LoadAsync(await ReadAsync(subjects[0], cancellationToken), Tokenize, cancellationToken);
        WriteWarnings();
        var options = ChatTemplateOptions.Default with { AddGenerationPrompt = !NoGenerationPrompt };
        foreach (var messages in conversations)
        {
            WriteObject(messages.Any(message => message is JsonMap)
                ? formatter.FormatExactly([.. messages.Select(MessageArgument.ToMap)], options, cancellationToken)
                : formatter.Format([.. messages.Cast<ChatMessage>()], options, cancellationToken));
        }
    }

    private void Take(object? value, object? argument)
    {
        if (value is RequestRecord request)
        {
            _requests.Add(request);
            return;
        }

        if (value is InteractionEvent interaction)
        {
            _events.Add(interaction);
            if (Player is not null && interaction.From != Player && interaction.To != Player)
                return;
        }

        if (MessageArgument.Read(argument) is { } message)
            _messages.Add(message);
    }

    private IEnumerable<IReadOnlyList<object>> Conversations()
    {
        // A prompt made of what several models were sent is one that none of them was.
        if (_requests.Count > 0 && (_messages.Count > 0 || _events.Count > 0))
        {
            throw new ClemException(
                "Clem.Prompt.MixedMessages", ErrorKind.InvalidArgument, "Calls of Get-ClemRequest, each of which is a conversation, and messages are given together.",
                "Give either.");
        }

        string[] players = [.. _requests.Select(request => request.Player).Concat(_events.SelectMany(one => (string[])[one.From, one.To]))
            .OfType<string>().Where(name => name != "GM").Distinct().Order(StringComparer.Ordinal)];
        if (Player is not null && !players.Contains(Player))
        {
            throw new ClemException(
                "Clem.Prompt.NoSuchPlayer", ErrorKind.InvalidArgument,
                players.Length == 0 ? "-Player selects among events and calls of an episode, and none are given." : $"There is no '{Player}' here, only {string.Join(", ", players)}.",
                "Check the spelling.", Player);
        }

        if (_requests.Count > 0)
            return [.. _requests.Where(request => Player is null || request.Player == Player).Select(MessageArgument.FromRequest)];
        if (_events.Select(one => one.Episode?.Path).Distinct().Count() > 1)
        {
            throw new ClemException(
                "Clem.Prompt.SeveralEpisodes", ErrorKind.InvalidArgument, "The events are of several episodes, each of which is a conversation of its own.",
                "Give those of one episode.");
        }

        return Player is not null || players.Length < 2 ? [_messages] : throw new ClemException(
            "Clem.Prompt.SeveralPlayers", ErrorKind.InvalidArgument,
            $"The events are of {string.Join(" and ", players)}, each of whom was sent a conversation of its own.",
            $"Name one: -Player '{players[0]}'. Or take what was sent: Get-ClemRequest.");
    }
}
