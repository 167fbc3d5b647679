using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.PrivateShared;

/// <summary>Makes privateshared's instances: an experiment for each scenario, with values drawn for its slots.</summary>
internal static class PrivateSharedInstances
{
    private const int InstancesInExperiment = 10;

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        var words = resources.ReadJson("words.en.json");
        var reminders = resources.ReadJson("reminders.en.json");
        var template = resources.ReadText("answerer.en.template");
        return [.. resources.ReadLines("scenarios.txt").Select(name =>
        {
            var scenario = resources.ReadJson($"{name}.en.json");
            var slots = scenario.GetOrDefault<JsonMap>("slots") ?? JsonMap.Empty;
            var texts = new JsonMap([
                new("words", words),
                new("requests", Column(slots, "requests")),
                new("probing_questions", Column(slots, "probes")),
                new("reprompts", reminders)]);
            return new ExperimentDraft(
                name, new JsonMap([new("texts", texts)]),
                [.. Enumerable.Range(0, InstancesInExperiment).Select(_ => Instance(scenario, slots, template, random))]);
        })];
    }

    private static JsonMap Instance(JsonMap scenario, JsonMap slots, string template, SeededRandom random)
    {
        var values = slots.Select(slot => KeyValuePair.Create(slot.Key, random.Pick(Texts(slot, "values")))).ToArray();
        JsonMap Numbers(string column) =>
            new(slots.Select(slot => KeyValuePair.Create(slot.Key, (object?)(long)random.Next(Texts(slot, column).Length))));
        return new([
            new("tag", scenario["tag"]),
            new("slots", new JsonMap(values)),
            new("initial_prompt", template
                .Replace("$situation", (string)scenario["situation"]!, StringComparison.Ordinal)
                .Replace("$tag", (string)scenario["tag"]!, StringComparison.Ordinal)
                .Replace("$slots", string.Join('\n', values.Select(slot => $"{slot.Key.ToUpperInvariant()}: {slot.Value}")), StringComparison.Ordinal)),
            new("request_order", random.Shuffle(slots.Keys).ToArray<object?>()),
            new("requests", Numbers("requests")),
            new("probes", new JsonMap(Enumerable.Range(0, slots.Count + 1).Select(round => KeyValuePair.Create($"{round}", (object?)Numbers("probes"))))),
            new("lang", "en")]);
    }

    private static JsonMap Column(JsonMap slots, string column) =>
        new(slots.Select(slot => KeyValuePair.Create(slot.Key, (object?)Texts(slot, column).ToArray<object?>())));

    private static object?[] Texts(KeyValuePair<string, object?> slot, string column) => (object?[])((JsonMap)slot.Value!)[column]!;
}
