using Xunit.Abstractions;

namespace Clembench.Tests.Pester;

/// <summary>A test of a Pester file, as xunit sees it.</summary>
public sealed class PesterCase : IXunitSerializable
{
    [Obsolete("For xunit, which fills the case in by Deserialize.")]
    public PesterCase()
    {
    }

    internal PesterCase(string file, int index, string path)
    {
        File = file;
        Index = index;
        Path = path;
    }

    /// <summary>The file's name below tests.Pester.</summary>
    public string File { get; private set; } = string.Empty;

    /// <summary>The position among the file's tests, from 0.</summary>
    public int Index { get; private set; }

    /// <summary>The names from the outermost block to the test.</summary>
    public string Path { get; private set; } = string.Empty;

    public void Deserialize(IXunitSerializationInfo info)
    {
        File = info.GetValue<string>(nameof(File));
        Index = info.GetValue<int>(nameof(Index));
        Path = info.GetValue<string>(nameof(Path));
    }

    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(File), File);
        info.AddValue(nameof(Index), Index);
        info.AddValue(nameof(Path), Path);
    }

    /// <summary>The case's name in a list of tests.</summary>
    public override string ToString() => $"{File} › {Path}";
}
