using Clembench.Tests.Conversion;
using Clembench.Tests.Support;
using Clembench.TinyModel;
using Clembench.TinyModel.Export;
using Clembench.TinyModel.Task;

namespace Clembench.Tests.TinyModel;

public sealed class NetworkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clem-network-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_trainers_network_computes_what_a_plain_forward_pass_does()
    {
        var checkpoint = RandomCheckpoint.Make("LlamaForCausalLM");
        checkpoint.Write(_folder);
        var greeter = new Greeter(await CheckpointFolder.ReadAsync(_folder), longest: 64);
        int[] tokens = [281, 7, 255, 31, 31, 4, 100, 282, 0, 17, 99, 5, 6, 7, 8, 9, 10, 11, 12, 260];

        var logits = greeter.Logits(tokens, first: 0);

        foreach (var at in new[] { 0, 5, 19 })
        {
            var expected = new PlainForwardPass(checkpoint).Logits(tokens[..(at + 1)]);
            for (var i = 0; i < expected.Length; i++)
                ((double)logits[at][i]).ShouldBe(expected[i], 1e-3);
        }
    }

    [Fact]
    public async Task The_same_plan_gives_the_same_files()
    {
        var plan = TrainingPlan.TinyGreeter with { Steps = 6, TokensPerStep = 300 };
        var task = GreetingTask.OfGame(Repository.Root);

        await CheckpointFolder.WriteAsync(Path.Join(_folder, "one"), new Training(plan, task).Run(null, every: 6));
        await CheckpointFolder.WriteAsync(Path.Join(_folder, "two"), new Training(plan, task).Run(null, every: 6));

        (await File.ReadAllBytesAsync(Path.Join(_folder, "two", "model.safetensors"))).ShouldBe(await File.ReadAllBytesAsync(Path.Join(_folder, "one", "model.safetensors")));
    }

    [Fact]
    public void A_training_lowers_the_loss()
    {
        var losses = new List<double>();

        new Training(TrainingPlan.TinyGreeter with { Steps = 60, TokensPerStep = 600 }, GreetingTask.OfGame(Repository.Root)).Run(report => losses.Add(report.Loss), every: 20);

        losses[^1].ShouldBeLessThan(losses[0] * 0.8);
    }
}
