using System.Text;
using System.Text.Json;
using Clembench.Fuzz.Mutation;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.Fuzz.Targets;

/// <summary>The configuration files of a checkpoint. An input is an object of which each member is a file.</summary>
internal sealed class CheckpointTarget : FuzzTarget
{
    private static readonly string[] Names = ["tokenizer_config.json", "special_tokens_map.json", "generation_config.json", "config.json", "chat_template.jinja", "chat_template.json", "tokenizer.json", "vocab.txt"];
    private static readonly string Root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private readonly Lazy<string> _folder = new(() =>
    {
        var folder = Path.Join(Root, $"clembench-fuzz-checkpoint-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    public override string Name => "checkpoint";

    public override string Description => "a checkpoint's configuration files";

    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words("[", "{", "]", "}", "\"", ",", ":", "null", "\\ud800", "{{", "}}", "{%", "%}");

    public override bool Run(byte[] input)
    {
        var folder = _folder.Value;
        foreach (var file in Directory.EnumerateFiles(folder))
            File.Delete(file);
        try
        {
            using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = 300 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return false;
            foreach (var member in document.RootElement.EnumerateObject().Where(member => Names.Contains(member.Name)))
                File.WriteAllText(Path.Join(folder, member.Name), member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or EncoderFallbackException)
        {
            // No object of files: nothing is there to be read.
            return false;
        }

        if (!TryRead(() => Wait(CheckpointReader.ReadAsync(new FolderFiles(folder), CheckpointKind.Folder, "checkpoint", default)), out var checkpoint))
            return false;
        return TryRead(() => ChatTemplate.For(checkpoint).Source.Length, out _);
    }
}
