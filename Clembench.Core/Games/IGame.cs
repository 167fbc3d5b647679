using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games;

/// <summary>
/// The rules of a game: how an episode is played, and how its record is scored. A game keeps no state of its own;
/// what an episode needs lives in the local variables of <see cref="PlayAsync"/>, so that thousands can be in flight.
/// </summary>
public interface IGame
{
    /// <summary>The name by which registry entries refer to the rules.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the dialogue tells everything that the scores need: the instance is then not read for them, and
    /// <see cref="Score(Interactions, GameInstance)"/> is given one without properties.
    /// </summary>
    bool IsScoredByDialogueAlone => false;

    /// <summary>
    /// Plays one episode as its game master: seats the players, asks them in turn, checks what they say, and notes
    /// each verdict in the dialogue.
    /// </summary>
    /// <param name="instance">What is played.</param>
    /// <param name="dialogue">The players and the record.</param>
    /// <param name="cancellationToken">Stops the episode.</param>
    /// <returns>A task that ends with the episode.</returns>
    /// <exception cref="Common.ClemException">The instance lacks something, or a model failed.</exception>
    Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken);

    /// <summary>Scores an episode from its record alone, whoever recorded it.</summary>
    /// <param name="interactions">The record.</param>
    /// <param name="instance">What was played.</param>
    /// <returns>Turn and episode scores.</returns>
    EpisodeScores Score(Interactions interactions, GameInstance instance);

    /// <summary>Scores an episode from its record alone. Only rules that may take long over it, such as by a search, need an own form of this.</summary>
    /// <param name="interactions">The record.</param>
    /// <param name="instance">What was played.</param>
    /// <param name="cancellationToken">Stops the scoring.</param>
    /// <returns>Turn and episode scores.</returns>
    EpisodeScores Score(Interactions interactions, GameInstance instance, CancellationToken cancellationToken) => Score(interactions, instance);
}
