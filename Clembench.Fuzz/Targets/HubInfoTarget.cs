using System.Text.Json;
using Clembench.Fuzz.Mutation;
using Clembench.HuggingFace;
using Clembench.HuggingFace.Hub;

namespace Clembench.Fuzz.Targets;

/// <summary>What the hub says of a model: no file's name that is kept leads out of the model's folder, and no text that is shown commands a terminal.</summary>
internal sealed class HubInfoTarget : FuzzTarget
{
    private static readonly string Folder = Path.Join(Path.GetTempPath(), "snapshot");

    public override string Name => "hub-info";

    public override string Description => "the hub's information on a model";

    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words(
        "[", "{", "]", "}", "\"", ",", ":", "null", "true", "\"manual\"", "rfilename", "../", "..\\\\", "/", "C:", "\\u0000", "\\u001b[2J", "\\u202e", "\\ud83d", "CON", ".. ", "~", "9223372036854775808", "-1", "1e400");

    public override bool Run(byte[] input)
    {
        HubModelInfo? info;
        try
        {
            info = HubModelInfoReader.Parse(input, "owner/name");
        }
        catch (JsonException)
        {
            return false;
        }

        if (info is null)
            return false;
        Promise(HubRepository.IsId(info.Id), "an id is one", () => info.Id);
        foreach (var file in info.Files)
        {
            var place = Path.GetFullPath(Path.Join(Folder, file.Name));
            Promise(place.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal), "a file is in the folder", () => file.Name);
            Promise(file.Size is null or >= 0, "sizes are none or more", () => $"{file.Size}");
            _ = ModelFacts.Backend(file.Name);
        }

        foreach (var text in info.Tags.Concat(info.RefusedFileNames))
            Promise(!HubText.OneLine(text).Any(char.IsControl), "no control character is shown", () => text);
        _ = ModelFacts.ContextSize(info.Config);
        return true;
    }
}
