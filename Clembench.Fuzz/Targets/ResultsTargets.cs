using System.Buffers;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Fuzz.Mutation;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Fuzz.Targets;

/// <summary>A file of a results folder.</summary>
internal abstract class ResultsFileTarget : FuzzTarget
{
    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words("[", "{", "]", "}", "\"", ",", ":", "NaN", "-Infinity", "1e999", "\\ud800", "\\u0000", "9999999999999999999999", "-", "\ufeff");

    /// <summary>What a writer writes.</summary>
    protected static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Indented))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>A dialogue.</summary>
internal sealed class InteractionsTarget : ResultsFileTarget
{
    public override string Name => "interactions";

    public override string Description => "interactions.json";

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => Read(input), out var interactions))
            return false;
        var written = Written(writer => InteractionsFile.Write(writer, interactions));
        // Half of a surrogate pair becomes U+FFFD when it is written, first as an escape.
        written = Written(writer => InteractionsFile.Write(writer, Read(written)));
        var again = Written(writer => InteractionsFile.Write(writer, Read(written)));
        Promise(again.AsSpan().SequenceEqual(written), "what was written is read again", () => System.Text.Encoding.UTF8.GetString(written));
        return true;
    }

    private static Interactions Read(byte[] content) => ResultsReader.Parse(InteractionsFile.Name, () => InteractionsFile.Read(PythonJson.Parse(content, TurnsReader.Form)));
}

/// <summary>Exact prompts and responses.</summary>
internal sealed class RequestsTarget : ResultsFileTarget
{
    public override string Name => "requests";

    public override string Description => "requests.json, of all players or of one";

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => Read(input), out var calls))
            return false;
        var written = Write(calls);
        written = Write(Read(written));
        var again = Write(Read(written));
        Promise(again.AsSpan().SequenceEqual(written), "what was written is read again", () => System.Text.Encoding.UTF8.GetString(written));
        foreach (var call in calls)
            _ = (JsonData.ToPlain(call.Response.Prompt), JsonFormat.ToText(call.Response.Response));
        return true;
    }

    private static RecordedCall[] Read(byte[] content) => ResultsReader.Parse(RequestsFile.SharedName, () =>
    {
        using var document = RequestsFile.Parse(content);
        return RequestsFile.Read(document.RootElement)
            .Select(call => new RecordedCall(call.Player ?? "", call.Round ?? 0, call.Timestamp, TimeSpan.Zero, new ModelResponse(call.Prompt, call.Response, ""))).ToArray();
    });

    private static byte[] Write(RecordedCall[] calls) => Written(writer => RequestsFile.WriteShared(writer, calls));
}

/// <summary>Scores.</summary>
internal sealed class ScoresTarget : ResultsFileTarget
{
    public override string Name => "scores";

    public override string Description => "scores.json";

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => Read(input), out var scores))
            return false;
        _ = (scores.Outcome, scores.MainScore);
        var written = ScoresFile.Content(JsonMap.Empty, scores).ToArray();
        written = ScoresFile.Content(JsonMap.Empty, Read(written)).ToArray();
        var again = ScoresFile.Content(JsonMap.Empty, Read(written)).ToArray();
        Promise(again.AsSpan().SequenceEqual(written), "what was written is read again", () => System.Text.Encoding.UTF8.GetString(written));
        return true;
    }

    private static Scoring.EpisodeScores Read(byte[] content) => ResultsReader.Parse(ScoresFile.Name, () => ScoresFile.Read(PythonJson.Parse(content)));
}

/// <summary>An instance file, of which every instance is read.</summary>
internal sealed class InstancesTarget : ResultsFileTarget
{
    public override string Name => "instances";

    public override string Description => "an instance file";

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => InstanceFile.Parse(input, "instances.json", "hellogame"), out var instances))
            return false;
        return TryRead(() => instances.Select(instance => JsonData.ToJson(instance.Properties).Length + JsonData.ToJson(instance.ExperimentProperties).Length).Sum(), out _);
    }
}
