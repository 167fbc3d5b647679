using System.Text;
using System.Text.RegularExpressions;

namespace Clembench.Backends.Local;

/// <summary>
/// A pattern of file names as Python's <c>fnmatch</c> reads it, which clemcore's entries are written for: <c>*</c> is any
/// text, <c>?</c> any character, <c>[abc]</c> and <c>[a-z]</c> one of several, <c>[!a]</c> any other one. All else, a
/// bracket without its counterpart too, stands for itself.
/// </summary>
/// <param name="pattern">The pattern.</param>
/// <param name="ignoreCase">Whether letter case counts not.</param>
internal sealed class FileNamePattern(string pattern, bool ignoreCase = false)
{
    // In linear time: entries come from strangers.
    private readonly Regex _form = new(
        Expression(pattern), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));

    /// <summary>Whether a text is a pattern, and no plain name.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it is.</returns>
    public static bool HasWildcards(string text) => text.AsSpan().IndexOfAny('*', '?', '[') >= 0;

    /// <summary>Whether a name fits.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it does.</returns>
    public bool Fits(string name) => _form.IsMatch(name);

    private static string Expression(string pattern)
    {
        var form = new StringBuilder(@"\A");
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '*':
                    form.Append(".*");
                    break;
                case '?':
                    form.Append('.');
                    break;
                case '[' when EndOfSet(pattern, at) is >= 0 and var end:
                    AppendSet(form, pattern[(at + 1)..end]);
                    at = end;
                    break;
                case var letter:
                    form.Append(Regex.Escape(letter.ToString()));
                    break;
            }
        }

        return form.Append(@"\z").ToString();
    }

    // A bracket that comes first, behind a ! perhaps, is one of the set.
    private static int EndOfSet(string pattern, int start)
    {
        var first = start + 1 < pattern.Length && pattern[start + 1] == '!' ? start + 2 : start + 1;
        return first + 1 < pattern.Length ? pattern.IndexOf(']', first + 1) : -1;
    }

    private static void AppendSet(StringBuilder form, string set)
    {
        var isOther = set[0] == '!';
        form.Append(isOther ? "[^" : "[");
        for (var i = isOther ? 1 : 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                // A range that goes backwards is empty.
                if (set[i] <= set[i + 2])
                    form.Append(Code(set[i])).Append('-').Append(Code(set[i + 2]));
                i += 2;
            }
            else
            {
                form.Append(Code(set[i]));
            }
        }

        // A set may be left empty by its ranges; no name has this one.
        form.Append(@"\uFFFF]");
    }

    private static string Code(char letter) => $"\\u{(int)letter:X4}";
}
