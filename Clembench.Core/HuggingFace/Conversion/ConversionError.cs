using Clembench.Common;

namespace Clembench.HuggingFace.Conversion;

/// <summary>Why a checkpoint is not converted.</summary>
internal static class ConversionError
{
    /// <summary>The id of the error that a checkpoint is of a kind that is not converted.</summary>
    public const string UnsupportedId = "Clem.Conversion.Unsupported";

    private const string Instead = "Name a GGUF file of the model in the entry instead: gguf_repo and gguf_file.";

    /// <summary>The checkpoint is sound, and of a kind that is not converted here.</summary>
    /// <param name="file">The file that says so.</param>
    /// <param name="cause">What is not converted, as a clause.</param>
    /// <returns>The error.</returns>
    public static ClemException Unsupported(string file, string cause) =>
        new(UnsupportedId, ErrorKind.NotAvailable, $"{file}: {cause}.", Instead, file);

    /// <summary>The checkpoint's files contradict one another.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cause">What is wrong, as a clause.</param>
    /// <returns>The error.</returns>
    public static ClemException Invalid(string file, string cause) =>
        new("Clem.Conversion.Invalid", ErrorKind.InvalidData, $"{file}: {cause}.", "Fetch the model again. " + Instead, file);
}
