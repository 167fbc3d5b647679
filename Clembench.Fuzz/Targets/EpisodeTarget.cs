using System.Text;
using System.Text.Json;
using Clembench.Common;
using Clembench.Fuzz.Mutation;
using Clembench.Games;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Fuzz.Targets;

/// <summary>
/// An episode's folder: it is read, its requests are matched with its dialogue, and the game's rules score it anew. An input is an object of
/// which each member is a file.
/// </summary>
internal sealed class EpisodeTarget : FuzzTarget
{
    private static readonly HashSet<string> Names =
        ["interactions.json", "interactions.partial.json", "instance.json", "completed.json", "error.json", "scores.json", "player_1.requests.json", "requests.json"];

    private readonly ResultsReader _reader = new(GameCatalog.BuiltIn);
    private readonly Lazy<string> _folder = new(() =>
    {
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Path.Join(root, $"clembench-fuzz-{Environment.ProcessId}", "model", "game", "experiment", "instance_00000");
        Directory.CreateDirectory(folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.Join(root, $"clembench-fuzz-{Environment.ProcessId}"), recursive: true);
        return folder;
    });

    public override string Name => "episode";

    public override string Description => "an episode's folder, read and scored by its game's rules";

    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words("[", "{", "]", "}", "\"", ",", ":", "NaN", "-1", "1e999", "null", "\\ud800", "\\n", "guess: ", "CLUE: ", "A", "GO: ", "north");

    public override bool Run(byte[] input)
    {
        if (!WriteFiles(input))
            return false;
        var folder = _folder.Value;
        if (!TryRead(() => Foreseen(() => Wait(_reader.ReadAsync(folder, default))), out var read))
            return false;
        _ = read.Episode.ToString();
        _ = TryRead(() => Wait(ResultsReader.ReadRequestsAsync(read.Episode, read.Interactions, default)), out _);
        if (read.Interactions is not { } interactions || GameCatalog.BuiltIn.FindRules(interactions.Meta.Game) is not { } rules
            || !TryRead(() => Wait(ResultsReader.ReadInstanceAsync(folder, interactions.Meta, default)), out var instance))
            return true;
        _ = TryRead(() => Foreseen(() => EpisodeScorer.Score(rules, interactions, instance, folder, default).MainScore), out _);
        return true;
    }

    // The rules may stumble over a record that nobody's game wrote, with words about what is missing, or over numbers that
    // overflow. These say nothing to anybody.
    private static T Foreseen<T>(Func<T> score)
    {
        try
        {
            return score();
        }
        catch (ClemException error) when (error.InnerException is NullReferenceException or IndexOutOfRangeException or InvalidCastException or DivideByZeroException or ArgumentOutOfRangeException)
        {
            throw new BrokenPromiseException("rules say what is wrong with a record", error.InnerException.Message, error.InnerException);
        }
    }

    private bool WriteFiles(byte[] input)
    {
        try
        {
            var folder = _folder.Value;
            using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = 300 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return false;
            foreach (var file in Directory.EnumerateFiles(folder))
                File.Delete(file);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
                if (Names.Contains(member.Name))
                    File.WriteAllText(Path.Join(folder, member.Name), text);
                else if (member.NameEquals("experiment.json"))
                    File.WriteAllText(Path.Join(Path.GetDirectoryName(folder), member.Name), text);
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or EncoderFallbackException)
        {
            // No object of files: nothing is there to be read.
            return false;
        }
    }
}
