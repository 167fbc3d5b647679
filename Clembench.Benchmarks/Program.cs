using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Clembench.Benchmarks;

// dotnet run -c Release --project Clembench.Benchmarks -- --filter '*'
// dotnet run -c Release --project Clembench.Benchmarks -- tokenizers-vs-node [family …]
switch (args)
{
    case ["tokenizers-vs-node", .. var families]:
        return await TokenizersSideBySide.MeasureAsync(families);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithOptions(ConfigOptions.DisableLogFile));
        return 0;
}
