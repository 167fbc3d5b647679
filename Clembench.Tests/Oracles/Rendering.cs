using Clembench.Json;

namespace Clembench.Oracles;

/// <summary>A template and what it is rendered with.</summary>
/// <param name="Template">The source.</param>
/// <param name="Variables">Plain values (see <see cref="JsonMap"/>).</param>
internal sealed record TemplateCase(string Template, JsonMap Variables)
{
    /// <summary>The question that an oracle understands.</summary>
    public string Question => OracleJson.Write(new JsonMap([new("template", Template), new("variables", Variables)]));
}

/// <summary>What became of a <see cref="TemplateCase"/>: a text, an error, or a limit that says nothing about the case.</summary>
internal sealed record Rendering
{
    /// <summary>The text, where there was no error.</summary>
    public string? Text { get; init; }

    /// <summary>The generation blocks: start and end in code points, as Python counts.</summary>
    public IReadOnlyList<(long Start, long End)> Generation { get; init; } = [];

    /// <summary>The class of the error, as the engine calls it.</summary>
    public string? Error { get; init; }

    /// <summary>The error's message.</summary>
    public string Message { get; init; } = "";

    /// <summary>The line of the template that the error belongs to, from 1.</summary>
    public long? Line { get; init; }

    /// <summary>The limit that ended the case: <c>time</c>, <c>memory</c> or <c>process</c>.</summary>
    public string? Limit { get; init; }

    /// <summary>Reads an oracle's answer.</summary>
    /// <param name="answer">The line, or <see langword="null"/> where the oracle died over the case.</param>
    public static Rendering Read(string? answer)
    {
        if (answer is null)
            return new Rendering { Limit = "process" };
        var map = JsonMap.Parse(answer);
        return new Rendering
        {
            Text = map.GetOrDefault<string>("text"),
            Generation = [.. (map.GetOrDefault<object?[]>("generation") ?? []).Cast<object?[]>().Select(span => ((long)span[0]!, (long)span[1]!))],
            Error = map.GetOrDefault<string>("error"),
            Message = map.GetOrDefault<string>("message") ?? "",
            Line = map.TryGetValue("line", out var line) ? line as long? : null,
            Limit = map.GetOrDefault<string>("limit"),
        };
    }

    public override string ToString() =>
        Limit is not null ? $"(limit: {Limit})" : Error is not null ? $"{Error} in line {Line}: {Message}" : OracleJson.Write(Text);
}
