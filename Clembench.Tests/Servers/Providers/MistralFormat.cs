using System.Text.Json;

namespace Clembench.Tests.Servers.Providers;

/// <summary>Mistral's chat completions, after its OpenAPI description; the service refuses members that it does not know.</summary>
public sealed class MistralFormat : ProviderFormat
{
    public override string Name => "mistral";

    public override string BasePath => "";

    public override string MethodPath => "/v1/chat/completions";

    protected override string RequestSchema =>
        """
        {
          "definitions": {
            "content": { "oneOf": [ { "type": "string", "minLength": 1 }, { "type": "array", "minItems": 1, "items": { "oneOf": [
              { "type": "object", "additionalProperties": false, "required": ["type", "text"], "properties": { "type": { "enum": ["text"] }, "text": { "type": "string" } } },
              { "type": "object", "additionalProperties": false, "required": ["type", "image_url"], "properties": {
                "type": { "enum": ["image_url"] },
                "image_url": { "oneOf": [
                  { "type": "string" },
                  { "type": "object", "additionalProperties": false, "required": ["url"], "properties": { "url": { "type": "string" }, "detail": {} } } ] } } }
            ] } } ] }
          },
          "type": "object", "additionalProperties": false, "required": ["model", "messages"],
          "properties": {
            "model": { "type": "string", "minLength": 1 },
            "messages": { "type": "array", "minItems": 1, "items": { "oneOf": [
              { "type": "object", "additionalProperties": false, "required": ["role", "content"], "properties": {
                "role": { "enum": ["system", "user"] }, "content": { "$ref": "#/definitions/content" } } },
              { "type": "object", "additionalProperties": false, "required": ["role", "content"], "properties": {
                "role": { "enum": ["assistant"] }, "content": { "$ref": "#/definitions/content" }, "prefix": { "type": "boolean" } } }
            ] } },
            "temperature": { "type": "number", "minimum": 0, "maximum": 1.5 },
            "top_p": { "type": "number" }, "max_tokens": { "type": "integer", "minimum": 0 }, "stream": { "type": "boolean" }, "stop": {},
            "random_seed": { "type": "integer" }, "metadata": { "type": "object" }, "response_format": {}, "tools": {}, "tool_choice": {},
            "presence_penalty": { "type": "number" }, "frequency_penalty": { "type": "number" }, "n": { "type": "integer" }, "prediction": {},
            "parallel_tool_calls": { "type": "boolean" }, "safe_prompt": { "type": "boolean" }, "prompt_mode": { "enum": ["reasoning"] },
            "reasoning_effort": { "enum": ["none", "minimal", "low", "medium", "high", "xhigh"] }, "guardrails": {}, "prompt_cache_key": {}, "service_tier": {}
          }
        }
        """;

    protected override IEnumerable<string> Rules(JsonElement request, IReadOnlyDictionary<string, string> headers)
    {
        var last = request.GetProperty("messages").EnumerateArray().Last();
        if (last.GetProperty("role").GetString() != "user" && !last.TryGetProperty("prefix", out _))
            yield return "a last message that is not the user's";
    }

    public override string Completion(string text) =>
        $$"""
        {"id": "cmpl-1", "object": "chat.completion", "created": 1763942400, "model": "test-model",
         "choices": [{"index": 0, "message": {"role": "assistant", "tool_calls": null, "content": {{Quote(text)}}, "prefix": false}, "finish_reason": "stop"}],
         "usage": {"prompt_tokens": 11, "total_tokens": 18, "completion_tokens": 7}, "not_in_any_sdk": 1e-7}
        """;

    public override string Error(int status, string message) => status == 401
        ? $$"""{"detail": {{Quote(message)}}}"""
        : $$"""{"object": "error", "message": {{Quote(message)}}, "type": "invalid_request_error", "param": null, "code": "{{status}}"}""";

    public override string LastContent(JsonElement request) => request.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
}
