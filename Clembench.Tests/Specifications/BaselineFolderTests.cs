using Clembench.Common;
using Clembench.Specifications;
using Clembench.Tests.Support;

namespace Clembench.Tests.Specifications;

public sealed class BaselineFolderTests : IDisposable
{
    private static readonly DateOnly Day = new(2026, 3, 10);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_latest_earlier_day_is_found()
    {
        foreach (var name in (string[])["2026-03-07", "2026-03-08", "2026-03-10", "2026-03-11", "2026-99-99", "other", "x2026-03-09"])
            Directory.CreateDirectory(_folder.File($"results/{name}"));
        BaselineFolder.Find(Specification("results/{date}"), Day).ShouldBe(_folder.File("results/2026-03-08"));
        BaselineFolder.Find(Specification("results/{date}"), new DateOnly(2026, 3, 7)).ShouldBeNull();
        BaselineFolder.Find(Specification("none/{date}"), Day).ShouldBeNull();
    }

    [Fact]
    public void The_date_may_be_a_part_of_a_name_or_a_folder_in_between()
    {
        Directory.CreateDirectory(_folder.File("run-2026-03-01-a/records"));
        Directory.CreateDirectory(_folder.File("run-2026-03-02-a"));
        BaselineFolder.Find(Specification("run-{date}-a/records"), Day).ShouldBe(_folder.File("run-2026-03-01-a/records"));
    }

    [Fact]
    public void A_folder_that_is_named_has_to_be_there()
    {
        Directory.CreateDirectory(_folder.File("old"));
        BaselineFolder.Find(Specification("r") with { Baseline = _folder.File("old") }, Day).ShouldBe(_folder.File("old"));
        Should.Throw<ClemException>(() => BaselineFolder.Find(Specification("r") with { Baseline = _folder.File("gone") }, Day)).Id.ShouldBe("Clem.Specification.NoBaseline");
        Should.Throw<ClemException>(() => BaselineFolder.Find(Specification("r"), Day)).Id.ShouldBe("Clem.Specification.NoBaseline");
        BaselineFolder.Find(Specification("r") with { Baseline = null }, Day).ShouldBeNull();
    }

    private RunSpecification Specification(string results) => new()
    {
        Name = "nightly",
        Source = _folder.File("nightly.yaml"),
        Models = ["mock"],
        Games = [new GameChoice("hellogame")],
        Results = _folder.File(results),
        Baseline = RunSpecification.Previous,
    };
}
