using System.Diagnostics;
using System.Text.Json;
using Clembench.Games.TextMapWorld;
using Clembench.Json;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

/// <summary>The edit distance of graphs, beside a search through all mappings, and beside networkx.</summary>
public class GraphEditDistanceTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void Is_what_a_search_through_all_mappings_finds()
    {
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var (one, other) = (Draw(random, random.Next(0, 6), loops: true), Draw(random, random.Next(0, 7), loops: true));
            var (distance, isExact) = GraphEditDistance.Between(one, other);
            isExact.ShouldBeTrue();
            distance.ShouldBe(ByAllMappings(one, other), $"graphs {i}");
            GraphEditDistance.Between(other, one).Distance.ShouldBe(distance);
        }
    }

    [Fact]
    public void Names_do_not_matter_and_maps_of_the_usual_size_are_compared_exactly()
    {
        var random = new Random(2);
        for (var nodes = 6; nodes <= 14; nodes++)
        {
            var names = Enumerable.Range(0, nodes).Select(i => $"n{i}").ToArray();
            var edges = Enumerable.Range(1, nodes - 1).Select(i => (i, random.Next(i))).ToArray();
            var map = Read(names, edges);
            random.Shuffle(names);
            GraphEditDistance.Between(map, Read(names, edges)).ShouldBe((0, true), $"{nodes} nodes");
            GraphEditDistance.Between(map, Read([.. names, "more"], edges)).ShouldBe((1, true), $"{nodes} nodes");
        }
    }

    [Fact]
    public void A_drawing_with_mistakes_of_a_map_of_ten_rooms_is_compared_exactly()
    {
        var random = new Random(4);
        for (var i = 0; i < 50; i++)
        {
            var names = Enumerable.Range(0, 10).Select(room => $"room {room}").ToArray();
            var passages = Enumerable.Range(1, 9).Select(room => (room, random.Next(room))).Concat([(9, 2), (7, 1)]).Distinct().ToArray();
            var drawn = passages.Where(_ => random.Next(4) > 0).Append((random.Next(5), random.Next(5, 10))).Append((random.Next(5), random.Next(5, 10)));
            GraphEditDistance.Between(Read(names, passages), Read(names, drawn)).IsExact.ShouldBeTrue();
        }
    }

    [Fact]
    public void Where_the_search_breaks_off_the_distance_is_that_of_nodes_with_the_same_name()
    {
        var map = Read(["a", "b", "c"], [(0, 1), (1, 2)]);
        GraphEditDistance.Between(map, Read(["b", "a", "c"], [(0, 1), (1, 2)]), steps: 0).ShouldBe((2, false));
        var crowd = Enumerable.Range(0, 70).Select(i => $"n{i}").ToArray();
        GraphEditDistance.Between(map, Read(crowd, [(0, 1)])).ShouldBe((70, false));
    }

    [Fact]
    public void Several_pairs_share_the_steps()
    {
        var map = Read(["a", "b", "c"], [(0, 1), (1, 2)]);
        var drawn = Read(["b", "a", "c"], [(0, 1), (1, 2)]);
        var steps = 1000;
        GraphEditDistance.Between(map, drawn, ref steps).ShouldBe((0, true));
        steps.ShouldBeInRange(900, 999);
        steps = 1;
        GraphEditDistance.Between(map, drawn, ref steps).ShouldBe((2, false));
        steps.ShouldBe(0);
        GraphEditDistance.Between(map, drawn, ref steps).ShouldBe((2, false));
        steps.ShouldBe(0);
    }

    [SkippableFact]
    public async Task Is_what_networkx_finds()
    {
        Skip.IfNot(File.Exists(Python) && await HasNetworkxAsync(), "No Python with networkx on this machine (Debian: apt-get install python3-networkx python3-scipy).");
        var random = new Random(3);
        var pairs = Enumerable.Range(0, 60).Select(_ => (One: Draw(random, random.Next(1, 6), loops: false), Other: Draw(random, random.Next(1, 7), loops: false))).ToArray();
        var expected = await AskAsync(JsonData.ToJson(pairs.Select(pair => (object?)new object?[] { ToPlain(pair.One), ToPlain(pair.Other) }).ToArray()));
        pairs.Select(pair => GraphEditDistance.Between(pair.One, pair.Other).Distance).ShouldBe(expected);
    }

    [Fact]
    public void A_search_can_be_stopped()
    {
        var ring = Enumerable.Range(0, 40).Select(node => (node, (node + 1) % 40)).ToArray();
        var names = Enumerable.Range(0, 40).Select(node => $"r{node}").ToArray();
        var steps = int.MaxValue;
        Should.Throw<OperationCanceledException>(() => GraphEditDistance.Between(
            Read(names, ring), Read([.. names.Reverse()], [.. ring.Select(edge => (edge.Item1, (edge.Item2 * 7) % 40))]), ref steps, new CancellationToken(canceled: true)));
    }

    private static NamedGraph Draw(Random random, int nodes, bool loops)
    {
        var names = Enumerable.Range(0, nodes).Select(i => $"{(char)('a' + i)}").ToArray();
        var edges = new List<(int, int)>();
        for (var i = 0; i < nodes; i++)
        {
            for (var k = 0; k <= i; k++)
            {
                if ((k < i || loops) && random.Next(3) == 0)
                    edges.Add((i, k));
            }
        }

        return Read(names, edges);
    }

    private static NamedGraph Read(IEnumerable<string> names, IEnumerable<(int From, int To)> edges)
    {
        var list = names.ToArray();
        var nodes = string.Join(", ", list.Select(name => $"'{name}'"));
        var pairs = string.Join(", ", edges.Select(edge => $"('{list[edge.From]}', '{list[edge.To]}')"));
        return NamedGraph.TryRead($"{{'nodes': [{nodes}], 'edges': {{'any': [{pairs}]}}}}")!;
    }

    private static int ByAllMappings(NamedGraph one, NamedGraph other)
    {
        var (small, large) = one.Count <= other.Count ? (one, other) : (other, one);
        var edges = large.Edges.ToHashSet();
        var images = new int[small.Count];
        var best = 0;
        Map(0);
        return large.Count - small.Count + small.Edges.Count + large.Edges.Count - (2 * best);

        void Map(int node)
        {
            if (node == small.Count)
                best = Math.Max(best, small.Edges.Count(edge => edges.Contains((Math.Min(images[edge.Low], images[edge.High]), Math.Max(images[edge.Low], images[edge.High])))));
            for (var image = 0; node < small.Count && image < large.Count; image++)
            {
                if (images.AsSpan(0, node).Contains(image))
                    continue;
                images[node] = image;
                Map(node + 1);
            }
        }
    }

    private static JsonMap ToPlain(NamedGraph graph) => new(
    [
        new("nodes", graph.Count),
        new("edges", graph.Edges.Select(edge => (object?)new object?[] { edge.Low, edge.High }).ToArray()),
    ]);

    private static async Task<bool> HasNetworkxAsync()
    {
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", "import networkx, scipy"]) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private static async Task<int[]> AskAsync(string pairs)
    {
        var script = Path.Join(Repository.Root, "Clembench.Tests", "Games", "graph_oracle.py");
        using var process = Process.Start(new ProcessStartInfo(Python, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.WriteAsync(pairs);
        process.StandardInput.Close();
        var distances = JsonSerializer.Deserialize<int[]>(await process.StandardOutput.ReadToEndAsync())!;
        await process.WaitForExitAsync();
        return distances;
    }
}
