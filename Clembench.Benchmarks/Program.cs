using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Clembench.Benchmarks;

// dotnet run -c Release --project Clembench.Benchmarks -- --filter '*'
// dotnet run -c Release --project Clembench.Benchmarks -- mock-vs-files
// dotnet run -c Release --project Clembench.Benchmarks -- service-vs-limit [calls in flight …]
// dotnet run -c Release --project Clembench.Benchmarks -- jinja-vs-python
// dotnet run -c Release --project Clembench.Benchmarks -- tokenizers-vs-node [family …]
// dotnet run -c Release --project Clembench.Benchmarks -- llama-vs-node [threads [rounds]]
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
    case ["llama-vs-node", .. var numbers]:
        var given = Array.ConvertAll(numbers, number => int.Parse(number, CultureInfo.InvariantCulture));
        return await LlamaSideBySide.MeasureAsync(given is [var threads, ..] ? threads : Environment.ProcessorCount, given is [_, var rounds] ? rounds : 5);
    case ["tokenizers-vs-node", .. var families]:
        return await TokenizersSideBySide.MeasureAsync(families);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithOptions(ConfigOptions.DisableLogFile));
        return 0;
}
