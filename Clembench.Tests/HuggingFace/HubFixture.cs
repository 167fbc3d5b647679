using System.Security.Cryptography;
using System.Text;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Tests.Servers;
using Clembench.Tests.Support;

namespace Clembench.Tests.HuggingFace;

/// <summary>A hub, a cache, and clients of both.</summary>
internal sealed class HubFixture : IAsyncDisposable
{
    public const string Id = "owner/model";
    private readonly TemporaryFolder _folder = new();

    private HubFixture(HubServer server) => Server = server;

    public HubServer Server { get; }

    public ManualTime Time { get; } = new();

    public List<string> Warnings { get; } = [];

    public static CancellationToken Token { get; } = CancellationToken.None;

    public static HubRepository Repository { get; } = new(Id);

    public string Cache => _folder.File("cache");

    public string ModelFolder => Path.Join(Cache, "models--owner--model");

    public static async Task<HubFixture> StartAsync() => new(await HubServer.StartAsync());

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Content of a size that no buffer holds whole, and that is the same every time.</summary>
    public static byte[] Large(int size = 3_000_000, int seed = 7)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }

    public HubSettings Settings(Func<HubSettings, HubSettings>? change = null)
    {
        var settings = new HubSettings { Endpoint = Server.Endpoint, CacheDirectory = Cache };
        return change is null ? settings : change(settings);
    }

    public HubClient Client(Func<HubSettings, HubSettings>? change = null) => new(Settings(change), null, Time) { Warn = Warnings.Add };

    public HubClient Offline() => Client(settings => settings with { Offline = true, Endpoint = new Uri("http://127.0.0.1:9") });

    public string Blob(byte[] content, bool large = false) =>
        Path.Join(ModelFolder, "blobs", large ? HubServerRepository.Sha256(content) : HubServerRepository.GitHash(content));

    /// <summary>Every file of the cache but locks, by its path from the cache on.</summary>
    public IReadOnlyList<string> CacheFiles() => Directory.Exists(Cache)
        ? [.. Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Cache, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith(".locks/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    public static string Sha256OfFile(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    public static async Task<ClemException> FailsAsync(Task call) => await Should.ThrowAsync<ClemException>(call);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
