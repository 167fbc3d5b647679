using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Module;

/// <summary>What the README promises a stranger, run as the stranger runs it.</summary>
public sealed class MainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_main_command_prints_a_table_of_successes_and_reuses_them_the_second_time()
    {
        var command = $"Set-Location '{_folder.Path}'; Get-ClemModel mock | Invoke-ClemGame hellogame";

        var first = await ShellProcess.CommandAsync(command);
        (first.ExitCode, first.Error).ShouldBe((0, ""));
        var rows = first.Output.Split('\n').Where(line => line.StartsWith("mock ", StringComparison.Ordinal)).ToArray();
        rows.Length.ShouldBe(20);
        rows.ShouldAllBe(row => row.Contains(" Success ", StringComparison.Ordinal));
        first.Output.Split('\n').ShouldAllBe(line => line.Length <= 100);

        var second = await ShellProcess.CommandAsync(command);
        second.ExitCode.ShouldBe(0);
        second.Output.ShouldContain("WARNING: 20 of 20 episode(s) were complete already and are reused. To play them anew, use -Force");
        second.Output.Split('\n').Count(line => line.StartsWith("mock ", StringComparison.Ordinal) && line.TrimEnd().EndsWith("yes", StringComparison.Ordinal)).ShouldBe(20);
    }

    [Fact]
    public async Task Ctrl_C_stops_a_run_at_once_and_leaves_it_resumable()
    {
        await File.WriteAllTextAsync(_folder.File("slow_api.ps1"), """
            param($Model, $Messages, $Options)
            Start-Sleep -Milliseconds 300
            @{ Prompt = @($Messages); Response = @{ text = 'GREET: hello, welcome' }; ResponseText = 'GREET: hello, welcome' }
            """);
        Directory.CreateDirectory(_folder.File("user/backends"));
        File.Move(_folder.File("slow_api.ps1"), _folder.File("user/backends/slow_api.ps1"));
        var play = $"$env:CLEMBENCH_USER_HOME = '{_folder.File("user")}'; Invoke-ClemGame hellogame @{{ model_name = 's'; backend = 'slow' }} -ThrottleLimit 2 -ResultsPath '{_folder.File("r")}'";

        using (var shell = ShellProcess.Start("-Command", play))
        {
            var played = _folder.File("r/s/hellogame/greet_en");
            while (!shell.HasExited && (!Directory.Exists(played) || Directory.GetDirectories(played, "instance_*").Length < 2))
                await Task.Delay(20);
            var stopped = System.Diagnostics.Stopwatch.StartNew();
            await shell.InterruptAsync();
            (await shell.FinishAsync()).ExitCode.ShouldBe(130);
            TestContextNote(stopped.Elapsed);
        }

        var again = await ShellProcess.CommandAsync(play + " | Group-Object Reused -NoElement | Sort-Object Name | ForEach-Object { \"$($_.Name) $($_.Count)\" }");
        again.Error.ShouldBeEmpty();
        again.Output.ShouldMatch("(?s)False \\d+.*True \\d+");
    }

    [Fact]
    public async Task A_person_plays_at_the_terminal()
    {
        var play = $"Invoke-ClemGame hellogame -Model human -InstanceId 0 -ResultsPath '{_folder.File("r")}' | ForEach-Object {{ \"$($_.Model) $($_.Outcome)\" }}";
        var played = await ShellProcess.RunAsync(["-Command", play], "GREET: Hello and welcome, Amara!\n");
        (played.ExitCode, played.Error).ShouldBe((0, ""));
        played.Output.ShouldContain("GREET:");
        played.Output.ShouldMatch("human (Success|Lose)");
    }

    [Theory]
    [InlineData("-NonInteractive")]
    [InlineData("-NoProfile")]
    public async Task Where_nobody_is_at_the_terminal_the_episode_fails_with_the_reason(string option)
    {
        // With -NoProfile the session is interactive, but the input has ended.
        var play = $"(Invoke-ClemGame hellogame -Model human -InstanceId 0 -ResultsPath '{_folder.File("r")}' -ErrorAction SilentlyContinue).Error";
        (await ShellProcess.RunAsync([option, "-Command", play])).Output.ShouldContain("Nobody can be asked");
    }

    // How long stopping took is shown, not judged: a loaded machine may take its time.
    private static void TestContextNote(TimeSpan elapsed) => Console.WriteLine($"Ctrl+C took {elapsed.TotalMilliseconds:0} ms.");
}
