using System.Text;

namespace Clembench.TinyModel.Task;

/// <summary>Names to greet: known ones, made-up ones that can be spoken, and mere letters, so that copying is learned and not a list.</summary>
/// <param name="known">Known names.</param>
internal sealed class NameSource(IReadOnlyList<string> known)
{
    private const string Consonants = "bcdfghjklmnpqrstvwxyz";
    private const string Vowels = "aeiou";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private static readonly string[] Clusters = ["br", "ch", "dr", "fr", "gr", "kh", "kl", "ll", "nn", "ph", "pr", "rr", "sch", "sh", "st", "th", "tr", "tz", "vl", "zh"];
    private static readonly string[] Marked = ["á", "à", "ä", "å", "ç", "é", "è", "ê", "í", "ï", "ñ", "ó", "ö", "ø", "ş", "ú", "ü", "ý", "ž", "ğ", "ł", "ō"];

    /// <summary>Names that are common somewhere.</summary>
    public static IReadOnlyList<string> Common { get; } =
    [
        "Aaliyah", "Abebe", "Adam", "Agnieszka", "Ahmed", "Aiko", "Alan", "Alejandro", "Alex", "Alice", "Amina", "Anastasia", "Andrew", "Anna", "Antonio",
        "Anya", "Arjun", "Astrid", "Aylin", "Barbara", "Beatriz", "Ben", "Björn", "Bogdan", "Carlos", "Caroline", "Chiara", "Chloe", "Clara", "Daniel", "David",
        "Deepika", "Diego", "Dmitri", "Ebru", "Eduardo", "Elena", "Elias", "Emily", "Emma", "Eric", "Fatima", "Felix", "Fernanda", "Finn", "Francesca", "Gabriel",
        "George", "Grace", "Greta", "Gustav", "Hans", "Haruto", "Helen", "Henry", "Hugo", "Ibrahim", "Ida", "Ingrid", "Isabella", "Ivan", "Jack", "Jacob", "James",
        "Jana", "Jasmine", "Jean", "Jens", "Joana", "John", "José", "Julia", "Karim", "Karin", "Kenji", "Khadija", "Lara", "Lars", "Laura", "Layla", "Lena", "Li",
        "Liam", "Linh", "Louis", "Lucia", "Lukas", "Magnus", "Malik", "Maria", "Mark", "Martha", "Max", "Mehmet", "Mei", "Mia", "Michael", "Mila", "Min", "Miriam",
        "Mohamed", "Nathan", "Ngozi", "Nina", "Noah", "Olga", "Oliver", "Olivia", "Omar", "Pablo", "Paul", "Peter", "Petra", "Rachel", "Rahul", "Ravi", "Robert",
        "Sakura", "Samuel", "Sara", "Sven", "Sofia", "Soren", "Stella", "Susan", "Tanja", "Thomas", "Tom", "Uma", "Valentina", "Vera", "Viktor", "Walter", "Wei",
        "William", "Xavier", "Yara", "Yusuf", "Zoe", "Zsófia",
    ];

    /// <summary>Names from a sequence of chance that no training draws from.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The names.</returns>
    public static IReadOnlyList<string> Unseen(int count)
    {
        var random = new SplitMix(0xF00D);
        return [.. Enumerable.Range(0, count).Select(_ => random.Happens(0.6) ? Spoken(random) : Any(random))];
    }

    public string Draw(SplitMix random)
    {
        var name = random.NextDouble() switch
        {
            < 0.2 => random.Pick(known),
            < 0.65 => Spoken(random),
            _ => Any(random),
        };
        if (random.Happens(0.04))
            name += (random.Happens(0.5) ? "-" : " ") + Spoken(random);
        return name;
    }

    private static string Spoken(SplitMix random)
    {
        var name = new StringBuilder();
        var syllables = random.Next(1, 4);
        if (random.Happens(0.3))
            Vowel(name, random);
        for (var i = 0; i < syllables; i++)
        {
            if (random.Happens(0.2))
                name.Append(random.Pick(Clusters));
            else
                name.Append(Consonants[random.Next(Consonants.Length)]);
            Vowel(name, random);
            if (random.Happens(0.15))
                Vowel(name, random);
        }

        if (random.Happens(0.4) || name.Length < 3)
            name.Append(Consonants[random.Next(Consonants.Length)]);
        return Capital(name.ToString());
    }

    private static void Vowel(StringBuilder name, SplitMix random)
    {
        if (random.Happens(0.05))
            name.Append(random.Pick(Marked));
        else
            name.Append(Vowels[random.Next(Vowels.Length)]);
    }

    private static string Any(SplitMix random)
    {
        var name = new StringBuilder();
        var length = random.Next(2, 11);
        for (var i = 0; i < length; i++)
            name.Append(Letters[random.Next(Letters.Length)]);
        return Capital(name.ToString());
    }

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
