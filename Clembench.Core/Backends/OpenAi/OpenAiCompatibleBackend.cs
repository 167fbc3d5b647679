namespace Clembench.Backends.OpenAi;

/// <summary>
/// The <c>openai_compatible</c> backend: any server that speaks OpenAI's chat completions, such as vLLM or llama.cpp's.
/// Its address is the entry's <c>base_url</c>, or the one beside the key; a key is sent where there is one.
/// </summary>
public sealed class OpenAiCompatibleBackend() : ChatCompletionsBackend("openai_compatible", defaultAddress: null, needsKey: false);
