using System.Management.Automation;

namespace Clembench.Tests.Pester;

/// <summary>The folder that a file's tests write to, as <c>TestDrive:</c> and <c>$TestDrive</c>; a block's files go with the block.</summary>
internal sealed class TestDrive : IDisposable
{
    private const string Name = "TestDrive";

    private readonly SessionState _state;
    private readonly string _folder = Directory.CreateTempSubdirectory("Pester_").FullName;

    public TestDrive(SessionState state)
    {
        _state = state;
        var provider = state.Provider.GetOne("FileSystem");
        state.Drive.New(new PSDriveInfo(Name, provider, _folder, "The folder of the tests of a file", null), "global");
        state.PSVariable.Set($"global:{Name}", _folder);
    }

    /// <summary>What there is now.</summary>
    public IReadOnlySet<string> Snapshot() => Entries().ToHashSet(StringComparer.Ordinal);

    /// <summary>Deletes what was not there when the snapshot was taken.</summary>
    public void Clear(IReadOnlySet<string> snapshot)
    {
        var added = Entries().Where(e => !snapshot.Contains(e)).ToHashSet(StringComparer.Ordinal);
        // What lies in an added folder goes with it.
        foreach (var path in added.Where(p => !added.Contains(Path.GetDirectoryName(p)!))) Delete(path);
    }

    public void Dispose()
    {
        // A session that still stands in the drive would keep it.
        if (_state.Path.CurrentLocation.Drive?.Name == Name || _state.Path.CurrentLocation.ProviderPath.StartsWith(_folder, StringComparison.Ordinal))
            _state.Path.SetLocation(AppContext.BaseDirectory);
        _state.Drive.Remove(Name, force: true, "global");
        _state.PSVariable.Remove($"global:{Name}");
        Delete(_folder);
    }

    private IEnumerable<string> Entries() => Directory.Exists(_folder)
        ? Directory.EnumerateFileSystemEntries(_folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        : [];

    private static void Delete(string path)
    {
        if (Directory.Exists(path) && !File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint)) Directory.Delete(path, recursive: true);
        else File.Delete(path);
    }
}
