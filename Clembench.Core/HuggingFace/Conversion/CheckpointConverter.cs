using System.Buffers.Binary;
using Clembench.Common;
using Clembench.Gguf;
using Clembench.HuggingFace.Safetensors;
using Clembench.Templates.Checkpoints;

namespace Clembench.HuggingFace.Conversion;

/// <summary>How far a conversion is.</summary>
/// <param name="Path">The file that is being made.</param>
/// <param name="Written">The bytes of weights that are written.</param>
/// <param name="Total">The bytes of all weights.</param>
public sealed record ConversionProgress(string Path, long Written, long Total);

/// <summary>
/// Makes a GGUF file of a Hugging Face checkpoint: a folder with <c>config.json</c>, a tokenizer and safetensors. The
/// weights keep their precision and go through memory piece by piece.
/// </summary>
public static class CheckpointConverter
{
    /// <summary>The version of what is written: files that an older version has made are made anew.</summary>
    public const int Version = 3;

    // llama.cpp's file types: the precision of most tensors (llama_ftype).
    private const uint AllF32 = 0;
    private const uint MostlyF16 = 1;
    private const uint MostlyBF16 = 32;

    /// <summary>Converts a checkpoint.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="path">The GGUF file to make; it appears when it is whole.</param>
    /// <param name="progress">Is told how far the conversion is, after each tensor; null for nobody.</param>
    /// <param name="cancellationToken">Stops the conversion; nothing is left then.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The checkpoint is damaged, or of a kind that is not converted; or the file cannot be written.</exception>
    public static async Task ConvertAsync(string folder, string path, IProgress<ConversionProgress>? progress, CancellationToken cancellationToken)
    {
        var geometry = await ReadGeometryAsync(folder, cancellationToken).ConfigureAwait(false);
        var weights = await SafetensorsCheckpoint.ReadAsync(folder, cancellationToken).ConfigureAwait(false);
        var plan = TensorPlan.Make(geometry, weights);
        var tokenizer = await TokenizerSection.ReadAsync(folder, (int)geometry.Vocabulary, cancellationToken).ConfigureAwait(false);
        var checkpoint = await CheckpointSource.FromPathAsync(folder, cancellationToken).ConfigureAwait(false);

        var writer = new GgufFileWriter();
        AddModel(writer, geometry, plan, checkpoint.Name);
        tokenizer.Write(writer, checkpoint);
        if (geometry.Rotary.Divisors(geometry.HeadWidth, geometry.Config) is { } divisors)
            AddDivisors(writer, divisors);
        foreach (var tensor in plan)
            TensorCopier.Add(writer, tensor);
        var total = writer.TensorSize;
        await writer.WriteAsync(
            path, progress is null ? null : new Relay(written => progress.Report(new ConversionProgress(path, written, total))), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a checkpoint is of a family that is converted, judged by its configuration alone.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A task that ends well where it is.</returns>
    /// <exception cref="ClemException">Why it is not.</exception>
    public static async Task CheckAsync(string folder, CancellationToken cancellationToken) =>
        await ReadGeometryAsync(folder, cancellationToken).ConfigureAwait(false);

    /// <summary>Why checkpoints of an architecture are not converted.</summary>
    /// <param name="architecture">The class that <c>config.json</c> names.</param>
    /// <param name="file">The file or repository that says so.</param>
    /// <returns>The error; null where they are.</returns>
    public static ClemException? WhyNot(string architecture, string file) => ModelFamily.Find(architecture) is not null ? null : ConversionError.Unsupported(
        file, $"the architecture {architecture} is not converted; those that are: {string.Join(", ", ModelFamily.All.Select(one => one.Architecture))}");

    private static async Task<ModelGeometry> ReadGeometryAsync(string folder, CancellationToken cancellationToken)
    {
        const string ConfigName = "config.json";
        var config = await ConfigFile.ReadAsync(new FolderFiles(Path.GetFullPath(folder)), ConfigName, cancellationToken).ConfigureAwait(false);
        return ModelGeometry.Read(config ?? throw ConversionError.Invalid(folder, $"there is no {ConfigName}"));
    }

    private static void AddModel(GgufFileWriter writer, ModelGeometry geometry, IReadOnlyList<PlannedTensor> plan, string name)
    {
        var prefix = geometry.Family.GgufName + ".";
        writer.Add("general.architecture", geometry.Family.GgufName);
        writer.Add("general.type", "model");
        writer.Add("general.name", name);
        var matrices = plan.First(tensor => tensor.Source.Shape.Count > 1 && tensor.Name.StartsWith("blk.", StringComparison.Ordinal)).Source.Type;
        writer.Add("general.file_type", TensorCopier.TypeOf(matrices) switch { GgufTensorType.F32 => AllF32, GgufTensorType.F16 => MostlyF16, _ => MostlyBF16 });
        writer.Add("general.quantization_version", 2u);
        writer.Add(prefix + "block_count", (uint)geometry.Layers);
        writer.Add(prefix + "context_length", (uint)geometry.ContextSize);
        writer.Add(prefix + "embedding_length", (uint)geometry.Width);
        writer.Add(prefix + "feed_forward_length", (uint)geometry.FeedForward);
        writer.Add(prefix + "vocab_size", (uint)geometry.Vocabulary);
        writer.Add(prefix + "attention.head_count", (uint)geometry.Heads);
        writer.Add(prefix + "attention.head_count_kv", (uint)geometry.KeyHeads);
        writer.Add(prefix + "attention.key_length", (uint)geometry.HeadWidth);
        writer.Add(prefix + "attention.value_length", (uint)geometry.HeadWidth);
        writer.Add(prefix + "attention.layer_norm_rms_epsilon", (float)geometry.NormEpsilon);
        writer.Add(prefix + "rope.dimension_count", (uint)geometry.HeadWidth);
        geometry.Rotary.Write(writer, prefix, geometry.Config);
        if (geometry.Family.GgufName == "gemma2")
        {
            writer.Add(prefix + "attn_logit_softcapping", (float)(geometry.Config["attn_logit_softcapping"].Number() ?? 50.0));
            writer.Add(prefix + "final_logit_softcapping", (float)(geometry.Config["final_logit_softcapping"].Number() ?? 30.0));
            writer.Add(prefix + "attention.sliding_window", (uint)(geometry.Config["sliding_window"].Integer() ?? 4096));
        }
        else if (geometry.Family.GgufName == "gemma3")
        {
            if (geometry.Config["final_logit_softcapping"].Number() is { } cap)
                writer.Add(prefix + "final_logit_softcapping", (float)cap);
            if (geometry.Config["sliding_window"].Integer() is > 0 and <= uint.MaxValue and var window)
                writer.Add(prefix + "attention.sliding_window", (uint)window);
        }
    }

    private static void AddDivisors(GgufFileWriter writer, float[] divisors)
    {
        var bytes = new byte[divisors.Length * sizeof(float)];
        for (var i = 0; i < divisors.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), divisors[i]);
        writer.AddTensor(
            "rope_freqs.weight", GgufTensorType.F32, [divisors.Length], (output, cancellationToken) => output.WriteAsync(bytes, cancellationToken).AsTask());
    }

    // Reports in the order of the writing, on the thread that writes.
    private sealed class Relay(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
