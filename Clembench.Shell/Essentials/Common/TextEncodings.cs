using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace Clembench.Shell.Essentials;

/// <summary>The encodings by the names that -Encoding takes.</summary>
internal static class TextEncodings
{
    internal static readonly Encoding Utf8NoBom = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    internal static readonly string[] Names =
    [
        "ansi", "ascii", "bigendianunicode", "bigendianutf32", "latin1", "oem", "unicode", "utf8", "utf8BOM", "utf8NoBOM", "utf32",
    ];

    internal static Encoding Parse(object value) => value switch
    {
        Encoding encoding => encoding,
        int page => Encoding.GetEncoding(page),
        _ => value.ToString()!.ToLowerInvariant() switch
        {
            "ascii" => Encoding.ASCII,
            "bigendianunicode" => Encoding.BigEndianUnicode,
            "bigendianutf32" => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
            "latin1" => Encoding.Latin1,
            "unicode" or "string" => Encoding.Unicode,
            "utf8" or "utf8nobom" or "default" or "oem" or "ansi" => Utf8NoBom,
            "utf8bom" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
            "utf32" => Encoding.UTF32,
            var name when int.TryParse(name, NumberStyles.Integer, CultureInfo.InvariantCulture, out var page) => Encoding.GetEncoding(page),
            var name => Encoding.GetEncoding(name),
        },
    };
}

/// <summary>Turns an encoding's name or code page into an encoding.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EncodingArgumentAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return TextEncodings.Parse(EssentialCommand.Unwrap(inputData)!);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentTransformationMetadataException($"'{inputData}' is not an encoding. Use one of: {string.Join(", ", TextEncodings.Names)}.", e);
        }
    }
}

/// <summary>Offers the encodings' names.</summary>
internal sealed class EncodingCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, System.Management.Automation.Language.CommandAst commandAst, System.Collections.IDictionary fakeBoundParameters)
        => TextEncodings.Names.Where(n => n.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase)).Select(n => new CompletionResult(n));
}
