using System.Buffers;

namespace Clembench.Common;

/// <summary>Names from registries and instance files that become parts of paths.</summary>
public static class FileNames
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        OperatingSystem.IsWindows() ? [.. Path.GetInvalidFileNameChars()] : ['/', '\\', '\0']);

    /// <summary>Checks that a name stays within its folder when it becomes part of a path.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What it is the name of, for the error.</param>
    /// <returns>The name as it is.</returns>
    /// <exception cref="ClemException">The name would name another place.</exception>
    public static string Check(string name, string what)
    {
        if (name.Length is > 0 and <= 255 && name is not ("." or "..") && name.AsSpan().IndexOfAny(Forbidden) < 0
            && !char.IsWhiteSpace(name[0]) && !char.IsWhiteSpace(name[^1]) && name[0] != '.' && !name.Any(char.IsControl))
            return name;
        throw new ClemException(
            "Clem.Results.UnusableName", ErrorKind.InvalidArgument,
            $"The {what} name '{name}' cannot be the name of a results folder: it is empty or too long, begins with a dot or white space, or has a slash or a control character.",
            $"Give the {what} another name.", name);
    }
}
