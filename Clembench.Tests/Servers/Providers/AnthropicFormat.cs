using System.Text.Json;

namespace Clembench.Tests.Servers.Providers;

/// <summary>The Messages API, after its reference and the types of its SDKs.</summary>
public sealed class AnthropicFormat : ProviderFormat
{
    public override string Name => "anthropic";

    public override string BasePath => "";

    public override string MethodPath => "/v1/messages";

    public override (string Name, string Value) KeyHeader => ("x-api-key", Secret);

    protected override string RequestSchema =>
        """
        {
          "type": "object", "additionalProperties": false, "required": ["model", "max_tokens", "messages"],
          "properties": {
            "model": { "type": "string", "minLength": 1 },
            "max_tokens": { "type": "integer", "minimum": 1 },
            "system": { "oneOf": [ { "type": "string", "minLength": 1 }, { "type": "array" } ] },
            "messages": { "type": "array", "minItems": 1, "items": {
              "type": "object", "additionalProperties": false, "required": ["role", "content"], "properties": {
                "role": { "enum": ["user", "assistant"] },
                "content": { "oneOf": [ { "type": "string", "minLength": 1 }, { "type": "array", "minItems": 1, "items": { "oneOf": [
                  { "type": "object", "additionalProperties": false, "required": ["type", "text"], "properties": {
                    "type": { "enum": ["text"] }, "text": { "type": "string", "minLength": 1 }, "cache_control": {} } },
                  { "type": "object", "additionalProperties": false, "required": ["type", "source"], "properties": {
                    "type": { "enum": ["image"] }, "cache_control": {},
                    "source": { "oneOf": [
                      { "type": "object", "additionalProperties": false, "required": ["type", "media_type", "data"], "properties": {
                        "type": { "enum": ["base64"] }, "media_type": { "enum": ["image/jpeg", "image/png", "image/gif", "image/webp"] },
                        "data": { "type": "string", "pattern": "^[A-Za-z0-9+/]+=*$" } } },
                      { "type": "object", "additionalProperties": false, "required": ["type", "url"], "properties": {
                        "type": { "enum": ["url"] }, "url": { "type": "string", "pattern": "^https?://" } } } ] } } }
                ] } } ] } } } },
            "temperature": { "type": "number", "minimum": 0, "maximum": 1 },
            "thinking": { "oneOf": [
              { "type": "object", "additionalProperties": false, "required": ["type", "budget_tokens"], "properties": {
                "type": { "enum": ["enabled"] }, "budget_tokens": { "type": "integer", "minimum": 1024 } } },
              { "type": "object", "additionalProperties": false, "required": ["type"], "properties": { "type": { "enum": ["disabled"] } } },
              { "type": "object", "additionalProperties": false, "required": ["type"], "properties": { "type": { "enum": ["adaptive"] } } } ] },
            "output_config": { "type": "object", "additionalProperties": false, "properties": {
              "effort": { "enum": ["low", "medium", "high", "xhigh", "max"] }, "format": {} } },
            "top_k": { "type": "integer", "minimum": 0 }, "top_p": { "type": "number", "minimum": 0, "maximum": 1 },
            "stop_sequences": { "type": "array" }, "metadata": {}, "service_tier": { "enum": ["auto", "standard_only"] }, "tools": {}, "tool_choice": {}, "container": {}
          }
        }
        """;

    protected override IEnumerable<string> Rules(JsonElement request, IReadOnlyDictionary<string, string> headers)
    {
        if (headers.GetValueOrDefault("anthropic-version") != "2023-06-01")
            yield return "the header anthropic-version";
        foreach (var rule in Alternation(request.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()), "user", "assistant"))
            yield return rule;
        if (!request.TryGetProperty("thinking", out var thinking) || !thinking.TryGetProperty("budget_tokens", out var budget))
            yield break;
        if (budget.GetInt64() >= request.GetProperty("max_tokens").GetInt64())
            yield return "max_tokens not above the budget of thinking";
        if (request.TryGetProperty("temperature", out var temperature) && temperature.GetDouble() != 1)
            yield return "thinking at another temperature than 1";
        if (request.TryGetProperty("top_k", out _))
            yield return "thinking with top_k";
    }

    public override string Completion(string text) =>
        $$"""
        {"id": "msg_01", "type": "message", "role": "assistant", "model": "claude-test", "content": [{"type": "text", "text": {{Quote(text)}}, "citations": null}],
         "stop_reason": "end_turn", "stop_sequence": null,
         "usage": {"input_tokens": 8, "cache_creation_input_tokens": 2, "cache_read_input_tokens": 1, "output_tokens": 7, "service_tier": "standard"}, "not_in_any_sdk": 1e-7}
        """;

    public override string Error(int status, string message) =>
        $$$"""
        {"type": "error", "error": {"type": "{{{status switch { 400 => "invalid_request_error", 401 => "authentication_error", 403 => "permission_error", 404 => "not_found_error", 413 => "request_too_large", 429 => "rate_limit_error", 529 => "overloaded_error", _ => "api_error" }}}}", "message": {{{Quote(message)}}}}, "request_id": "req_01"}
        """;

    public override string LastContent(JsonElement request) => request.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
}
