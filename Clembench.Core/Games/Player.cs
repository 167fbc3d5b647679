using Clembench.Backends;

namespace Clembench.Games;

/// <summary>A participant of one episode: a role, the model in it, and what it remembers of the conversation.</summary>
public sealed class Player
{
    private readonly List<ChatMessage> _memory = [];

    internal Player(string name, string role, IModel model, bool isProgrammatic)
    {
        Name = name;
        Role = role;
        Model = model;
        IsProgrammatic = isProgrammatic;
    }

    /// <summary>The name in the record: <c>Player 1</c>, <c>Player 2</c>, ….</summary>
    public string Name { get; }

    /// <summary>The role in the game, such as <c>Guesser</c>.</summary>
    public string Role { get; }

    /// <summary>Whether the game itself plays the role; its answers do not count as requests.</summary>
    public bool IsProgrammatic { get; }

    /// <summary>What the player remembers, oldest first.</summary>
    public IReadOnlyList<ChatMessage> Memory => _memory;

    internal IModel Model { get; }

    /// <summary>Adds to what the player remembers without a model being asked.</summary>
    /// <param name="messages">The messages.</param>
    public void Remember(params ReadOnlySpan<ChatMessage> messages) => _memory.AddRange(messages);
}
