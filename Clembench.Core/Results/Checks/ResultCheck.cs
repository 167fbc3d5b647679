using Clembench.Models;

namespace Clembench.Results;

/// <summary>
/// One check of an episode's records: what the guide to adding models has a person look for in requests and
/// interactions. A check that does not apply (a remote API applies no template here) is not made.
/// </summary>
public sealed record ResultCheck
{
    /// <summary>The input of the model is the messages in the form of its chat template.</summary>
    public const string TemplateApplied = "TemplateApplied";

    /// <summary>The model generated text.</summary>
    public const string HasOutput = "HasOutput";

    /// <summary>The generated text follows the prompt, and is what the game got.</summary>
    public const string OutputFollowsPrompt = "OutputFollowsPrompt";

    /// <summary>The model ended its responses with an EOS token.</summary>
    public const string EosInResponse = "EosInResponse";

    /// <summary>What the game got has no EOS token.</summary>
    public const string EosCulled = "EosCulled";

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The game's name.</summary>
    public required string Game { get; init; }

    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>The instance's number within its experiment.</summary>
    public required int InstanceId { get; init; }

    /// <summary>The check's name, one of the constants of this type.</summary>
    public required string Name { get; init; }

    /// <summary>Whether all responses of the model in this episode passed.</summary>
    public required bool Passed { get; init; }

    /// <summary>What was found, in a sentence or two.</summary>
    public required string Message { get; init; }

    /// <summary>
    /// The model's registry entry as it should be, with all that was found for the model so far, ready for
    /// <c>Register-ClemModel</c>; null where the check passed, or no entry would mend it.
    /// </summary>
    public ModelEntry? Suggestion { get; init; }

    /// <summary>The number of responses that were looked at.</summary>
    public int Responses { get; init; }

    /// <summary>The episode.</summary>
    public required Episode Episode { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name}: {(Passed ? "passed" : "failed")}";
}
