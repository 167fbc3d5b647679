using System.Diagnostics;
using System.Globalization;
using Clembench.Json;
using Clembench.Oracles;
using Clembench.Templates.Jinja;

namespace Clembench.Benchmarks;

/// <summary>
/// The same chat templates rendered by our engine, by Python's jinja2 and by @huggingface/jinja, in one run: each parses
/// beforehand and measures within itself, so that no transport is counted. The best of several rounds counts for each.
/// </summary>
internal static class TemplatesSideBySide
{
    private const int Rounds = 100;

    // In the manner of ChatML: one line for each message.
    private const string ChatMl = """
        {%- for message in messages %}
            {%- if loop.first and message.role != 'system' %}
                {{- '<|im_start|>system\nYou are a helpful player.<|im_end|>\n' }}
            {%- endif %}
            {{- '<|im_start|>' ~ message.role ~ '\n' ~ message.content | trim ~ '<|im_end|>\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
        {%- endif %}
        """;

    // In the manner of the first Llama 3: each turn is made, then written.
    private const string Llama3First = """
        {%- for turn in messages %}
            {%- set text = '<|start_header_id|>' + turn['role'] + '<|end_header_id|>\n\n' + turn['content'] | trim + '<|eot_id|>' %}
            {%- if loop.index0 == 0 %}
                {%- set text = bos_token + text %}
            {%- endif %}
            {{- text }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif %}
        """;

    // In the manner of Llama 3.1 and later: a date, a system message of its own, tools, and much white space control.
    private const string Llama3 = """
        {{- bos_token }}
        {%- if not date_string is defined %}
            {%- set date_string = strftime_now("%d %b %Y") %}
        {%- endif %}
        {%- if messages[0]['role'] == 'system' %}
            {%- set rules = messages[0]['content'] | trim %}
            {%- set turns = messages[1:] %}
        {%- else %}
            {%- set rules = '' %}
            {%- set turns = messages %}
        {%- endif %}
        {{- '<|start_header_id|>system<|end_header_id|>\n\n' }}
        {%- if tools %}
            {{- 'Functions that may be called:\n\n' }}
            {%- for tool in tools %}
                {{- tool | tojson(indent=4) }}
                {{- '\n\n' }}
            {%- endfor %}
        {%- endif %}
        {{- 'It is ' + date_string + '.\n\n' + rules + '<|eot_id|>' }}
        {%- for turn in turns %}
            {%- if turn.role == 'tool' or turn.role == 'ipython' %}
                {{- '<|start_header_id|>ipython<|end_header_id|>\n\n' }}
                {%- if turn.content is mapping or turn.content is iterable and turn.content is not string %}
                    {{- turn.content | tojson }}
                {%- else %}
                    {{- turn.content }}
                {%- endif %}
                {{- '<|eot_id|>' }}
            {%- elif 'tool_calls' in turn %}
                {%- if not turn.tool_calls | length == 1 %}
                    {{- raise_exception('One call at a time') }}
                {%- endif %}
                {%- set call = turn.tool_calls[0].function %}
                {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' + '{"name": "' + call.name + '", "parameters": ' + call.arguments | tojson + '}<|eot_id|>' }}
            {%- else %}
                {{- '<|start_header_id|>' + turn['role'] + '<|end_header_id|>\n\n' + turn['content'] | trim + '<|eot_id|>' }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif %}
        """;

    /// <summary>Measures, and prints a row for each template and engine.</summary>
    public static async Task<int> RunAsync()
    {
        var folder = Path.Join(Root(AppContext.BaseDirectory), "Clembench.Tests", "Oracles");
        using var python = JinjaOracle.FindPython(folder);
        using var node = JinjaOracle.FindNode(folder);
        Console.WriteLine($"{"template",-24} {"engine",-20} {"renders/s",12} {"µs/render",10}   ours is faster by");
        foreach (var (name, subject) in Subjects())
        {
            var template = JinjaTemplate.Parse(subject.Template);
            var engines = new List<Engine> { new("Clembench", count => Task.FromResult(Measure(template, subject, count))) };
            if (python is not null)
                engines.Add(new Engine("jinja2 (Python)", count => python.MeasureAsync(subject, count)));
            if (node is not null)
                engines.Add(new Engine("@huggingface/jinja", count => node.MeasureAsync(subject, count)));

            // In turn, so that what else the machine does meets all of them.
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var engine in engines)
                    await engine.MeasureAsync();
            }

            foreach (var engine in engines)
                Print(name, engine.Name, engine.Best, engines[0].Best);
        }

        if (python is null)
            Console.WriteLine("No Python with jinja2 on this machine.");
        if (node is null)
            Console.WriteLine("No @huggingface/jinja on this machine: npm ci --ignore-scripts in Clembench.Tests/Oracles.");
        return 0;
    }

    private static IEnumerable<(string Name, TemplateCase Case)> Subjects()
    {
        var chat = JsonMap.Parse("""{"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>", "add_generation_prompt": true}""");
        var tools = JsonMap.Parse("""
            {"tools": [{"type": "function", "function": {"name": "look", "description": "Looks around.", "parameters": {"type": "object", "properties": {"where": {"type": "string", "enum": ["north", "south"]}, "far": {"type": "boolean"}}, "required": ["where"]}}}]}
            """);
        var messages = new JsonMap([new("messages", Enumerable.Range(0, 10).Select(object? (i) => new JsonMap(
        [
            new("role", i == 0 ? "system" : i % 2 == 1 ? "user" : "assistant"),
            new("content", $"This is message {i} of a game of words, in which two players describe what they see. "),
        ])).ToArray())]);
        yield return ("ChatML, 10 messages", new TemplateCase(ChatMl, new JsonMap(chat.Concat(messages))));
        yield return ("Llama 3, 10 messages", new TemplateCase(Llama3First, new JsonMap(chat.Concat(messages))));
        yield return ("Llama 3.1, 10 messages", new TemplateCase(Llama3, new JsonMap(chat.Concat(messages))));
        yield return ("Llama 3.1, with a tool", new TemplateCase(Llama3, new JsonMap(chat.Concat(messages).Concat(tools))));
    }

    private static double Measure(JinjaTemplate template, TemplateCase subject, int count)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            template.Render(subject.Variables);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Print(string name, string engine, double seconds, double ours) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name,-24} {engine,-20} {1 / seconds,12:N0} {seconds * 1e6,10:N1}   {seconds / ours:N1} times"));

    private static string Root(string folder) => File.Exists(Path.Join(folder, "Clembench.slnx"))
        ? folder
        : Root(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("Run this from within the checkout."));

    // An engine, and the fewest seconds that a render took it.
    private sealed class Engine(string name, Func<int, Task<double>> measure)
    {
        private int _count = 500;

        public string Name => name;

        public double Best { get; private set; } = double.MaxValue;

        public async Task MeasureAsync()
        {
            Best = Math.Min(Best, await measure(_count) / _count);
            // Short rounds, so that on a busy machine some of them are not interrupted.
            _count = Math.Clamp((int)(0.02 / Best), 20, 1_000_000);
        }
    }
}
