using System.Text.Json;

namespace Clembench.Tests.Servers.Providers;

/// <summary>OpenAI's chat completions, after its API reference.</summary>
public class OpenAiFormat(string name) : ProviderFormat
{
    public override string Name => name;

    public override string BasePath => "/v1";

    public override string MethodPath => "/v1/chat/completions";

    protected override string RequestSchema =>
        """
        {
          "type": "object", "additionalProperties": false, "required": ["model", "messages"],
          "properties": {
            "model": { "type": "string", "minLength": 1 },
            "messages": { "type": "array", "minItems": 1, "items": { "oneOf": [
              { "type": "object", "additionalProperties": false, "required": ["role", "content"], "properties": {
                "role": { "enum": ["system", "developer", "assistant"] }, "content": { "type": "string" } } },
              { "type": "object", "additionalProperties": false, "required": ["role", "content"], "properties": {
                "role": { "enum": ["user"] },
                "content": { "oneOf": [ { "type": "string" }, { "type": "array", "minItems": 1, "items": { "oneOf": [
                  { "type": "object", "additionalProperties": false, "required": ["type", "text"], "properties": {
                    "type": { "enum": ["text"] }, "text": { "type": "string" } } },
                  { "type": "object", "additionalProperties": false, "required": ["type", "image_url"], "properties": {
                    "type": { "enum": ["image_url"] },
                    "image_url": { "type": "object", "additionalProperties": false, "required": ["url"], "properties": {
                      "url": { "type": "string", "pattern": "^(https?://|data:image/[a-z]+;base64,)" }, "detail": { "enum": ["auto", "low", "high"] } } } } }
                ] } } ] } } }
            ] } },
            "temperature": { "type": "number", "minimum": 0, "maximum": 2 },
            "top_p": { "type": "number", "minimum": 0, "maximum": 1 },
            "max_tokens": { "type": "integer", "minimum": 1 },
            "max_completion_tokens": { "type": "integer", "minimum": 1 },
            "reasoning_effort": { "enum": ["none", "minimal", "low", "medium", "high", "xhigh"] },
            "seed": { "type": "integer" },
            "stop": {}, "n": { "type": "integer" }, "logit_bias": {}, "logprobs": {}, "top_logprobs": {}, "presence_penalty": {}, "frequency_penalty": {},
            "response_format": {}, "metadata": {}, "store": {}, "user": {}, "service_tier": {}, "verbosity": {}, "provider": {}
          }
        }
        """;

    public override string Completion(string text) =>
        $$"""
        {"id": "chatcmpl-1", "object": "chat.completion", "created": 1763942400, "model": "test-model-2026-01-01",
         "choices": [{"index": 0, "message": {"role": "assistant", "content": {{Quote(text)}}, "refusal": null, "annotations": []}, "logprobs": null, "finish_reason": "stop"}],
         "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18, "completion_tokens_details": {"reasoning_tokens": 0} },
         "service_tier": "default", "not_in_any_sdk": [12345678901234567890123456789, 1e-7]}
        """;

    public override string Error(int status, string message) =>
        $$$"""{"error": {"message": {{{Quote(message)}}}, "type": "error", "param": null, "code": null}}""";

    public override string LastContent(JsonElement request) => request.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
}
