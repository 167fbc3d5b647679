using System.Globalization;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Transcripts;

/// <summary>What all forms of a transcript say in the same words.</summary>
internal static class TranscriptFacts
{
    public const string ViolatesText = "Not in the form asked for";

    /// <summary>What an episode is and how it ended, as names and values; values may come from anybody.</summary>
    public static IEnumerable<(string Name, string Value)> Of(Transcript transcript)
    {
        var episode = transcript.Episode;
        yield return ("Model", episode.Model);
        foreach (var player in transcript.Players.Where(player => player.Name != Dialogue.GameMaster))
            yield return (player.Name, player.Role.Length > 0 && player.Role != player.Name ? $"{player.Role}: {player.Model}" : player.Model);
        // Those of the wrong form are a part of the game's own metric.
        var violated = episode.ViolatedRequestCount > 0 ? Invariant($", {episode.ViolatedRequestCount} of them not in the form asked for") : "";
        var agrees = episode.ScoredRequestCount == episode.RequestCount;
        yield return ("Requests", Invariant($"{episode.RequestCount}{(agrees ? violated : "")}"));
        if (!agrees)
            yield return (Scoring.Metrics.RequestCount, Invariant($"{episode.ScoredRequestCount} by the game's own metric{violated}"));
        if (episode.PromptTokens is not null || episode.CompletionTokens is not null)
            yield return ("Tokens", Invariant($"{episode.PromptTokens?.ToString("N0", CultureInfo.InvariantCulture) ?? "?"} sent, {episode.CompletionTokens?.ToString("N0", CultureInfo.InvariantCulture) ?? "?"} generated"));
        if (episode.Cost is { } cost)
            yield return ("Cost", cost.ToString(CultureInfo.InvariantCulture));
        if (episode.Duration > TimeSpan.Zero)
            yield return ("Duration", Invariant($"{episode.Duration.TotalSeconds:0.###} s"));
        if (episode.Repeat > 1)
            yield return ("Repetition", Invariant($"{episode.Repeat}"));
        if (episode.Error is { } error)
            yield return ("Error", error);
    }

    /// <summary>An episode's name for a heading.</summary>
    public static string Title(Episode episode) => Invariant($"{episode.Game}, {episode.Experiment}, instance {episode.InstanceId}");

    /// <summary>How it ended, with the main score where there is one.</summary>
    public static string Outcome(Episode episode) =>
        episode.MainScore is { } score ? Invariant($"{episode.Outcome}, score {score:0.##}") : $"{episode.Outcome}";

    /// <summary>The values of metrics as text.</summary>
    public static IEnumerable<(string Metric, string Value)> Scores(JsonMap scores) =>
        scores.Select(score => (score.Key, score.Value as string ?? JsonData.ToJson(score.Value)));

    /// <summary>Who speaks to whom.</summary>
    public static string Speaker(InteractionEvent interaction) =>
        interaction.From == Dialogue.GameMaster ? $"Game master to {interaction.To}" : interaction.From;

    /// <summary>Images of a message in words.</summary>
    public static IEnumerable<string> Images(TranscriptEntry entry) => entry.Images.Select(image => ImageName(image.Reference));

    /// <summary>The name of an image, which may be a data URI.</summary>
    public static string ImageName(string reference) =>
        reference.Length <= 200 ? reference : Invariant($"{reference[..100]}… ({reference.Length} characters)");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
