using System.Collections;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.Games;

/// <summary>
/// The instances of a file, in the file's order. Each is made from the file's text when it is asked for, so that a
/// hundred thousand of them take little more memory than the file.
/// </summary>
public sealed class InstanceList : IReadOnlyList<GameInstance>
{
    private readonly ReadOnlyMemory<byte> _content;
    private readonly IReadOnlyList<InstanceExperiment> _experiments;
    private readonly IReadOnlyList<InstancePlace> _places;
    private readonly string _path;
    private readonly string _game;
    private readonly string? _gameFolder;

    internal InstanceList(
        ReadOnlyMemory<byte> content, IReadOnlyList<InstanceExperiment> experiments, IReadOnlyList<InstancePlace> places, string path, string game,
        string? gameFolder = null)
    {
        _content = content;
        _experiments = experiments;
        _places = places;
        _path = path;
        _game = game;
        _gameFolder = gameFolder;
    }

    /// <inheritdoc />
    public int Count => _places.Count;

    /// <inheritdoc />
    public GameInstance this[int index]
    {
        get
        {
            var place = _places[index];
            var experiment = _experiments[place.Experiment];
            using var document = JsonDocument.Parse(_content.Slice(place.Start, place.Length), JsonFormat.Lenient);
            return new GameInstance
            {
                Game = _game,
                Experiment = experiment.Name,
                ExperimentIndex = place.Experiment,
                InstanceId = place.InstanceId,
                Properties = (JsonMap)JsonData.ToPlain(document.RootElement)!,
                ExperimentProperties = experiment.Properties,
                Source = _path,
                GameFolder = _gameFolder,
            };
        }
    }

    /// <summary>The names of the experiments, in the file's order.</summary>
    public IEnumerable<string> Experiments => _experiments.Select(experiment => experiment.Name);

    /// <summary>The name of the experiment and the number of an instance, without making the instance.</summary>
    /// <param name="index">The instance's place in the list.</param>
    /// <returns>The two.</returns>
    public (string Experiment, int InstanceId) Identify(int index) => (_experiments[_places[index].Experiment].Name, _places[index].InstanceId);

    /// <summary>The instances that a condition holds for.</summary>
    /// <param name="condition">Is asked for the name of the experiment and the instance's number.</param>
    /// <returns>A list of them.</returns>
    public InstanceList Where(Func<string, int, bool> condition) => new(
        _content, _experiments, [.. _places.Where(place => condition(_experiments[place.Experiment].Name, place.InstanceId))], _path, _game, _gameFolder);

    /// <summary>The same instances, as those of a game that has a folder.</summary>
    /// <param name="folder">The folder of the game's registry entry.</param>
    /// <returns>A list of them.</returns>
    internal InstanceList OfGameIn(string folder) => new(_content, _experiments, _places, _path, _game, folder);

    /// <inheritdoc />
    public IEnumerator<GameInstance> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>An experiment of an instance file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Properties">Its members, without the instances.</param>
internal sealed record InstanceExperiment(string Name, JsonMap Properties);

/// <summary>Where an instance stands in its file.</summary>
/// <param name="Experiment">The place of its experiment, from 0.</param>
/// <param name="InstanceId">Its number.</param>
/// <param name="Start">Where its text begins, in bytes.</param>
/// <param name="Length">How long its text is, in bytes.</param>
internal readonly record struct InstancePlace(int Experiment, int InstanceId, int Start, int Length);
