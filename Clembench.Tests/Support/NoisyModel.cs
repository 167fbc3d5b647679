using System.Text.RegularExpressions;
using Clembench.Backends;

namespace Clembench.Tests.Support;

/// <summary>
/// A player that mostly keeps to the game's cooperative script, and else gives an answer of another form, or with another word in
/// it. What it does follows from what was said to it, so that it plays alike every time.
/// </summary>
internal sealed partial class NoisyModel(string name) : IScriptedModel
{
    public string Name { get; } = name;

    public IModel InRole(PlayerScript script) => new ProgrammaticModel(Name, messages => Spoil(script(messages), messages));

    public Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("It plays roles of games alone.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Spoil(string answer, IReadOnlyList<ChatMessage> messages)
    {
        var said = string.Join('\n', messages.Select(message => message.Content));
        var random = new Random(said.Aggregate(Name.Length, (hash, c) => unchecked((hash * 31) + c)));
        return random.Next(28) switch
        {
            0 => "",
            1 => "I do not know.",
            2 => "Ünïcødé 😀\u2028<b>&amp;</b> {x} \\ \" ' %s $1 [a](b) `c` ~^",
            3 => answer.ToUpperInvariant(),
            4 => answer + "\nBecause I say so.",
            5 => "Sure! " + answer,
            6 => answer.Split('\n')[0],
            7 => answer + answer,
            8 => messages[^1].Content,
            < 16 => WithOtherWord(answer, said, random),
            _ => answer,
        };
    }

    private static string WithOtherWord(string answer, string said, Random random)
    {
        var places = Words().Matches(answer);
        var others = Words().Matches(said);
        if (places.Count == 0 || others.Count == 0)
            return answer + "?";
        var place = places[random.Next(places.Count)];
        return answer[..place.Index] + others[random.Next(others.Count)].Value + answer[(place.Index + place.Length)..];
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
