namespace Clembench.Common;

/// <summary>Where things are looked up: the folders and variables that a session sees.</summary>
public sealed record Workspace
{
    /// <summary>The session's current folder, as an absolute path.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>
    /// The user's folders in the order in which they are read, as absolute paths. What we write goes to the last one,
    /// <c>~/.clembench</c>; the first, <c>~/.clemcore</c>, is the Python framework's and only read.
    /// </summary>
    public required IReadOnlyList<string> UserDirectories { get; init; }

    /// <summary>The folder that the product's own <c>registry/</c>, <c>games/</c> and <c>backends/</c> lie in.</summary>
    public required string PackagedDirectory { get; init; }

    /// <summary>Reads an environment variable; null where it is not set.</summary>
    public Func<string, string?> GetVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The user's folder that is written to.</summary>
    public string UserDirectory => UserDirectories[^1];

    /// <summary>
    /// The workspace of a session: user folders are <c>~/.clemcore</c> and <c>~/.clembench</c>, or only what the
    /// environment variable <c>CLEMBENCH_USER_HOME</c> names.
    /// </summary>
    /// <param name="workingDirectory">The session's current folder.</param>
    /// <param name="packagedDirectory">The folder of the product's own data.</param>
    /// <returns>The workspace.</returns>
    public static Workspace ForSession(string workingDirectory, string packagedDirectory)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] user = Environment.GetEnvironmentVariable("CLEMBENCH_USER_HOME") is { Length: > 0 } own
            ? [Path.GetFullPath(own, workingDirectory)]
            : [Path.Join(home, ".clemcore"), Path.Join(home, ".clembench")];
        return new Workspace { WorkingDirectory = workingDirectory, UserDirectories = user, PackagedDirectory = packagedDirectory };
    }
}
