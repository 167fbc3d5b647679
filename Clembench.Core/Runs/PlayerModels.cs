using System.Globalization;
using Clembench.Backends;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>The models of an episode as its record names them (<c>player_models</c>): registry entry and generation settings.</summary>
internal static class PlayerModels
{
    private const string LookupSource = "lookup_source";

    /// <summary>The record of a line-up.</summary>
    /// <param name="models">The models, one for each role or one for all.</param>
    /// <param name="generation">How they generate.</param>
    /// <returns>By the model's place, from "0": its entry without secrets, and the settings.</returns>
    public static JsonMap Describe(IReadOnlyList<ModelEntry> models, GenerationOptions generation) =>
        new(models.Select((model, place) => KeyValuePair.Create(
            place.ToString(CultureInfo.InvariantCulture),
            (object?)new JsonMap(
            [
                new("model_spec", Specification(model)),
                new("gen_args", new JsonMap(
                [
                    new("temperature", generation.Temperature),
                    new("max_tokens", (long)generation.MaxTokens),
                ])),
            ]))));

    /// <summary>Whether two records describe the same models, wherever their entries were read from.</summary>
    /// <param name="one">A record.</param>
    /// <param name="other">Another one.</param>
    /// <returns>The verdict.</returns>
    public static bool AreSame(JsonMap one, JsonMap other) => JsonData.ToJson(WithoutSource(one)) == JsonData.ToJson(WithoutSource(other));

    /// <summary>Whether two records generate alike: temperature and the most tokens.</summary>
    /// <param name="one">A record.</param>
    /// <param name="other">Another one.</param>
    /// <returns>The verdict; a record that does not say how it was generated is taken to be alike.</returns>
    public static bool HaveSameGeneration(JsonMap one, JsonMap other) => one.All(model =>
        (model.Value as JsonMap)?.GetOrDefault<JsonMap>("gen_args") is not { } recorded
        || (other.GetOrDefault<JsonMap>(model.Key)?.GetOrDefault<JsonMap>("gen_args") is { } asked && JsonData.ToJson(recorded) == JsonData.ToJson(asked)));

    private static JsonMap Specification(ModelEntry model)
    {
        var members = model.Properties.Where(member => !Secrets.IsSecretName(member.Key)).ToList();
        if (members.Count == 0)
            members = [new("model_name", model.Name), new("backend", model.Backend)];
        if (model.Source is { } source && !model.Properties.ContainsKey(LookupSource))
            members.Add(new(LookupSource, source));
        return Secrets.Strip(new JsonMap(members));
    }

    private static object? WithoutSource(object? value) => value is JsonMap map
        ? new JsonMap(map.Where(member => member.Key != LookupSource).OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, WithoutSource(member.Value))))
        : value;
}
