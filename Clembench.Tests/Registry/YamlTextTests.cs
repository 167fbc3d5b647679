using System.Diagnostics;
using System.Text.Json;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Support;

namespace Clembench.Tests.Registry;

/// <summary>What we write as YAML has the same values for readers of YAML 1.1 (Python's) and of 1.2 (ours).</summary>
public class YamlTextTests
{
    private static readonly string[] Texts =
    [
        "yes", "Yes", "YES", "no", "No", "on", "On", "off", "OFF", "y", "n", "Y", "N", "true", "False", "null", "Null", "~", "",
        "1_000", "0o7", "017", "0b1_0", "0x1f", "12", "+1", "-7", "1.5", "1.", "1e3", "1.0e+3", "1_0.5", "685_230.15", ".5", "._", ".inf", "-.inf", ".NaN", "inf", "nan",
        "12:30:45", "190:20:30.15", "1:2", "2024-01-01", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2024-1-1",
        "<<", "=", "- a", "a: b", "a #b", "#", "[", "{a}", "'", "\"", "!x", "&a", "*a", "|", ">", "%", "@", "`", "?", "---", "...", " a", "a ", "a\nb", "\t",
        "é", "😀", "a b", "7b", "llama-3.1-8b", "128k", "4o-mini", "owner/name", "e5", "0", "00", "08", "1e", "_1",
    ];

    private static readonly object[] Numbers = [1L, -5L, 0L, 1.5, 1e16, 1e-7, -1e300, 100.0];

    [Theory]
    [InlineData("on")]
    [InlineData("No")]
    [InlineData("y")]
    [InlineData("1_000")]
    [InlineData("2024-01-01")]
    [InlineData("12:30:45")]
    [InlineData("0o7")]
    [InlineData("0b11")]
    public async Task A_text_that_is_none_in_YAML_1_1_is_quoted(string text)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("r.yaml");
        await RegistryEditor.WriteAsync(file, Entry([new("note", text), new(text, "key")]), false, default);
        (await File.ReadAllTextAsync(file)).ShouldContain($"  note: \"{text}\"\n  \"{text}\": key\n");
    }

    [Fact]
    public async Task Usual_texts_stay_plain()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("r.yaml");
        await RegistryEditor.WriteAsync(file, Entry([new("a", "llama-3.1-8b"), new("b", "128k"), new("c", "owner/name"), new("d", "two words")]), false, default);
        (await File.ReadAllTextAsync(file)).ShouldEndWith("  a: llama-3.1-8b\n  b: 128k\n  c: owner/name\n  d: two words\n");
    }

    [SkippableFact]
    public async Task Python_reads_what_was_written()
    {
        const string Python = "/usr/bin/python3";
        Skip.IfNot(File.Exists(Python), "Python 3 is not installed (apt install python3).");
        using var folder = new TemporaryFolder();
        var file = folder.File("r.yaml");
        var values = Texts.Concat(Numbers).Select((value, index) => KeyValuePair.Create($"v{index}", (object?)value))
            .Concat(Texts.Where(text => text.Length > 0).Select(text => KeyValuePair.Create(text, (object?)"key"))).DistinctBy(member => member.Key).ToArray();
        await RegistryEditor.WriteAsync(file, Entry(values), false, default);
        ModelRegistry.ReadFile(file).Single().Properties.ToString().ShouldBe(Entry(values).Properties.ToString());

        var start = new ProcessStartInfo(Python, ["-c", """
            import json, sys
            try:
                import yaml
            except ImportError:
                sys.exit(3)
            print(json.dumps([[type(k).__name__, k, type(v).__name__, v] for k, v in yaml.safe_load(open(sys.argv[1], encoding="utf-8"))[0].items()], default=str))
            """, file])
        { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Skip.If(process.ExitCode == 3, "PyYAML is not installed (apt install python3-yaml).");
        process.ExitCode.ShouldBe(0);
        using var read = JsonDocument.Parse(output);
        var members = read.RootElement.EnumerateArray().Skip(2).ToArray();
        members.Length.ShouldBe(values.Length);
        foreach (var (member, (name, value)) in members.Zip(values))
        {
            member[0].GetString().ShouldBe("str", name);
            member[1].GetString().ShouldBe(name);
            member[2].GetString().ShouldBe(value switch { string => "str", long => "int", _ => "float" }, $"{value}");
            if (value is double number)
                member[3].GetDouble().ShouldBe(number);
            else
                member[3].ToString().ShouldBe($"{value}");
        }
    }

    private static ModelEntry Entry(KeyValuePair<string, object?>[] members) =>
        ModelEntryReader.Read(new JsonMap([new("model_name", "m"), new("backend", "mock"), .. members]));
}
