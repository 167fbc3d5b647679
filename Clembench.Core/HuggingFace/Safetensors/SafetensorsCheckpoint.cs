using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Templates.Checkpoints;

namespace Clembench.HuggingFace.Safetensors;

/// <summary>The weights of a checkpoint: one file, or several with an index that says which tensor lies in which.</summary>
public sealed class SafetensorsCheckpoint
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";
    private const int MostFiles = 4096;

    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsTensor Tensor)> _byName;

    private SafetensorsCheckpoint(string folder, IReadOnlyList<SafetensorsFile> files, Dictionary<string, (SafetensorsFile File, SafetensorsTensor Tensor)> byName)
    {
        Folder = folder;
        Files = files;
        _byName = byName;
    }

    /// <summary>The checkpoint's folder.</summary>
    public string Folder { get; }

    /// <summary>The files, in the order of their names.</summary>
    public IReadOnlyList<SafetensorsFile> Files { get; }

    /// <summary>The names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>The names of the weight files that a folder should have.</summary>
    /// <param name="folder">A checkpoint's folder, in which at least the index is, where there are several files.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The names; none where there is neither <c>model.safetensors</c> nor an index.</returns>
    /// <exception cref="ClemException">The index cannot be read, or names a file outside of the folder.</exception>
    public static async Task<IReadOnlyList<string>> ListFilesAsync(string folder, CancellationToken cancellationToken)
    {
        if (await ReadIndexAsync(folder, cancellationToken).ConfigureAwait(false) is { } index)
            return [.. index.Values.Distinct().Order(StringComparer.Ordinal)];
        return File.Exists(System.IO.Path.Join(folder, SingleName)) ? [SingleName] : [];
    }

    /// <summary>Reads the heads of a checkpoint's files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="ClemException">There are no weights, a file is missing or damaged, or the index and the files disagree.</exception>
    public static async Task<SafetensorsCheckpoint> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var index = await ReadIndexAsync(folder, cancellationToken).ConfigureAwait(false);
        var names = await ListFilesAsync(folder, cancellationToken).ConfigureAwait(false);
        if (names.Count == 0)
        {
            throw new ClemException(
                "Clem.Safetensors.NoWeights", ErrorKind.NotFound, $"{folder} has no weights: neither {SingleName} nor {IndexName} is there.",
                "Only safetensors are read; weights in other formats (pytorch_model.bin) have to be saved anew by their authors.", folder);
        }

        var files = new List<SafetensorsFile>();
        var byName = new Dictionary<string, (SafetensorsFile, SafetensorsTensor)>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var file = await SafetensorsFile.ReadAsync(System.IO.Path.Join(folder, name), cancellationToken).ConfigureAwait(false);
            files.Add(file);
            foreach (var tensor in file.Tensors)
            {
                // Where there is an index, it decides.
                if (index is not null && index.GetValueOrDefault(tensor.Name) != name)
                    continue;
                byName.Add(tensor.Name, (file, tensor));
            }
        }

        if (index?.Keys.FirstOrDefault(name => !byName.ContainsKey(name)) is { } missing)
        {
            throw SafetensorsFile.Error(
                System.IO.Path.Join(folder, IndexName), $"it says that tensor '{missing}' lies in '{index[missing]}', and that file has no such tensor");
        }

        return new SafetensorsCheckpoint(folder, files, byName);
    }

    /// <summary>A tensor by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The tensor and the file that it lies in; null where there is none.</returns>
    public (SafetensorsFile File, SafetensorsTensor Tensor)? Find(string name) => _byName.TryGetValue(name, out var found) ? found : null;

    private static async Task<Dictionary<string, string>?> ReadIndexAsync(string folder, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Join(folder, IndexName);
        // As transformers: where there is the single file, an index beside it does not count.
        if (!File.Exists(path) || File.Exists(System.IO.Path.Join(folder, SingleName)))
            return null;
        var root = await ConfigFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        if (!root["weight_map"].HasValue)
            throw root["weight_map"].Wrong("an object of tensors' names and their files");
        var index = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (tensor, value) in root["weight_map"].Members())
        {
            var file = value.Text() ?? throw value.Wrong("a file's name");
            if (files.Add(file))
            {
                if (HubFileName.Fault(file) is { } fault)
                    throw SafetensorsFile.Error(path, $"it names a file '{file}', which is not used because {fault}");
                if (files.Count > MostFiles)
                    throw SafetensorsFile.Error(path, $"it names more than {MostFiles} files");
            }

            index[tensor] = file;
        }

        return index;
    }
}
