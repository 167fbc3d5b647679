using Clembench.Guide;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;

namespace Clembench.Tests.Guide;

/// <summary>When the guide's rounds go on, and when they end.</summary>
public sealed class EntryMendingTests
{
    [Fact]
    public void Ends_when_all_checks_pass() =>
        new EntryMending(1).Judge(Entry("a"), [Check(true), Check(true)]).Decision.ShouldBe(MendingDecision.Done);

    [Fact]
    public void Records_without_anything_to_check_do_not_pass() =>
        new EntryMending(3).Judge(Entry("a"), []).Decision.ShouldBe(MendingDecision.Stuck);

    [Fact]
    public void Plays_the_last_proposal_which_has_all_of_them()
    {
        var verdict = new EntryMending(3).Judge(Entry("a"), [Check(false, Entry("b")), Check(false, Entry("b|c")), Check(false), Check(true)]);
        verdict.Decision.ShouldBe(MendingDecision.PlayAgain);
        verdict.Entry!.Properties["eos_to_cull"].ShouldBe("b|c");
        verdict.Reason.ShouldContain("EosCulled failed in 3 episode(s)");
    }

    [Fact]
    public void Is_stuck_where_nothing_is_proposed() =>
        new EntryMending(3).Judge(Entry("a"), [Check(false)]).Decision.ShouldBe(MendingDecision.Stuck);

    [Fact]
    public void Is_stuck_where_the_proposal_changes_nothing() =>
        new EntryMending(3).Judge(Entry("a"), [Check(false, Entry("a"))]).Decision.ShouldBe(MendingDecision.Stuck);

    [Fact]
    public void Does_not_go_round_between_two_entries()
    {
        var mending = new EntryMending(10);
        mending.Judge(Entry("a"), [Check(false, Entry("b"))]).Decision.ShouldBe(MendingDecision.PlayAgain);
        mending.Judge(Entry("b"), [Check(false, Entry("a"))]).Decision.ShouldBe(MendingDecision.Stuck);
    }

    [Fact]
    public void Ends_at_the_limit()
    {
        var mending = new EntryMending(2);
        mending.Judge(Entry("a"), [Check(false, Entry("b"))]).Decision.ShouldBe(MendingDecision.PlayAgain);
        mending.Judge(Entry("b"), [Check(false, Entry("c"))]).Decision.ShouldBe(MendingDecision.OutOfRounds);
        mending.Rounds.ShouldBe(2);
    }

    private static ModelEntry Entry(string eos) => ModelEntryReader.Read(new JsonMap([new("model_name", "m"), new("backend", "llamacpp"), new("eos_to_cull", eos)]));

    private static ResultCheck Check(bool passed, ModelEntry? suggestion = null) => new()
    {
        Model = "m",
        Game = "hellogame",
        Experiment = "e",
        InstanceId = 0,
        Name = ResultCheck.EosCulled,
        Passed = passed,
        Message = "It has it.",
        Suggestion = suggestion,
        Episode = new Episode { Model = "m", Game = "hellogame", Experiment = "e", InstanceId = 0, Outcome = Outcome.Success, Path = "/none" },
    };
}
