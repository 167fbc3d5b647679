using Clembench.Games.Words;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.MultimodalReferenceGame;

/// <summary>
/// The scores of the game, as clemcore's scorer computes them from the third and the sixth event. It takes a choice that the
/// game master refused for its remainder, and it knows the answer only as a member of a <c>parse</c> event: an episode
/// with the game master's later notes alone (<c>parse_correct</c>, <c>parse_wrong</c>) is an aborted one to it.
/// </summary>
internal static class MultimodalReferenceScores
{
    /// <summary>The names of the place at which the second player sees the image that is meant.</summary>
    public static IReadOnlyList<string> Targets(GameInstance instance) =>
        instance.Properties.GetOrDefault<string>("target_image_name") is { } name ? [name] : instance.GetTexts("target_image_name");

    public static EpisodeScores Score(Interactions interactions, GameInstance instance)
    {
        var events = interactions.Rounds.Count == 0 ? [] : interactions.Rounds[0];
        var expression = events.ElementAtOrDefault(2) is { Type: MultimodalReferenceGame.Parsed } parsed ? parsed.Content as string ?? "" : null;
        var choice = expression is null ? null : Choice(events.ElementAtOrDefault(5), instance);
        var isSuccess = choice is not null && Targets(instance).Contains(choice.ToLowerInvariant());
        var isAborted = choice is null;

        var requests = expression is null ? 1L : 2L;
        var violated = isAborted ? 1L : 0L;
        KeyValuePair<string, object?>[] lengths =
        [
            new("Generated Expression Length", Number(expression?.EnumerateRunes().LongCount())),
            new("Generated Expression Number of Tokens", Number(expression?.Split(' ').LongLength)),
        ];
        KeyValuePair<string, object?>[] ends =
        [
            new("Aborted at Player 1", expression is null ? 1L : 0L),
            new("Aborted at Player 2", expression is not null && isAborted ? 1L : 0L),
        ];
        KeyValuePair<string, object?>[] counts =
        [
            new(Metrics.RequestCount, requests),
            new(Metrics.ParsedRequestCount, requests - violated),
            new(Metrics.ViolatedRequestCount, violated),
            new(Metrics.Success, isSuccess ? 1L : 0L),
        ];
        return new EpisodeScores(
            new SortedDictionary<int, JsonMap> { [0] = new([.. lengths, .. counts]) },
            new([
                .. expression is null ? ends : lengths,
                .. expression is null ? lengths : ends,
                .. counts,
                new(Metrics.Lose, isSuccess ? 0L : 1L),
                new(Metrics.Aborted, violated),
                new(Metrics.MainScore, Number(isAborted ? null : isSuccess ? 100 : 0)),
                new(Metrics.RequestSuccessRatio, (double)(requests - violated) / requests),
                new("Judged Success", Judged(events))]))
        {
            RepeatsHead = false,
        };
    }

    private static object Number(long? value) => value is { } number ? number : (object)double.NaN;

    // What the second player chose; null where that has not the form that is asked for, remainder or not.
    private static string? Choice(InteractionEvent? verdict, GameInstance instance) => verdict switch
    {
        { Type: MultimodalReferenceGame.Parsed, Action: { } action } => action.GetOrDefault<string>(MultimodalReferenceGame.Answer),
        { Type: MultimodalReferenceGame.InvalidFormat, Action: { } action }
            when action.GetOrDefault<string>(MultimodalReferenceGame.OriginalContent) is { } response
            && PythonPattern.MatchStart(instance, instance.GetText("player_2_response_pattern"), response) is { Success: true } match => match.Groups["content"].Value,
        _ => null,
    };

    // What the game master says of the choice, where it made one out.
    private static object Judged(IReadOnlyList<InteractionEvent> events) =>
        Number(events.Any(e => e.Type == MultimodalReferenceGame.Correct) ? 1 : events.Any(e => e.Type == MultimodalReferenceGame.Wrong) ? 0 : null);
}
