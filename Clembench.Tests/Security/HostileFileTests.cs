using System.Text;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Backends.Http;
using Clembench.Common;
using Clembench.Games;
using Clembench.HuggingFace.Safetensors;
using Clembench.HuggingFace.Tokenizers;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Security;

/// <summary>Files that once ended a session, kept it busy for ever, or were answered with an exception that says nothing to anybody.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[")]
    [InlineData("- ")]
    [InlineData("{a: ")]
    [InlineData("? ")]
    [InlineData("- - a: ")]
    public void Yaml_that_is_nested_deeper_than_any_stack_is_refused(string nesting) =>
        Refused(string.Concat(Enumerable.Repeat(nesting, 200_000))).ShouldContain("model_registry.yaml, line");

    [Fact]
    public void Yaml_whose_aliases_stand_for_more_than_there_is_room_for_is_refused()
    {
        var bomb = new StringBuilder("- model_name: x\n  backend: mock\n  a0: &a0 [x]\n");
        for (var i = 1; i < 40; i++)
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"  a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n");
        Refused(bomb.ToString()).ShouldContain("The aliases stand for more values than are read");
    }

    [Theory]
    [InlineData("- &a [*a]\n", "or for what it is in")]
    [InlineData("- *nothing\n", "stands for nothing that comes before it")]
    [InlineData("- ? [a, b]\n  : c\n", "A key is not a text")]
    [InlineData("- &a {x: y}\n- ? *a\n  : c\n", "A key is not a text")]
    [InlineData("model_config: {re>-\nquires_api_key: no}\n", "line")]
    [InlineData("- &a\n :  model_n", "line")]
    public void Yaml_that_the_library_stumbles_over_is_refused_in_words(string text, string words) => Refused(text).ShouldContain(words);

    [Fact]
    public void Yaml_with_anchors_for_keys_and_values_is_read() =>
        ModelRegistry.ReadFile(Write("model_registry.yaml", "- &a {&k model_name: a, backend: mock}\n- *a\n- *k : b\n  backend: mock\n  y: &c [1, 2]\n  x: [*c, *c]\n"))
            .Select(entry => entry.Name).ShouldBe(["a", "a", "b"]);

    [Fact]
    public void A_name_that_is_no_text_in_a_registry_is_no_exception()
    {
        ModelRegistry.ReadFile(Write("model_registry.json", """[{"model_name": "a", "backend": "mock", "x": {"\ud800": 1}}]""")).Single().Name.ShouldBe("a");
        var workspace = new Workspace { WorkingDirectory = _folder.Path, PackagedDirectory = _folder.File("none"), UserDirectories = [_folder.File("home")] };
        Write("clemgame.json", """[{"game_name": "g", "\ud800": "\udc00", "game_path": "a\u0000b"}]""");
        GameRegistry.Read(workspace).Errors.Single().Message.ShouldContain("'game_path' that is no path");
        Write("clemgame.json", """[{"game_name": "g", "\ud800": "\udc00"}]""");
        GameRegistry.Read(workspace).Games.Single().Name.ShouldBe("g");
    }

    [Fact]
    public void A_number_in_a_key_file_that_could_not_be_written_again_is_refused()
    {
        var file = Write("key.json", """{"openai": {"api_key": "sk-planted-0123456789", "x": [1e999]}}""");
        var error = Should.Throw<ClemException>(() => KeyFile.Read(file));
        error.Id.ShouldBe("Clem.Key.Malformed");
        error.ToString().ShouldNotContain("planted");
    }

    [Theory]
    [InlineData("""{"experiments": [{"name": "a", "\ud800": 1, "game_instances": [{"game_id": 0, "\ud800": "\udc00"}]}], "\ud800": 2}""")]
    public void Names_that_are_no_text_in_an_instance_file_hide_no_other(string content)
    {
        var instances = InstanceFile.Parse(Encoding.UTF8.GetBytes(content), "instances.json", "g");
        instances.Single().InstanceId.ShouldBe(0);
        instances.Single().Properties.Count.ShouldBe(2);
    }

    [Fact]
    public void An_instance_file_that_is_not_UTF_8_is_refused_in_words() =>
        Should.Throw<ClemException>(() => InstanceFile.Parse(Encoding.Latin1.GetBytes("""{"experiments": [{"name": "é", "game_instances": []}]}"""), "instances.json", "g"))
            .Message.ShouldBe("instances.json: the file is not UTF-8 text.");

    [Fact]
    public async Task A_response_that_is_nested_as_deep_as_is_taken_can_be_read_from_its_record()
    {
        var episode = Episode(("interactions.json", """{"meta": {"game_name": "g"}, "turns": [[]]}"""), ("player_1.requests.json",
            """{"calls": [{"round": 0, "call": {"timestamp": "2026-01-02T03:04:05.000006", "manipulated_prompt_obj": {}, "raw_response_obj": DEEP}}]}"""
                .Replace("DEEP", new string('[', 250) + new string(']', 250), StringComparison.Ordinal)));
        var read = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(episode, default);
        (await ResultsReader.ReadRequestsAsync(read, default)).Single().ResponseJson.ShouldBe(new string('[', 250) + new string(']', 250));
    }

    [Fact]
    public void A_key_that_is_repeated_deep_in_a_body_is_masked()
    {
        var mask = new SecretMask("sk-planted-0123456789");
        var body = Encoding.UTF8.GetBytes(new string('[', 100) + "\"sk-planted-0123456789\"" + new string(']', 100));
        JsonFormat.ToText(JsonBody.TryRead(body, mask)!.Value).ShouldBe(new string('[', 100) + "\"****\"" + new string(']', 100));
    }

    [Theory]
    [InlineData("1e300", "1e300")]
    [InlineData("NaN", "-Infinity")]
    [InlineData("-1e20", "79228162514264337593543950336")]
    public async Task Durations_and_costs_beyond_all_measure_are_none(string seconds, string cost)
    {
        var episode = Episode(
            ("interactions.json", """{"meta": {"game_name": "g"}, "turns": [[]], "Request Count": [9223372036854775807, 9223372036854775807]}"""),
            ("scores.json", """{"episode scores": {"Success": 1, "Main Score": 1e999}}"""),
            ("completed.json", $$"""{"duration_seconds": {{seconds}}, "cost": {{cost}}}"""));
        var read = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(episode, default);
        read.Duration.ShouldBe(TimeSpan.Zero);
        read.Cost.ShouldBeNull();
    }

    [Fact]
    public async Task Counts_that_overflow_and_moves_that_are_none_are_errors_of_the_record()
    {
        var counts = Episode(("interactions.json", """{"meta": {"game_name": "g"}, "turns": [[], []], "Request Count": [9223372036854775807, 9223372036854775807]}"""));
        (await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(counts, default)).RequestCount.ShouldBe(0);
        var instance = (await InstanceFile.ReadAsync(Games.GeneratedInstancesTests.FindGame("textmapworld").InstancePath, "textmapworld", default))[0];
        var moves = Episode(
            ("instance.json", instance.Properties.ToString()),
            ("interactions.json", """{"meta": {"game_name": "textmapworld"}, "turns": [[{"from": "GM", "to": "GM", "action": {"type": "move", "content": "{\"old\","}}]]}"""));
        var error = await Should.ThrowAsync<ClemException>(() => new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(moves, default));
        error.Id.ShouldBe("Clem.Score.Failed");
        error.Message.ShouldContain("cannot be scored by the rules of textmapworld");
    }

    [Fact]
    public void An_error_is_no_longer_than_a_person_reads()
    {
        Should.Throw<ClemException>(() => HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes("{\"a\": t" + new string('x', 100_000)), "tokenizer.json")).Message.ShouldBe("tokenizer.json: $: this is no JSON (line 1, byte 8).");
        Refused("- *" + new string('a', 100_000) + "\n").Length.ShouldBe(2_001);
        new ClemException("Clem.Test", ErrorKind.InvalidData, new string('a', 1_999) + "\ud83d\ude00 and more").Message.ShouldBe(new string('a', 1_999) + "…");
    }

    [Fact]
    public async Task A_name_that_is_no_text_in_a_safetensors_header_hides_no_other()
    {
        var header = Encoding.UTF8.GetBytes("""{"a":{"\ud800":1,"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""");
        var file = _folder.File("model.safetensors");
        await File.WriteAllBytesAsync(file, [.. BitConverter.GetBytes((long)header.Length), .. header, 1, 2, 3, 4]);
        (await SafetensorsFile.ReadAsync(file, default)).Tensors.Single().Size.ShouldBe(4);
    }

    [Fact]
    public void A_number_of_more_digits_than_Python_reads_costs_nothing()
    {
        using var document = JsonDocument.Parse("[" + new string('9', 4_300) + ", -" + new string('9', 10_000_000) + "]");
        var values = (object?[])JsonData.ToPlain(document.RootElement)!;
        values[0].ShouldBeOfType<System.Numerics.BigInteger>();
        values[1].ShouldBe(double.NegativeInfinity);
    }

    private string Refused(string yaml)
    {
        var error = Should.Throw<ClemException>(() => ModelRegistry.ReadFile(Write("model_registry.yaml", yaml)));
        error.Id.ShouldBe("Clem.Registry.Syntax");
        return error.Message;
    }

    private string Write(string name, string content)
    {
        var file = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    private string Episode(params IReadOnlyList<(string Name, string Content)> files)
    {
        var folder = $"m/g/e/instance_{Directory.CreateDirectory(_folder.File("m/g/e")).GetDirectories().Length:00000}";
        foreach (var (name, content) in files)
            Write($"{folder}/{name}", content);
        return _folder.File(folder);
    }
}
