using System.Text;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Tests.Results;

/// <summary>Rounds are read straight into events: these are the events that the plain values of the same text give.</summary>
public class TurnsReaderTests
{
    [Theory]
    [InlineData("""{"from": "GM", "to": "Player 1", "timestamp": "2026-01-29T10:11:12.123456", "action": {"type": "send message", "content": "Hi", "label": "context"}}""")]
    [InlineData("""{"action": {"content": {"image": ["a.png", 3, "b.png"], "x": NaN}, "type": "t", "more": [1, 2.5, null]}, "timestamp": "2026-01-29", "to": "b", "from": "a"}""")]
    [InlineData("""{"action": {"type": "t", "content": null, "image": "a.png"}, "timestamp": "2026-02-30T10:11:12.123456", "unknown": {"deep": [[{}], -Infinity]}}""")]
    [InlineData("""{"from": 1, "to": ["x"], "timestamp": 5, "action": {"type": 7, "label": {}}}""")]
    [InlineData("""{"from": "a", "from": "b", "action": {"type": "x", "type": "y"}, "to": "b", "to": null, "action": {"type": "z", "type": "last", "content": 1, "content": 2}}""")]
    [InlineData("""{"fr\u006fm": "\u00e4", "action": {"typ\u0065": "\ud800", "content": "\n"}, "timestamp": "2026-01-29T10:11:12.12345\u0036"}""")]
    [InlineData("""{"action": {}}""")]
    public void An_event_is_the_one_that_plain_values_give(string text)
    {
        var json = Record($"[[], [{text}, {text}]]");
        var plain = InteractionsFile.Read(PythonJson.Parse(json));
        var read = InteractionsFile.Read(PythonJson.Parse(json, TurnsReader.Form));

        read.Rounds.Count.ShouldBe(2);
        read.Events.Select(Describe).ShouldBe(plain.Events.Select(Describe));
        read.Keys.ToString().ShouldBe(plain.Keys.ToString());
        read.Meta.ShouldBe(plain.Meta);
    }

    [Theory]
    [InlineData("""null""")]
    [InlineData("""{"turns": [[]]}""")]
    [InlineData("""[[], 1]""")]
    [InlineData("""[[], {"action": {}}]""")]
    [InlineData("""[[{"action": {}}], [{"action": {}}, {"from": "a"}]]""")]
    [InlineData("""[[{"action": {}}], [[{"action": {}}]]]""")]
    [InlineData("""[["x"]]""")]
    [InlineData("""[[{"action": "x"}]]""")]
    public void What_is_no_event_is_refused_in_the_same_words(string turns)
    {
        var json = Record(turns);
        var plain = Should.Throw<FormatException>(() => InteractionsFile.Read(PythonJson.Parse(json)));
        var read = Should.Throw<FormatException>(() => InteractionsFile.Read(PythonJson.Parse(json, TurnsReader.Form)));

        read.Message.ShouldBe(plain.Message);
    }

    [Fact]
    public void Only_the_rounds_of_the_record_itself_are_events()
    {
        var record = (JsonMap)PythonJson.Parse(Encoding.UTF8.GetBytes("""{"turns": 1, "meta": {"turns": [[{"action": {}}]]}, "turns": []}"""), TurnsReader.Form)!;

        record["turns"].ShouldBe(Array.Empty<object?>());
        record.GetOrDefault<JsonMap>("meta")!.ToString().ShouldBe("""{"turns":[[{"action":{}}]]}""");
    }

    private static byte[] Record(string turns) => Encoding.UTF8.GetBytes(
        $$"""{"meta": {"game_name": "g", "game_id": 3}, "players": {}, "turns": {{turns}}, "Aborted": 0, "Score": NaN, "turns of others": [[{}]]}""");

    private static string Describe(InteractionEvent e) =>
        $"{e.Turn} {e.From} {e.To} {e.Timestamp:O} {e.Type} {JsonData.ToJson(e.Content)} {e.Label} {string.Join(',', e.Images)} {e.Action}";
}
