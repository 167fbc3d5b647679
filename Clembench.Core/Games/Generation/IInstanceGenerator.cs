using Clembench.Json;

namespace Clembench.Games.Generation;

/// <summary>A game that can make instances of its own, from the texts and word lists beside it.</summary>
public interface IInstanceGenerator
{
    /// <summary>Makes the content of an instance file.</summary>
    /// <param name="resources">The game's texts and word lists.</param>
    /// <param name="random">Where choices come from: the same seed gives the same instances, on every machine.</param>
    /// <returns>The experiments with their instances.</returns>
    /// <exception cref="Common.ClemException">A text or word list is missing.</exception>
    IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random);
}

/// <summary>An experiment that a generator made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Properties">Its settings.</param>
/// <param name="Instances">Its instances, without their numbers.</param>
public sealed record ExperimentDraft(string Name, JsonMap Properties, IReadOnlyList<JsonMap> Instances)
{
    /// <summary>Files that the instances name, such as images.</summary>
    public IReadOnlyList<GeneratedFile> Files { get; init; } = [];

    /// <summary>The content of an instance file.</summary>
    /// <param name="experiments">The experiments.</param>
    /// <param name="seed">The seed that they were made from.</param>
    /// <returns>The file's root, with the seed in it.</returns>
    public static JsonMap ToFile(IEnumerable<ExperimentDraft> experiments, int seed) => new([
        new("seed", (long)seed),
        new("experiments", experiments.Select(experiment => (object?)new JsonMap([
            new("name", experiment.Name),
            .. experiment.Properties,
            new("game_instances", experiment.Instances.Select((instance, id) => (object?)new JsonMap([new("game_id", (long)id), .. instance])).ToArray())])).ToArray())]);
}
