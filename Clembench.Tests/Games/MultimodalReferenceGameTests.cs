using System.Buffers.Binary;
using System.IO.Compression;
using Clembench.Games;
using Clembench.Games.Generation;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

/// <summary>The reference game with images: its packaged images, what its events hold, and the scores of clemcore's kinds of records.</summary>
public class MultimodalReferenceGameTests
{
    private const string Name = "multimodal_referencegame";

    private static IGame Rules => GameCatalog.BuiltIn.FindRules(Name)!;

    [Fact]
    public async Task Every_packaged_image_is_the_one_that_the_seed_gives_and_is_named_by_an_instance()
    {
        var game = GeneratedInstancesTests.FindGame(Name);
        var folder = Path.GetDirectoryName(game.InstancePath)!;
        var made = InstanceGeneration.Generate(GameCatalog.BuiltIn, game, 1).Files;
        made.Count.ShouldBeGreaterThan(50);
        foreach (var file in made)
            Decode(await File.ReadAllBytesAsync(Path.Join(folder, file.Path))).ShouldBe(Decode(file.Content.ToArray()), file.Path);

        var names = made.Select(file => file.Path).Order(StringComparer.Ordinal).ToArray();
        Directory.GetFiles(Path.Join(folder, "images")).Select(file => $"images/{Path.GetFileName(file)}").Order(StringComparer.Ordinal).ShouldBe(names);
        var instances = await InstanceFile.ReadAsync(game.InstancePath, Name, default);
        instances.SelectMany(instance => References(instance, 1).Concat(References(instance, 2))).Distinct().Order(StringComparer.Ordinal).ShouldBe(names);
        names.Sum(name => new FileInfo(Path.Join(folder, name)).Length).ShouldBeLessThan(300 * 1024);
    }

    [Fact]
    public async Task Three_different_images_are_shown_to_both_and_the_target_is_the_first_ones_first()
    {
        foreach (var instance in await InstancesAsync())
        {
            var shown = References(instance, 1);
            shown.Distinct().Count().ShouldBe(3);
            References(instance, 2).Order(StringComparer.Ordinal).ShouldBe(shown.Order(StringComparer.Ordinal));
            string[] places = ["first", "second", "third"];
            var target = Array.IndexOf(places, instance.GetTexts("target_image_name")[0]);
            References(instance, 2)[target].ShouldBe(shown[0]);
        }
    }

