using System.Text.RegularExpressions;
using Clembench.Games.Words;
using Clembench.Json;

namespace Clembench.Games.TextMapWorld;

/// <summary>What the player decided to do.</summary>
/// <param name="Direction">The direction to go in; null for stopping, and for a move that cannot be read.</param>
/// <param name="IsStop">Whether the player stops the exploration.</param>
/// <param name="Graph">The map as the player sees it, where the game asks for it; null where it cannot be read.</param>
internal sealed record MapMove(string? Direction, bool IsStop, JsonMap? Graph)
{
    /// <summary>Reads a response by the instance's patterns, for which upper and lower case are the same.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="response">The response.</param>
    /// <param name="hasGraph">Whether the response is an object with an action and a graph.</param>
    /// <returns>The move, whose direction is absent where the object cannot be read; null where the form is wrong.</returns>
    /// <exception cref="Common.ClemException">The instance lacks a pattern.</exception>
    public static MapMove? Read(GameInstance instance, string response, bool hasGraph)
    {
        var action = response;
        if (hasGraph)
        {
            var form = Search(instance, "Response_Construction", response);
            if (!form.Success)
                return null;
            action = form.Groups[1].Value;
        }

        var move = Search(instance, "Move_Construction", action);
        var isStop = Search(instance, "Stop_Construction", action).Success;
        if (move.Success == isStop)
            return null;
        if (isStop)
            return new(null, IsStop: true, null);
        var direction = move.Groups[1].Value.ToLowerInvariant();
        if (!hasGraph)
            return new(direction, IsStop: false, null);

        // The pattern is content with keys in capitals and with text after the object, which are no graph.
        var graph = PythonLiteral.TryParse(response, out var value) && value is JsonMap whole && whole.ContainsKey("action")
            ? whole.GetOrDefault<JsonMap>("graph")
            : null;
        return new(graph is null ? null : direction, IsStop: false, graph);
    }

    // The patterns may match anywhere; those of the benchmark say that they match the whole.
    private static Match Search(GameInstance instance, string key, string text) =>
        PythonPattern.MatchStart(instance, $@"[\s\S]*?(?:{instance.GetText(key)})", text);
}
