using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Clembench.Backends.Llama.Native;
using Clembench.Common;
using Clembench.Gguf;

namespace Clembench.Backends.Llama;

/// <summary>
/// A model's GGUF file, or its several files, looked through before native code sees them: what llama.cpp takes for granted
/// (and ends the process over) is checked here. What it checks itself, such as the tensors' shapes, is left to it.
/// </summary>
internal sealed partial class LlamaModelFile
{
    private const string Tokenizer = "tokenizer.ggml.";
    private const string HeadCount = "attention.head_count";
    private const string SharedHeadCount = "attention.head_count_kv";
    private const int MostLayers = 512;
    private const long ByteToken = 6;

    // Rows of quantised blocks, and the floating-point types. Weights of other types (whole numbers, intermediate results)
    // have no way to be multiplied.
    private static readonly HashSet<uint> WeightTypes = [0, 1, 2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 29, 30, 34, 35, 39];
    // llama.cpp 0.5's own (src/llama-vocab.cpp), without those that stand for no tokenizer ("none", "no_vocab"): whoever asks
    // for a token of such a vocabulary ends the process.
    private static readonly string[] TokenizerModels = ["llama", "gpt2", "bert", "t5", "rwkv", "plamo2", "gemma4", "hybriddna", "whitespace"];
    private static readonly string[] RopeScalings = ["none", "linear", "yarn", "longrope"];

    private readonly GgufFile _head;
    private readonly string _architecture;

    private LlamaModelFile(IReadOnlyList<GgufFile> parts, IReadOnlyDictionary<string, IReadOnlyList<long>> lists)
    {
        _head = parts[0];
        Paths = [.. parts.Select(part => part.Path)];
        WeightBytes = parts.Sum(part => part.Length);
        _architecture = _head.GetText("general.architecture") is { Length: > 0 } architecture ? architecture
            : throw Invalid("it does not say of which architecture the model is (general.architecture)");
        foreach (var tensor in parts.SelectMany(part => part.Tensors))
            CheckTensor(tensor);
        ContextLength = Number("context_length", 1, 1 << 28) is { } length ? (int)length : throw Missing("context_length");
        OriginalContextLength = (int)(Number("rope.scaling.original_context_length", 1, 1 << 28) ?? ContextLength);
        HasRopeFactors = parts.Any(part => part.Tensors.Any(tensor => tensor.Name.StartsWith("rope_factors_", StringComparison.Ordinal)));
        CellBytes = CheckLayers(lists);
        foreach (var key in (ReadOnlySpan<string>)["attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon"])
        {
            if (_head.Metadata.TryGetValue($"{_architecture}.{key}", out var value) && !(value is float and >= 0 and < 1))
                throw Invalid($"{_architecture}.{key} is {Show(value)}, and a small number is expected");
        }

        if (_head.GetText($"{_architecture}.rope.scaling.type") is { } scaling && !RopeScalings.Contains(scaling))
            throw Invalid($"{_architecture}.rope.scaling.type is '{scaling}', which is none of {string.Join(", ", RopeScalings)}");
    }

    /// <summary>The files; more than one for a split model.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The tokens of the context that the model was trained with.</summary>
    public int ContextLength { get; }

    /// <summary>The tokens of the context before it was made longer.</summary>
    public int OriginalContextLength { get; }

    /// <summary>Whether the model has other rotary factors for long contexts than for short ones.</summary>
    public bool HasRopeFactors { get; }

    /// <summary>The bytes of all files.</summary>
    public long WeightBytes { get; }

    /// <summary>About how many bytes the cache takes for one token, in half precision.</summary>
    public long CellBytes { get; }

