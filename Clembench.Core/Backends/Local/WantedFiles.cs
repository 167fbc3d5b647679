using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.Backends.Local;

/// <summary>Which files of a repository or folder make a model, judged by their names.</summary>
internal static partial class WantedFiles
{
    public const string Configuration = "config.json";
    public const string Index = "model.safetensors.index.json";
    public const string Single = "model.safetensors";

    // Of a tokenizer, one of these has the vocabulary.
    private static readonly string[] Vocabularies = ["tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "vocab.txt", "tekken.json"];

    private static readonly string[] Small =
    [
        Configuration, "generation_config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "merges.txt",
        "chat_template.jinja", "chat_template.json", .. Vocabularies,
    ];

    /// <summary>Configuration, tokenizer and templates.</summary>
    /// <param name="names">All files.</param>
    /// <returns>Those.</returns>
    public static IEnumerable<string> Configurations(IEnumerable<string> names) => names.Where(name => Small.Contains(name)
        || (name.EndsWith(".tiktoken", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
        || TemplateForm().IsMatch(name));

    /// <summary>The files of a GGUF model.</summary>
    /// <param name="names">All files.</param>
    /// <param name="pattern">Which of them; null for the only one.</param>
    /// <param name="where">What a person calls the place.</param>
    /// <returns>The model's parts, in order; none where no file fits.</returns>
    /// <exception cref="ClemException">Several models fit.</exception>
    public static IReadOnlyList<string> Gguf(IReadOnlyCollection<string> names, string? pattern, string where) => GgufFileNames.Select(names, pattern) switch
    {
        [] => [],
        [var only] => GgufFileNames.Parts(only),
        var several => throw new ClemException(
            "Clem.Model.AmbiguousFile", ErrorKind.InvalidData,
            $"{where} has {several.Count} GGUF models {(pattern is null ? "" : $"that fit '{pattern}' ")}({string.Join(", ", several.Take(8))}{(several.Count > 8 ? ", …" : "")}), and the entry does not say which.",
            $"Give the entry a filename, such as \"{several[0]}\".", where),
    };

    /// <summary>The files with a model's weights in safetensors' form, by their names alone.</summary>
    /// <param name="names">All files.</param>
    /// <returns>The files; none where there are none, or only their index tells.</returns>
    public static IReadOnlyList<string> Safetensors(IReadOnlyCollection<string> names) =>
        names.Contains(Single) ? [Single] : [.. names.Where(name => ShardForm().IsMatch(name)).Order(StringComparer.Ordinal)];

    /// <summary>Files that fit one of several patterns.</summary>
    /// <param name="names">All files.</param>
    /// <param name="patterns">The patterns.</param>
    /// <returns>Those files.</returns>
    public static IEnumerable<string> Fitting(IEnumerable<string> names, IReadOnlyList<string> patterns)
    {
        var forms = patterns.Select(pattern => new FileNamePattern(pattern)).ToArray();
        return names.Where(name => Array.Exists(forms, form => form.Fits(name)));
    }

    /// <summary>Whether one of the files has a tokenizer's vocabulary.</summary>
    /// <param name="names">The files.</param>
    /// <returns>Whether one has.</returns>
    public static bool HaveVocabulary(IReadOnlyCollection<string> names) =>
        Vocabularies.Any(names.Contains) || names.Any(name => name.EndsWith(".tiktoken", StringComparison.Ordinal));

    [GeneratedRegex(@"^model-[0-9]{5}-of-[0-9]{5}\.safetensors$")]
    private static partial Regex ShardForm();

    [GeneratedRegex(@"^additional_chat_templates/[^/]+\.jinja$")]
    private static partial Regex TemplateForm();
}
