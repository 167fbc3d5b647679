namespace Clembench.Backends.OpenAi;

/// <summary>
/// The <c>openrouter</c> backend. How requests are routed (<c>provider</c>) is said in the entry's <c>extra_body</c>;
/// nothing is added that the entry does not say.
/// </summary>
public sealed class OpenRouterBackend() : ChatCompletionsBackend("openrouter", new Uri("https://openrouter.ai/api/v1"), needsKey: true);
