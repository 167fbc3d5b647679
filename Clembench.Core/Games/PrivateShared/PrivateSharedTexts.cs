using System.Collections.Concurrent;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Games.PrivateShared;

/// <summary>
/// What the game says beside the instance, which names requests and probes by number. Our experiments have it with
/// them (<c>texts</c>); for clembench's it lies in files in <c>resources/</c>, beside the folder of the instance file.
/// </summary>
internal sealed class PrivateSharedTexts
{
    private static readonly ConcurrentDictionary<string, JsonMap> Files = new(StringComparer.Ordinal);

    private readonly JsonMap _requests;
    private readonly JsonMap _probes;
    private readonly string _probe;

    private PrivateSharedTexts(GameInstance instance, JsonMap words, JsonMap requests, JsonMap probes, JsonMap reminders)
    {
        string Word(string key) => words.GetOrDefault<string>(key) ?? throw instance.ExperimentLacks($"word '{key}' among its texts");
        (_requests, _probes, _probe) = (requests, probes, Word("PROBE"));
        AnswerTag = Word("ANSWER");
        AsideTag = Word("ASIDE");
        NextRequest = Word("DUMMY_PROMPT");
        Yes = Word("YES");
        No = Word("NO");
        Ok = Word("OK");
        Reminders = reminders.GetOrDefault<object?[]>("suffixes")?.OfType<string>().ToArray() is { Length: > 0 } list
            ? list
            : throw instance.ExperimentLacks("list 'suffixes' among its texts");
    }

    public string AnswerTag { get; }

    public string AsideTag { get; }

    /// <summary>What the questioner is asked.</summary>
    public string NextRequest { get; }

    public string Yes { get; }

    public string No { get; }

    /// <summary>What the answerer is taken to have said to the initial prompt.</summary>
    public string Ok { get; }

    /// <summary>What comes before a probe at each try.</summary>
    public IReadOnlyList<string> Reminders { get; }

    public static async Task<PrivateSharedTexts> FindAsync(GameInstance instance, CancellationToken cancellationToken)
    {
        if (instance.ExperimentProperties.GetOrDefault<JsonMap>("texts") is { } texts)
        {
            JsonMap Part(string key) => texts.GetOrDefault<JsonMap>(key) ?? throw instance.ExperimentLacks($"object '{key}' in 'texts'");
            return new(instance, Part("words"), Part("requests"), Part("probing_questions"), Part("reprompts"));
        }

        var resources = Path.Join(Path.GetDirectoryName(instance.Source), "..", "resources");
        Task<JsonMap> ReadAsync(params ReadOnlySpan<string> names) =>
            ReadFileAsync(instance, Path.GetFullPath(Path.Join([resources, .. names])), cancellationToken);
        var language = instance.Properties.GetOrDefault<string>("lang") ?? "en";
        return new(
            instance,
            await ReadAsync($"{FileNames.Check(language, "language")}_words.json").ConfigureAwait(false),
            await ReadAsync("texts", FileNames.Check(instance.Experiment, "experiment"), "requests.json").ConfigureAwait(false),
            await ReadAsync("texts", instance.Experiment, "probing_questions.json").ConfigureAwait(false),
            await ReadAsync("texts", "reprompts.json").ConfigureAwait(false));
    }

    public string FormatProbe(string question) => _probe.Replace("{}", question, StringComparison.Ordinal);

    /// <summary>The question that the instance names for a slot.</summary>
    public string RequestOf(GameInstance instance, string slot) =>
        Choose(instance, _requests, instance.Properties.GetOrDefault<JsonMap>("requests"), slot, "requests");

    /// <summary>The probe that the instance names for a slot after so many questions.</summary>
    public string ProbeOf(GameInstance instance, int question, string slot) => Choose(
        instance, _probes, instance.Properties.GetOrDefault<JsonMap>("probes")?.GetOrDefault<JsonMap>($"{question}"), slot, $"probes of round {question}");

    private static string Choose(GameInstance instance, JsonMap texts, JsonMap? numbers, string slot, string what) =>
        numbers is not null && numbers.TryGetValue(slot, out var value) && value is long index
        && texts.GetOrDefault<object?[]>(slot)?.ElementAtOrDefault((int)index) is string text
            ? text
            : throw instance.Lacks($"'{slot}' among its {what}, or its experiment no text of that number");

    private static async Task<JsonMap> ReadFileAsync(GameInstance instance, string path, CancellationToken cancellationToken)
    {
        if (Files.TryGetValue(path, out var known))
            return known;
        try
        {
            var content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return Files[path] = PythonJson.Parse(content) as JsonMap ?? throw new FormatException("it is not a JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or System.Text.Json.JsonException)
        {
            throw new ClemException(
                "Clem.Game.ResourceMissing", e is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.InvalidData,
                $"Instances of privateshared name their questions by number, and '{path}', which should have the texts, cannot be read: {e.Message}",
                "Keep the instance file in the folder 'in' beside the game's 'resources', as in a checkout of clembench.", instance, e);
        }
    }
}
