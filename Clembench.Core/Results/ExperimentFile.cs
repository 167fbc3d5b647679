using Clembench.Json;

namespace Clembench.Results;

/// <summary>The file that describes an experiment, beside the folders of its episodes.</summary>
internal static class ExperimentFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "experiment.json";

    /// <summary>The file's name in the layout of the older guide.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <returns>The file's name.</returns>
    public static string SeedName(string experiment) => $"experiment_{experiment}.json";

    /// <summary>The file's content: the experiment without its instances, and who plays it.</summary>
    /// <param name="settings">The experiment without its instances.</param>
    /// <param name="game">The game's name.</param>
    /// <param name="playerModels">The models, as in the episodes' records.</param>
    /// <param name="timestamp">The local time.</param>
    /// <returns>The content.</returns>
    public static ReadOnlyMemory<byte> Content(JsonMap settings, string game, JsonMap playerModels, DateTime timestamp) =>
        JsonFormat.ToFile(new JsonMap(
        [
            .. settings,
            new("timestamp", InteractionsFile.FormatTimestamp(timestamp)),
            new("game_name", game),
            new("player_models", playerModels),
        ]));
}
