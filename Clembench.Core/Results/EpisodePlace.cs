using System.Globalization;
using System.Text.RegularExpressions;

namespace Clembench.Results;

/// <summary>What an episode's path says.</summary>
internal sealed partial record EpisodePlace(string Model, string Game, string Experiment, int InstanceId, int Repeat)
{
    // A record that does not say what it is a record of (those of the older guide) is what its path says.
    public Interactions? Complete(Interactions? interactions) => interactions?.Meta is not { } meta ? null : interactions with
    {
        Meta = meta with
        {
            Game = meta.Game.Length > 0 ? meta.Game : Game,
            Experiment = meta.Experiment.Length > 0 ? meta.Experiment : Experiment,
            InstanceId = meta.InstanceId >= 0 ? meta.InstanceId : InstanceId,
        },
    };

    public static EpisodePlace Of(string folder)
    {
        var parts = Path.GetFullPath(folder).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        string Part(int fromEnd) => parts.Length > fromEnd ? parts[^(fromEnd + 1)] : "";

        var repeat = RepeatFolder().Match(Part(3));
        var instance = Digits().Match(Part(0));
        return new EpisodePlace(
            repeat.Success ? Part(4) : Part(3), Part(2), IsSeed(Part(0)) ? SeedExperiment().Replace(Part(1), "") : Part(1),
            instance.Success ? int.Parse(instance.Value, CultureInfo.InvariantCulture) : 0,
            repeat.Success ? int.Parse(repeat.Groups[1].Value, CultureInfo.InvariantCulture) : 1);
    }

    /// <summary>Whether a folder is that of a repetition, which stands below the model's.</summary>
    public static bool IsRepeat(string folder) => RepeatFolder().IsMatch(folder);

    // Only the older guide's tree numbers its experiments; elsewhere digits in front are part of the name.
    private static bool IsSeed(string instanceFolder) => instanceFolder.StartsWith("episode_", StringComparison.Ordinal);

    [GeneratedRegex(@"^epoch_([0-9]{1,9})$")]
    private static partial Regex RepeatFolder();

    [GeneratedRegex(@"[0-9]{1,9}$")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^[0-9]+_")]
    private static partial Regex SeedExperiment();
}
