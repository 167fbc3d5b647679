using System.Text.Json;

namespace Clembench.Tests.Servers.Providers;

/// <summary>generateContent of the Gemini API, after the protocol buffers of its version v1beta.</summary>
public sealed class GoogleFormat : ProviderFormat
{
    public override string Name => "google";

    public override string BasePath => "";

    public override string MethodPath => "/v1beta/models/test-model:generateContent";

    public override (string Name, string Value) KeyHeader => ("x-goog-api-key", Secret);

    protected override string RequestSchema =>
        """
        {
          "definitions": {
            "part": { "oneOf": [
              { "type": "object", "additionalProperties": false, "required": ["text"], "properties": { "text": { "type": "string", "minLength": 1 }, "thought": { "type": "boolean" } } },
              { "type": "object", "additionalProperties": false, "required": ["inlineData"], "properties": {
                "inlineData": { "type": "object", "additionalProperties": false, "required": ["mimeType", "data"], "properties": {
                  "mimeType": { "enum": ["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/heic", "image/heif"] },
                  "data": { "type": "string", "pattern": "^[A-Za-z0-9+/]+=*$" } } } } }
            ] }
          },
          "type": "object", "additionalProperties": false, "required": ["contents"],
          "properties": {
            "contents": { "type": "array", "minItems": 1, "items": {
              "type": "object", "additionalProperties": false, "required": ["role", "parts"], "properties": {
                "role": { "enum": ["user", "model"] }, "parts": { "type": "array", "minItems": 1, "items": { "$ref": "#/definitions/part" } } } } },
            "systemInstruction": { "type": "object", "additionalProperties": false, "required": ["parts"], "properties": {
              "role": { "type": "string" }, "parts": { "type": "array", "minItems": 1, "items": { "$ref": "#/definitions/part" } } } },
            "generationConfig": { "type": "object", "additionalProperties": false, "properties": {
              "temperature": { "type": "number", "minimum": 0, "maximum": 2 },
              "maxOutputTokens": { "type": "integer", "minimum": 1 },
              "candidateCount": { "type": "integer" }, "stopSequences": { "type": "array", "maxItems": 5 }, "topP": { "type": "number" }, "topK": { "type": "integer" },
              "seed": { "type": "integer" }, "presencePenalty": { "type": "number" }, "frequencyPenalty": { "type": "number" },
              "responseMimeType": {}, "responseSchema": {}, "responseModalities": {}, "responseLogprobs": {}, "logprobs": {}, "mediaResolution": {},
              "thinkingConfig": { "type": "object", "additionalProperties": false, "properties": {
                "includeThoughts": { "type": "boolean" }, "thinkingBudget": { "type": "integer", "minimum": -1 },
                "thinkingLevel": { "enum": ["minimal", "low", "medium", "high"] } } } } },
            "safetySettings": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["category", "threshold"], "properties": {
              "category": { "enum": ["HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT", "HARM_CATEGORY_DANGEROUS_CONTENT", "HARM_CATEGORY_CIVIC_INTEGRITY"] },
              "threshold": { "enum": ["BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"] } } } },
            "tools": {}, "toolConfig": {}, "cachedContent": { "type": "string" }
          }
        }
        """;

    protected override IEnumerable<string> Rules(JsonElement request, IReadOnlyDictionary<string, string> headers)
    {
        foreach (var rule in Alternation(request.GetProperty("contents").EnumerateArray().Select(content => content.GetProperty("role").GetString()), "user", "model"))
            yield return rule;
        if (request.TryGetProperty("safetySettings", out var safety) && safety.EnumerateArray().GroupBy(one => one.GetProperty("category").GetString()).Any(group => group.Count() > 1))
            yield return "two settings for one category of harm";
        if (request.TryGetProperty("generationConfig", out var config) && config.TryGetProperty("thinkingConfig", out var thinking)
            && thinking.TryGetProperty("thinkingBudget", out _) && thinking.TryGetProperty("thinkingLevel", out _))
        {
            yield return "a budget and a level of thinking at once";
        }
    }

    public override string Completion(string text) =>
        $$"""
        {"candidates": [{"content": {"parts": [{"text": {{Quote(text)}}}], "role": "model"}, "finishReason": "STOP", "index": 0, "safetyRatings": []}],
         "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 4, "thoughtsTokenCount": 3, "totalTokenCount": 18},
         "modelVersion": "test-model-001", "responseId": "r1", "notInAnySdk": 1e-7}
        """;

    public override string Error(int status, string message) =>
        $$$"""
        {"error": {"code": {{{status}}}, "message": {{{Quote(message)}}}, "status": "{{{status switch { 400 => "INVALID_ARGUMENT", 401 => "UNAUTHENTICATED", 403 => "PERMISSION_DENIED", 404 => "NOT_FOUND", 429 => "RESOURCE_EXHAUSTED", 503 => "UNAVAILABLE", _ => "INTERNAL" }}}}"}}
        """;

    public override string LastContent(JsonElement request) =>
        request.GetProperty("contents").EnumerateArray().Last().GetProperty("parts")[0].GetProperty("text").GetString()!;
}
