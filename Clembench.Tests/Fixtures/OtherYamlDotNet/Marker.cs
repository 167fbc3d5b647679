namespace YamlDotNet;

/// <summary>Tells this library from the real one.</summary>
public static class Marker
{
    /// <summary>A value to read.</summary>
    public static string Text => "the other one";
}
