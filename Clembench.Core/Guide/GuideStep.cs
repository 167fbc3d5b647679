using Clembench.Common;

namespace Clembench.Guide;

/// <summary>The steps of the guide to adding models, in their order.</summary>
public enum GuideStep
{
    /// <summary>The model's card and facts are read from the hub.</summary>
    Card,

    /// <summary>Chat template and tokenizer are checked.</summary>
    Template,

    /// <summary>The proposed entry is written to a registry.</summary>
    Entry,

    /// <summary>Weights and tokenizer are fetched.</summary>
    Download,

    /// <summary>hellogame is played.</summary>
    Play,

    /// <summary>The records are checked.</summary>
    Check,
}

/// <summary>The names of steps for people, and the errors that end the guide at one of them.</summary>
public static class GuideSteps
{
    /// <summary>What happens in a step, as a person reads it.</summary>
    /// <param name="step">The step.</param>
    /// <returns>A few words.</returns>
    public static string Describe(GuideStep step) => step switch
    {
        GuideStep.Card => "reading the model's card",
        GuideStep.Template => "checking the chat template",
        GuideStep.Entry => "writing the registry entry",
        GuideStep.Download => "fetching the model",
        GuideStep.Play => "playing hellogame",
        _ => "checking the records",
    };

    /// <summary>The error of a guide that cannot go on.</summary>
    /// <param name="step">The step that failed; the error's id is <c>Clem.Add.&lt;step&gt;Failed</c>.</param>
    /// <param name="model">What a person calls the model.</param>
    /// <param name="cause">Why.</param>
    /// <param name="entry">The entry that stands in a registry by now; null where none was written.</param>
    /// <returns>An error that says which step failed, why, what is left, and how to continue.</returns>
    public static ClemException Failed(GuideStep step, string model, ClemException cause, Models.ModelEntry? entry)
    {
        ArgumentNullException.ThrowIfNull(cause);
        var left = entry is null
            ? "Nothing was registered; the same command begins again."
            : $"The entry '{entry.Name}' stays in '{entry.Source}' as it is: the same command goes on with it, and Unregister-ClemModel '{entry.Name.Replace("'", "''", StringComparison.Ordinal)}' removes it.";
        return new ClemException(
            $"Clem.Add.{step}Failed", cause.Kind, $"Adding '{model}' stopped while {Describe(step)}: {cause.Message}",
            $"{(cause.Action is { Length: > 0 } action ? $"{action.TrimEnd('.', ' ')}. " : "")}{left}", cause.Target ?? model, cause);
    }
}
