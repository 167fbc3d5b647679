using System.Text.Json;

namespace Clembench.Tests.Servers.Providers;

/// <summary>Cohere's chat API, version 2, after its OpenAPI description.</summary>
public sealed class CohereFormat : ProviderFormat
{
    public override string Name => "cohere";

    public override string BasePath => "";

    public override string MethodPath => "/v2/chat";

    protected override string RequestSchema =>
        """
        {
          "definitions": {
            "text": { "type": "object", "additionalProperties": false, "required": ["type", "text"], "properties": { "type": { "enum": ["text"] }, "text": { "type": "string" } } },
            "image": { "type": "object", "additionalProperties": false, "required": ["type", "image_url"], "properties": {
              "type": { "enum": ["image_url"] },
              "image_url": { "type": "object", "additionalProperties": false, "required": ["url"], "properties": {
                "url": { "type": "string" }, "detail": { "enum": ["auto", "low", "high"] } } } } }
          },
          "type": "object", "additionalProperties": false, "required": ["stream", "model", "messages"],
          "properties": {
            "stream": { "enum": [false] },
            "model": { "type": "string", "minLength": 1 },
            "messages": { "type": "array", "minItems": 1, "items": { "oneOf": [
              { "type": "object", "additionalProperties": false, "required": ["role", "content"], "properties": {
                "role": { "enum": ["user"] },
                "content": { "oneOf": [ { "type": "string", "minLength": 1 }, { "type": "array", "minItems": 1, "items": { "oneOf": [ { "$ref": "#/definitions/text" }, { "$ref": "#/definitions/image" } ] } } ] } } },
              { "type": "object", "additionalProperties": false, "required": ["role", "content"], "properties": {
                "role": { "enum": ["system", "assistant"] },
                "content": { "oneOf": [ { "type": "string", "minLength": 1 }, { "type": "array", "minItems": 1, "items": { "$ref": "#/definitions/text" } } ] } } }
            ] } },
            "temperature": { "type": "number", "minimum": 0, "maximum": 1 },
            "max_tokens": { "type": "integer", "minimum": 0 },
            "thinking": { "type": "object", "additionalProperties": false, "required": ["type"], "properties": {
              "type": { "enum": ["enabled", "disabled"] }, "token_budget": { "type": "integer", "minimum": 1 } } },
            "safety_mode": { "enum": ["CONTEXTUAL", "STRICT", "OFF"] }, "stop_sequences": { "type": "array", "maxItems": 5 }, "seed": { "type": "integer", "minimum": 0 },
            "frequency_penalty": { "type": "number" }, "presence_penalty": { "type": "number" }, "k": { "type": "integer", "minimum": 0, "maximum": 500 },
            "p": { "type": "number", "minimum": 0.01, "maximum": 0.99 }, "logprobs": { "type": "boolean" }, "response_format": {}, "documents": {},
            "citation_options": {}, "tools": {}, "tool_choice": {}, "strict_tools": {}, "priority": { "type": "integer", "minimum": 0, "maximum": 999 }
          }
        }
        """;

    public override string Completion(string text) =>
        $$"""
        {"id": "c14c80c3-18eb-4519-9460-6c92edd8cfb4", "finish_reason": "COMPLETE",
         "message": {"role": "assistant", "content": [{"type": "text", "text": {{Quote(text)}}}]},
         "usage": {"billed_units": {"input_tokens": 5, "output_tokens": 6}, "tokens": {"input_tokens": 11.0, "output_tokens": 7.0} }, "not_in_any_sdk": 1e-7}
        """;

    public override string Error(int status, string message) => $$"""{"id": "e1", "message": {{Quote(message)}}}""";

    public override string LastContent(JsonElement request) => request.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
}
