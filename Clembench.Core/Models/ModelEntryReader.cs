using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Json;

namespace Clembench.Models;

/// <summary>Makes entries of what a registry holds.</summary>
public static partial class ModelEntryReader
{
    private static readonly (string Key, Func<object?, bool> IsRight, string Type)[] Types =
    [
        ("model_name", value => value is string { Length: > 0 }, "a text"),
        ("backend", value => value is string { Length: > 0 }, "a text"),
        ("model_id", value => value is string, "a text"),
        ("huggingface_id", value => value is string, "a text"),
        ("open_weight", value => value is bool, "true or false"),
        ("model_config", value => value is JsonMap, "an object"),
        ("premade_chat_template", value => value is bool, "true or false"),
        ("custom_chat_template", value => value is string, "a text"),
        ("slow_tokenizer", value => value is bool, "true or false"),
        ("output_split_prefix", value => value is string, "a text"),
        ("eos_to_cull", value => value is string, "a text"),
        ("requires_api_key", value => value is bool, "true or false"),
        ("base_url", value => value is string, "a text"),
        ("extra_body", value => value is JsonMap, "an object"),
    ];

    /// <summary>Makes an entry.</summary>
    /// <param name="map">The entry's members.</param>
    /// <param name="source">The file that it was read from; null for none.</param>
    /// <param name="position">Its place in the file, from 1; 0 for none.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="FormatException">A member is missing or has the wrong type; see <see cref="FindProblem"/>.</exception>
    public static ModelEntry Read(JsonMap map, string? source = null, int position = 0)
    {
        if (FindProblem(map) is { } problem)
            throw new FormatException(problem.Message);
        map.TryGetValue("open_weight", out var openWeight);
        map.TryGetValue("context_size", out var contextSize);
        return new ModelEntry
        {
            Name = map.GetOrDefault<string>("model_name") ?? map.GetOrDefault<string>("model_id") ?? map.GetOrDefault<string>("huggingface_id")!,
            Backend = map.GetOrDefault<string>("backend")!,
            ModelId = map.GetOrDefault<string>("model_id"),
            HuggingFaceId = map.GetOrDefault<string>("huggingface_id"),
            ContextSize = ParseContextSize(contextSize),
            OpenWeight = openWeight as bool?,
            Source = source,
            Position = position,
            Properties = map,
        };
    }

    /// <summary>What makes an entry unusable.</summary>
    /// <param name="map">The entry's members.</param>
    /// <returns>The member concerned and the problem in words; null where there is none.</returns>
    public static (string Member, string Message)? FindProblem(JsonMap map)
    {
        if (!map.ContainsKey("backend"))
            return ("", "the entry has no 'backend'");
        if (!map.ContainsKey("model_name") && !map.ContainsKey("model_id") && !map.ContainsKey("huggingface_id"))
            return ("", "the entry has no 'model_name'");
        foreach (var (key, isRight, type) in Types)
        {
            foreach (var place in (JsonMap?[])[map, map.GetOrDefault<JsonMap>("model_config")])
            {
                if (place is not null && place.TryGetValue(key, out var value) && !isRight(value))
                    return (key, $"'{key}' is not {type}");
            }
        }

        return null;
    }

    /// <summary>Reads a context size: digits, perhaps with k (× 1,024) or m (× 1,048,576).</summary>
    /// <param name="value">A number or a text such as <c>128k</c>.</param>
    /// <returns>The number of tokens; null where the value is none.</returns>
    public static int? ParseContextSize(object? value)
    {
        if (value is long number)
            return number is > 0 and <= int.MaxValue ? (int)number : null;
        if (value is not string text || ContextSize().Match(text.Trim()) is not { Success: true } match)
            return null;
        var size = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            * match.Groups[2].Value.ToLowerInvariant() switch { "k" => 1024, "m" => 1024 * 1024, _ => 1 };
        return size is >= 1 and <= int.MaxValue ? (int)size : null;
    }

    [GeneratedRegex(@"^([0-9]{1,10}(?:\.[0-9]{1,3})?)\s*([kKmM]?)$")]
    private static partial Regex ContextSize();
}
