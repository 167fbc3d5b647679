namespace Clembench.Backends;

/// <summary>An image of a message.</summary>
/// <param name="Reference">What records call it: the path or address by which the game's instance names it.</param>
/// <param name="Location">Where it is: a file's path, a URL or a data URI.</param>
public sealed record ChatImage(string Reference, string Location)
{
    /// <summary>An image that records call by its place.</summary>
    /// <param name="location">A file's path, a URL or a data URI.</param>
    public ChatImage(string location)
        : this(location, location)
    {
    }

    /// <summary>An image that records call by its place.</summary>
    /// <param name="location">A file's path, a URL or a data URI.</param>
    public static implicit operator ChatImage(string location) => new(location);

    /// <summary>An image that records call by its place.</summary>
    /// <param name="location">A file's path, a URL or a data URI.</param>
    /// <returns>The image.</returns>
    public static ChatImage FromString(string location) => new(location);

    /// <summary>Whether a text is a URL or a data URI, and not a file's path.</summary>
    /// <param name="location">The text.</param>
    /// <returns>The verdict.</returns>
    public static bool IsAddress(string location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return location.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || location.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc />
    public override string ToString() => Reference;
}
