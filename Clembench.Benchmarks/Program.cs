using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Clembench.Benchmarks;

// dotnet run -c Release --project Clembench.Benchmarks -- --filter '*'
// dotnet run -c Release --project Clembench.Benchmarks -- mock-vs-files
// dotnet run -c Release --project Clembench.Benchmarks -- service-vs-limit [calls in flight …]
// dotnet run -c Release --project Clembench.Benchmarks -- jinja-vs-python
// dotnet run -c Release --project Clembench.Benchmarks -- tokenizers-vs-node [family …]
// dotnet run -c Release --project Clembench.Benchmarks -- llama-vs-node [threads]
// dotnet run -c Release --project Clembench.Benchmarks -- worker-vs-inprocess [rounds]
switch (args)
{
    case ["mock-vs-files"]:
        return await RunsSideBySide.MeasureMockAsync();
    case ["service-vs-limit", .. var inFlight]:
        return await RunsSideBySide.MeasureServiceAsync(inFlight);
    case ["latency-server"]:
        return await RunsSideBySide.ServeAsync();
    case ["jinja-vs-python"]:
        return await TemplatesSideBySide.RunAsync();
    case ["llama-vs-node", .. var threads]:
        return await LlamaSideBySide.MeasureAsync(threads is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : Environment.ProcessorCount);
    case ["tokenizers-vs-node", .. var families]:
        return await TokenizersSideBySide.MeasureAsync(families);
    case ["worker-vs-inprocess", .. var rounds]:
        return await WorkerSideBySide.MeasureAsync(rounds is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 7);
    case ["model-process", .. var engine]:
        return WorkerSideBySide.Serve(computes: engine is ["llama"]);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithOptions(ConfigOptions.DisableLogFile));
        return 0;
}
