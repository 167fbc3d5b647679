using System.Text;
using Clembench.Common;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;
using Clembench.Tests.Gguf;

namespace Clembench.Tests.Templates;

/// <summary>
/// Hostile and broken checkpoints, each made here: what comes back is a report or an error that names the file, the process
/// is alive.
/// </summary>
public sealed class HostileInputTests
{
    private static readonly string[] WrongValues =
        ["1", "-1", "1e400", "true", "\"text\"", "[]", "[1]", "[[\"a\"]]", "{}", "{\"content\": 1}", "{\"a\": {\"b\": []}}", "null", "\"\\ud800\"", "{\"\\ud800\": \"x\"}"];

    [Fact]
    public async Task Configurations_of_every_wrong_shape_are_clear_errors()
    {
        (string File, string[] Keys)[] places =
        [
            ("tokenizer_config.json", ["chat_template", "added_tokens_decoder", "extra_special_tokens", "additional_special_tokens", "bos_token", "eos_token", "pad_token", "tokenizer_class", "add_bos_token", "model_max_length"]),
            ("special_tokens_map.json", ["bos_token", "eos_token", "additional_special_tokens"]),
            ("generation_config.json", ["eos_token_id"]),
            ("config.json", ["max_position_embeddings", "text_config", "architectures", "model_type", "eos_token_id"]),
        ];
        var (tried, refused) = (0, 0);
        foreach (var (file, keys) in places)
        {
            foreach (var key in keys)
            {
                foreach (var value in WrongValues)
                {
                    using var folder = CheckpointFolder.Sound();
                    folder.WriteText(file, $$"""{"{{key}}": {{value}}}""");
                    tried++;
                    if (await ErrorOfAsync(folder.Path) is { } error)
                    {
                        refused++;
                        error.Id.ShouldBe("Clem.Template.InvalidConfig");
                        error.Message.ShouldContain(file);
                        error.Message.ShouldContain($"$.{key}", Case.Sensitive, $"{file}: {key} = {value}");
                    }
                }
            }
        }

        tried.ShouldBe(266);
        refused.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Tokenizers_of_every_wrong_shape_are_clear_errors()
    {
        string[] keys = ["model", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder"];
        foreach (var key in keys)
        {
            foreach (var value in WrongValues)
            {
                using var folder = CheckpointFolder.Sound();
                folder.WriteText("tokenizer.json", $$"""{"model": {"type": "BPE", "vocab": {}, "merges": []}, "{{key}}": {{value}}}""");
                await ReportOrErrorAsync(folder.Path);
            }
        }
    }

    [Theory]
    [InlineData("not json at all", "line 1")]
    [InlineData("", "no JSON")]
    [InlineData("[1, 2]", "a list")]
    [InlineData("\"text\"", "a text")]
    [InlineData("{\"chat_template\": \"cut", "line 1")]
    [InlineData("{\"a\": \u0000}", "line 1")]
    public async Task Files_that_are_no_objects_are_clear_errors(string content, string expected)
    {
        foreach (var file in (string[])["tokenizer_config.json", "special_tokens_map.json", "generation_config.json", "config.json"])
        {
            using var folder = CheckpointFolder.Sound();
            folder.WriteText(file, content);
            var error = await ErrorOfAsync(folder.Path);
            error!.Message.ShouldContain(file);
            error.Message.ShouldContain(expected);
        }
    }

    [Fact]
    public async Task A_name_that_is_no_text_hides_no_other_member()
    {
        using var folder = CheckpointFolder.Sound();
        folder.WriteText("config.json", """{"\ud800": 1, "max_position_embeddings": 64, "\udc00": {}}""");
        (await CheckpointSource.FromPathAsync(folder.Path, default)).ContextSize.ShouldBe(64);
    }

    [Fact]
    public async Task Deep_nesting_and_bytes_that_are_no_text_are_clear_errors()
    {
        foreach (var bytes in (byte[][])[
            Encoding.UTF8.GetBytes("{\"a\": " + new string('[', 200_000)),
            Encoding.UTF8.GetBytes("{\"chat_template\": " + string.Concat(Enumerable.Repeat("{\"a\":", 200_000))),
            [(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}'],
            [0x1f, 0x8b, 8, 0, 0, 0],
            new byte[4096]])
        {
            using var folder = CheckpointFolder.Sound();
            await File.WriteAllBytesAsync(Path.Join(folder.Path, "tokenizer_config.json"), bytes);
            (await ErrorOfAsync(folder.Path))!.Message.ShouldContain("tokenizer_config.json");
        }
    }

    [Fact]
    public async Task Gguf_files_cut_anywhere_are_clear_errors()
    {
        var whole = new GgufWriter { DataLength = 32 }
            .Text("general.architecture", "tiny").UInt32("tiny.context_length", 64)
            .Texts("tokenizer.ggml.tokens", "<s>", "</s>", "a").Integers("tokenizer.ggml.token_type", 3, 3, 1)
            .Text("tokenizer.chat_template", CheckpointFolder.ChatMl)
            .Tensor("t", 0, 0, 8).ToBytes();
        using var folder = new CheckpointFolder();
        var path = Path.Join(folder.Path, "cut.gguf");
        var tried = 0;
        for (var length = 0; length < whole.Length; length++, tried++)
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            var error = await ErrorOfAsync(path);
            error.ShouldNotBeNull($"{length} of {whole.Length}").Message.ShouldContain("cut.gguf");
        }

        tried.ShouldBeGreaterThan(300);
    }

    public static TheoryData<string> Bombs() =>
    [
        "{% for i in range(10**9) %}x{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% for k in range(99999) %}{% endfor %}{% endfor %}{% endfor %}",
        "{{ 'x' * 10**9 }}",
        "{{ ('x' * 10**6) * 10**6 }}",
        "{% set ns = namespace(s='x') %}{% for i in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
        "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
        "{% macro f(n) %}{{ f(n + 1) }}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ 2 ** 100000000 }}",
        "{% set x = [1] %}{% for i in range(40) %}{% set x = x + x %}{% endfor %}{{ x }}",
        "{{ range(99999) | list | string * 9999 }}",
        "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ 'x'.center(1000000000) }}",
        "{{ 'x'.ljust(10 ** 12) }}",
        "{{ 'a' | indent(1000000000) }}",
        "{{ messages | tojson(indent=100000000) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ 'a{0.__class__}'.format(1) }}",
        "{{ ('a' * 50000 ~ 'b') | wordwrap(1) }}",
        "{% for i in range(100) recursive %}{{ loop([1, 2, 3]) }}{% endfor %}",
        "{% set d = dict() %}{% for i in range(99999) %}{% set _ = d.update({i: 'x' * 10000}) %}{% endfor %}",
        "{{ lipsum(100000) }}",
        "{{ 'x' | center(99999999999) }}",
        "{{ [1, 2] | join('x' * 99999999) }}",
        "{{ ((" + new string('(', 50_000),
        new string('{', 100_000),
        "{{ " + string.Concat(Enumerable.Repeat("-", 100_000)) + "1 }}",
        "{{ " + string.Concat(Enumerable.Repeat("not ", 50_000)) + "x }}",
        "{{ a" + string.Concat(Enumerable.Repeat(".b", 50_000)) + " }}",
        "{{ a" + string.Concat(Enumerable.Repeat("[0]", 50_000)) + " }}",
        string.Concat(Enumerable.Repeat("{% if x %}", 50_000)),
        string.Concat(Enumerable.Repeat("{% for x in y %}", 20_000)),
        "{{ 1 " + string.Concat(Enumerable.Repeat("if 1 else 1 ", 50_000)) + "}}",
        "{{ x" + string.Concat(Enumerable.Repeat("|upper", 50_000)) + " }}",
        "{{ " + string.Concat(Enumerable.Repeat("1 + ", 50_000)) + "1 }}",
        "{{ " + string.Concat(Enumerable.Repeat("[", 50_000)) + " }}",
        "{# never ends",
        "{% raw %} never ends",
    ];

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_template_bomb_ends_in_a_report(string bomb)
    {
        using var folder = CheckpointFolder.Sound(bomb);
        var report = await TemplateChecker.CheckAsync(
            new TemplateSubject("bomb") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default) }, default);
        report.Passed.ShouldBeFalse();
        report.Error.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Names_that_leave_the_folder_are_not_followed()
    {
        using var folder = CheckpointFolder.Sound();
        // Only files that are in the folder are read; a link out of it is the user's own doing, a name is not.
        folder.WriteText("additional_chat_templates/..jinja", "odd");
        folder.WriteText("additional_chat_templates/a..b.jinja", "fine");
        var checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default);
        checkpoint.ChatTemplates.Keys.ShouldContain("a..b");
    }

    private static async Task<ClemException?> ErrorOfAsync(string path)
    {
        try
        {
            await CheckpointSource.FromPathAsync(path, default);
            return null;
        }
        catch (ClemException error)
        {
            error.Action.ShouldNotBeNullOrEmpty();
            return error;
        }
    }

    internal static async Task<string> ReportOrErrorAsync(string path)
    {
        try
        {
            var report = await TemplateChecker.CheckAsync(new TemplateSubject("m") { Checkpoint = await CheckpointSource.FromPathAsync(path, default) }, default);
            return string.Join("\n", report.Checks.Select(check => check.Message));
        }
        catch (ClemException error)
        {
            return error.Message;
        }
    }
}
