using System.Management.Automation;
using Clembench.Common;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Templates;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Checks whether a model's chat template and tokenizer work, and proposes the model's registry entry, which can be piped
/// to Register-ClemModel. One report for each model; one that cannot be read is an error too, and the others are checked.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "ClemTemplate", DefaultParameterSetName = "HuggingFaceId")]
[OutputType(typeof(TemplateReport), typeof(bool))]
public sealed class TestClemTemplateCommand : TemplateCmdlet
{
    private bool _passed = true;

    /// <summary>Repositories of the Hugging Face hub: owner/name. May be left out where a template alone is checked.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "HuggingFaceId")]
    public string[] HuggingFaceId { get; set; } = [];

    /// <summary>Folders of checkpoints, tokenizer_config.json files, or GGUF files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Folders or files, taken as they are written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Registry entries of local models, their names (wildcards are allowed), or partial specifications.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Model")]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public object[] Model { get; set; } = [];

    /// <summary>Shows the tokenizer's facts, too.</summary>
    [Parameter]
    [Alias("i")]
    public SwitchParameter ShowTokenizer { get; set; }

    /// <summary>Shows the template's text, too.</summary>
    [Parameter]
    [Alias("t")]
    public SwitchParameter ShowTemplate { get; set; }

    /// <summary>Gives one bool instead of the reports: whether all models passed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var paths = ParameterSetName switch
        {
            "Path" => ResolvePaths(Path, literal: false),
            "LiteralPath" => ResolvePaths(LiteralPath, literal: true),
            _ => [],
        };
        if (ParameterSetName is "Path" or "LiteralPath" && paths.Count == 0)
            _passed = false;
        foreach (var subject in Subjects(HuggingFaceId, paths, Model))
            await CheckAsync(subject, cancellationToken);
    }

    /// <inheritdoc />
    protected override Task EndAsync(CancellationToken cancellationToken)
    {
        if (Quiet)
            WriteObject(_passed);
        return Task.CompletedTask;
    }

    private async Task CheckAsync(Subject subject, CancellationToken cancellationToken)
    {
        TemplateReport report;
        ClemException? error = null;
        try
        {
            report = await TemplateChecker.CheckAsync(await ReadAsync(subject, cancellationToken), cancellationToken);
            error = report.Fault;
            if (report.Suggestion is { } entry)
                report = report with { Suggestion = new ModelSession(this, Workspace).Models.WithAvailability(entry) };
        }
        catch (Exception e) when (e is not (OperationCanceledException or PipelineStoppedException or OutOfMemoryException))
        {
            // A fault of our own must not keep the other models from being checked either.
            error = e as ClemException ?? new ClemException(
                "Clem.Template.CheckFailed", ErrorKind.InvalidData, $"{subject.Name} cannot be checked: {e.Message}",
                "Please report this, with the model's name.", subject.Name, e);
            report = TemplateChecker.Unreadable(subject.Name, subject.HuggingFaceId, subject.Path, error);
        }

        WriteWarnings();
        _passed &= report.Passed;
        if (!Quiet)
        {
            WriteObject(report with
            {
                Details = (ShowTokenizer ? TemplateDetails.Tokenizer : 0) | (ShowTemplate ? TemplateDetails.Template : 0),
            });
        }

        if (error is not null)
            WriteError(error);
    }
}
