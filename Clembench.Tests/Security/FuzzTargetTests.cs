using Clembench.Fuzz;
using Clembench.Fuzz.Targets;

namespace Clembench.Tests.Security;

/// <summary>A short campaign against each target; <c>Clembench.Fuzz</c> runs long ones.</summary>
public class FuzzTargetTests
{
    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_that_strangers_write_breaks_a_promise(string name)
    {
        var target = FuzzTargets.Find(name)!;
        target.Seeds.ShouldNotBeEmpty();
        var report = new Campaign(target, new FuzzOptions { Target = name, Count = 1_500 + target.Seeds.Count, Seed = 7 }).Run(default);
        report.Finds.ShouldBeEmpty(report.ToString());
        report.Accepted.ShouldBeGreaterThanOrEqualTo(target.Seeds.Count, "the seeds are sound");
    }

    [Fact]
    public void A_broken_promise_is_a_find_with_its_input()
    {
        var report = new Campaign(new Breaking(), new FuzzOptions { Target = "breaking", Count = 2_000 }).Run(default);
        report.Finds.Select(find => find.Kind).ShouldContain(kind => kind.StartsWith("FormatException", StringComparison.Ordinal));
        report.Finds.Single(find => find.Kind.StartsWith("FormatException", StringComparison.Ordinal)).Input.ToArray().ShouldNotContain((byte)'"');
    }

    private sealed class Breaking : FuzzTarget
    {
        public override string Name => "breaking";

        public override string Description => "takes no text without a quotation mark";

        public override InputForm Form => InputForm.Text;

        public override bool Run(byte[] input) => input.Contains((byte)'"') ? true : throw new FormatException("There is no quotation mark.");

        protected override IEnumerable<byte[]> MakeSeeds() => ["{\"a\": 1}"u8.ToArray()];
    }
}
