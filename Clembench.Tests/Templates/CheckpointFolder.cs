using System.Text.Json;
using Clembench.Tests.Support;

namespace Clembench.Tests.Templates;

/// <summary>A folder with the files of a small chat model, in the form that transformers writes.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    public const string ChatMl =
        "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private readonly TemporaryFolder _parent = new();

    public CheckpointFolder(string name = "tiny-chat")
    {
        Path = _parent.File(name);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public void Dispose() => _parent.Dispose();

    /// <summary>A model in ChatML, with a byte-level tokenizer.</summary>
    public static CheckpointFolder Sound(string? template = ChatMl)
    {
        var folder = new CheckpointFolder();
        folder.Write("tokenizer_config.json", new
        {
            tokenizer_class = "Qwen2Tokenizer",
            bos_token = (string?)null,
            eos_token = "<|im_end|>",
            pad_token = "<|endoftext|>",
            model_max_length = 32768,
            added_tokens_decoder = new Dictionary<string, object>
            {
                ["256"] = new { content = "<|endoftext|>", special = true },
                ["257"] = new { content = "<|im_start|>", special = true },
                ["258"] = new { content = "<|im_end|>", special = true },
            },
            chat_template = template,
        });
        folder.Write("config.json", new { architectures = new[] { "TinyForCausalLM" }, max_position_embeddings = 4096 });
        folder.Write("generation_config.json", new { eos_token_id = new[] { 258, 256 } });
        folder.WriteTokenizer("<|endoftext|>", "<|im_start|>", "<|im_end|>");
        return folder;
    }

    public string Write(string name, object content) => WriteText(name, JsonSerializer.Serialize(content));

    public string WriteText(string name, string content)
    {
        var path = System.IO.Path.Join(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Delete(string name) => File.Delete(System.IO.Path.Join(Path, name));

    /// <summary>A byte-level tokenizer without merges: each byte is a token, and so is each control token, from 256 on.</summary>
    public void WriteTokenizer(params string[] control) => Write("tokenizer.json", new Dictionary<string, object?>
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = control.Select((token, index) => new Dictionary<string, object>
        {
            ["id"] = 256 + index,
            ["content"] = token,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        }).ToArray(),
        ["normalizer"] = null,
        ["pre_tokenizer"] = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
        ["post_processor"] = null,
        ["decoder"] = new { type = "ByteLevel", add_prefix_space = true, trim_offsets = true, use_regex = true },
        ["model"] = new { type = "BPE", vocab = ByteTokens().Select((token, id) => (token, id)).ToDictionary(one => one.token, one => one.id), merges = Array.Empty<string>() },
    });

    // The letters that byte-level tokenizers write bytes with: printable ones stand for themselves, the others from U+0100 on.
    private static IEnumerable<string> ByteTokens()
    {
        var next = 256;
        for (var value = 0; value < 256; value++)
            yield return ((char)(value is >= '!' and <= '~' or >= 0xa1 and <= 0xac or >= 0xae ? value : next++)).ToString();
    }
}
