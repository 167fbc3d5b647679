namespace Clembench.Tests.Servers.Providers;

/// <summary>Chat completions of a deployment in Azure, after the data plane's reference for the version 2024-10-21.</summary>
public sealed class AzureFormat() : OpenAiFormat("azure")
{
    public override string BasePath => "";

    public override string MethodPath => "/openai/deployments/test-model/chat/completions?api-version=2024-10-21";

    public override (string Name, string Value) KeyHeader => ("api-key", Secret);

    public override string Completion(string text) =>
        $$"""
        {"id": "chatcmpl-1", "object": "chat.completion", "created": 1763942400, "model": "gpt-4o-2024-08-06",
         "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": false, "severity": "safe"} } }],
         "choices": [{"index": 0, "message": {"role": "assistant", "content": {{Quote(text)}}}, "finish_reason": "stop",
           "content_filter_results": {"hate": {"filtered": false, "severity": "safe"} } }],
         "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}, "not_in_any_sdk": 1e-7}
        """;

    public override string Error(int status, string message) => $$$"""{"error": {"code": "{{{status}}}", "message": {{{Quote(message)}}}}}""";
}
