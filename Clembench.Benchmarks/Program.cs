using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Clembench.Benchmarks;
using Clembench.Tests.Reports;

// One measurement: dotnet run -c Release --project Clembench.Benchmarks -- NAME; else BenchmarkDotNet's own arguments, such as --filter '*'.
switch (args)
{
    case ["mock-vs-files"]:
        return await RunsSideBySide.MeasureMockAsync();
    case ["import", .. var rounds]:
        return await ImportSideBySide.MeasureAsync(rounds is [var times] ? int.Parse(times, CultureInfo.InvariantCulture) : 15);
    case ["service-vs-limit", .. var inFlight]:
        return await RunsSideBySide.MeasureServiceAsync(inFlight);
    case ["latency-server"]:
        return await LatencyServer.ServeAsync();
    case ["beside-clemcore", .. var numbers]:
        var asked = Array.ConvertAll(numbers, number => int.Parse(number, CultureInfo.InvariantCulture));
        return await ClemcoreSideBySide.MeasureAsync(asked is [var played, ..] ? played : 60_000, asked is [_, var turns] ? turns : 3);
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
    case ["report-at-scale", .. var sizes]:
        return await ReportAtScale.MeasureAsync(sizes);
    case ["scale", .. var sizes]:
        return await ScaleOfRuns.MeasureAsync(sizes);
    case ["simulated-results", var folder, var episodes]:
        await SimulatedTree.PlayAsync(folder, int.Parse(episodes, CultureInfo.InvariantCulture));
        return 0;
    case ["all"]:
        return await AllAsync();
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithOptions(ConfigOptions.DisableLogFile));
        return 0;
}

// Each in a process of its own, as if it were asked for alone: what one leaves in memory or just-in-time code is not the next one's.
static async Task<int> AllAsync()
{
    string[] names = ["import", "mock-vs-files", "service-vs-limit", "eval-at-scale", "beside-clemcore", "report-at-scale", "jinja-vs-python", "tokenizers-vs-node", "llama-vs-node", "worker-vs-inprocess"];
    var failed = 0;
    foreach (var name in names)
    {
        Console.WriteLine($"== {name}");
        using var one = Self.Start(name);
        await one.WaitForExitAsync();
        failed |= one.ExitCode;
    }

    Console.WriteLine("== --filter '*'");
    using var others = Self.Start("--filter", start => start.ArgumentList.Add("*"));
    await others.WaitForExitAsync();
    return failed | others.ExitCode;
}
