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

    /// <summary>A control token's name.</summary>
    public static string NameOf(int token) => ControlNames[token - EndOfText];

    /// <summary>
    /// The letter that stands for a byte in a byte-level vocabulary (GPT-2's alphabet): printable bytes of Latin-1 stand for
    /// themselves, the others are the letters from U+0100 on.
    /// </summary>
    public static char Letter(byte value)
    {
        static bool IsPrintable(int value) => value is >= '!' and <= '~' or >= 0xa1 and <= 0xac or >= 0xae;
        return (char)(IsPrintable(value) ? value : 0x100 + Enumerable.Range(0, value).Count(other => !IsPrintable(other)));
    }

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
