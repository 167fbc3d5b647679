using Clembench.Backends;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Tests.Support;

/// <summary>An episode that a test had played: its record and its scores.</summary>
/// <param name="Interactions">The record.</param>
/// <param name="Scores">The scores.</param>
internal sealed record PlayedEpisode(Interactions Interactions, EpisodeScores Scores)
{
    /// <summary>The game master's notes, as <c>type|content</c>.</summary>
    public IReadOnlyList<string> Notes =>
        [.. Interactions.Events.Where(e => e.From == e.To).Select(e => $"{e.Type}|{e.Content as string ?? JsonData.ToJson(e.Content)}")];

    /// <summary>Plays with a player that gives these responses, in order, whatever its role.</summary>
    public static Task<PlayedEpisode> WithResponsesAsync(IGame game, GameInstance instance, IEnumerable<string> responses)
    {
        var left = new Queue<string>(responses);
        return WithScriptAsync(game, instance, _ => left.Dequeue());
    }

    /// <summary>Plays with a program in all roles.</summary>
    public static Task<PlayedEpisode> WithScriptAsync(IGame game, GameInstance instance, PlayerScript script) =>
        WithModelAsync(game, instance, new ProgrammaticModel("scripted", script));

    /// <summary>Plays with the mock model: the game's own cooperative players.</summary>
    public static async Task<PlayedEpisode> WithMockAsync(IGame game, GameInstance instance) =>
        await WithModelAsync(
            game, instance,
            await new MockBackend().LoadModelAsync(new Models.ModelEntry { Name = "mock", Backend = "mock" }, null, default));

    private static async Task<PlayedEpisode> WithModelAsync(IGame game, GameInstance instance, IModel model)
    {
        var dialogue = new Dialogue([model], new GenerationOptions(), TimeProvider.System);
        await game.PlayAsync(instance, dialogue, default);
        var interactions = dialogue.ToInteractions(new InteractionsMeta(instance.Game, instance.Experiment, instance.InstanceId, model.Name, "test"));
        return new(interactions, game.Score(interactions, instance));
    }
}
