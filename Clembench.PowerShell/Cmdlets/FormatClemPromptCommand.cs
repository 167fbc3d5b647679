using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Templates;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Shows what a local model is sent for a conversation: the text with the chat template applied, and its tokens.</summary>
[Cmdlet(VerbsCommon.Format, "ClemPrompt", DefaultParameterSetName = "HuggingFaceId")]
[OutputType(typeof(FormattedPrompt))]
public sealed class FormatClemPromptCommand : TemplateCmdlet
{
    private readonly List<object> _messages = [];
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
    /// The messages, in order: texts (of the user), objects with role and content, or events of Get-ClemInteraction. All of
    /// them are one conversation.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public object[] Message { get; set; } = [];

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
            _messages.AddRange(Message.Select(MessageArgument.Read).OfType<object>());
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
        WriteObject(_messages.Exists(message => message is JsonMap)
            ? formatter.FormatExactly([.. _messages.Select(MessageArgument.ToMap)], options, cancellationToken)
            : formatter.Format([.. _messages.Cast<ChatMessage>()], options, cancellationToken));
    }
}
