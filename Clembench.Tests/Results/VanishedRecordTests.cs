using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Results;

public sealed class VanishedRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_that_has_gone_has_no_requests()
    {
        var episode = new Episode { Model = "mock", Game = "taboo", Experiment = "x", InstanceId = 1, Outcome = Outcome.Success, Path = _folder.File("gone") };
        (await ResultsReader.ReadRequestsAsync(episode, default)).ShouldBeEmpty();
    }
}
