using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Clembench.Benchmarks;

// One measurement: dotnet run -c Release --project Clembench.Benchmarks -- NAME; else BenchmarkDotNet's own arguments, such as --filter '*'.
switch (args)
{
    case ["mock-vs-files"]:
        return await RunsSideBySide.MeasureMockAsync();
    case ["service-vs-limit", .. var inFlight]:
        return await RunsSideBySide.MeasureServiceAsync(inFlight);
    case ["latency-server"]:
        return await LatencyServer.ServeAsync();
    case ["jinja-vs-python"]:
        return await TemplatesSideBySide.RunAsync();
    case ["llama-vs-node", .. var numbers]:
        var given = Array.ConvertAll(numbers, number => int.Parse(number, CultureInfo.InvariantCulture));
        return await LlamaSideBySide.MeasureAsync(given is [var threads, ..] ? threads : Environment.ProcessorCount, given is [_, var repeats] ? repeats : 5);
    case ["tokenizers-vs-node", .. var families]:
        return await TokenizersSideBySide.MeasureAsync(families);
    case ["worker-vs-inprocess", .. var rounds]:
        return await WorkerSideBySide.MeasureAsync(rounds is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 7);
    case ["model-process", .. var engine]:
        return WorkerSideBySide.Serve(computes: engine is ["llama"]);
    case ["eval-at-scale", .. var sizes]:
        return await EvaluationAtScale.MeasureAsync(sizes);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithOptions(ConfigOptions.DisableLogFile));
        return 0;
}
