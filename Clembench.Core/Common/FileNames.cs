using System.Buffers;

namespace Clembench.Common;

/// <summary>Names from registries and instance files that become parts of paths.</summary>
public static class FileNames
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        OperatingSystem.IsWindows() ? [.. Path.GetInvalidFileNameChars()] : ['/', '\\', '\0']);

    // Devices on Windows, in any case and whatever stands behind a dot. Results are taken from one machine to another, so
    // they are no names anywhere.
    private static readonly HashSet<string> Devices = new(
        [
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
            .. "123456789¹²³".SelectMany(digit => (string[])[$"COM{digit}", $"LPT{digit}"]),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks that a name stays within its folder when it becomes part of a path, on every operating system.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What it is the name of, for the error.</param>
    /// <returns>The name as it is.</returns>
    /// <exception cref="ClemException">The name would name another place.</exception>
    public static string Check(string name, string what)
    {
        if (IsUsable(name))
            return name;
        throw new ClemException(
            "Clem.Results.UnusableName", ErrorKind.InvalidArgument,
            $"The {what} name '{name}' cannot be the name of a results folder: it is empty or too long, begins or ends with a dot or white space, has a slash or a control character, or is a device on Windows.",
            $"Give the {what} another name.", name);
    }

    /// <summary>Whether a name stays within its folder when it becomes part of a path, on every operating system.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The verdict.</returns>
    public static bool IsUsable(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= 255 && name is not ("." or "..") && name.AsSpan().IndexOfAny(Forbidden) < 0
            && !char.IsWhiteSpace(name[0]) && !char.IsWhiteSpace(name[^1]) && name[0] != '.' && name[^1] != '.' && !name.Any(char.IsControl)
            && !Devices.Contains(name.Split('.')[0].TrimEnd());
    }
}
