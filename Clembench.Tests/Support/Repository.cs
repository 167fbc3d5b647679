namespace Clembench.Tests.Support;

/// <summary>Places in the checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The checkout's root: the nearest folder above the test assembly with the solution in it.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Join(folder, "Clembench.slnx"))
            ? folder
            : FindRoot(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))
                ?? throw new InvalidOperationException($"No Clembench.slnx above {AppContext.BaseDirectory}."));
}
