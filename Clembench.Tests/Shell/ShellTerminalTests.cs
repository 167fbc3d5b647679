using System.Diagnostics;
using System.Globalization;

namespace Clembench.Tests.Shell;

public sealed class ShellTerminalTests
{
    [SkippableFact]
    public async Task Interrupt_leaves_the_prompt_alive_whether_a_program_runs_or_nothing()
    {
        ShellTerminal.Demand();
        using var shell = await ShellTerminal.OpenAsync();
        await shell.EnterAsync("\"pid=$PID.\"");
        await shell.WaitForAsync("\npid=");
        var id = int.Parse((await shell.WaitForAsync("."))[..^1], CultureInfo.InvariantCulture);
        await shell.WaitForAsync(ShellTerminal.Prompt);

        // A signal that arrives when the command that it was meant for is over: nothing runs.
        for (var i = 0; i < 3; i++)
        {
            using var kill = Process.Start("sh", ["-c", $"kill -INT {id}"]);
            await kill.WaitForExitAsync();
        }

        // The program gets the signal as well, and may be gone before the shell looks.
        for (var i = 0; i < 4; i++)
        {
            await shell.EnterAsync($"'run' + '{i}'; /bin/sleep 100");
            await shell.WaitForAsync($"run{i}");
            await Task.Delay(400);
            await shell.InterruptAsync();
            await shell.WaitForAsync(ShellTerminal.Prompt);
        }

        await shell.EnterAsync("'still' + 'here'; exit 3");
        await shell.WaitForAsync("stillhere");
        (await shell.FinishAsync()).ShouldBe(3);
    }

    [SkippableFact]
    public async Task Progress_stays_below_the_rows_that_come_out_meanwhile()
    {
        ShellTerminal.Demand();
        using var shell = await ShellTerminal.OpenAsync();

        await shell.EnterAsync("Write-Progress act work -PercentComplete 50; 1..2 | ForEach-Object { 'row' + $_ }; Write-Host par -NoNewline; Write-Host tial; 'end' + 'ed'");
        await shell.WaitForAsync("row1");
        var afterFirst = await shell.WaitForAsync("row2");
        await shell.WaitForAsync("par");
        var inside = await shell.WaitForAsync("tial");
        await shell.WaitForAsync("ended");
        var afterLast = await shell.WaitForAsync(ShellTerminal.Prompt);

        afterFirst.ShouldContain("act [##########          ] 50% work");
        inside.ShouldBe("tial");
        afterLast[afterLast.LastIndexOf("act [", StringComparison.Ordinal)..].ShouldContain("\u001b[2K");
    }

    [SkippableTheory]
    [InlineData("$r = Read-Host Name", "Name: ")]
    [InlineData("$r = Read-Host -AsSecureString Secret", "Secret: ")]
    [InlineData("Get-Item", "Path[0]: ")]
    [InlineData("Remove-Item ([IO.Path]::GetTempPath()) -Confirm", "\"Y\"): ")]
    public async Task Interrupt_ends_a_question_at_once(string command, string question)
    {
        ShellTerminal.Demand();
        using var shell = await ShellTerminal.OpenAsync();

        await shell.EnterAsync(command + "; 'not' + 'reached'");
        await shell.WaitForAsync(question);
        await shell.TypeAsync("abc");
        await Task.Delay(300);
        await shell.InterruptAsync();
        var shown = await shell.WaitForAsync(ShellTerminal.Prompt);
        await shell.EnterAsync("'next' + 'line'; \"r=$r.\"");
        shown += await shell.WaitForAsync("nextline");
        await shell.WaitForAsync("r=.");

        shown.ShouldNotContain("notreached");
    }

    [SkippableFact]
    public async Task Interrupt_at_a_question_of_a_command_gives_130()
    {
        ShellTerminal.Demand();
        using var shell = ShellTerminal.Run("Read-Host Name; 1");
        await shell.WaitForAsync("Name: ");
        await Task.Delay(300);
        await shell.InterruptAsync();

        (await shell.FinishAsync()).ShouldBe(130);
    }

    [SkippableFact]
    public async Task Answer_is_read_as_typed_and_corrected()
    {
        ShellTerminal.Demand();
        using var shell = await ShellTerminal.OpenAsync();

        await shell.EnterAsync("$r = Read-Host Name");
        await shell.WaitForAsync("Name: ");
        await shell.EnterAsync("anx\u007fé");
        await shell.WaitForAsync(ShellTerminal.Prompt);
        await shell.EnterAsync("\"r=$r.\"");

        await shell.WaitForAsync("r=ané.");
    }
}
