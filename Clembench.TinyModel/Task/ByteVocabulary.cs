using System.Text;

namespace Clembench.TinyModel.Task;

/// <summary>The tokens: the 256 bytes under their own numbers, then the control tokens.</summary>
internal static class ByteVocabulary
{
    public const int EndOfText = 256;
    public const int TurnStart = 257;
    public const int TurnEnd = 258;
    public const int Padding = 259;
    public const int Count = 260;

    /// <summary>The control tokens' names, from <see cref="EndOfText"/> on.</summary>
    public static readonly IReadOnlyList<string> ControlNames = ["<|endoftext|>", "<|turn|>", "<|end|>", "<|pad|>"];

    /// <summary>The chat template of the model, in Jinja.</summary>
    public const string ChatTemplate =
        "{%- for message in messages -%}\n"
        + "{{- '<|turn|>' + message['role'] + '\\n' + message['content'] + '<|end|>\\n' -}}\n"
        + "{%- endfor -%}\n"
        + "{%- if add_generation_prompt -%}\n"
        + "{{- '<|turn|>assistant\\n' -}}\n"
        + "{%- endif -%}\n";

    /// <summary>A user's message and the beginning of the answer, as the chat template renders them.</summary>
    public static List<int> Prompt(string message) =>
        [TurnStart, .. Bytes("user\n" + message), TurnEnd, .. Bytes("\n"), TurnStart, .. Bytes("assistant\n")];

    /// <summary>A text's bytes.</summary>
    public static IEnumerable<int> Bytes(string text) => Encoding.UTF8.GetBytes(text).Select(value => (int)value);
}
