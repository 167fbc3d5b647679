using System.Globalization;

namespace Clembench.Shell.Hosting;

/// <summary>
/// The culture of a session. The engine breaks lines between words only under cultures whose language it knows to have spaces between
/// words; under the culture without a language, that of <c>LANG=C</c> and of machines without language data, it would break them
/// anywhere.
/// </summary>
internal static class SessionCulture
{
    /// <summary>The culture to format by.</summary>
    /// <param name="culture">The process's culture.</param>
    /// <returns>The culture; for the one without a language, the same one with words.</returns>
    public static CultureInfo For(CultureInfo culture) => culture.Equals(CultureInfo.InvariantCulture) ? CultureInfo.ReadOnly(new WordsCulture()) : culture;

    /// <summary>The invariant culture, whose numbers and dates stay as they are, as one with the language of its words.</summary>
    private sealed class WordsCulture() : CultureInfo("", useUserOverride: false)
    {
        public override string TwoLetterISOLanguageName => "en";
    }
}