    /// <summary>Reads and checks a model's files.</summary>
    /// <param name="path">The file; the first one of a split model.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What they say.</returns>
    /// <exception cref="ClemException">One cannot be read, is damaged, or is not of a model that can be played.</exception>
    public static async Task<LlamaModelFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var parts = new List<GgufFile> { await GgufFile.ReadAsync(path, cancellationToken).ConfigureAwait(false) };
        foreach (var other in OtherParts(parts[0]))
        {
            if (!File.Exists(other))
            {
                throw new ClemException(
                    "Clem.Llama.MissingPart", ErrorKind.NotFound, $"'{path}' is the first of several files of one model, and '{Path.GetFileName(other)}' is not beside it.",
                    "Fetch all of them into one folder.", other);
            }

            parts.Add(await GgufFile.ReadAsync(other, cancellationToken).ConfigureAwait(false));
        }

        var expected = parts[0].GetInteger("split.tensors.count");
        if (parts.Count > 1 && expected is not null && parts.Sum(part => (long)part.Tensors.Count) != expected)
            throw Invalid(path, $"its {parts.Count} files have {parts.Sum(part => (long)part.Tensors.Count)} tensors together, and {expected} are expected");
        var lists = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
        foreach (var key in (string[])[HeadCount, SharedHeadCount])
        {
            var full = $"{parts[0].GetText("general.architecture")}.{key}";
            if (parts[0].GetArray(full) is { Count: <= MostLayers })
                lists[key] = await parts[0].ReadIntegersAsync(full, cancellationToken).ConfigureAwait(false);
        }

