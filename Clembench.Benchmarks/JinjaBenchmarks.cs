using BenchmarkDotNet.Attributes;
using Clembench.Json;
using Clembench.Templates.Jinja;

namespace Clembench.Benchmarks;

/// <summary>Chat templates of the usual kinds, with ten messages.</summary>
[Config(typeof(RegistryBenchmarks.InProcess))]
[MemoryDiagnoser]
public class JinjaBenchmarks
{
    private const string ChatMlSource =
        """
        {% for message in messages %}
        {{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}
        {%- endfor %}
        {% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
        """;

    private const string HeaderSource =
        """
        {%- for message in messages %}
            {%- set content = '<|start|>' + message.role + '<|end|>\n\n' + message.content | trim + '<|eot|>' %}
            {%- if loop.first %}{% set content = bos_token + content %}{% endif %}
            {{- content }}
        {%- endfor %}
        {%- if add_generation_prompt %}{{ '<|start|>assistant<|end|>\n\n' }}{% endif %}
        """;

    private const string ToolsSource = "{% for tool in tools %}{{ tool | tojson(indent=4) }}\n{% endfor %}";

    private readonly JinjaTemplate _chatMl = JinjaTemplate.Parse(ChatMlSource);
    private readonly JinjaTemplate _header = JinjaTemplate.Parse(HeaderSource);
    private readonly JinjaTemplate _tools = JinjaTemplate.Parse(ToolsSource);

    private readonly JsonMap _variables = new(
    [
        new("messages", Enumerable.Range(0, 10).Select(object? (i) => new JsonMap(
            [new("role", i % 2 == 0 ? "user" : "assistant"), new("content", $"Message {i}: as long as what a player says in a dialogue game, more or less.")])).ToArray()),
        new("tools", Enumerable.Range(0, 4).Select(object? (i) => JsonMap.Parse(
            $$$$"""{"type": "function", "function": {"name": "tool_{{{{i}}}}", "parameters": {"type": "object", "properties": {"x": {"type": "string"}, "y": {"type": "number"}}, "required": ["x"]}}}""")).ToArray()),
        new("add_generation_prompt", true),
        new("bos_token", "<s>"),
    ]);

    [Benchmark]
    public JinjaOutput RenderChatMl() => _chatMl.Render(_variables);

    [Benchmark]
    public JinjaOutput RenderWithHeaders() => _header.Render(_variables);

    [Benchmark]
    public JinjaOutput RenderTools() => _tools.Render(_variables);

    [Benchmark]
    public JinjaTemplate ParseWithHeaders() => JinjaTemplate.Parse(HeaderSource);
}
