namespace Clembench.Backends;

/// <summary>The environment variables that hold keys. They override what key files hold.</summary>
internal static class KeyVariables
{
    private static readonly Dictionary<string, string[]> Customary = new(StringComparer.OrdinalIgnoreCase)
    {
        ["openai"] = ["OPENAI_API_KEY"],
        ["openrouter"] = ["OPENROUTER_API_KEY"],
        ["azure"] = ["AZURE_OPENAI_API_KEY"],
        ["anthropic"] = ["ANTHROPIC_API_KEY"],
        ["google"] = ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        ["mistral"] = ["MISTRAL_API_KEY"],
        ["cohere"] = ["COHERE_API_KEY", "CO_API_KEY"],
        ["huggingface"] = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
    };

    /// <summary>The backends for which a customary variable exists.</summary>
    public static IEnumerable<string> Backends => Customary.Keys;

    /// <summary>The variables that may hold a backend's secret, the first one first.</summary>
    /// <param name="backend">The backend's name.</param>
    /// <returns>The names.</returns>
    public static IEnumerable<string> ForSecret(string backend) => [Own(backend, "API_KEY"), .. Customary.GetValueOrDefault(backend, [])];

    /// <summary>The variables that may hold the address of a backend's service, the first one first.</summary>
    /// <param name="backend">The backend's name.</param>
    /// <returns>The names.</returns>
    public static IEnumerable<string> ForAddress(string backend) =>
        string.Equals(backend, "azure", StringComparison.OrdinalIgnoreCase)
            ? [Own(backend, "BASE_URL"), "AZURE_OPENAI_ENDPOINT"]
            : [Own(backend, "BASE_URL")];

    private static string Own(string backend, string what) =>
        $"CLEMBENCH_{string.Concat(backend.ToUpperInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'))}_{what}";
}
