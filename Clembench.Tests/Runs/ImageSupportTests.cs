using Clembench.Games;
using Clembench.Games.HelloGame;
using Clembench.Json;
using Clembench.Models;
using Clembench.Runs;

namespace Clembench.Tests.Runs;

/// <summary>Which models see how many images, and what a run leaves out for it.</summary>
public class ImageSupportTests
{
    private static readonly ModelEntry Seeing = Entry("openai", """{"multimodality": {"single_image": true, "multiple_images": true}}""");
    private static readonly ModelEntry Blind = Entry("openai", "{}");

    [Theory]
    [InlineData("mock", "{}", ImageSupport.Several)]
    [InlineData("human", "{}", ImageSupport.Several)]
    [InlineData("slurk", "{}", ImageSupport.Several)]
    [InlineData("openai", "{}", ImageSupport.None)]
    [InlineData("openai", """{"multimodality": {"single_image": true, "multiple_images": true, "audio": false}}""", ImageSupport.Several)]
    [InlineData("mylab", """{"multimodality": {"multiple_images": true}}""", ImageSupport.Several)]
    [InlineData("openai", """{"multimodality": {"single_image": true, "multiple_images": false}}""", ImageSupport.One)]
    [InlineData("openai", """{"multimodality": {"single_image": false, "audio": true}}""", ImageSupport.None)]
    [InlineData("openai", """{"multimodality": "yes"}""", ImageSupport.None)]
    [InlineData("huggingface_local", """{"multimodality": {"single_image": true, "multiple_images": true}}""", ImageSupport.None)]
    [InlineData("llamacpp", """{"multimodality": {"single_image": true}}""", ImageSupport.None)]
    public void An_entry_says_what_its_model_sees(string backend, string config, ImageSupport expected)
    {
        Entry(backend, config).ImageSupport.ShouldBe(expected);
        new ModelEntry { Name = "m", Backend = backend, Properties = JsonMap.Parse(config) }.ImageSupport.ShouldBe(expected, "at the top level");
    }

    [Fact]
    public void The_reason_says_what_to_do()
    {
        var single = Entry("openai", """{"multimodality": {"single_image": true}}""");
        Game("none").WhyUnseen([Blind]).ShouldBeNull();
        Game("single").WhyUnseen([single, Seeing]).ShouldBeNull();
        Game("multi").WhyUnseen([Seeing]).ShouldBeNull();
        Game("single").WhyUnseen([Seeing, Blind])!.ShouldContain("does not say that the model sees images. If it does, put \"multimodality\"");
        Game("multi").WhyUnseen([single])!.ShouldContain("several images in a message");
        Game("single").WhyUnseen([Entry("llamacpp", "{}")])!.ShouldContain("run on this machine");
    }

    [Fact]
    public void A_run_leaves_out_what_a_line_up_does_not_see()
    {
        IReadOnlyList<ModelEntry>[] lineUps = [[Blind], [Seeing]];
        foreach (var shard in new Shard?[] { null, new Shard(1, 1) })
        {
            var plan = RunPlan.Of(lineUps, [Game("none"), Game("multi")], 2, shard);
            plan.Count.ShouldBe(2 * (3 + 3 + 3));
            plan.Episodes.Count().ShouldBe(plan.Count);
            plan.Lanes[0].Episodes.ShouldAllBe(episode => episode.Game.Image == "none");
            plan.Lanes[1].Episodes.Count(episode => episode.Game.Image == "multi").ShouldBe(6);
        }
    }

    private static ModelEntry Entry(string backend, string config) => new()
    {
        Name = "m",
        Backend = backend,
        Properties = new JsonMap([new("model_config", JsonMap.Parse(config))]),
    };

    private static GameSelection Game(string image)
    {
        var content = """{"experiments": [{"name": "e", "game_instances": [{"game_id": 0}, {"game_id": 1}, {"game_id": 2}]}]}"""u8.ToArray();
        return new GameSelection(
            new GameEntry { Name = $"game_{image}", MainGame = "hellogame", Path = ".", Image = image }, new HelloGame(), InstanceFile.Parse(content, "f", $"game_{image}"));
    }
}
