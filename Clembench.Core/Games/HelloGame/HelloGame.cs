using Clembench.Games.Words;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.HelloGame;

/// <summary>
/// One player greets a named person in one turn. The greeting must begin with <c>GREET:</c> (else the episode is
/// aborted) and contain the words "welcome", "hello" and the name (else it is lost).
/// </summary>
public sealed class HelloGame : IGame
{
    private const string Tag = "GREET:";
    private const string Successful = "greeting successful";
    private const string Failed = "greeting failed";
    private const string InvalidFormat = "invalid format";

    /// <inheritdoc />
    public string Name => "hellogame";

    /// <inheritdoc />
    public bool IsScoredByDialogueAlone => true;

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var prompt = instance.GetText("prompt");
        var target = instance.GetText("target_name");
        var greeter = dialogue.AddPlayer("Greeter", _ => $"{Tag} Hello {target}, and a warm welcome to you!");
        var greeted = dialogue.AddProgrammaticPlayer("Greeted", _ => $"{target}: Hi, thanks for having me!");

        var greeting = await dialogue.AskAsync(greeter, prompt, cancellationToken).ConfigureAwait(false);
        var wellFormed = greeting.StartsWith(Tag, StringComparison.Ordinal);
        if (!wellFormed)
            dialogue.CountViolation();

        // The greeted person answers in any case; the verdict comes at the end of the round.
        await dialogue.AskAsync(greeted, greeting, cancellationToken).ConfigureAwait(false);
        if (!wellFormed)
        {
            dialogue.Note(InvalidFormat, "abort game");
            dialogue.Note(Failed, MissingWords([]));
            return;
        }

        var missing = FindMissingWords(greeting, target);
        if (missing.Count == 0)
            dialogue.Note(Successful, "end game");
        else
            dialogue.Note(Failed, MissingWords(missing));
    }

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance)
    {
        var notes = interactions.Events.Where(e => e.From == e.To).Select(e => e.Type).ToHashSet();
        var outcome =
            notes.Contains(InvalidFormat) ? Outcome.Aborted
            : notes.Contains(Successful) ? Outcome.Success
            : Outcome.Lose;
        return EpisodeScores.Create(interactions, outcome, outcome == Outcome.Success ? 100.0 : 0.0);
    }

    private static List<string> FindMissingWords(string greeting, string target)
    {
        var said = PythonText.WithoutPunctuation(greeting.ToLowerInvariant());
        return [.. new[] { "welcome", "hello", target.ToLowerInvariant() }.Where(word => !said.Contains(word, StringComparison.Ordinal))];
    }

    private static string MissingWords(IEnumerable<string> words) => $"missing words=[{string.Join(',', words)}]";
}
