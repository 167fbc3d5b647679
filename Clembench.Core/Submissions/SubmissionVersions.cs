using System.Security.Cryptography;
using System.Text;
using Clembench.Backends;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.Submissions;

/// <summary>
/// What the records say about how they came to be: the models' entries, what recorded them, the games with their instances, the
/// backends, and the names that services gave for the models that answered. Nothing in it depends on when or where it is made.
/// </summary>
public sealed class SubmissionVersions
{
    private readonly SortedDictionary<string, ModelEntry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _writers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Game> _games = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _backends = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _answering = new(StringComparer.Ordinal);

    /// <summary>The number of episodes.</summary>
    public int Episodes { get; private set; }

    /// <summary>The folders of models.</summary>
    public SortedSet<string> Models { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of games.</summary>
    public IReadOnlyCollection<string> Games => _games.Keys;

    /// <summary>The entries that were played, as the records have them, without secrets.</summary>
    public IReadOnlyCollection<ModelEntry> Entries => _entries.Values;

    /// <summary>The content of <c>model_registry.json</c>.</summary>
    internal ReadOnlyMemory<byte> RegistryFile => JsonFormat.ToFile(_entries.Values.Select(entry => (object?)entry.Properties).ToArray());

    /// <summary>The content of <c>versions.json</c>.</summary>
    internal ReadOnlyMemory<byte> VersionsFile => JsonFormat.ToFile(Map(
        ("packed_by", RunJournal.Version),
        ("recorded_by", new JsonMap(_writers.Select(writer => KeyValuePair.Create(writer.Key, (object?)writer.Value)))),
        ("episodes", (long)Episodes),
        ("games", new JsonMap(_games.Select(game => KeyValuePair.Create(game.Key, (object?)game.Value.Describe())))),
        ("backends", Lists(_backends)),
        ("answering_models", Lists(_answering))));

    /// <summary>Takes note of an episode.</summary>
    /// <param name="place">What its path says.</param>
    /// <param name="files">The contents of its files, as they are shared, by name.</param>
    internal void Add(EpisodePlace place, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        Episodes++;
        Models.Add(place.Model);
        var record = Parse(files[InteractionsFile.Name]) as JsonMap ?? JsonMap.Empty;
        var writer = record.GetOrDefault<JsonMap>("meta")?.GetOrDefault<string>("clem_version") ?? "unknown";
        _writers[writer] = _writers.GetValueOrDefault(writer) + 1;
        if (!_games.TryGetValue(place.Game, out var game))
            _games[place.Game] = game = new Game();
        game.Add(place, files.TryGetValue("instance.json", out var instance) ? Parse(instance) : null);

        // player_models: since 3.4 the entry is model_spec beside gen_args, before that it stood by itself.
        foreach (var map in (record.GetOrDefault<JsonMap>("player_models") ?? JsonMap.Empty).Values.OfType<JsonMap>().Select(map => map.GetOrDefault<JsonMap>("model_spec") ?? map))
        {
            if (ModelEntryReader.FindProblem(map) is not null)
                continue;
            var entry = ModelEntryReader.Read(Secrets.Strip(new JsonMap(map.Where(member => member.Key != "lookup_source"))));
            _entries.TryAdd($"{entry.Name} {entry.Backend} {entry.Properties}", entry);
            Add(_backends, entry.Backend, entry.Name);
        }

        foreach (var (_, content) in files.Where(file => file.Key.EndsWith(RequestsFile.SharedName, StringComparison.Ordinal)))
        {
            foreach (var name in AnsweringModels(Parse(content)))
                Add(_answering, place.Model, name);
        }
    }

    // OpenAI's, Anthropic's, Mistral's and Cohere's answers say model, Google's modelVersion: the very version behind a name.
    private static IEnumerable<string> AnsweringModels(object? requests)
    {
        var calls = requests switch
        {
            object?[] list => list,
            JsonMap map => map.GetOrDefault<object?[]>("calls") ?? [],
            _ => [],
        };
        foreach (var call in calls.OfType<JsonMap>().Select(call => call.GetOrDefault<JsonMap>("call") ?? call))
        {
            if (call.GetOrDefault<JsonMap>("raw_response_obj") is { } response && (response.GetOrDefault<string>("model") ?? response.GetOrDefault<string>("modelVersion")) is { Length: > 0 } name)
                yield return name;
        }
    }

    private static object? Parse(ReadOnlyMemory<byte> content) => PythonJson.Parse(content.Span.StartsWith("\uFEFF"u8) ? content[3..] : content);

    private static void Add(SortedDictionary<string, SortedSet<string>> lists, string key, string value)
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = new SortedSet<string>(StringComparer.Ordinal);
        list.Add(value);
    }

    private static JsonMap Lists(SortedDictionary<string, SortedSet<string>> lists) =>
        new(lists.Select(list => KeyValuePair.Create(list.Key, (object?)list.Value.Select(value => (object?)value).ToArray())));

    private static JsonMap Map(params (string Name, object? Value)[] members) => new(members.Select(member => KeyValuePair.Create(member.Name, member.Value)));

    private sealed class Game
    {
        private readonly SortedSet<string> _experiments = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _instances = new(StringComparer.Ordinal);
        private long _episodes;

        public void Add(EpisodePlace place, object? instance)
        {
            _episodes++;
            _experiments.Add(place.Experiment);
            _instances.Add($"{place.Experiment}/{place.InstanceId} {Convert.ToHexStringLower(SHA256.HashData(JsonData.ToUtf8(instance)))}");
        }

        // Who played the same instances has the same digest, whatever the models.
        public JsonMap Describe() => Map(
            ("episodes", _episodes),
            ("experiments", _experiments.Select(experiment => (object?)experiment).ToArray()),
            ("instances", (long)_instances.Count),
            ("instances_sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _instances))))));
    }
}
