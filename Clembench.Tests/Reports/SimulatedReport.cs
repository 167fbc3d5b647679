using Clembench.Games;
using Clembench.Reports;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Reports;

/// <summary>A report on three simulated models that played four games.</summary>
public sealed class SimulatedReport : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal static IReadOnlyList<SimulatedPlayer> Players { get; } = [SimulatedTree.Players[0], SimulatedTree.Players[4], SimulatedTree.Players[7]];

    internal string Results => _folder.File("results");

    internal string Path => _folder.File("report.html");

    internal int Episodes { get; private set; }

    public async Task InitializeAsync()
    {
        Episodes = await SimulatedTree.PlayAsync(Results, 480, ["hellogame", "taboo", "privateshared", "wordle"], Players);
        await WriteAsync(Results, Path, new ReportOptions { Title = "Three models" });
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    internal static Task<int> WriteAsync(string results, string path, ReportOptions options) =>
        new ReportWriter(new ResultsReader(GameCatalog.BuiltIn), options).WriteAsync(path, ResultsReader.FindEpisodeFolders(results), null, default);
}
