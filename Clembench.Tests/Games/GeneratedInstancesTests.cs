using Clembench.Games;
using Clembench.Games.Generation;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

/// <summary>The instances in the repository, and the generators that made them.</summary>
public class GeneratedInstancesTests
{
    public static TheoryData<string> GamesWithGenerator => [.. GameCatalog.BuiltIn.Games.Where(game => game is IInstanceGenerator).Select(game => game.Name)];

    [Theory]
    [MemberData(nameof(GamesWithGenerator))]
    public void The_packaged_instances_are_what_their_seed_gives(string name)
    {
        var game = FindGame(name);
        var packaged = File.ReadAllBytes(game.InstancePath);
        var seed = (int)(long)((JsonMap)PythonJson.Parse(packaged)!)["seed"]!;

        System.Text.Encoding.UTF8.GetString(InstanceGeneration.Generate(GameCatalog.BuiltIn, game, seed).Content.Span)
            .ShouldBe(System.Text.Encoding.UTF8.GetString(packaged));
    }

    [Theory]
    [MemberData(nameof(GamesWithGenerator))]
    public void Another_seed_gives_other_instances_of_the_same_form(string name)
    {
        var game = FindGame(name);
        var first = InstanceFile.Parse(InstanceGeneration.Generate(GameCatalog.BuiltIn, game, 1).Content, "first", name);
        var second = InstanceFile.Parse(InstanceGeneration.Generate(GameCatalog.BuiltIn, game, 2).Content, "second", name);

        second.Experiments.ShouldBe(first.Experiments);
        second.Count.ShouldBe(first.Count);
        second.Select(instance => instance.Properties.ToString()).ShouldNotBe(first.Select(instance => instance.Properties.ToString()));
    }

    [Theory]
    [MemberData(nameof(GamesWithGenerator))]
    public async Task Mock_plays_every_packaged_instance_to_success(string name)
    {
        var rules = GameCatalog.BuiltIn.FindRules(name)!;
        var instances = await InstanceFile.ReadAsync(FindGame(name).InstancePath, name, default);
        instances.Count.ShouldBeGreaterThan(0);
        foreach (var instance in instances)
        {
            var scores = (await PlayedEpisode.WithMockAsync(rules, instance)).Scores;
            scores.Outcome.ShouldBe(Outcome.Success, $"{instance}");
            scores.MainScore.ShouldBe(100, $"{instance}");
        }
    }

    [Fact]
    public void A_game_without_a_generator_says_which_have_one()
    {
        var error = Should.Throw<Common.ClemException>(() => InstanceGeneration.Generate(
            GameCatalog.BuiltIn, new GameEntry { Name = "hellogame", MainGame = "hellogame", Path = "." }, 1));
        error.Id.ShouldBe("Clem.Game.NoGenerator");
        error.Action!.ShouldContain("taboo");
    }

    [Fact]
    public void A_game_without_its_resources_says_which_file_is_missing()
    {
        using var folder = new TemporaryFolder();
        var error = Should.Throw<Common.ClemException>(() => InstanceGeneration.Generate(
            GameCatalog.BuiltIn, new GameEntry { Name = "taboo", MainGame = "taboo", Path = folder.Path }, 1));
        error.Id.ShouldBe("Clem.Game.ResourceMissing");
        error.Message.ShouldContain("describer.en.template");
    }

    internal static GameEntry FindGame(string name)
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.Join(Repository.Root, "games")))
        {
            var content = PythonJson.Parse(File.ReadAllBytes(Path.Join(folder, "clemgame.json")));
            foreach (var entry in (content as object?[] ?? [content]).Cast<JsonMap>())
            {
                if (entry.GetOrDefault<string>("game_name") == name)
                {
                    return new GameEntry
                    {
                        Name = name,
                        MainGame = entry.GetOrDefault<string>("main_game")!,
                        Path = folder,
                        Instances = entry.GetOrDefault<string>("instances") ?? "instances",
                    };
                }
            }
        }

        throw new InvalidOperationException($"games/ has no game '{name}'.");
    }
}
