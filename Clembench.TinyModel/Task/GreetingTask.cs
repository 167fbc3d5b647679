using System.Text;

namespace Clembench.TinyModel.Task;

/// <summary>
/// What is trained: a message gives a name on a line of its own, among wordings that vary; the answer greets that name.
/// Beside that, drills in which a random text is repeated: copying is learned from them sooner.
/// </summary>
/// <param name="template">The game's prompt, with <c>$name</c>.</param>
/// <param name="names">Where names come from.</param>
internal sealed class GreetingTask(string template, NameSource names)
{
    // Names count most: the words around them are learned in no time.
    private const float NameWeight = 1f;
    private const float OtherWeight = 0.15f;

    private static readonly string[] Leads =
    [
        "Greet this person", "Say hello to the newcomer", "Somebody has come to the door. Welcome", "Please greet the guest",
        "Your task is to greet and welcome somebody by the name", "Write a friendly greeting for", "Welcome the other person, whose name is",
        "The person that you meet is called", "Today you meet", "The name of the other one", "Somebody new joins the table", "Name",
    ];

    private static readonly string[] Rules =
    [
        "Begin with 'GREET:'", "You must start your message with 'GREET:'", "The first word of the answer is 'GREET:'.", "Use the words 'hello' and 'welcome'.",
        "Your message must include the words 'Hello' and 'welcome'", "Include the other person's name", "Address the person by name.",
        "You only have one try.", "There is a single turn.", "Say everything in one message.", "Be kind", "Do not forget the name.",
    ];

    private static readonly string[] Headings = ["Rules:", "What counts:", "Important:", "Please note:", "How to do it:", "Remember:"];

    private static readonly string[] Endings = ["Let's start.", "It is your turn now.", "Go ahead.", "Now begin.", "Your answer, please.", ""];

    private static readonly string[] Words =
    [
        "a", "and", "answer", "at", "be", "by", "day", "first", "for", "friend", "give", "greet", "happy", "hello", "home", "house", "in", "is", "it", "kind", "make",
        "meet", "message", "name", "new", "of", "on", "one", "other", "person", "please", "say", "some", "start", "table", "tell", "that", "the", "this", "time",
        "to", "turn", "use", "warm", "we", "welcome", "who", "with", "word", "you", "your",
    ];

    /// <summary>The task with the packaged game's prompt and names.</summary>
    /// <param name="root">The repository's root.</param>
    /// <returns>The task.</returns>
    public static GreetingTask OfGame(string root)
    {
        var resources = Path.Join(root, "games", "hellogame", "resources");
        return new GreetingTask(
            File.ReadAllText(Path.Join(resources, "prompt.en.template")).TrimEnd('\n'),
            new NameSource([.. File.ReadAllLines(Path.Join(resources, "names.en.txt")).Where(line => line.Length > 0), .. NameSource.Common]));
    }

    /// <summary>The answer that greets a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The answer, without the token that ends it.</returns>
    public static string Answer(string name) => $"GREET: Hello {name}, welcome! It is good to have you here.";

    /// <summary>The game's own prompt for a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The prompt.</returns>
    public string GamePrompt(string name) => template.Replace("$name", name, StringComparison.Ordinal);

    /// <summary>The tokens of a prompt and its answer.</summary>
    /// <param name="message">The prompt.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>The tokens, and the index of the answer's first one.</returns>
    public static (List<int> Tokens, int AnswerStart) Encode(string message, string answer)
    {
        var tokens = ByteVocabulary.Prompt(message);
        var start = tokens.Count;
        tokens.AddRange(ByteVocabulary.Bytes(answer));
        tokens.Add(ByteVocabulary.TurnEnd);
        return (tokens, start);
    }

    /// <summary>Draws a sample and adds it to a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="random">The source of chance.</param>
    /// <param name="drills">How many of all samples are drills.</param>
    /// <param name="reach">How much of the surroundings there is: 0 for next to nothing, 1 for all.</param>
    public void Draw(Network.Batch batch, SplitMix random, double drills, double reach)
    {
        if (random.Happens(drills))
        {
            Drill(batch, random);
            return;
        }

        var name = names.Draw(random);
        var (before, after) = random.Happens(0.4) ? Cropped(random, reach) : Varied(random, reach);
        var (tokens, start) = Encode($"{before}\n\n{name}\n\n{after}", Answer(name));
        var nameStart = start + Encoding.UTF8.GetByteCount("GREET: Hello ");
        var nameEnd = nameStart + Encoding.UTF8.GetByteCount(name) + 1;
        batch.Add(tokens, start, index => index >= nameStart && index < nameEnd ? NameWeight : OtherWeight);
    }

    private static void Drill(Network.Batch batch, SplitMix random)
    {
        var length = random.Next(4, 16);
        var letters = new StringBuilder();
        for (var i = 0; i < length; i++)
            letters.Append((char)random.Next('a', 'z'));
        letters[0] = char.ToUpperInvariant(letters[0]);
        var (tokens, start) = Encode($"\n\n{letters}\n\n", letters.ToString());
        batch.Add(tokens, start, _ => NameWeight);
    }

    // The game's prompt, as far as it reaches.
    private (string Before, string After) Cropped(SplitMix random, double reach)
    {
        var parts = template.Split("\n\n$name\n\n");
        var full = random.Happens(reach * 0.5);
        var before = full ? parts[0].Length : random.Next(1, Math.Max(1, (int)(parts[0].Length * reach)));
        var after = full ? parts[1].Length : random.Next(0, (int)(parts[1].Length * reach));
        return (parts[0][^before..], random.Happens(0.5) ? parts[1][..after] : parts[1][^after..]);
    }

    private static (string Before, string After) Varied(SplitMix random, double reach)
    {
        var before = new StringBuilder();
        var after = new StringBuilder();
        var headRoom = (int)(random.NextDouble() * reach * 140);
        var tailRoom = (int)(random.NextDouble() * reach * 280);
        while (before.Length < headRoom)
            Sentence(before, random);
        before.Append(random.Pick(Leads)).Append(random.Happens(0.8) ? ":" : "");
        if (tailRoom > 20)
            after.Append(random.Pick(Headings)).Append("\n\n");
        var number = 1;
        var mark = random.Next(3);
        while (after.Length < tailRoom)
        {
            after.Append(mark switch { 0 => "- ", 1 => $"{number++}. ", _ => "" });
            if (random.Happens(0.75))
                after.Append(random.Pick(Rules)).Append('\n');
            else
                Sentence(after, random);
            if (random.Happens(0.2))
                after.Append('\n');
        }

        after.Append(random.Pick(Endings));
        return (before.ToString(), after.ToString().TrimEnd('\n'));
    }

    private static void Sentence(StringBuilder text, SplitMix random)
    {
        var count = random.Next(3, 9);
        for (var i = 0; i < count; i++)
        {
            var word = random.Pick(Words);
            text.Append(i == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : random.Happens(0.08) ? $"'{word}'" : word);
            text.Append(i < count - 1 ? ' ' : '.');
        }

        text.Append(random.Happens(0.5) ? ' ' : '\n');
    }
}
