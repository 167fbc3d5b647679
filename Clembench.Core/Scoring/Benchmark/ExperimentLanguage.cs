using System.Text.Json;
using System.Text.RegularExpressions;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Scoring.Benchmark;

/// <summary>The language that an experiment was played in, as far as its record says.</summary>
public static partial class ExperimentLanguage
{
    private static readonly string[] Members = ["language", "lang"];

    /// <summary>
    /// Looks for it: the <c>language</c> or <c>lang</c> of the experiment, then of an instance, then two letters at the end of the
    /// experiment's name (<c>high_en</c>).
    /// </summary>
    /// <param name="episodeFolder">The folder of one of its episodes.</param>
    /// <returns>The code of the language, or an empty text.</returns>
    public static string Of(string episodeFolder)
    {
        var experiment = Path.GetDirectoryName(episodeFolder)!;
        string[] files =
        [
            Path.Join(experiment, ExperimentFile.Name),
            Path.Join(experiment, ExperimentFile.SeedName(EpisodePlace.Of(episodeFolder).Experiment)),
            Path.Join(episodeFolder, "instance.json"),
        ];
        return files.Select(LanguageIn).FirstOrDefault(language => language is not null)
            ?? (Suffix().Match(Path.GetFileName(experiment)) is { Success: true } match ? match.Groups[1].Value : "");
    }

    // The language is one of the things that a record may not say; a file that cannot be read does not say it.
    private static string? LanguageIn(string file)
    {
        try
        {
            return File.Exists(file) && PythonJson.Parse(File.ReadAllBytes(file)) is JsonMap map
                ? Members.Select(map.GetOrDefault<string>).FirstOrDefault(language => !string.IsNullOrEmpty(language))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("_([a-z]{2})$")]
    private static partial Regex Suffix();
}
