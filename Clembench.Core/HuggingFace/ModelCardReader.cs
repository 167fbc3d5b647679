using System.Text;
using System.Text.Json;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Json;

namespace Clembench.HuggingFace;

/// <summary>Puts a model's card together from the hub's information, <c>README.md</c> and <c>config.json</c>.</summary>
/// <param name="hub">The hub.</param>
/// <param name="warn">Is told what could not be read although the model is there, as in a gated repository.</param>
public sealed class ModelCardReader(HubClient hub, Action<string> warn)
{
    private const long LargestText = 8 << 20;
    private const long LargestConfig = 4 << 20;

    /// <summary>Reads a card.</summary>
    /// <param name="repository">The repository and revision.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The card.</returns>
    /// <exception cref="ClemException">The hub has no such model, or cannot be reached (see <see cref="HubClient.GetModelInfoAsync"/>).</exception>
    public async Task<ModelCard> ReadAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        var info = await hub.GetModelInfoAsync(repository, cancellationToken).ConfigureAwait(false);
        var config = await ReadConfigAsync(repository, info, cancellationToken).ConfigureAwait(false);
        var text = await ReadFileAsync(repository, info, "README.md", LargestText, cancellationToken).ConfigureAwait(false);
        if (info.RefusedFileNames.Count > 0)
            warn($"'{repository}' lists {info.RefusedFileNames.Count} files whose names would leave its folder, such as '{HubText.OneLine(info.RefusedFileNames[0])}'; they are left out.");
        var files = info.Files.Select(file => new ModelCardFile(HubText.OneLine(file.Name), file.Size, ModelFacts.Backend(file.Name))).ToArray();
        return new ModelCard
        {
            HuggingFaceId = info.Id,
            Revision = repository.Revision,
            Commit = info.Commit,
            License = ReadLicense(info),
            Gated = info.Gated,
            Private = info.Private,
            Languages = Texts(info.CardData, "language"),
            BaseModel = Texts(info.CardData, "base_model"),
            ContextSize = ModelFacts.ContextSize(config) ?? (info.Gguf.GetValueOrDefault("context_length") as long?),
            Architecture = FirstText(config, "architectures") ?? FirstText(info.Config, "architectures") ?? FirstText(info.Gguf, "architecture"),
            ModelType = FirstText(config, "model_type") ?? FirstText(info.Config, "model_type"),
            ParameterCount = info.ParameterCount,
            Files = files,
            Backends = [.. files.Select(file => file.Backend).OfType<string>().Distinct()],
            Downloads = info.Downloads,
            LastModified = info.LastModified,
            Tags = [.. info.Tags.Select(HubText.OneLine)],
            Text = text is null ? null : HubText.Harmless(WithoutFrontMatter(Encoding.UTF8.GetString(text))),
        };
    }

    private async Task<JsonMap> ReadConfigAsync(HubRepository repository, HubModelInfo info, CancellationToken cancellationToken)
    {
        if (await ReadFileAsync(repository, info, "config.json", LargestConfig, cancellationToken).ConfigureAwait(false) is not { } content)
            return JsonMap.Empty;
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 128, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return JsonData.ToPlain(document.RootElement) as JsonMap ?? JsonMap.Empty;
        }
        catch (JsonException error)
        {
            warn($"'config.json' of '{repository}' is not JSON (line {error.LineNumber + 1}).");
            return JsonMap.Empty;
        }
    }

    // The information is worth having without the files: a gated repository shows it to everybody.
    private async Task<byte[]?> ReadFileAsync(
        HubRepository repository, HubModelInfo info, string name, long limit, CancellationToken cancellationToken)
    {
        if (!info.Files.Any(file => file.Name == name))
            return null;
        try
        {
            var file = await hub.GetFileAsync(repository, name, new HubFileOptions { MaxBytes = limit }, cancellationToken).ConfigureAwait(false);
            return await File.ReadAllBytesAsync(file.Path, cancellationToken).ConfigureAwait(false);
        }
        catch (ClemException error)
        {
            warn($"'{name}' of '{repository}' could not be read: {error.Message}{(error.Action is null ? "" : $" {error.Action}")}");
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            warn($"'{name}' of '{repository}' could not be read: {error.Message}");
            return null;
        }
    }

    // "other" has its name beside it; old cards have the licence as a tag alone.
    private static string? ReadLicense(HubModelInfo info)
    {
        const string tag = "license:";
        var license = FirstText(info.CardData, "license")
            ?? info.Tags.Where(one => one.StartsWith(tag, StringComparison.Ordinal)).Select(one => HubText.OneLine(one[tag.Length..])).FirstOrDefault();
        return license is "other" or null ? FirstText(info.CardData, "license_name") ?? license : license;
    }

    private static string WithoutFrontMatter(string text)
    {
        text = text.TrimStart('\ufeff').Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!text.StartsWith("---\n", StringComparison.Ordinal))
            return text;
        var end = text.IndexOf("\n---\n", 3, StringComparison.Ordinal);
        return end >= 0 ? text[(end + 5)..].TrimStart('\n')
            : text.EndsWith("\n---", StringComparison.Ordinal) ? "" : text;
    }

    // One text or a list of them.
    private static IReadOnlyList<string> Texts(JsonMap map, string name) => map.GetValueOrDefault(name) switch
    {
        string text => [HubText.OneLine(text)],
        object?[] list => [.. list.OfType<string>().Select(HubText.OneLine)],
        _ => [],
    };

    private static string? FirstText(JsonMap map, string name) => Texts(map, name) is [var first, ..] ? first : null;
}
