using System.Numerics;
using Clembench.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Clembench.Documents;

/// <summary>Writes plain values as a YAML document in block style, which readers of YAML 1.1 and 1.2 take alike.</summary>
internal static class YamlDocument
{
    /// <summary>Writes a document.</summary>
    /// <param name="value">A plain value (see <see cref="JsonMap"/>).</param>
    /// <returns>The text, which ends with a line feed.</returns>
    public static string Write(object? value)
    {
        using var text = new StringWriter { NewLine = "\n" };
        // Lines are not folded: a long text stays on its line.
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, newLine: "\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, value);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, object? value)
    {
        switch (value)
        {
            case JsonMap map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, member) in map)
                {
                    Emit(emitter, name);
                    Emit(emitter, member);
                }

                emitter.Emit(new MappingEnd());
                break;
            case object?[] list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Length == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                    Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case string plain when YamlText.IsPlain(plain):
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, plain, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
            case string text:
                // A text of several lines reads as such; whatever could not be told from white space is escaped in quotes.
                var style = text.Contains('\n', StringComparison.Ordinal) && !text.Any(character => char.IsControl(character) && character != '\n') ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted;
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: false, isQuotedImplicit: true));
                break;
            case null or bool or long or double or BigInteger:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, YamlText.Value(value), ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
            default:
                throw new ArgumentException($"A {value.GetType().Name} is no plain value.", nameof(value));
        }
    }
}
