using Clembench.Common;
using Clembench.Json;
using Clembench.Results;
using Clembench.Specifications;
using Clembench.Tests.Support;

namespace Clembench.Tests.Specifications;

public sealed class RunRecorderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_episode_whose_score_is_no_number_is_counted_and_does_not_end_the_run()
    {
        var recorder = Recorder(Specification());
        recorder.Add(Episode(1, "n/a"));
        recorder.Add(Episode(2, 50.0));
        recorder.Errors.Count.ShouldBe(1);
        var report = await recorder.CompleteAsync(null, [], null, [], default);
        report.Games.Single().Episodes.ShouldBe(2);
        report.Rows.ShouldAllBe(row => row.Episodes == 1);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_does_not_keep_the_others_from_being()
    {
        await File.WriteAllTextAsync(_folder.File("taken"), "");
        var specification = Specification() with { JsonFile = "taken/summary.json", JUnitFile = "junit.xml" };
        var errors = new List<ClemException>();
        await RunReportFiles.WriteAsync(await Recorder(specification).CompleteAsync(null, [], null, [], default), specification, errors.Add, default);
        errors.Count.ShouldBe(1);
        File.Exists(_folder.File("junit.xml")).ShouldBeTrue();
    }

    private RunRecorder Recorder(RunSpecification specification) =>
        new(specification, _folder.Path, TimeProvider.System, (pattern, name) => pattern == "*" || pattern == name);

    private RunSpecification Specification() => new()
    {
        Name = "nightly",
        Source = _folder.File("nightly.yaml"),
        Models = ["mock"],
        Games = [new GameChoice("taboo")],
        Results = _folder.Path,
    };

    private Episode Episode(int id, object score) => new()
    {
        Model = "mock",
        Game = "taboo",
        Experiment = "x",
        InstanceId = id,
        Outcome = Outcome.Success,
        Scores = new JsonMap([new("Aborted", 0L), new("Main Score", score)]),
        Path = _folder.File($"mock/taboo/x/instance_{id:00000}"),
    };
}
