using System.Globalization;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.HuggingFace.Hub;

/// <summary>Reads the hub's model information. Members of another type than expected count as missing.</summary>
internal static class HubModelInfoReader
{
    /// <summary>Reads the body of an answer.</summary>
    /// <param name="body">JSON.</param>
    /// <param name="id">The id that was asked for.</param>
    /// <returns>The information; null where the body is no object.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static HubModelInfo? Parse(ReadOnlyMemory<byte> body, string id)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 128 });
        return JsonData.ToPlain(document.RootElement) is JsonMap answer ? Read(answer, id) : null;
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The root object.</param>
    /// <param name="id">The id that was asked for.</param>
    /// <returns>The information.</returns>
    private static HubModelInfo Read(JsonMap answer, string id)
    {
        var siblings = (answer.GetOrDefault<object?[]>("siblings") ?? []).OfType<JsonMap>()
            .Select(sibling => (Name: sibling.GetOrDefault<string>("rfilename"), Sibling: sibling))
            .Where(one => one.Name is not null).ToLookup(one => HubFileName.Fault(one.Name!) is null);
        var gguf = answer.GetOrDefault<JsonMap>("gguf") ?? JsonMap.Empty;
        return new HubModelInfo
        {
            Id = answer.GetOrDefault<string>("id") is { } present && HubRepository.IsId(present) ? present : id,
            Commit = answer.GetOrDefault<string>("sha") is { } sha && HubRepository.IsCommitName(sha) ? sha : null,
            Gated = ReadGate(answer.GetValueOrDefault("gated")),
            Private = answer.GetOrDefault<bool>("private"),
            Disabled = answer.GetOrDefault<bool>("disabled"),
            Tags = [.. (answer.GetOrDefault<object?[]>("tags") ?? []).OfType<string>()],
            PipelineTag = answer.GetOrDefault<string>("pipeline_tag"),
            LibraryName = answer.GetOrDefault<string>("library_name"),
            Downloads = Count(answer, "downloads"),
            Likes = Count(answer, "likes"),
            LastModified = DateTimeOffset.TryParse(
                answer.GetOrDefault<string>("lastModified"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
            ParameterCount = Count(answer.GetOrDefault<JsonMap>("safetensors"), "total") ?? Count(gguf, "total"),
            CardData = answer.GetOrDefault<JsonMap>("cardData") ?? JsonMap.Empty,
            Config = answer.GetOrDefault<JsonMap>("config") ?? JsonMap.Empty,
            Gguf = gguf,
            Files = [.. siblings[true].Select(one => new HubModelFile(
                one.Name!, Count(one.Sibling, "size"), one.Sibling.GetOrDefault<JsonMap>("lfs")?.GetOrDefault<string>("sha256")))],
            RefusedFileNames = [.. siblings[false].Select(one => one.Name!)],
            Properties = answer,
        };
    }

    // false, "auto" or "manual"; older answers have true.
    private static HubGate ReadGate(object? gated) => gated switch
    {
        "auto" => HubGate.Auto,
        "manual" or true => HubGate.Manual,
        _ => HubGate.None,
    };

    private static long? Count(JsonMap? map, string name) => map?.GetValueOrDefault(name) is long and >= 0 and var count ? (long)count : null;
}
