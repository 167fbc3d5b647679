using System.Globalization;
using Clembench.Json;

namespace Clembench.Models;

/// <summary>What a model's tokens cost, for a million of them: an entry's <c>pricing</c> with <c>prompt</c> and <c>completion</c>.</summary>
/// <param name="Prompt">The price of a million tokens of prompts.</param>
/// <param name="Completion">The price of a million generated tokens.</param>
public sealed record ModelPrice(decimal Prompt, decimal Completion)
{
    private const decimal Unit = 1_000_000;

    /// <summary>Reads an entry's prices.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>The prices; null where the entry has none.</returns>
    public static ModelPrice? Of(ModelEntry entry) =>
        entry.GetSetting("pricing") is JsonMap pricing && Number(pricing, "prompt") is { } prompt && Number(pricing, "completion") is { } completion
            ? new ModelPrice(prompt, completion) : null;

    /// <summary>What tokens cost.</summary>
    /// <param name="promptTokens">The tokens of prompts.</param>
    /// <param name="completionTokens">The generated tokens.</param>
    /// <returns>The cost, in the currency of the prices.</returns>
    public decimal CostOf(long promptTokens, long completionTokens) => (promptTokens * Prompt + completionTokens * Completion) / Unit;

    private static decimal? Number(JsonMap pricing, string name) => pricing.GetValueOrDefault(name) switch
    {
        long number and >= 0 => number,
        double number when number is >= 0 and < 1e12 => (decimal)number,
        string text when decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