        var file = new LlamaModelFile(parts, lists);
        await file.CheckVocabularyAsync(cancellationToken).ConfigureAwait(false);
        return file;
    }

    /// <summary>Has llama.cpp load the files.</summary>
    /// <param name="gpuLayers">How many layers are computed on a GPU.</param>
    /// <param name="vocabularyOnly">Whether the weights are left out.</param>
    /// <param name="onStep">Is told of each tensor; must not throw. Null where nobody listens.</param>
    /// <param name="cancellationToken">Stops the loading between two tensors.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ClemException">llama.cpp refuses the file, or the model is none that continues texts.</exception>
    public unsafe LlamaModelHandle Open(int gpuLayers, bool vocabularyOnly, Action? onStep, CancellationToken cancellationToken)
    {
        // llama.cpp asks whether to go on, before each tensor.
        var goesOn = GCHandle.Alloc((Func<bool>)(() =>
        {
            onStep?.Invoke();
            return !cancellationToken.IsCancellationRequested;
        }));
        var parameters = LlamaApi.llama_model_default_params();
        parameters.GpuLayers = gpuLayers;
        parameters.VocabularyOnly = vocabularyOnly ? (byte)1 : (byte)0;
        parameters.ProgressCallback = (nint)(delegate* unmanaged[Cdecl]<float, nint, byte>)&GoesOn;
        parameters.ProgressCallbackData = GCHandle.ToIntPtr(goesOn);
        var paths = Paths.Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        try
        {
            fixed (nint* first = paths)
            {
                var model = new LlamaModelHandle(paths.Length == 1
                    ? LlamaApi.llama_model_load_from_file(Paths[0], parameters)
                    : LlamaApi.llama_model_load_from_splits(first, (nuint)paths.Length, parameters));
                if (!model.IsInvalid && LlamaApi.llama_model_has_decoder(model) && !LlamaApi.llama_model_has_encoder(model))
                    return model;
                var why = model.IsInvalid ? string.Join(' ', LlamaLog.TakeErrors()) : "It is not a model that continues texts.";
                model.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                throw new ClemException(
                    "Clem.Llama.LoadFailed", ErrorKind.InvalidData, $"llama.cpp cannot load '{Paths[0]}'. {why}".TrimEnd(),
                    "Check that the file is whole, and that this release of llama.cpp knows its architecture.", Paths[0]);
            }
        }
        finally
        {
            goesOn.Free();
            foreach (var path in paths)
                Marshal.FreeCoTaskMem(path);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte GoesOn(float progress, nint ask) => ((Func<bool>)GCHandle.FromIntPtr(ask).Target!)() ? (byte)1 : (byte)0;

    private static IEnumerable<string> OtherParts(GgufFile first)
    {
        if (first.GetInteger("split.count") is not ({ } count and > 1))
            return [];
        var name = PartName().Match(Path.GetFileName(first.Path));
        if (!name.Success || count > 999 || long.Parse(name.Groups["count"].Value, CultureInfo.InvariantCulture) != count)
            throw Invalid(first.Path, $"it is one of {count} files of a model, and its name does not end in -00001-of-{count:00000}.gguf");
        if (first.GetInteger("split.no") is not (null or 0) || int.Parse(name.Groups["part"].Value, CultureInfo.InvariantCulture) != 1)
        {
            throw new ClemException(
                "Clem.Llama.NotFirstPart", ErrorKind.InvalidArgument, $"'{first.Path}' is not the first of the {count} files of its model.",
                $"Give {name.Groups["name"]}-00001-of-{count:00000}.gguf.", first.Path);
        }

        return Enumerable.Range(2, (int)count - 1)
            .Select(part => Path.Join(Path.GetDirectoryName(first.Path), $"{name.Groups["name"]}-{part:00000}-of-{count:00000}.gguf"));
    }

    [GeneratedRegex("^(?<name>.+)-(?<part>[0-9]{5})-of-(?<count>[0-9]{5})\\.gguf$", RegexOptions.CultureInvariant)]
    private static partial Regex PartName();

    private void CheckTensor(GgufTensor tensor)
    {
        if (!WeightTypes.Contains(tensor.TypeId))
            throw Invalid($"tensor '{tensor.Name}' is of the type {tensor.TypeName ?? tensor.TypeId.ToString(CultureInfo.InvariantCulture)}, which no weights have, or which is newer than this version");
        // Norms and biases are added and multiplied element by element, for which there is one type.
        if (tensor.Dimensions.Count == 1 && tensor.TypeName != "F32")
            throw Invalid($"tensor '{tensor.Name}' is a vector of {tensor.TypeName}, and vectors are F32");
    }

    private long CheckLayers(IReadOnlyDictionary<string, IReadOnlyList<long>> lists)
    {
        var layers = Number("block_count", 1, MostLayers) ?? throw Missing("block_count");
        var width = Number("embedding_length", 1, 1 << 24) ?? throw Missing("embedding_length");
        var heads = Numbers(HeadCount, layers, lists);
        var shared = Numbers(SharedHeadCount, layers, lists);
        if (shared.Count == 0)
            shared = heads;
        if (heads.Count == 0)
            return width * layers * 4;
        var most = heads.Max();
        if (most == 0)
            return layers;
        foreach (var (all, group) in heads.Zip(shared.Count == heads.Count ? shared : Enumerable.Repeat(shared[0], heads.Count)))
        {
            if (all > 0 && group > 0 && all % group != 0)
                throw Invalid($"it has {all} attention heads, which {group} heads of keys and values cannot serve");
        }

        var keyLength = Number("attention.key_length", 1, 1 << 16);
        if (keyLength is null && width % most != 0)
            throw Invalid($"its {most} attention heads do not divide its width of {width}");
        var key = keyLength ?? width / most;
        var value = Number("attention.value_length", 1, 1 << 16) ?? width / most;
        if (Number("rope.dimension_count", 0, 1 << 16) is { } rotated && (rotated > key || rotated % 2 != 0))
            throw Invalid($"{_architecture}.rope.dimension_count is {rotated}, and heads have {key} dimensions");
        const int HalfPrecision = 2;
        var perLayer = shared.Count == 1 ? Enumerable.Repeat(shared[0], (int)layers) : shared;
        return perLayer.Sum() * (key + value) * HalfPrecision;
    }

    private async Task CheckVocabularyAsync(CancellationToken cancellationToken)
    {
        var model = _head.GetText(Tokenizer + "model") ?? throw Invalid("it has no tokenizer (tokenizer.ggml.model)");
        if (!TokenizerModels.Contains(model))
            throw Invalid($"its tokenizer (tokenizer.ggml.model) is '{model}', which is none of {string.Join(", ", TokenizerModels)}");
        var tokens = await _head.ReadTextsAsync(Tokenizer + "tokens", cancellationToken).ConfigureAwait(false);
        if (tokens.Count == 0)
            throw Invalid("it has no vocabulary (tokenizer.ggml.tokens)");
        var texts = new HashSet<string>(tokens.Count, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Count; id++)
        {
            if (tokens[id].Contains('\0', StringComparison.Ordinal))
                throw Invalid($"its token {id} has a zero in its text, where llama.cpp would end it");
            // llama.cpp's own name for a token without text. Bytes that are no text all look the same here: two such
            // tokens are refused too, since they may be equal.
            if (!texts.Add(tokens[id].Length > 0 ? tokens[id] : $"[EMPTY_{id}]"))
                throw Invalid($"its vocabulary has the token '{tokens[id]}' twice");
        }

        CheckLength("token_type", GgufValueType.Int32);
        CheckLength("scores", GgufValueType.Float32);
        var kinds = await _head.ReadIntegersAsync(Tokenizer + "token_type", cancellationToken).ConfigureAwait(false);
        var bytes = tokens.Where((_, id) => id < kinds.Count && kinds[id] == ByteToken);
        if (model == "gpt2" && bytes.FirstOrDefault() is { } strange)
            throw Invalid($"its token '{strange}' stands for a byte, which this kind of vocabulary ({model}) does otherwise");
        if (model is "llama" or "t5" or "plamo2" && bytes.FirstOrDefault(text => !ByteText().IsMatch(text)) is { } other)
            throw Invalid($"its token '{other}' stands for a byte, and does not say for which (<0x0A>)");
        if (model == "llama" && Enumerable.Range(0, 256).FirstOrDefault(value => !texts.Contains($"<0x{value:X2}>") && (value >= 128 || !texts.Contains(((char)value).ToString())), -1) is >= 0 and var lacking)
            throw Invalid($"its vocabulary has no token for the byte {lacking:X2}, so that not every text could be sent");

        void CheckLength(string key, GgufValueType type)
        {
            if (_head.Metadata.ContainsKey(Tokenizer + key) && (_head.GetArray(Tokenizer + key) is not { } array || array.ElementType != type || array.Count != tokens.Count))
                throw Invalid($"{Tokenizer}{key} is not a list of {tokens.Count} numbers, one for each token");
        }
    }

    [GeneratedRegex("^<0x[0-9A-F]{2}>$", RegexOptions.CultureInvariant)]
    private static partial Regex ByteText();

    private long? Number(string key, long least, long most)
    {
        key = $"{_architecture}.{key}";
        return !_head.Metadata.TryGetValue(key, out var value) || value is GgufArray ? null
            : value is uint number && number >= least && number <= most ? number
            : throw Invalid($"{key} is {Show(value)}, and a number from {least} to {most} is expected");
    }

    // One number, or one for each layer.
    private IReadOnlyList<long> Numbers(string key, long layers, IReadOnlyDictionary<string, IReadOnlyList<long>> lists)
    {
        const int Most = 1 << 16;
        if (_head.GetArray($"{_architecture}.{key}") is null)
            return Number(key, 0, Most) is { } single ? [single] : [];
        return lists.TryGetValue(key, out var values) && values.Count == layers && values.All(value => value is >= 0 and <= Most)
            ? values : throw Invalid($"{_architecture}.{key} is not a list of {layers} numbers from 0 to {Most}, one for each layer");
    }

    private static string Show(object value) => value is GgufArray ? "an array" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private ClemException Missing(string key) => Invalid($"it lacks {_architecture}.{key}");

    private ClemException Invalid(string cause) => Invalid(_head.Path, cause);

    private static ClemException Invalid(string path, string cause) => new(
        "Clem.Llama.InvalidModel", ErrorKind.InvalidData, $"{path}: {cause}.", "Fetch the file again, or convert the model anew.", path);
}
