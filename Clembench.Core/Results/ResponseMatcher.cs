namespace Clembench.Results;

/// <summary>Hands out a player's responses in order: a record's n-th call belongs to the n-th response.</summary>
internal sealed class ResponseMatcher(Interactions? interactions)
{
    private readonly List<InteractionEvent> _responses =
        [.. interactions?.Events.Where(e => e.IsAnswer) ?? []];

    public InteractionEvent? Next(string? player)
    {
        var index = _responses.FindIndex(response => player is null || response.From == player);
        if (index < 0)
            return null;
        var response = _responses[index];
        _responses.RemoveAt(index);
        return response;
    }
}
