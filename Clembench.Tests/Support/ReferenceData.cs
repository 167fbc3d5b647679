using System.IO.Compression;

namespace Clembench.Tests.Support;

/// <summary>
/// Official instances and records of the Python framework, which the repository does not contain: the folder that
/// CLEMBENCH_REFERENCE_DATA names, else <c>shared/data</c> beside the checkout. Tests that need them skip in words.
/// </summary>
internal static class ReferenceData
{
    private static readonly string? Root =
        Environment.GetEnvironmentVariable("CLEMBENCH_REFERENCE_DATA") is { Length: > 0 } named ? named
        : Path.GetFullPath("../shared/data", Repository.Root) is var beside && Directory.Exists(beside) ? beside
        : null;

    /// <summary>The path of a file or folder of the data; skips the test where there is none.</summary>
    public static string Get(string relative, bool optional = false)
    {
        Skip.If(Root is null, "The reference data is not on this machine (set CLEMBENCH_REFERENCE_DATA).");
        var path = Path.Join(Root, relative);
        Skip.IfNot(optional || Path.Exists(path), $"The reference data has no {relative}.");
        return path;
    }

    /// <summary>A recorded result tree, unpacked into a folder of the test's own.</summary>
    public static TemporaryFolder Unpack(string name)
    {
        var archive = Get(Path.Join("results", name + ".zip"));
        var folder = new TemporaryFolder();
        ZipFile.ExtractToDirectory(archive, folder.Path);
        return folder;
    }
}
