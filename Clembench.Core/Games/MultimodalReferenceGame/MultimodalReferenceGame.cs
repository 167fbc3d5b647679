using System.Security.Cryptography;
using System.Text;
using Clembench.Backends;
using Clembench.Games.Generation;
using Clembench.Games.Words;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.MultimodalReferenceGame;

/// <summary>
/// One player describes one of three images in one expression; the other one, who sees them in another order, says
/// which was meant. The instance has the pattern of each answer, and nothing may follow what the pattern calls
/// <c>content</c>. An answer of another form ends the episode.
/// </summary>
public sealed class MultimodalReferenceGame : IGame, IInstanceGenerator
{
    internal const string InvalidFormat = "invalid format";
    internal const string Parsed = "parse";
    internal const string Correct = "parse_correct";
    internal const string Wrong = "parse_wrong";

    // Members of events that clemcore's scorer looks for.
    internal const string Answer = "answer";
    internal const string OriginalContent = "original_content";

    private static readonly string[] Places = ["first", "second", "third"];

    /// <inheritdoc />
    public string Name => "multimodal_referencegame";

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var giverPrompt = instance.GetText("player_1_prompt_header");
        var followerPrompt = instance.GetText("player_2_prompt_header");
        var targets = MultimodalReferenceScores.Targets(instance);

        // Both players' images are found before anybody is asked.
        var giverImages = Images(instance, player: 1);
        var followerImages = Images(instance, player: 2);
        var target = followerImages[Math.Max(0, Array.FindIndex(Places, targets.Contains))];
        var giver = dialogue.AddPlayer("InstructionGiver", _ => $"Expression: the image whose fingerprint is {Fingerprint(target)}");
        var follower = dialogue.AddPlayer("InstructionFollower", said => $"Answer: {Recognize(said[^1])}");

        var expression = await dialogue.AskAsync(giver, giverPrompt, cancellationToken, giverImages).ConfigureAwait(false);
        if (Parse(instance, expression, player: 1) is null)
        {
            Abort(dialogue, "Invalid generated expression", expression);
            return;
        }

        dialogue.Note(Parsed, expression);
        var answer = await dialogue.AskAsync(
            follower, followerPrompt.Replace("TARGET_EXPRESSION", expression, StringComparison.Ordinal), cancellationToken, followerImages).ConfigureAwait(false);
        if (Parse(instance, answer, player: 2) is not { } choice)
        {
            Abort(dialogue, "Invalid generated choice", answer);
            return;
        }

        dialogue.Note(Parsed, answer, [new(Answer, choice)]);
        dialogue.Note(targets.Contains(choice.ToLowerInvariant()) ? Correct : Wrong, choice.ToLowerInvariant());
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        MultimodalReferenceInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance) => MultimodalReferenceScores.Score(interactions, instance);

    private static ChatImage[] Images(GameInstance instance, int player) =>
        [.. Places.Select(place => InstanceImages.Find(instance, instance.GetText($"player_{player}_{place}_image")))];

    private static void Abort(Dialogue dialogue, string reason, string response)
    {
        dialogue.CountViolation();
        dialogue.Note(InvalidFormat, reason, [new(OriginalContent, response)]);
    }

    // What the pattern calls content; null where the response has another form.
    private static string? Parse(GameInstance instance, string response, int player) =>
        PythonPattern.MatchStart(instance, instance.GetText($"player_{player}_response_pattern"), response) is { Success: true } match
        && match.Groups["remainder"].Length == 0
            ? match.Groups["content"].Value
            : null;

    // Cooperative players look at the very images that they are shown, as files.
    private static string Recognize(ChatMessage shown)
    {
        var place = shown.Images.TakeWhile(image => !shown.Content.Contains(Fingerprint(image), StringComparison.Ordinal)).Count();
        return Places.ElementAtOrDefault(place) ?? Places[0];
    }

    private static string Fingerprint(ChatImage image) => Convert.ToHexStringLower(
        SHA256.HashData(ChatImage.IsAddress(image.Location) ? Encoding.UTF8.GetBytes(image.Location) : File.ReadAllBytes(image.Location)).AsSpan(0, 6));
}
