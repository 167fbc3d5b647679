using Clembench.Games;
using Clembench.Results;

namespace Clembench.Reports;

/// <summary>How long a model took for one response: from the game master's message to the answer, as recorded, with all that the call waited for.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Seconds">The time, in seconds.</param>
internal readonly record struct AnswerTime(string Model, float Seconds)
{
    /// <summary>The times of an episode's responses; roles that the game plays itself are left out.</summary>
    /// <param name="interactions">The dialogue; null for none.</param>
    /// <returns>The times, in order.</returns>
    public static IReadOnlyList<AnswerTime> Of(Interactions? interactions)
    {
        if (interactions is null)
            return [];
        var models = interactions.Players.Where(player => !player.IsProgrammatic).ToDictionary(player => player.Name, player => player.Model);
        var asked = new Dictionary<string, DateTime>();
        var times = new List<AnswerTime>();
        foreach (var message in interactions.Events)
        {
            if (message is { From: Dialogue.GameMaster, Type: "send message" })
                asked[message.To] = message.Timestamp;
            else if (message.IsAnswer && asked.Remove(message.From, out var since) && models.TryGetValue(message.From, out var model)
                && (message.Timestamp - since).TotalSeconds is >= 0 and var seconds)
                times.Add(new AnswerTime(model, (float)seconds));
        }

        return times;
    }
}
