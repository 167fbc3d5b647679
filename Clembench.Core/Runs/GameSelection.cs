using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Games;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>A game and what is played of it.</summary>
/// <param name="Game">The game's registry entry.</param>
/// <param name="Rules">The game's rules.</param>
/// <param name="Instances">What is played.</param>
public sealed record GameSelection(GameEntry Game, IGame Rules, InstanceList Instances)
{
    /// <summary>Why a line-up cannot play the game: a model that does not see the images that the game shows.</summary>
    /// <param name="lineUp">The line-up.</param>
    /// <returns>The reason, in words that go for any model; null where all see them.</returns>
    public string? WhyUnseen(IReadOnlyList<ModelEntry> lineUp)
    {
        var needed = Game.Image switch { "none" => ImageSupport.None, "single" => ImageSupport.One, _ => ImageSupport.Several };
        return lineUp.FirstOrDefault(model => model.ImageSupport < needed) switch
        {
            null => null,
            var model when LocalModelStore.IsLocal(model) => "models that run on this machine see no images.",
            _ => $"the entry does not say that the model sees {(needed == ImageSupport.One ? "images" : "several images in a message")}."
                + " If it does, put \"multimodality\": {\"single_image\": true, \"multiple_images\": true} under model_config.",
        };
    }

    /// <summary>Checks that the game and its experiments can be recorded, and that line-ups fit the game's roles.</summary>
    /// <param name="lineUps">The line-ups: one model for all roles, or one for each.</param>
    /// <exception cref="ClemException">A name cannot be that of a folder, or a line-up has another number of models.</exception>
    public void Check(IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps)
    {
        FileNames.Check(Game.Name, "game");
        foreach (var experiment in Instances.Experiments)
            FileNames.Check(experiment, "experiment");
        foreach (var lineUp in lineUps.Where(lineUp => lineUp.Count != 1 && lineUp.Count != Game.Players))
        {
            throw new ClemException(
                "Clem.Run.LineUpMismatch", ErrorKind.InvalidArgument,
                $"{Game.Name} has {Game.Players} role(s) for models{(Game.Roles.Count > 0 ? $" ({string.Join(", ", Game.Roles)})" : "")}, and {lineUp.Count} models are given.",
                "Give -PlayerModel one model for each role, or one for all.", Game);
        }
    }
}
