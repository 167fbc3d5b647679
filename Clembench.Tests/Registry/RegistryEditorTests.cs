using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Support;
using CsCheck;

namespace Clembench.Tests.Registry;

public class RegistryEditorTests
{
    // Registries as people write them: comments, odd indentation, either line end, with or without trailing commas.
    private static readonly Gen<string> Space = Gen.OneOfConst("", " ", "\n", "\n\n    ", " // note [\"x\"] {\n", " /* , } ] */ ", "\t");

    private static readonly Gen<string> JsonTexts =
        from count in Gen.Int[0, 4]
        from spaces in Space.Array[2 * count + 3]
        from style in Gen.OneOfConst("{{\"model_name\": \"m{0}\", \"backend\": \"mock\"}}", "{{ \"backend\":\"mock\",\n  \"model_name\" : \"m{0}\", \"x\": [1, {{}} ] }}", "{{\"model_name\":\"m{0}\"/*n*/,\"backend\":\"mock\",}}")
        from trailing in Gen.Bool
        from newLine in Gen.OneOfConst("\n", "\r\n")
        from bom in Gen.Bool
        select Assemble(count, spaces, style, trailing, newLine, bom);

    // Item by item: {0} is its number, {1} the white space in front of the list.
    private static readonly string[] YamlStyles =
    [
        "- model_name: m{0}\n{1}  backend: mock\n",
        "- model_name: \"m{0}\" # first\n{1}  model_config:\n{1}    a: [1, 2]\n{1}  backend: 'mock' # last\n",
        "- {{model_name: m{0}, backend: mock}}\n",
        "- backend: mock\n{1}  model_name: m{0}\n{1}  note: |\n{1}    two\n{1}    lines\n",
        "- # my - own\n{1}  model_name: m{0}\n{1}  backend: mock\n",
        "-\n{1}  # comment - with dash\n{1}  model_name: m{0}\n{1}  backend: mock # - end\n",
        "-   model_name: m{0}\n{1}    backend: mock\n",
        "- &anchor{0}\n{1}  model_name: m{0}\n{1}  backend: mock\n",
        "- &anchor{0} {{model_name: m{0}, # - in the\n{1}    backend: mock}}\n",
        "- !!map\n{1}  model_name: !!str m{0}\n{1}  backend: mock\n",
        "- \"model_name\": m{0}\n{1}  'backend': mock\n{1}  \"- x\": '- y'\n",
        "- model_name: m{0}\n{1}  backend: mock\n{1}  list:\n{1}  - one\n{1}  - - two\n{1}    - three\n",
        "- ? model_name\n{1}  : m{0}\n{1}  ? backend\n{1}  : mock\n",
        "- model_name: m{0}\n{1}  backend: mock\n{1}  a: &a{0} {{x: 1}}\n{1}  model_config:\n{1}    b: *a{0}\n",
        "- model_name: m{0}\n{1}  backend: mock\n{1}  text: >-\n{1}    - folded\n\n{1}    # no comment\n",
        "- model_name: m{0}\n{1}  backend: mock\n{1}  empty:\n",
    ];

    // What a literal text at the very end means depends on the line end behind it: without one it is not followed by another item.
    private static readonly Gen<string> YamlTexts =
        from count in Gen.Int[0, 4]
        from comments in Gen.OneOfConst("", "# a note: - x\n", "\n", "\n# between\n\n").Array[count + 1]
        from indent in Gen.OneOfConst("", "  ")
        from styles in Gen.OneOfConst(YamlStyles).Array[count]
        from newLine in Gen.OneOfConst("\n", "\r\n")
        from end in count > 0 && comments[count].Trim().Length == 0 && styles[^1].Contains("|\n", StringComparison.Ordinal) ? Gen.Const("\n") : Gen.OneOfConst("\n", "")
        select (string.Concat(Enumerable.Range(0, count).Select(i => comments[i] + indent + string.Format(null, styles[i], i, indent)).Append(comments[count])).TrimEnd('\n') + end)
            .Replace("\n", newLine, StringComparison.Ordinal);

    [Fact]
    public void Editing_json_changes_the_entry_and_nothing_else() => JsonTexts.Sample(text => Check(text, "r.json"), iter: 400, threads: 1);

    [Fact]
    public void Editing_yaml_changes_the_entry_and_nothing_else() => YamlTexts.Sample(text => Check(text, "r.yaml"), iter: 800, threads: 1);

