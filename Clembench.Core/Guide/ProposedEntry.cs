using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.Guide;

/// <summary>The entry that a model gets: what the template check proposes, with the name that is wanted.</summary>
public static class ProposedEntry
{
    /// <summary>Finds the entry that the registry has for a model by its name, so that what somebody wrote there is kept.</summary>
    /// <param name="entries">The registry's entries, in order of precedence.</param>
    /// <param name="checkpoint">The model.</param>
    /// <param name="name">The name that it is to have.</param>
    /// <returns>The entry; null where the name is free.</returns>
    /// <exception cref="ClemException">The name is that of another model.</exception>
    public static ModelEntry? FindKnown(IEnumerable<ModelEntry> entries, Checkpoint checkpoint, string name)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (entries.FirstOrDefault(entry => entry.Name == name) is not { } known)
            return null;
        return IsOf(known, checkpoint) ? known : throw new ClemException(
            "Clem.Add.NameTaken", ErrorKind.AlreadyExists,
            $"There is a model '{name}' already, and it is another one: {known.HuggingFaceId ?? known.GetSetting("path") ?? known.ModelId ?? known.Name} of the backend '{known.Backend}' ({known.Source}, entry {known.Position}).",
            "Give this one another name with -Name.", name);
    }

    /// <summary>The entry that a report proposes, under a name.</summary>
    /// <param name="report">A report on a model that passed.</param>
    /// <param name="name">The name.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="ClemException">The model did not pass, or is none that can be played.</exception>
    public static ModelEntry Of(TemplateReport report, string name)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (!report.Passed || report.Suggestion is not { } suggestion)
        {
            var starter = report.Suggestion?.GetSetting("custom_chat_template") is string;
            throw new ClemException(
                "Clem.Add.TemplateNotPassed", ErrorKind.InvalidData,
                report.Error ?? "What was checked is not a model that can be played: a checkpoint is a folder, a repository or a GGUF file.",
                "Compare with the model's card, and give a template that passes: -Template (Get-Content mine.jinja -Raw). "
                + (starter ? "The report's Suggestion has one of a common form to start from. " : "")
                + "Test-ClemTemplate checks it alone", report);
        }

        return suggestion.Name == name ? suggestion : suggestion with
        {
            Name = name,
            Properties = new JsonMap([new("model_name", name), .. suggestion.Properties.Where(member => member.Key != "model_name")]),
        };
    }

    /// <summary>Whether a proposal says what the entry says already, so that there is nothing to write.</summary>
    /// <param name="known">The entry that there is.</param>
    /// <param name="proposed">The proposal.</param>
    /// <returns>The verdict.</returns>
    public static bool IsUnchanged(ModelEntry known, ModelEntry proposed)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(proposed);
        return PlainValue.AreEqual(known.Properties, proposed.Properties);
    }

    private static bool IsOf(ModelEntry entry, Checkpoint checkpoint) => LocalModelStore.IsLocal(entry) && (checkpoint.HuggingFaceId is { } id
        ? string.Equals(entry.HuggingFaceId, id, StringComparison.OrdinalIgnoreCase)
        : (entry.GetSetting("path") as string ?? entry.HuggingFaceId) is { Length: > 0 } path && IsSame(LocalPath.Resolve(entry, path), checkpoint.Location));

    private static bool IsSame(string one, string other) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(one)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(other));
}
