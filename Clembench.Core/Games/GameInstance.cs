using Clembench.Json;

namespace Clembench.Games;

/// <summary>One configuration of a game to be played: the data that makes this episode differ from others.</summary>
public sealed record GameInstance
{
    /// <summary>The game's name.</summary>
    public required string Game { get; init; }

    /// <summary>The name of the experiment that the instance belongs to.</summary>
    public required string Experiment { get; init; }

    /// <summary>The experiment's place in its file, from 0.</summary>
    public int ExperimentIndex { get; init; }

    /// <summary>The instance's number within its experiment (<c>game_id</c>).</summary>
    public required int InstanceId { get; init; }

    /// <summary>The instance, as read.</summary>
    public required JsonMap Properties { get; init; }

    /// <summary>The experiment without its instances, as read.</summary>
    public required JsonMap ExperimentProperties { get; init; }

    /// <summary>The file that the instance was read from.</summary>
    public string? Source { get; init; }

    /// <summary>The folder of the game's registry entry; null where the instance was read for no entry.</summary>
    public string? GameFolder { get; init; }

    /// <summary>A text of the instance that its game cannot do without.</summary>
    /// <param name="key">The member's name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Common.ClemException">The instance has no such text.</exception>
    public string GetText(string key) => Properties.GetOrDefault<string>(key) ?? throw Lacks($"text '{key}'");

    /// <summary>A list of texts that the game cannot do without.</summary>
    /// <param name="key">The member's name.</param>
    /// <returns>The texts.</returns>
    /// <exception cref="Common.ClemException">The instance has no such list.</exception>
    public IReadOnlyList<string> GetTexts(string key) =>
        Properties.GetOrDefault<object?[]>(key) is { } list && list.All(item => item is string)
            ? [.. list.Cast<string>()]
            : throw Lacks($"list of texts '{key}'");

    /// <summary>A whole number that the game cannot do without.</summary>
    /// <param name="key">The member's name.</param>
    /// <returns>The number.</returns>
    /// <exception cref="Common.ClemException">The instance has no such number.</exception>
    public int GetNumber(string key) =>
        Properties.TryGetValue(key, out var value) && value is >= (long)int.MinValue and <= int.MaxValue
            ? (int)(long)value
            : throw Lacks($"whole number '{key}'");

    /// <summary>A text of the experiment that the game cannot do without.</summary>
    /// <param name="key">The member's name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Common.ClemException">The experiment has no such text.</exception>
    public string GetExperimentText(string key) =>
        ExperimentProperties.GetOrDefault<string>(key) ?? throw ExperimentLacks($"text '{key}'");

    /// <summary>A whole number of the experiment that the game cannot do without.</summary>
    /// <param name="key">The member's name.</param>
    /// <returns>The number.</returns>
    /// <exception cref="Common.ClemException">The experiment has no such number.</exception>
    public int GetExperimentNumber(string key) =>
        ExperimentProperties.TryGetValue(key, out var value) && value is >= (long)int.MinValue and <= int.MaxValue
            ? (int)(long)value
            : throw ExperimentLacks($"whole number '{key}'");

    /// <summary>The error of an instance without something that its game needs.</summary>
    /// <param name="what">What is missing, such as <c>text 'prompt'</c>.</param>
    /// <returns>The error.</returns>
    internal Common.ClemException Lacks(string what) => Incomplete($"Instance {InstanceId} of {Game}/{Experiment}", what);

    /// <summary>The error of an experiment without something that its game needs.</summary>
    /// <param name="what">What is missing.</param>
    /// <returns>The error.</returns>
    internal Common.ClemException ExperimentLacks(string what) => Incomplete($"The experiment {Game}/{Experiment}", what);

    private Common.ClemException Incomplete(string owner, string what) => new(
        "Clem.Instance.Incomplete", Common.ErrorKind.InvalidData,
        $"{owner} has no {what}{(Source is null ? "" : $" ({Source})")}.",
        "Check the instance file: it may belong to another game or another version of it.", this);

    /// <inheritdoc />
    public override string ToString() => $"{Game}/{Experiment}/{InstanceId}";
}