    [Fact]
    public void Experiments_that_are_left_out_leave_their_images_out()
    {
        var game = GeneratedInstancesTests.FindGame(Name);
        var all = InstanceGeneration.Generate(GameCatalog.BuiltIn, game, 5);
        var some = InstanceGeneration.Generate(GameCatalog.BuiltIn, game, 5, name => name == "figures_en");
        some.Files.Count.ShouldBeInRange(30, all.Files.Count - 30);
        some.Files.Select(file => file.Path).ShouldBeSubsetOf(all.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task The_record_names_the_images_as_the_instance_does()
    {
        var instance = (await InstancesAsync())[0];
        var played = await PlayedEpisode.WithMockAsync(Rules, instance);
        var sent = played.Interactions.Events.Where(e => e.Type == "send message").ToArray();
        sent.Select(e => e.Images).ShouldBe([References(instance, 1), References(instance, 2)]);
        played.Interactions.Events.Select(e => e.Type).ShouldBe(
            ["send message", "get message", "parse", "send message", "get message", "parse", "parse_correct"]);

        // Whoever reads the record sees the same.
        var read = WriteAndRead(played.Interactions);
        read.Events.Select(e => string.Join(',', e.Images)).ShouldBe(played.Interactions.Events.Select(e => string.Join(',', e.Images)));
        read.Events.ElementAt(5).Action!["answer"].ShouldBe(instance.GetTexts("target_image_name")[0]);
        Rules.Score(read, instance).Episode.ToString().ShouldBe(played.Scores.Episode.ToString());
    }

    [Fact]
    public async Task An_image_that_is_missing_ends_the_episode_before_anybody_is_asked()
    {
        var instance = (await InstancesAsync())[0];
        instance = instance with { Properties = new JsonMap([.. instance.Properties, new("player_2_third_image", "images/none.png")]) };
        (await Should.ThrowAsync<Common.ClemException>(() => PlayedEpisode.WithScriptAsync(Rules, instance, _ => throw new InvalidOperationException("asked"))))
            .Id.ShouldBe("Clem.Instance.ImageMissing");
    }

    [Theory]
    // The forms of the records that clemcore's versions of the game wrote.
    [InlineData("""{"type":"parse","content":"Expression: a  b","expression":"a  b"}""", """{"type":"parse","content":"Answer: 2","answer":"2"}""", Outcome.Success, 100.0, null)]
    [InlineData("""{"type":"parse","content":"Expression: a  b"}""", """{"type":"parse","content":"Answer: First","answer":"First"}""", Outcome.Lose, 0.0, null)]
    [InlineData("""{"type":"parse","content":"Expression: a  b"}""", """{"type":"invalid format","content":"x","original_content":"Answer: Second image"}""", Outcome.Success, 100.0, null)]
    [InlineData("""{"type":"parse","content":"Expression: a  b"}""", """{"type":"invalid format","content":"x","original_content":"second"}""", Outcome.Aborted, null, null)]
    [InlineData("""{"type":"parse","content":"Expression: a  b"}""", """{"type":"parse_correct","content":"second"}""", Outcome.Aborted, null, 1L)]
    [InlineData("""{"type":"parse","content":"Expression: a  b"}""", """{"type":"parse_wrong","content":"first"}""", Outcome.Aborted, null, 0L)]
    [InlineData("""{"type":"invalid format","content":"x","original_content":"y"}""", null, Outcome.Aborted, null, null)]
    public async Task Records_of_every_version_are_scored_as_clemcore_scores_them(
        string first, string? second, Outcome outcome, double? score, long? judged)
    {
        var instance = (await InstancesAsync())[0];
        instance = instance with { Properties = new JsonMap([.. instance.Properties, new("target_image_name", new object?[] { "second", "2nd", "2" })]) };
        const string said = """{"from":"GM","to":"Player 1","timestamp":"2025-09-25T10:00:00.000000","action":{"type":"send message","content":"x"}}""";
        var events = new[] { said, said, Event(first) }.Concat(second is null ? [] : [said, said, Event(second)]);
        var interactions = InteractionsFile.Read(JsonMap.Parse($$"""{"meta":{},"players":{},"turns":[[{{string.Join(',', events)}}]]}"""));

        var scores = Rules.Score(interactions, instance);
        scores.Outcome.ShouldBe(outcome);
        scores.MainScore.ShouldBe(score);
        // Numbers are whole, as in Python's files.
        scores.Episode["Judged Success"].ShouldBe(judged is null ? (object)double.NaN : judged);
        scores.Episode[Metrics.MainScore].ShouldBe(score is null ? (object)double.NaN : (long)score);
        scores.Episode[Metrics.Lose].ShouldBe(outcome == Outcome.Success ? 0L : 1L);
        scores.Episode[Metrics.RequestCount].ShouldBe(second is null ? 1L : 2L);
        scores.Episode["Generated Expression Number of Tokens"].ShouldBe(second is null ? (object)double.NaN : 4L);
        scores.Episode["Generated Expression Length"].ShouldBe(second is null ? (object)double.NaN : 16L);
        scores.Turns[0][Metrics.Success].ShouldBe(outcome == Outcome.Success ? 1L : 0L);
        static string Event(string action) => $$"""{"from":"GM","to":"GM","timestamp":"2025-09-25T10:00:00.000000","action":{{action}}}""";
    }

    private static async Task<InstanceList> InstancesAsync() =>
        await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame(Name).InstancePath, Name, default);

    private static string[] References(GameInstance instance, int player) =>
        [.. ((string[])["first", "second", "third"]).Select(place => instance.GetText($"player_{player}_{place}_image"))];

    private static Interactions WriteAndRead(Interactions interactions)
    {
        using var stream = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream, JsonFormat.Indented))
            InteractionsFile.Write(writer, interactions);
        return InteractionsFile.Read(PythonJson.Parse(stream.ToArray()));
    }

    // The lines of pixels, each with the number of its filter in front, after the head and the palette.
    private static byte[] Decode(byte[] png)
    {
        png.AsSpan(0, 8).SequenceEqual((byte[])[0x89, .. "PNG\r\n"u8, 0x1A, 0x0A]).ShouldBeTrue();
        using var pixels = new MemoryStream();
        var ended = false;
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var type = System.Text.Encoding.ASCII.GetString(png, at + 4, 4);
            var data = png.AsSpan(at + 8, length);
            BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)).ShouldBe(Crc(png.AsSpan(at + 4, length + 4)));
            if (type == "IDAT")
            {
                using var packed = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
                packed.CopyTo(pixels);
            }
            else
            {
                pixels.Write(data);
            }

            ended = type == "IEND";
            at += length + 12;
        }

        ended.ShouldBeTrue();
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        ((int)pixels.Length).ShouldBe(13 + 24 + (height * (1 + ((width + 1) / 2))));
        return pixels.ToArray();
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
