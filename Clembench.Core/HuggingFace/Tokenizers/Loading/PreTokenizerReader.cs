using System.Text;
using Clembench.HuggingFace.Tokenizers.Patterns;
using Clembench.HuggingFace.Tokenizers.PreTokenizers;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>Reads <c>pre_tokenizer</c> of a tokenizer.json as the steps that follow one another.</summary>
internal static class PreTokenizerReader
{
    private static readonly Lazy<TokenPattern> Words = new(() => TokenPattern.Runs(UnicodeSets.Word, UnicodeSets.WhiteSpace));

    /// <summary>The steps; none where the file has no pre-tokenizer.</summary>
    public static IReadOnlyList<IPreTokenizer> Read(JsonCursor json)
    {
        var steps = new List<IPreTokenizer>();
        if (!json.IsNull)
            Add(json, steps);
        return steps;
    }

    private static void Add(JsonCursor json, List<IPreTokenizer> steps)
    {
        switch (json.Type)
        {
            case "Sequence":
                foreach (var item in json["pretokenizers"].Items())
                    Add(item, steps);
                break;
            case "ByteLevel":
                var (addPrefixSpace, useRegex) = (json["add_prefix_space"].Flag(true), json["use_regex"].Flag(true));
                if (addPrefixSpace || useRegex)
                    steps.Add(new ByteLevelPreTokenizer(addPrefixSpace, useRegex));
                steps.Add(new ByteLetters());
                break;
            case "Split":
                steps.Add(new DelimiterSplit(
                    new PatternFinder(PatternReader.Read(json["pattern"])), ReadBehavior(json["behavior"]), json["invert"].Flag(false)));
                break;
            case "Metaspace":
                steps.Add(new MetaspacePreTokenizer(json["replacement"].Character(), ReadScheme(json), json["split"].Flag(true)));
                break;
            case "Whitespace":
                steps.Add(new DelimiterSplit(new PatternFinder(Words.Value), DelimiterBehavior.Removed, invert: true));
                break;
            case "WhitespaceSplit":
                steps.Add(new DelimiterSplit(new RuneFinder(Rune.IsWhiteSpace), DelimiterBehavior.Removed, invert: false));
                break;
            case "BertPreTokenizer":
                steps.Add(new BertPreTokenizer());
                break;
            case "Punctuation":
                var behavior = json["behavior"].IsNull ? DelimiterBehavior.Isolated : ReadBehavior(json["behavior"]);
                steps.Add(new DelimiterSplit(new RuneFinder(Punctuation.IsMark), behavior, invert: false));
                break;
            case "Digits":
                steps.Add(new DelimiterSplit(
                    new RuneFinder(Rune.IsNumber),
                    json["individual_digits"].Flag(false) ? DelimiterBehavior.Isolated : DelimiterBehavior.Contiguous, invert: false));
                break;
            case "CharDelimiterSplit":
                var delimiter = json["delimiter"].Character();
                steps.Add(new DelimiterSplit(new RuneFinder(rune => rune.Value == delimiter), DelimiterBehavior.Removed, invert: false));
                break;
            case "UnicodeScripts":
                steps.Add(new ScriptSplit());
                break;
            case "FixedLength":
                var length = json["length"].Count(5);
                steps.Add(new FixedLengthSplit(length > 0 ? length : throw json["length"].Wrong("a length of 0 makes no pieces")));
                break;
            default:
                throw TokenizerFault.Unknown(json.Source, json.Path, $"the pre-tokenizer '{json.Type}' is not known");
        }
    }

    private static DelimiterBehavior ReadBehavior(JsonCursor json) => json.Text() switch
    {
        "Removed" => DelimiterBehavior.Removed,
        "Isolated" => DelimiterBehavior.Isolated,
        "MergedWithPrevious" => DelimiterBehavior.MergedWithPrevious,
        "MergedWithNext" => DelimiterBehavior.MergedWithNext,
        "Contiguous" => DelimiterBehavior.Contiguous,
        var other => throw json.Wrong($"the behavior '{other}' is none of Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
    };

    /// <summary>The scheme; older files say <c>add_prefix_space</c> instead.</summary>
    public static PrependScheme ReadScheme(JsonCursor json)
    {
        var scheme = json["prepend_scheme"];
        return scheme.IsNull
            ? json["add_prefix_space"].Flag(true) ? PrependScheme.Always : PrependScheme.Never
            : scheme.Text() switch
            {
                "always" => PrependScheme.Always,
                "first" => PrependScheme.First,
                "never" => PrependScheme.Never,
                var other => throw scheme.Wrong($"the scheme '{other}' is none of always, first, never"),
            };
    }
}
