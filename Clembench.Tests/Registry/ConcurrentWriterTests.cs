using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Support;

namespace Clembench.Tests.Registry;

/// <summary>Who writes to a file at the same time as others loses nothing, and leaves nothing lying about.</summary>
public sealed class ConcurrentWriterTests : IDisposable
{
    private const int Writers = 24;
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("r.json")]
    [InlineData("r.yaml")]
    public async Task Every_entry_is_kept(string name)
    {
        var file = _folder.File(name);
        await TogetherAsync(i => RegistryEditor.WriteAsync(
            file, ModelEntryReader.Read(new JsonMap([new("model_name", $"m{i}"), new("backend", "mock")])), first: i % 2 == 0, default));
        ModelRegistry.ReadFile(file).Select(entry => entry.Name).ShouldBe(Enumerable.Range(0, Writers).Select(i => $"m{i}"), ignoreOrder: true);
        await TogetherAsync(i => RegistryEditor.RemoveAsync(file, $"m{i}", "mock", default));
        ModelRegistry.ReadFile(file).ShouldBeEmpty();
        Left().ShouldBe([name]);
    }

    [Fact]
    public async Task Every_key_is_kept()
    {
        var file = _folder.File("key.json");
        await TogetherAsync(i => KeyStore.SetAsync(file, $"k{i}", new JsonMap([new("api_key", $"secret-{i}")]), default));
        var workspace = new Workspace { WorkingDirectory = _folder.Path, UserDirectories = [_folder.Path], PackagedDirectory = _folder.Path, GetVariable = _ => null };
        KeyStore.Load(workspace).List().Select(key => $"{key.Backend} {key.ApiKey}").ShouldBe(
            Enumerable.Range(0, Writers).Select(i => $"k{i} secret-{i}"), ignoreOrder: true);
        await TogetherAsync(i => KeyStore.RemoveAsync(file, $"k{i}", default));
        KeyStore.Load(workspace).List().ShouldBeEmpty();
        Left().ShouldBe(["key.json"]);
    }

    [Fact]
    public async Task Every_trusted_file_is_kept()
    {
        Directory.CreateDirectory(_folder.File("work"));
        var workspace = new Workspace
        {
            WorkingDirectory = _folder.File("work"), UserDirectories = [_folder.File("user")], PackagedDirectory = _folder.File("packaged"), GetVariable = _ => null,
        };
        await TogetherAsync(async i =>
        {
            var file = _folder.File($"work/b{i}_api.txt");
            await File.WriteAllTextAsync(file, "x");
            var catalog = new BackendCatalog(workspace, [], [new TextLoader()], []);
            await catalog.TrustAsync(catalog.Check(file), default);
        });
        new BackendCatalog(workspace, [], [new TextLoader()], []).List().Count(backend => backend.Trusted).ShouldBe(Writers);
    }

    public void Dispose() => _folder.Dispose();

    private static Task TogetherAsync(Func<int, Task> write) => Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => write(i))));

    private IEnumerable<string?> Left() => Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName);

    private sealed class TextLoader : IBackendLoader
    {
        public string Suffix => "_api.txt";

        public BackendKind Kind => BackendKind.Script;

        public void Check(BackendFile file)
        {
        }

        public IBackend Load(BackendFile file) => new MockBackend();
    }
}
