using System.Diagnostics;
using System.Globalization;

namespace Clembench.Benchmarks;

/// <summary>
/// What it takes to import the module, beside a binary module that is empty, in turn and in fresh processes; and how long the first command
/// takes to print its first episode.
/// </summary>
/// <remarks>
/// The processes are those of Clembench.Shell, copied to a folder without the module, so that its session begins with the engine alone.
/// </remarks>
internal static class ImportSideBySide
{
    // Prints the time of the import, what the processor worked for it (both in milliseconds), by how much the working set grew (MB), and which
    // assemblies came.
    private const string Script = """
        $process = [System.Diagnostics.Process]::GetCurrentProcess()
        $before = @([System.AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetName().Name })
        $processor = $process.TotalProcessorTime
        $memory = $process.WorkingSet64
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Import-Module $env:CLEMBENCH_MEASURED
        $clock.Stop()
        $process.Refresh()
        $clock.Elapsed.TotalMilliseconds
        ($process.TotalProcessorTime - $processor).TotalMilliseconds
        ($process.WorkingSet64 - $memory) / 1MB
        @([System.AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetName().Name } | Where-Object { $_ -notin $before } | Sort-Object) -join ', '
        """;

    /// <summary>Measures, and prints a table.</summary>
    /// <param name="rounds">How often each is imported.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> MeasureAsync(int rounds)
    {
        var work = Directory.CreateTempSubdirectory("clembench-");
        try
        {
            var engine = work.CreateSubdirectory("engine").FullName;
            CopyWithoutModule(BuiltShell.Folder, engine);
            (string Name, string Path)[] modules =
            [
                ("an empty binary module", Path.Join(BuiltShell.OutputOf("EmptyModule"), "EmptyModule.psd1")),
                ("its assembly alone", Path.Join(BuiltShell.OutputOf("EmptyModule"), "EmptyModule.dll")),
                ("Clembench", Path.Join(BuiltShell.Folder, "Modules", "Clembench", "Clembench.psd1")),
            ];
            var seen = modules.ToDictionary(module => module.Name, _ => new List<Import>());
            // One of each to warm the file cache up.
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var (name, path) in modules)
                {
                    var one = await ImportAsync(engine, path);
                    if (round > 0)
                        seen[name].Add(one);
                }
            }

            Console.WriteLine($"Import-Module in fresh processes, {rounds} of each in turn; medians:");
            Console.WriteLine("| | ms | processor ms | MB | assemblies |");
            Console.WriteLine("| --- | ---: | ---: | ---: | --- |");
            foreach (var (name, imports) in seen)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {name} | {Median.Of(imports.Select(one => one.Wall)):0} | {Median.Of(imports.Select(one => one.Processor)):0} | {Median.Of(imports.Select(one => one.Memory)):0.0} | {imports[0].Assemblies} |"));
            }

            Judge("by the clock", one => one.Wall);
            Judge("by the processor's time", one => one.Processor);

            void Judge(string kind, Func<Import, double> time)
            {
                var (empty, ours) = (Median.Of(seen[modules[0].Name].Select(time)), Median.Of(seen[modules[2].Name].Select(time)));
                var most = (1.3 * empty) + 100;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{kind}: {ours:0} ms, {(ours <= most ? "within" : "OVER")} 1.3 × {empty:0} + 100 = {most:0} ms"));
            }

            var firsts = new List<(double First, double All)>();
            for (var round = 0; round <= Math.Min(rounds, 5); round++)
            {
                var one = await PlayAsync(Path.Join(work.FullName, $"results-{round}"));
                if (round > 0)
                    firsts.Add(one);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Get-ClemModel mock | Invoke-ClemGame hellogame, from the start of the process: the first episode after {Median.Of(firsts.Select(one => one.First)):0} ms, all 20 and the end after {Median.Of(firsts.Select(one => one.All)):0} ms"));
            return 0;
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static async Task<Import> ImportAsync(string engine, string module)
    {
        var start = BuiltShell.Run(Script, engine);
        start.Environment["CLEMBENCH_MEASURED"] = module;
        using var process = Process.Start(start)!;
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && lines is [var wall, var processor, var memory, var assemblies]
            ? new Import(Number(wall), Number(processor), Number(memory), assemblies)
            : throw new InvalidOperationException($"'{module}' could not be imported: {string.Join('\n', lines)}");
    }

    private static async Task<(double First, double All)> PlayAsync(string results)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(BuiltShell.Run($"Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath '{results}'"))!;
        var first = 0.0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (first == 0 && line.Contains(" Success ", StringComparison.Ordinal))
                first = clock.Elapsed.TotalMilliseconds;
        }

        await process.WaitForExitAsync();
        return first > 0 ? (first, clock.Elapsed.TotalMilliseconds) : throw new InvalidOperationException("The first command printed no episode.");
    }

    private static void CopyWithoutModule(string source, string target)
    {
        var own = Path.Join("Modules", "Clembench") + Path.DirectorySeparatorChar;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(source, file);
            if (name.StartsWith(own, StringComparison.Ordinal))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(target, name))!);
            File.Copy(file, Path.Join(target, name));
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Import(double Wall, double Processor, double Memory, string Assemblies);
}
