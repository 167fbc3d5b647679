using Clembench.Backends.Llama;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.HuggingFace.Conversion;
using Clembench.Templates.Checkpoints;

namespace Clembench.Models;

/// <summary>Looks into the files of models that run on this machine: what loading them would find out, without loading them.</summary>
/// <param name="store">Knows where the files are.</param>
internal sealed class LocalModelChecker(Lazy<LocalModelStore> store)
{
    /// <summary>Checks the files that an entry names.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The check, and what the files say; null where they are not here or cannot be read.</returns>
    public async Task<(ModelCheck Check, Checkpoint? Checkpoint)> CheckAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var files = store.Value.Find(entry);
            // What is on the hub is fetched when it is wanted; what should be on this machine and is not, is a mistake.
            if (!files.IsComplete && files.IsFromHub)
                return (Result(true, $"{Some(files.Missing)} of {files.Location} are not on this machine; Save-ClemModel fetches them."), null);
            _ = store.Value.Get(entry);
            if (files.Format == WeightsFormat.Gguf)
                await LlamaModelFile.ReadAsync(files.Weights[0], cancellationToken).ConfigureAwait(false);
            else
                await CheckpointConverter.CheckAsync(Path.GetDirectoryName(files.Weights[0])!, cancellationToken).ConfigureAwait(false);
            var checkpoint = await CheckpointSource.FromPathAsync(files.CheckpointPath!, cancellationToken).ConfigureAwait(false);
            return (Result(true, $"All files are here: {files.Location}."), checkpoint);
        }
        catch (ClemException error)
        {
            return (Result(false, error.Message, error.Action), null);
        }

        ModelCheck Result(bool passed, string message, string? suggestion = null) => new(entry.Name, "Files", passed, message, suggestion);
    }

    private static string Some(IReadOnlyList<string> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
}
