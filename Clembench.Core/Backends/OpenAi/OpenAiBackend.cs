namespace Clembench.Backends.OpenAi;

/// <summary>The <c>openai</c> backend: OpenAI's own service.</summary>
public sealed class OpenAiBackend() : ChatCompletionsBackend("openai", new Uri("https://api.openai.com/v1"), needsKey: true);
