namespace Clembench.Tests.Support;

/// <summary>
/// How much tests that compare with other libraries compare: as much as a build has time for, or, with CLEMBENCH_THOROUGH=1, all.
/// </summary>
internal static class Thorough
{
    /// <summary>Whether everything is compared.</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("CLEMBENCH_THOROUGH") == "1";

    /// <summary>One number or the other.</summary>
    public static int Or(int all, int usual) => IsOn ? all : usual;
}
