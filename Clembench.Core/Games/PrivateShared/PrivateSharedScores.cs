using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.PrivateShared;

/// <summary>The scores of an episode, from the probes and slots that the game logged at the top of its record.</summary>
internal static class PrivateSharedScores
{
    internal const string Probes = "probes";
    internal const string FilledSlots = "Filled Slots";

    public static EpisodeScores Of(Interactions interactions)
    {
        var keys = interactions.Keys;
        var rounds = (keys.GetOrDefault<object?[]>(Probes) ?? []).OfType<object?[]>()
            .Select(round => round.OfType<JsonMap>().Select(probe => (Truth: probe.GetOrDefault<long>("gt"), Said: probe.GetOrDefault<long>("value"))).ToArray())
            .ToArray();
        var filled = (keys.GetOrDefault<object?[]>(FilledSlots) ?? []).Select(value => value is true).ToArray();
        var requests = Numbers(keys, Metrics.RequestCount);
        var parsed = Numbers(keys, Metrics.ParsedRequestCount);
        var violated = Numbers(keys, Metrics.ViolatedRequestCount);

        var turns = new SortedDictionary<int, JsonMap>();
        for (var i = 0; i < rounds.Length; i++)
        {
            turns[i] = new([
                new(Metrics.RequestCount, requests.ElementAtOrDefault(i)),
                new(Metrics.ParsedRequestCount, parsed.ElementAtOrDefault(i)),
                new(Metrics.ViolatedRequestCount, violated.ElementAtOrDefault(i)),
                new("Accuracy", Accuracy(rounds[i])),
                .. i > 0 && i <= filled.Length ? [KeyValuePair.Create("Slot Filled?", (object?)(filled[i - 1] ? 1L : 0L))] : Array.Empty<KeyValuePair<string, object?>>()]);
        }

        var probes = rounds.SelectMany(round => round).ToArray();
        var kappa = Kappa(probes);
        var agreement = kappa > 0 ? kappa : 0;
        var slotFilling = filled.Length == 0 ? 0 : (double)filled.Count(isFilled => isFilled) / filled.Length;
        var sum = agreement + slotFilling;
        object main = sum == 0 ? (object)0L : 2 * agreement * slotFilling / sum * 100;

        // The round half way through the slots, whatever was played.
        var middle = rounds.Length == 0 ? 0 : (rounds[0].Length - 1) / 2;
        var isAborted = keys.GetOrDefault<bool>(Metrics.Aborted);
        var isSuccess = !isAborted && main is 100.0;
        return new EpisodeScores(turns, new([
            new("Middle-Accuracy", middle < rounds.Length ? Accuracy(rounds[middle]) : double.NaN),
            new("Accuracy", Accuracy(probes)),
            new("Kappa", kappa),
            new("Truncated Kappa", kappa > 0 ? (object)kappa : 0L),
            new("Slot-Filling-Accuracy", slotFilling),
            new(Metrics.MainScore, isAborted ? double.NaN : main),
            new(Metrics.Aborted, isAborted ? 1L : 0L),
            new(Metrics.Lose, isSuccess || isAborted ? 0L : 1L),
            new(Metrics.Success, isSuccess ? 1L : 0L),
            new(Metrics.RequestCount, requests.Sum()),
            new(Metrics.ParsedRequestCount, parsed.Sum()),
            new(Metrics.ViolatedRequestCount, violated.Sum()),
            new(Metrics.RequestSuccessRatio, requests.Sum() == 0 ? 0.0 : (double)parsed.Sum() / requests.Sum())]))
        {
            RepeatsHead = false,
        };
    }

    private static double Accuracy((long Truth, long Said)[] probes) =>
        probes.Length == 0 ? double.NaN : (double)probes.Count(probe => probe.Truth == probe.Said) / probes.Length;

    // Cohen's kappa: one minus the disagreement, divided by that which is expected from the margins (scikit-learn's form).
    private static double Kappa((long Truth, long Said)[] probes)
    {
        double known = probes.Count(probe => probe.Truth == 1), said = probes.Count(probe => probe.Said == 1);
        double unknown = probes.Length - known, denied = probes.Length - said;
        double disagreement = probes.Count(probe => probe.Truth != probe.Said);
        return 1 - (disagreement / ((denied * known / probes.Length) + (said * unknown / probes.Length)));
    }

    private static long[] Numbers(JsonMap keys, string key) => [.. (keys.GetOrDefault<object?[]>(key) ?? []).OfType<long>()];
}
