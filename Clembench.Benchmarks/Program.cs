using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Clembench.Benchmarks;

// dotnet run -c Release --project Clembench.Benchmarks -- --filter '*'
// dotnet run -c Release --project Clembench.Benchmarks -- jinja-vs-python
if (args is ["jinja-vs-python", ..])
    return await TemplatesSideBySide.RunAsync();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithOptions(ConfigOptions.DisableLogFile));
return 0;
