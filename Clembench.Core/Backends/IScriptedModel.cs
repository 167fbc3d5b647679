namespace Clembench.Backends;

/// <summary>
/// A model whose answers come from the game that it plays in: every game brings a cooperative script for each role.
/// </summary>
public interface IScriptedModel : IModel
{
    /// <summary>The model in one role of one episode.</summary>
    /// <param name="script">The game's cooperative script for the role.</param>
    /// <returns>The player.</returns>
    IModel InRole(PlayerScript script);
}
