using System.Text;
using Clembench.Common;

namespace Clembench.HuggingFace.Tokenizers.Normalizers;

/// <summary>The Unicode normalization forms NFC, NFD, NFKC and NFKD (UAX #15).</summary>
internal sealed class UnicodeNormalizer(NormalizationForm form) : INormalizer
{
    public string Normalize(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        // Without ICU and with its invariant globalization, .NET returns every text as it is, and the ids would be wrong.
        if ("\u00E9".Normalize(NormalizationForm.FormD).Length != 2)
        {
            throw new ClemException(
                "Clem.Tokenizer.NormalizationUnavailable", ErrorKind.NotAvailable,
                "This tokenizer normalizes text, and .NET cannot here: it runs with invariant globalization.",
                "Install ICU (libicu) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
        }
        return LibraryTables.NormalizeParts(text, form);
    }
}
