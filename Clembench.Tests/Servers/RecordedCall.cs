using System.Text;
using System.Text.Json;

namespace Clembench.Tests.Servers;

/// <summary>One request as the server saw it, and the body that it answered with.</summary>
public sealed record RecordedCall(int Index, IReadOnlyDictionary<string, string> Headers, byte[] RequestBody)
{
    /// <summary>The path of the request.</summary>
    public string Path { get; init; } = "";

    /// <summary>The query of the request, with its question mark.</summary>
    public string Query { get; init; } = "";

    /// <summary>The bytes of the answer, as far as they were written.</summary>
    public byte[] ResponseBody { get; set; } = [];

    public JsonElement Request => Parse(RequestBody);

    public JsonElement Response => Parse(ResponseBody);

    /// <summary>The content of the last message of the request.</summary>
    public string LastContent => Request.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;

    public override string ToString() => Encoding.UTF8.GetString(RequestBody);

    private static JsonElement Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }
}