    [Fact]
    public async Task A_place_that_cannot_be_written_is_a_clear_error()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("file"), "");
        var error = await Should.ThrowAsync<ClemException>(() => RegistryEditor.WriteAsync(folder.File("file/r.json"), Entry("a"), false, default));
        error.Id.ShouldBe("Clem.File.NotWritten");
        error.Action.ShouldNotBeNull();
        Directory.GetFiles(folder.Path).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_link_is_followed_and_permissions_are_kept()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        var target = folder.File("target.json");
        var link = folder.File("link.json");
        await File.WriteAllTextAsync(target, "[]");
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        File.CreateSymbolicLink(link, target);

        await RegistryEditor.WriteAsync(link, Entry("a"), false, default);

        new FileInfo(link).LinkTarget.ShouldBe(target);
        ModelRegistry.ReadFile(target).Single().Name.ShouldBe("a");
        File.GetUnixFileMode(target).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        Directory.GetFiles(folder.Path).Length.ShouldBe(2);
    }

    private static void Check(string text, string name)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File(name);
        var entries = Write(file, text);

        // Add: last and first. All old text is still there, in order, around the new.
        foreach (var first in (bool[])[false, true])
        {
            Write(file, text);
            RegistryEditor.WriteAsync(file, Entry("new"), first, default).GetAwaiter().GetResult();
            var expected = first ? entries.Select(e => e.Name).Prepend("new") : entries.Select(e => e.Name).Append("new");
            ModelRegistry.ReadFile(file).Select(e => e.Name).ShouldBe(expected, text);
            IsSubsequence(text, ReadRaw(file)).ShouldBeTrue(text);

            // Taking the new one out again gives entries and comments as before.
            RegistryEditor.RemoveAsync(file, "new", "mock", default).GetAwaiter().GetResult().ShouldBeTrue();
            ModelRegistry.ReadFile(file).Select(e => e.Name).ShouldBe(entries.Select(e => e.Name), text);
        }

        for (var i = 0; i < entries.Count; i++)
        {
            // Replace: what stands before and behind the entry is untouched.
            Write(file, text);
            RegistryEditor.WriteAsync(file, Entry(entries[i].Name), false, default).GetAwaiter().GetResult();
            var replaced = ModelRegistry.ReadFile(file);
            replaced.Select(e => e.Name).ShouldBe(entries.Select(e => e.Name), text);
            replaced[i].Properties["changed"].ShouldBe(1L);
            for (var other = 0; other < entries.Count; other++)
            {
                if (other != i)
                    replaced[other].Properties.ToString().ShouldBe(entries[other].Properties.ToString());
            }

            var after = ReadRaw(file);
            Comments(after).ShouldBe(Comments(text), text);

            Write(file, text);
            RegistryEditor.RemoveAsync(file, entries[i].Name, "mock", default).GetAwaiter().GetResult().ShouldBeTrue();
            ModelRegistry.ReadFile(file).Select(e => e.Name).ShouldBe(entries.Where((_, index) => index != i).Select(e => e.Name), text);
        }
    }

    private static IReadOnlyList<ModelEntry> Write(string file, string text)
    {
        File.WriteAllBytes(file, System.Text.Encoding.UTF8.GetBytes(text));
        return ModelRegistry.ReadFile(file);
    }

    // With its byte order mark, which ReadAllText takes away.
    private static string ReadRaw(string file) => System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(file));

    private static ModelEntry Entry(string name) =>
        ModelEntryReader.Read(new JsonMap([new("model_name", name), new("backend", "mock"), new("changed", 1L), new("model_config", JsonMap.Parse("""{"eos_to_cull": "</s>: # \"q\""}"""))]));

    // Comments between entries; those within the entry go with it.
    private static int Comments(string text) =>
        text.Split("// note").Length + text.Split("/* , } ] */").Length + text.Split("# a note").Length + text.Split("# between").Length;

    private static bool IsSubsequence(string part, string whole)
    {
        var at = 0;
        foreach (var c in whole)
        {
            if (at < part.Length && part[at] == c)
                at++;
        }

        return at == part.Length;
    }

    private static string Assemble(int count, string[] spaces, string style, bool trailing, string newLine, bool bom)
    {
        var text = (bom ? "\uFEFF" : "") + spaces[0] + "[" + spaces[1];
        for (var i = 0; i < count; i++)
        {
            text += string.Format(null, style, i) + spaces[2 + 2 * i]
                + (i < count - 1 || trailing ? "," : "") + spaces[3 + 2 * i];
        }

        return (text + "]" + (trailing ? "\n" : "")).Replace("\r", "", StringComparison.Ordinal).Replace("\n", newLine, StringComparison.Ordinal);
    }
}
