using System.Collections.Concurrent;
using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Models;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.PowerShell.Hosting;

/// <summary>
/// The base of cmdlets that work with chat templates: a model of the hub, files of this machine, a registry entry, or a
/// template alone.
/// </summary>
public abstract class TemplateCmdlet : ClemCmdlet
{
    private readonly ConcurrentQueue<string> _warnings = new();
    private CheckpointSource? _source;

    /// <summary>The text of a chat template, in jinja2's form, in place of the model's own; or alone, without a model.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Template { get; set; }

    /// <summary>A branch, a tag or a commit of the repository; the main branch where none is given.</summary>
    [Parameter(ParameterSetName = "HuggingFaceId")]
    [Parameter(ParameterSetName = "Model")]
    [ValidateNotNullOrEmpty]
    public string? Revision { get; set; }

    /// <summary>The models that the parameters name, each with a way to read it.</summary>
    /// <param name="ids">Repositories of the hub.</param>
    /// <param name="paths">Files and folders: absolute paths.</param>
    /// <param name="models">Entries, names (wildcards are allowed), partial specifications, or files and folders.</param>
    /// <returns>The models. For names that select nothing an error has been written.</returns>
    internal IEnumerable<Subject> Subjects(IEnumerable<string>? ids, IEnumerable<string>? paths, IEnumerable<object>? models)
    {
        RefuseFileName(Template);
        // In the default parameter set a template may stand alone: a set of its own could not be told from the others.
        if (ParameterSetName == "HuggingFaceId" && ids?.Any() is not true)
        {
            yield return Template is not null ? new("template", null, null, null, null) : throw new ClemException(
                "Clem.Template.NothingNamed", ErrorKind.InvalidArgument, "No model is named, and no template is given.",
                "Give -HuggingFaceId, -Path, -Model or -Template.");
        }

        foreach (var id in ids ?? [])
            yield return new(id, id, null, token => Source.FromHubAsync(id, Revision, token), null);
        // Files of Get-ChildItem are objects, too: the parameter that takes entries of any form gets them first.
        var objects = (models ?? []).ToLookup(model => (model is PSObject wrapped ? wrapped.BaseObject : model) is FileSystemInfo);
        foreach (var path in (paths ?? []).Concat(objects[true].Select(file => ((FileSystemInfo)((file as PSObject)?.BaseObject ?? file)).FullName)))
            yield return new(path, null, path, token => CheckpointSource.FromPathAsync(path, token), null);
        foreach (var entry in SelectModels(objects[false]))
            yield return new(entry.Name, entry.HuggingFaceId, null, token => Source.FromEntryAsync(entry, Revision, token), entry);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="subject">The model.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What is checked or formatted with.</returns>
    /// <exception cref="ClemException">The model cannot be read.</exception>
    internal async Task<TemplateSubject> ReadAsync(Subject subject, CancellationToken cancellationToken)
    {
        try
        {
            var checkpoint = subject.ReadAsync is null ? null : await subject.ReadAsync(cancellationToken);
            return new TemplateSubject(subject.Name) { Checkpoint = checkpoint, Template = Template, Entry = subject.Entry };
        }
        finally
        {
            WriteWarnings();
        }
    }

    /// <summary>Writes what the hub's client wanted a person to know. To be called on the pipeline thread.</summary>
    protected void WriteWarnings()
    {
        while (_warnings.TryDequeue(out var warning))
            WriteWarning(warning);
    }

    // A text without a tag renders to itself, whatever is said: where it also names a file, the file is meant.
    private void RefuseFileName(string? template)
    {
        if (template is null || template.AsSpan().IndexOfAny('{', '\n') >= 0)
            return;
        var name = template.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), template[2..]) : template;
        if (!File.Exists(Path.Combine(SessionState.Path.CurrentFileSystemLocation.ProviderPath, name)))
            return;
        throw new ClemException(
            "Clem.Template.FileName", ErrorKind.InvalidArgument, $"-Template takes a template's text, and '{template}' is the name of a file.",
            $"Give its content: -Template (Get-Content '{template.Replace("'", "''", StringComparison.Ordinal)}' -Raw).", template);
    }

    private CheckpointSource Source => _source ??= new CheckpointSource(
        new HubClient(HubSettings.From(Workspace, KeyStore.Load(Workspace))) { Warn = _warnings.Enqueue });

    private List<ModelEntry> SelectModels(IEnumerable<object> models)
    {
        ModelSession? session = null;
        var entries = new List<ModelEntry>();
        foreach (var model in models)
        {
            session ??= new ModelSession(this, Workspace);
            try
            {
                entries.AddRange(session.SelectModels(model));
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }

        return entries;
    }

    /// <summary>A model that a parameter names.</summary>
    /// <param name="Name">What a person calls it.</param>
    /// <param name="HuggingFaceId">The repository; null for files of this machine.</param>
    /// <param name="Path">The file or folder; null for others.</param>
    /// <param name="ReadAsync">Reads its checkpoint; null where there is none.</param>
    /// <param name="Entry">Its registry entry; null for none.</param>
    internal sealed record Subject(
        string Name, string? HuggingFaceId, string? Path, Func<CancellationToken, Task<Checkpoint>>? ReadAsync, ModelEntry? Entry);
}
