using Clembench.Json;

namespace Clembench.Games;

/// <summary>One entry of a game registry: what a game is, and where its data lies.</summary>
public sealed record GameEntry
{
    /// <summary>The game's name (<c>game_name</c>), such as <c>hellogame</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the game is about (<c>description</c>).</summary>
    public string Description { get; init; } = "";

    /// <summary>The game whose rules this one is a variant of (<c>main_game</c>); its own name otherwise.</summary>
    public required string MainGame { get; init; }

    /// <summary>The number of roles that models play (<c>players</c>).</summary>
    public int Players { get; init; } = 1;

    /// <summary>What images the game shows: <c>none</c>, <c>single</c> or <c>multi</c>.</summary>
    public string Image { get; init; } = "none";

    /// <summary>The languages of the game's instances, as two-letter codes.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The benchmark versions that the game is part of.</summary>
    public IReadOnlyList<string> Benchmark { get; init; } = [];

    /// <summary>The names of the roles, in the order in which models are assigned to them.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The folder of the game's data, as an absolute path (<c>game_path</c>).</summary>
    public required string Path { get; init; }

    /// <summary>The name of the instance file below <c>in/</c>, without its ending (<c>instances</c>).</summary>
    public string Instances { get; init; } = "instances";

    /// <summary>The file that the entry was read from.</summary>
    public string? Source { get; init; }

    /// <summary>Every key of the entry, as read.</summary>
    public JsonMap Properties { get; init; } = JsonMap.Empty;

    /// <summary>The instance file: <c>in/&lt;instances&gt;.json</c> below the game's folder.</summary>
    public string InstancePath => System.IO.Path.Join(Path, "in", Instances + ".json");

    /// <inheritdoc />
    public override string ToString() => Name;
}
