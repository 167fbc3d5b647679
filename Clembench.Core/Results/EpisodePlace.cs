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
        var left = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)).AsSpan();
        var instance = TakeLast(ref left);
        var experiment = TakeLast(ref left);
        var game = TakeLast(ref left);
        var model = TakeLast(ref left);
        var repeat = 1;
        if (model.StartsWith("epoch_", StringComparison.Ordinal) && RepeatFolder().Match(model.ToString()) is { Success: true } match)
        {
            repeat = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            model = TakeLast(ref left);
        }

        return new EpisodePlace(
            model.ToString(), game.ToString(), IsSeed(instance) ? SeedExperiment().Replace(experiment.ToString(), "") : experiment.ToString(),
            NumberAtEnd(instance), repeat);
    }

    // The name at the end of a path, which is cut off; empty where there is none.
    private static ReadOnlySpan<char> TakeLast(ref ReadOnlySpan<char> path)
    {
        var name = Path.GetFileName(path);
        path = Path.TrimEndingDirectorySeparator(path[..^name.Length]);
        return name;
    }

    // At most nine digits, so that they are a number.
    private static int NumberAtEnd(ReadOnlySpan<char> name)
    {
        var start = name.Length;
        while (start > 0 && start > name.Length - 9 && char.IsAsciiDigit(name[start - 1]))
            start--;
        return start == name.Length ? 0 : int.Parse(name[start..], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a folder is that of a repetition, which stands below the model's.</summary>
    public static bool IsRepeat(string folder) => RepeatFolder().IsMatch(folder);

    // Only the older guide's tree numbers its experiments; elsewhere digits in front are part of the name.
    private static bool IsSeed(ReadOnlySpan<char> instanceFolder) => instanceFolder.StartsWith("episode_", StringComparison.Ordinal);

    [GeneratedRegex(@"^epoch_([0-9]{1,9})$")]
    private static partial Regex RepeatFolder();

    [GeneratedRegex(@"^[0-9]+_")]
    private static partial Regex SeedExperiment();
}
