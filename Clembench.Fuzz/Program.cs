using Clembench.Fuzz;
using Clembench.Fuzz.Targets;

// The instrumented engine counts from its first line on.
using var edges = args.Contains(InstrumentedCopy.Mark) ? new EdgeMap() : null;
if (FuzzOptions.Parse(args, Console.Error) is not { } options)
    return 2;
if (options.Target == "list")
{
    foreach (var target in FuzzTargets.All)
        Console.WriteLine($"{target.Name,-16}{target.Description}");
    return 0;
}

if (options.Input is { } file)
{
    Console.WriteLine(FuzzTargets.Find(options.Target)?.Run(await File.ReadAllBytesAsync(file)) is true ? "accepted" : "refused");
    return 0;
}

if (options is { IsGuided: true, IsInstrumented: false })
    return await InstrumentedCopy.RunAsync(args);

using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupt.Cancel();
};

var failed = false;
foreach (var target in options.Target == "all" ? FuzzTargets.All : [FuzzTargets.Find(options.Target)!])
{
    edges?.Forget();
    var report = new Campaign(target, options, edges).Run(interrupt.Token);
    Console.WriteLine(report);
    failed |= report.Finds.Count > 0;
    if (interrupt.IsCancellationRequested)
        break;
}

return failed ? 1 : 0;
