using Clembench.Games;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Templates.Checkpoints;
using Clembench.Tests.Support;
using Clembench.Tests.Templates;

namespace Clembench.Tests.Results;

/// <summary>Episodes of a local model as the versions of the Python framework and we record them, with faults where a test wants them.</summary>
internal sealed class LocalRecord : IDisposable
{
    public const string Message = "Greet Ada.\n\nUse 'hello'.";
    public const string Input = $"<|im_start|>user\n{Message}<|im_end|>\n<|im_start|>assistant\n";
    public const string Answer = "GREET: Hello Ada!";

    private readonly TemporaryFolder _folder = new();
    private int _count;

    public void Dispose() => _folder.Dispose();

    /// <summary>The entry of a model in a checkpoint's folder.</summary>
    public static ModelEntry Entry(CheckpointFolder checkpoint, string settings = """{"premade_chat_template": true, "eos_to_cull": "<\\|im_end\\|>"}""") =>
        ModelEntryReader.Read(new JsonMap(
        [
            new("model_name", "tiny"), new("backend", "huggingface_local"), new("path", checkpoint.Path), .. JsonMap.Parse(settings),
        ]));

    /// <summary>An episode as clemcore 3.7 or we record it.</summary>
    public Task<Episode> WriteAsync(ModelEntry? entry, object prompt, object response, string? reply) => WriteAsync(entry, [(prompt, response, reply)]);

    public Task<Episode> WriteAsync(ModelEntry? entry, IReadOnlyList<(object Prompt, object Response, string? Reply)> calls)
    {
        var folder = $"tiny/hellogame/greet_en/instance_{_count++:00000}";
        Write(folder, "player_1.requests.json", new JsonMap(
        [
            new("meta", new JsonMap([new("player_name", "Player 1")])),
            new("calls", calls.Select((call, index) => (object?)new JsonMap([new("round", (long)index), new("call", Call(call.Prompt, call.Response, index, "manipulated_prompt_obj"))])).ToArray()),
        ]));
        return WriteInteractionsAsync(folder, entry is null ? JsonMap.Empty : new JsonMap([new("0", new JsonMap([new("model_spec", entry.Properties), new("gen_args", JsonMap.Empty)]))]), calls);
    }

    /// <summary>An episode as clemcore 3.3 records it.</summary>
    public Task<Episode> Write33Async(ModelEntry entry, object prompt, object response, string reply)
    {
        var folder = $"tiny-t0.0/hellogame/greet_en/instance_{_count++:00000}";
        Write(folder, "requests.json", (object?[])[Call(prompt, response, 0, "manipulated_prompt_obj")]);
        return WriteInteractionsAsync(folder, new JsonMap([new("0", entry.Properties)]), [(prompt, response, reply)]);
    }

    /// <summary>An episode in the tree of the older guide, which does not say what was played.</summary>
    public Task<Episode> WriteSeedAsync(object prompt, object response, string reply)
    {
        var folder = $"tiny-t0.0/hellogame/0_greet_en/episode_{_count++}";
        Write(folder, "requests.json", (object?[])[Call(prompt, response, 0, "modified_prompt_object")]);
        Write(folder, "interactions.json", new JsonMap(
        [
            new("players", new JsonMap([new("GM", "Game master"), new("Player 1", "tiny")])),
            new("turns", Turns([(prompt, response, reply)])),
        ]));
        return ReadAsync(folder);
    }

    public static JsonMap OurPrompt(string input = Input, string message = Message) => new(
    [
        new("messages", (object?[])[new JsonMap([new("role", "user"), new("content", message)])]), new("inputs", input), new("max_new_tokens", 300L), new("temperature", 0.0),
    ]);

    public static JsonMap PythonPrompt(string input = Input, long most = 300) => new([new("inputs", input), new("max_new_tokens", most), new("temperature", 0.0)]);

    public static JsonMap Response(string text, params KeyValuePair<string, object?>[] more) => new([new("response", text), .. more]);

    /// <summary>Checks episodes with a registry of some entries, of which checkpoints are read.</summary>
    public static async Task<IReadOnlyList<ResultCheck>> CheckAsync(IReadOnlyList<ModelEntry> registry, params Episode[] episodes)
    {
        var checker = new ResultChecker(registry, (entry, _, token) => CheckpointSource.FromPathAsync((string)entry.Properties["path"]!, token));
        var checks = new List<ResultCheck>();
        foreach (var episode in episodes)
            checks.AddRange(await checker.CheckAsync(episode, CancellationToken.None));
        return checks;
    }

    private Task<Episode> WriteInteractionsAsync(string folder, JsonMap models, IReadOnlyList<(object Prompt, object Response, string? Reply)> calls)
    {
        Write(folder, "interactions.json", new JsonMap(
        [
            new("meta", new JsonMap([new("game_name", "hellogame"), new("experiment_name", "greet_en"), new("game_id", (long)_count)])),
            new("player_models", models),
            new("players", new JsonMap([new("GM", Player("programmatic")), new("Player 1", Player("tiny"))])),
            new("turns", Turns(calls)),
        ]));
        return ReadAsync(folder);

        static JsonMap Player(string model) => new([new("game_role", "x"), new("model_name", model)]);
    }

    private static object?[] Turns(IReadOnlyList<(object Prompt, object Response, string? Reply)> calls) =>
    [
        .. calls.Select(call => call.Reply is null ? (object?[])[] :
        [
            Event("GM", "Player 1", "send message", Message), Event("Player 1", "GM", "get message", call.Reply),
        ]),
    ];

    private static JsonMap Event(string from, string to, string type, string content) => new(
    [
        new("from", from), new("to", to), new("timestamp", "2026-03-01T10:00:00.000000"), new("action", new JsonMap([new("type", type), new("content", content)])),
    ]);

    private static JsonMap Call(object prompt, object response, int index, string key) =>
        new([new("timestamp", $"2026-03-01T10:00:0{index}.000000"), new(key, prompt), new("raw_response_obj", response)]);

    private void Write(string folder, string name, object content)
    {
        Directory.CreateDirectory(_folder.File(folder));
        File.WriteAllText(_folder.File($"{folder}/{name}"), JsonData.ToJson(content));
    }

    private Task<Episode> ReadAsync(string folder) => new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(_folder.File(folder), CancellationToken.None);
}
