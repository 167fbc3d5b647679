using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Benchmarks;

/// <summary>A registry of 10,000 entries: reading it, and selecting an entry.</summary>
[Config(typeof(InProcess))]
[MemoryDiagnoser]
public class RegistryBenchmarks
{
    private const int Entries = 10_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("clembench-").FullName;
    private ModelRegistry _registry = new([], []);

    [GlobalSetup]
    public void Write()
    {
        File.WriteAllText(Path("json"), "[\n" + string.Join(",\n", Enumerable.Range(0, Entries).Select(i =>
            $$$"""  {"model_name": "model-{{{i}}}", "backend": "huggingface_local", "huggingface_id": "owner/model-{{{i}}}", "context_size": "8k", "model_config": {"premade_chat_template": true, "eos_to_cull": "</s>"}}""")) + "\n]\n");
        File.WriteAllText(Path("yaml"), string.Concat(Enumerable.Range(0, Entries).Select(i =>
            $"- model_name: model-{i}\n  backend: huggingface_local\n  huggingface_id: owner/model-{i}\n  context_size: 8k\n  model_config:\n    premade_chat_template: true\n    eos_to_cull: </s>\n")));
        _registry = new ModelRegistry(ModelRegistry.ReadFile(Path("json")), []);
    }

    [Benchmark]
    public int ReadJson() => ModelRegistry.ReadFile(Path("json")).Count;

    [Benchmark]
    public int ReadYaml() => ModelRegistry.ReadFile(Path("yaml")).Count;

    [Benchmark]
    public ModelEntry SelectLastByName() => _registry.Select(new JsonMap([new("model_name", $"model-{Entries - 1}")])).First();

    [Benchmark]
    public ModelEntry SelectLastByAnotherKey() => _registry.Select(new JsonMap([new("huggingface_id", $"owner/model-{Entries - 1}")])).First();

    [GlobalCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    private string Path(string format) => System.IO.Path.Join(_folder, "registry." + format);

    internal sealed class InProcess : BenchmarkDotNet.Configs.ManualConfig
    {
        // In this process: no other project has to be generated and built for a measurement.
        public InProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    }
}
