using System.IO.Compression;
using System.Text;
using Clembench.Common;
using Clembench.Games;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

/// <summary>Instance files: what is read of them, when, and what is said of broken ones.</summary>
public sealed class InstanceFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Instances_come_in_the_order_of_the_file_with_all_their_members(bool gzip, bool bom)
    {
        var file = await WriteAsync((bom ? "\ufeff" : "") + """
            {
              // People write comments.
              "seed": [1, {"experiments": []}],
              "experiments": [
                {"game_instances": [{"game_id": 7, "a": {"game_id": 9}}, {"b": "\u00fc}", "game_id": 3}], "name": "first", "level": 2},
                {"name": "second", "game_instances": [],},
                {"name": "third", "game_instances": [{"game_id": 0}], "note": null}
              ]
            }
            """, gzip);
        var instances = await InstanceFile.ReadAsync(file, "g", default);
        instances.Select(instance => instance.ToString()).ShouldBe(["g/first/7", "g/first/3", "g/third/0"]);
        instances.Experiments.ShouldBe(["first", "second", "third"]);
        instances[1].Properties.ToString().ShouldBe("""{"b":"ü}","game_id":3}""");
        instances[1].ExperimentProperties.ToString().ShouldBe("""{"name":"first","level":2}""");
        instances[2].ExperimentIndex.ShouldBe(2);
        instances.Where((experiment, id) => experiment == "first" && id == 3).Single().InstanceId.ShouldBe(3);
    }

    [Theory]
    [InlineData("", "Clem.Instance.Syntax", "line 1, column 1")]
    [InlineData("{\"experiments\": [}", "Clem.Instance.Syntax", "line 1, column 18")]
    [InlineData("{\"experiments\": [\n {\"name\": \"a\", \"game_instances\": [{\"game_id\": 1,, }]}]}", "Clem.Instance.Syntax", "line 2")]
    [InlineData("{\"experiments\": []} x", "Clem.Instance.Syntax", "line 1")]
    [InlineData("{\"experiments\": [{\"name\": \"a\", \"game_instances\": [", "Clem.Instance.Syntax", "line 1")]
    [InlineData("[]", "Clem.Instance.Malformed", "no list 'experiments'")]
    [InlineData("3", "Clem.Instance.Malformed", "no list 'experiments'")]
    [InlineData("{\"experiments\": 1}", "Clem.Instance.Malformed", "no list 'experiments'")]
    [InlineData("{\"experiments\": [1]}", "Clem.Instance.Malformed", "experiment 1 has no 'name'")]
    [InlineData("{\"experiments\": [{\"name\": 1, \"game_instances\": []}]}", "Clem.Instance.Malformed", "experiment 1 has no 'name'")]
    [InlineData("{\"experiments\": [{\"name\": \"a\"}]}", "Clem.Instance.Malformed", "experiment 'a' has no list 'game_instances'")]
    [InlineData("{\"experiments\": [{\"name\": \"a\", \"game_instances\": [{\"game_id\": 1}, {\"game_id\": \"2\"}]}]}", "Clem.Instance.Malformed", "instance 2 of experiment 'a'")]
    [InlineData("{\"experiments\": [{\"name\": \"a\", \"game_instances\": [[1]]}]}", "Clem.Instance.Malformed", "instance 1 of experiment 'a'")]
    [InlineData("{\"experiments\": [{\"name\": \"a\", \"game_instances\": [{\"game_id\": 1}, {\"game_id\": 1}]}]}", "Clem.Instance.Malformed", "two instances with game_id 1")]
    [InlineData("{\"experiments\": [{\"name\": \"a\", \"game_instances\": [{\"game_id\": -1}]}]}", "Clem.Instance.Malformed", "instance 1")]
    [InlineData("{\"experiments\": [{\"name\": \"a\", \"game_instances\": [{\"game_id\": 1.5}]}]}", "Clem.Instance.Malformed", "instance 1")]
    public async Task A_broken_file_is_one_clear_error(string content, string id, string says)
    {
        var file = await WriteAsync(content, gzip: false);
        var error = await Should.ThrowAsync<ClemException>(() => InstanceFile.ReadAsync(file, "g", default));
        error.Id.ShouldBe(id);
        error.Message.ShouldContain(says);
        error.Message.ShouldContain(file);
    }

    [Fact]
    public async Task A_hundred_thousand_instances_are_listed_without_being_made()
    {
        var text = new StringBuilder("{\"experiments\": [{\"name\": \"a\", \"game_instances\": [");
        for (var id = 0; id < 100_000; id++)
            text.Append(id == 0 ? "" : ",").Append(System.Globalization.CultureInfo.InvariantCulture, $"{{\"game_id\": {id}, \"prompt\": \"{new string('x', 50)}\"}}");
        var file = await WriteAsync(text.Append("]}]}").ToString(), gzip: false);
        var instances = await InstanceFile.ReadAsync(file, "g", default);
        instances.Count.ShouldBe(100_000);
        // Each look makes one anew: none is kept.
        instances[5].ShouldNotBeSameAs(instances[5]);
        instances[99_999].InstanceId.ShouldBe(99_999);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> WriteAsync(string content, bool gzip)
    {
        var file = Path.Join(_folder.Path, gzip ? "instances.json.gz" : "instances.json");
        using var stream = File.Create(file);
        using Stream target = gzip ? new GZipStream(stream, CompressionMode.Compress) : stream;
        await target.WriteAsync(Encoding.UTF8.GetBytes(content));
        return file;
    }
}
