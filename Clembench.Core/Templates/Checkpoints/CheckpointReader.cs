using System.Text.Json;
using Clembench.Common;
using Clembench.HuggingFace;
using Clembench.HuggingFace.Tokenizers;

namespace Clembench.Templates.Checkpoints;

/// <summary>Reads the configuration files that transformers writes, by the rules by which it reads them.</summary>
internal static class CheckpointReader
{
    private const string TokenizerConfig = "tokenizer_config.json";
    private const string TemplateFile = "chat_template.jinja";
    private const string TemplateFolder = "additional_chat_templates/";
    private const string TokenizerFile = "tokenizer.json";

    // The largest real ones have 35 million bytes.
    private const long TokenizerLimit = 256 << 20;
    private const int MostTemplates = 64;

    private static readonly string[] NamedTokens = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
    private static readonly string[] SlowVocabularies = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "vocab.json", "vocab.txt", "qwen.tiktoken", "tiktoken.model"];

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="kind">What kind of place it is in.</param>
    /// <param name="name">A name for it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What its configuration says.</returns>
    /// <exception cref="ClemException">It cannot be read, or there is no tokenizer in it.</exception>
    public static async Task<Checkpoint> ReadAsync(ICheckpointFiles files, CheckpointKind kind, string name, CancellationToken cancellationToken)
    {
        var config = await ReadOrEmptyAsync(TokenizerConfig).ConfigureAwait(false);
        var names = await files.ListAsync(cancellationToken).ConfigureAwait(false);
        var hasTokenizer = names is null
            ? await files.FindAsync(TokenizerFile, TokenizerLimit, cancellationToken).ConfigureAwait(false) is not null
            : names.Contains(TokenizerFile);
        var slow = names is null ? null : SlowVocabularies.FirstOrDefault(names.Contains) ?? names.Order(StringComparer.Ordinal).FirstOrDefault(IsVocabulary);
        if (config.Element is null && !hasTokenizer && slow is null)
        {
            throw new ClemException(
                "Clem.Template.NoTokenizer", ErrorKind.InvalidData,
                $"{files.Location} has no tokenizer: neither {TokenizerConfig} nor {TokenizerFile} is there.",
                "Check that it is a model of transformers; a GGUF file is checked with -Path, or with an entry of the backend llamacpp.", files.Location);
        }

        var map = await ReadOrEmptyAsync("special_tokens_map.json").ConfigureAwait(false);
        var generation = await ReadOrEmptyAsync("generation_config.json").ConfigureAwait(false);
        var model = await ReadOrEmptyAsync("config.json").ConfigureAwait(false);
        var (templates, source) = await ReadTemplatesAsync(files, config, names, cancellationToken).ConfigureAwait(false);
        var added = ReadAddedTokens(config);
        var special = ReadSpecialTokens(config, map);
        var further = ReadFurtherTokens(config, map, special);
        string[] control = [.. special.Values, .. further, .. added.Where(token => token.Special).Select(token => token.Content)];
        var addedTokens = added.ToDictionary(token => token.Id, token => token.Content);
        // As transformers: what tokenizer.json lacks is added. Tokens that are only listed have no number there.
        AddedToken[] toAdd =
        [
            .. added, .. further.Except(addedTokens.Values)
                .Select(text => new AddedToken(-1, text, Special: true, Lstrip: false, Rstrip: false, SingleWord: false, Normalized: false)),
        ];
        var maxLength = config["model_max_length"].Integer() is { } length and > 0 and < 1_000_000_000 ? (int?)length : null;
        return new Checkpoint
        {
            Location = files.Location,
            Kind = kind,
            Name = name,
            ChatTemplates = templates,
            ChatTemplateSource = source,
            SpecialTokens = special,
            AdditionalSpecialTokens = further,
            AddedTokens = addedTokens,
            TokenizerClass = config["tokenizer_class"].Text(),
            AddBosToken = config["add_bos_token"].Flag(),
            ModelMaxLength = maxLength,
            ContextSize = ReadContextSize(model) ?? maxLength,
            Architecture = model["architectures"] is { Kind: JsonValueKind.Array } list ? list.Items().FirstOrDefault().Text() : model["model_type"].Text(),
            EosTokenIds = ReadEosIds(generation) is { Count: > 0 } ids ? ids : ReadEosIds(model),
            HasTokenizer = hasTokenizer,
            SlowVocabularyFile = hasTokenizer ? null : slow,
            Load = token => LoadTokenizerAsync(files, hasTokenizer, addedTokens, toAdd, control, token),
        };

        // A tokenizer class of the model's own has its file under a name of its own.
        static bool IsVocabulary(string file) => !file.Contains('/', StringComparison.Ordinal)
            && (file.Contains("vocab", StringComparison.OrdinalIgnoreCase) || file is "tekken.json" || Path.GetExtension(file) is ".model" or ".tiktoken" or ".spm");

        async Task<ConfigValue> ReadOrEmptyAsync(string file) =>
            await ConfigFile.ReadAsync(files, file, cancellationToken).ConfigureAwait(false) ?? new ConfigValue(null, file, "$");
    }

    private static async Task<CheckpointTokenizer> LoadTokenizerAsync(
        ICheckpointFiles files, bool hasTokenizer, IReadOnlyDictionary<int, string> added, IReadOnlyList<AddedToken> toAdd,
        IReadOnlyList<string> control, CancellationToken cancellationToken)
    {
        var path = hasTokenizer ? await files.FindAsync(TokenizerFile, TokenizerLimit, cancellationToken).ConfigureAwait(false) : null;
        if (path is null)
        {
            return new CheckpointTokenizer
            {
                Vocabulary = Vocabulary.FromAddedTokens(added, control),
                Missing = $"{files.Location} has no {TokenizerFile}, so texts cannot be turned into tokens here.",
            };
        }

        var tokenizer = await HuggingFaceTokenizer.LoadAsync(path, toAdd, cancellationToken).ConfigureAwait(false);
        return new CheckpointTokenizer
        {
            Vocabulary = new Vocabulary(
                tokenizer.VocabularySize, tokenizer.TokenToId, tokenizer.IdToToken,
                control.Concat(tokenizer.AddedTokens.Where(token => token.Special).Select(token => token.Content))),
            Encoder = tokenizer.Encode,
            Decoder = ids => tokenizer.Decode(ids),
        };
    }

    private static async Task<(Dictionary<string, string> Templates, string? Source)> ReadTemplatesAsync(
        ICheckpointFiles files, ConfigValue config, IReadOnlyCollection<string>? names, CancellationToken cancellationToken)
    {
        // Templates in files of their own replace those of the configuration.
        var templates = new Dictionary<string, string>(StringComparer.Ordinal);
        if (names is null or { Count: 0 } || names.Contains(TemplateFile))
            await AddAsync("default", TemplateFile).ConfigureAwait(false);
        foreach (var file in (names ?? []).Where(IsAdditional).Order(StringComparer.Ordinal).Take(MostTemplates))
            await AddAsync(Path.GetFileNameWithoutExtension(file), file).ConfigureAwait(false);
        if (templates.Count > 0)
            return (templates, TemplateFile);

        if (ReadTemplates(config["chat_template"], templates))
            return (templates, TokenizerConfig);

        // Where processors of multimodal models kept theirs.
        const string ProcessorFile = "chat_template.json";
        if (names is not null && names.Contains(ProcessorFile)
            && await ConfigFile.ReadAsync(files, ProcessorFile, cancellationToken).ConfigureAwait(false) is { } processor
            && ReadTemplates(processor["chat_template"], templates))
            return (templates, ProcessorFile);
        return (templates, null);

        static bool IsAdditional(string name) =>
            name.StartsWith(TemplateFolder, StringComparison.Ordinal) && name.EndsWith(".jinja", StringComparison.Ordinal)
            && name.IndexOf('/', TemplateFolder.Length) < 0;

        async Task AddAsync(string name, string file)
        {
            if (await files.FindAsync(file, ConfigFile.Limit, cancellationToken).ConfigureAwait(false) is { } path)
                templates[name] = await ConfigFile.ReadTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    // A text, or several: a list of objects with name and template, or an object of texts.
    private static bool ReadTemplates(ConfigValue value, Dictionary<string, string> templates)
    {
        switch (value.Kind)
        {
            case JsonValueKind.Array:
                foreach (var item in value.Items().Take(MostTemplates))
                {
                    templates[item["name"].Text() ?? throw item["name"].Wrong("a text")] =
                        item["template"].Text() ?? throw item["template"].Wrong("a text");
                }

                break;
            case JsonValueKind.Object:
                foreach (var (name, template) in value.Members().Take(MostTemplates))
                    templates[name] = template.Text() ?? throw template.Wrong("a text");
                break;
            default:
                if (value.HasValue && value.Kind != JsonValueKind.String)
                    throw value.Wrong("a text, or a list of objects with name and template");
                if (value.Text() is { } text)
                    templates["default"] = text;
                break;
        }

        return templates.Count > 0;
    }

    private static List<AddedToken> ReadAddedTokens(ConfigValue config)
    {
        var tokens = new List<AddedToken>();
        var seen = new HashSet<int>();
        foreach (var (key, value) in config["added_tokens_decoder"].Members())
        {
            if (!int.TryParse(key, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id))
                throw value.Wrong("under a token's number");
            if (!seen.Add(id))
                continue;
            var special = value["special"].Flag() ?? false;
            tokens.Add(new AddedToken(
                id, ReadToken(value) ?? throw value["content"].Wrong("a text"), special, value["lstrip"].Flag() ?? false, value["rstrip"].Flag() ?? false,
                value["single_word"].Flag() ?? false, value["normalized"].Flag() ?? !special));
        }

        return tokens;
    }

    private static Dictionary<string, string> ReadSpecialTokens(ConfigValue config, ConfigValue map)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        // As transformers: the map is what counts for tokenizers saved before added_tokens_decoder; for others it repeats.
        ConfigValue[] sources = config["added_tokens_decoder"].HasValue ? [config, map] : [map, config];
        var defaults = SpecialTokenDefaults.Of(config["tokenizer_class"].Text());
        foreach (var name in NamedTokens)
        {
            var given = sources.Select(source => source[name]).FirstOrDefault(value => value.Element is not null);
            var token = given.Element is null ? defaults.FirstOrDefault(one => one.Name == name).Token : ReadToken(given);
            if (token is not null)
                tokens[name] = token;
        }

        // A model's own names, such as image_token.
        if (config["extra_special_tokens"] is { Kind: JsonValueKind.Object } extra)
        {
            foreach (var (name, value) in extra.Members())
            {
                if (ReadToken(value) is { } token)
                    tokens.TryAdd(name, token);
            }
        }

        return tokens;
    }

    private static string[] ReadFurtherTokens(ConfigValue config, ConfigValue map, Dictionary<string, string> special)
    {
        ConfigValue[] lists = [config["additional_special_tokens"], map["additional_special_tokens"], config["extra_special_tokens"]];
        return [.. lists.Where(list => list.Kind == JsonValueKind.Array).SelectMany(list => list.Items()).Select(ReadToken).OfType<string>()
            .Except(special.Values).Distinct()];
    }

    // A token is a text, or an object that has it as its content.
    private static string? ReadToken(ConfigValue value) => value.Kind switch
    {
        JsonValueKind.Object => value["content"].Text() ?? throw value["content"].Wrong("a text"),
        JsonValueKind.String => value.Text(),
        _ => value.HasValue ? throw value.Wrong("a text or an object with content") : null,
    };

    private static List<int> ReadEosIds(ConfigValue config)
    {
        if (config["eos_token_id"] is not { HasValue: true } value)
            return [];
        var ids = value.Kind == JsonValueKind.Array ? value.Items().Select(item => item.Integer()) : [value.Integer()];
        return [.. ids.OfType<long>().Where(id => id is >= 0 and <= int.MaxValue).Select(id => (int)id).Distinct()];
    }

    private static int? ReadContextSize(ConfigValue model)
    {
        foreach (var part in ModelFacts.LanguageModels.Select(name => model[name]).Prepend(model))
        {
            foreach (var key in ModelFacts.ContextNames)
            {
                if (part.Kind == JsonValueKind.Object && part[key].Integer() is { } size and > 0 and <= int.MaxValue)
                    return (int)size;
            }
        }

        return null;
    }
}
