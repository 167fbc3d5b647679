namespace Clembench.Games.Generation;

/// <summary>What a generator made: an instance file, and the files that its instances name.</summary>
/// <param name="Content">The instance file's content, in clembench's format.</param>
/// <param name="Files">The other files, each once.</param>
public sealed record GeneratedInstances(ReadOnlyMemory<byte> Content, IReadOnlyList<GeneratedFile> Files);

/// <summary>A file that generated instances name.</summary>
/// <param name="Path">Its path from the instance file's folder, with slashes.</param>
/// <param name="Content">Its content.</param>
public sealed record GeneratedFile(string Path, ReadOnlyMemory<byte> Content);
