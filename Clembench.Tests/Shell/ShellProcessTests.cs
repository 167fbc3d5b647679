namespace Clembench.Tests.Shell;

public sealed class ShellProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clem-shell-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("'ok'", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("& { exit 5 }", 5)]
    [InlineData("nosuchcommand", 1)]
    [InlineData("nosuchcommand; 'then fine'", 0)]
    [InlineData("throw 'bad'", 1)]
    [InlineData("Write-Error bad", 1)]
    [InlineData("if (", 1)]
    [InlineData("Get-Item nothing-here -ErrorAction SilentlyContinue", 1)]
    public async Task Command_gives_the_exit_code_of_pwsh(string text, int expected)
        => (await ShellProcess.CommandAsync(text)).ExitCode.ShouldBe(expected);

    [Fact]
    public async Task Errors_go_to_standard_error_in_the_concise_form()
    {
        var result = await ShellProcess.CommandAsync("'out'; Get-Item nothing-here; Write-Error wrong -RecommendedAction 'mend it'");

        result.Output.ShouldBe("out\n");
        result.Error.ShouldContain("Get-Item: Cannot find path");
        result.Error.ShouldContain("Write-Error: wrong\n  Recommendation: mend it\n");
        result.Error.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Other_streams_go_to_standard_output_with_their_prefix()
    {
        var result = await ShellProcess.CommandAsync(
            "Write-Progress a b; Write-Warning w; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Host h; Write-Information i; 1");

        result.Output.ShouldBe("WARNING: w\nVERBOSE: v\nDEBUG: d\nh\n1\n");
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tables_are_120_wide_when_redirected()
    {
        var result = await ShellProcess.CommandAsync("[pscustomobject]@{ A = 'x' * 300; B = 1 } | Format-Table");

        result.Output.Split('\n').Max(l => l.TrimEnd().Length).ShouldBeInRange(110, 120);
        result.Output.ShouldContain("…");
    }

    [Fact]
    public async Task Text_and_files_are_as_wide_as_redirected_output()
    {
        const string table = "$t = [pscustomobject]@{ A = 'x' * 300; B = 1 }, [pscustomobject]@{ A = 'y'; B = 2 }; ";
        var file = Path.Combine(_folder, "wide.txt");
        var shown = (await ShellProcess.CommandAsync(table + "$t | Format-Table")).Output;

        (await ShellProcess.CommandAsync(table + "$t | Format-Table | Out-String")).Output.Trim().ShouldBe(shown.Trim());
        await ShellProcess.CommandAsync(table + $"$t > '{file}'; $t | Format-Table | Out-File '{file}2'; $t | Out-File '{file}3' -Width 50; 'z' * 300 > '{file}4'");
        (await File.ReadAllTextAsync(file)).Trim().ShouldBe(shown.Trim());
        (await File.ReadAllTextAsync(file + "2")).Trim().ShouldBe(shown.Trim());
        (await File.ReadAllLinesAsync(file + "3")).Max(l => l.TrimEnd().Length).ShouldBeInRange(40, 50);
        // Only what is formatted has a width: a text stays as it is.
        (await File.ReadAllLinesAsync(file + "4")).ShouldBe([new string('z', 300)]);
    }

    [Theory]
    [InlineData("LC_ALL", "C")]
    [InlineData("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")]
    public async Task Lines_are_broken_between_words_also_where_the_machine_has_no_language(string variable, string value)
    {
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            var result = await ShellProcess.CommandAsync(
                "[pscustomobject]@{ A = 'ab'; B = (1..40 | ForEach-Object { \"word$_\" }) -join ' ' } | Format-Table -Wrap; '{0:0.00} {1:P0}' -f 1234.5, 0.5; (Get-Date '2020-02-01').ToString()");
            result.Error.ShouldBeEmpty();
            var words = result.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            foreach (var number in Enumerable.Range(1, 40))
                words.ShouldContain($"word{number}");
            result.Output.ShouldContain("1234.50 50 %\n02/01/2020 00:00:00\n");
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }

    [Theory]
    [InlineData("if (", "Missing condition in if statement")]
    [InlineData("\"abc", "missing the terminator")]
    [InlineData("1 +* 2", "value expression following the '+'")]
    public async Task Text_that_does_not_parse_is_shown_with_the_place(string text, string message)
    {
        var result = await ShellProcess.CommandAsync(text);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith("ParserError:");
        result.Error.ShouldContain("   1 |  " + text);
        result.Error.ShouldContain(message);
    }

    [Fact]
    public async Task Output_is_utf8()
        => (await ShellProcess.CommandAsync("'żółw 雪'")).Output.ShouldBe("żółw 雪\n");

    [Fact]
    public async Task File_takes_arguments_and_gives_its_exit_code()
    {
        var script = Script("param([string]$Name, [switch]$Fast, [int]$N) \"$Name $Fast $N $($args -join ',')\"; if ($N) { exit $N }");

        var result = await ShellProcess.RunAsync(["-File", script, "-Name", "ann", "-Fast", "-N:3", "rest"]);

        result.Output.ShouldBe("ann True 3 rest\n");
        result.ExitCode.ShouldBe(3);
        (await ShellProcess.RunAsync([script, "-Name", "bob", "-Fast:$false"])).ShouldBe(new ShellResult(0, "bob False 0 \n", string.Empty));
    }

    [Fact]
    public async Task File_that_throws_gives_1_and_shows_the_line()
    {
        var result = await ShellProcess.RunAsync(["-File", Script("1\nthrow 'oops'\n2")]);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBe("1\n");
        result.Error.ShouldContain("   2 |  throw 'oops'");
        result.Error.ShouldContain("| oops");
    }

    [Fact]
    public async Task File_with_a_soft_error_gives_0()
        => (await ShellProcess.RunAsync(["-File", Script("Write-Error soft")])).ExitCode.ShouldBe(0);

    [Theory]
    [InlineData("-Bogus")]
    [InlineData("-File")]
    [InlineData("-Command")]
    [InlineData("no-such-script.ps1")]
    [InlineData("-WorkingDirectory", "/no/such/folder")]
    [InlineData("-OutputFormat", "Xml")]
    public async Task Bad_command_line_gives_64_and_words(params string[] arguments)
    {
        var result = await ShellProcess.RunAsync(arguments);

        result.ExitCode.ShouldBe(64);
        result.Error.ShouldNotBeEmpty();
        result.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Commands_come_from_standard_input()
    {
        const string commands = "1 + 1\nforeach ($i in 1, 2) {\n  $i * 10\n}\nexit 4\n'never'\n";

        (await ShellProcess.RunAsync(["-Command", "-"], commands)).ShouldBe(new ShellResult(4, "2\n10\n20\n", string.Empty));
        (await ShellProcess.RunAsync([], commands)).ShouldBe(new ShellResult(4, "2\n10\n20\n", string.Empty));
    }

    [Fact]
    public async Task Standard_input_is_input_and_answers_prompts()
    {
        (await ShellProcess.RunAsync(["-c", "$input | ForEach-Object { \"<$_>\" }"], "a\nb\n")).Output.ShouldBe("<a>\n<b>\n");
        (await ShellProcess.RunAsync(["-c", "$n = Read-Host Name; \"got $n\""], "ann\n")).Output.ShouldBe("Name: got ann\n");
    }

    [Theory]
    [InlineData("Read-Host Name")]
    [InlineData("Read-Host Name -AsSecureString")]
    [InlineData("Remove-Item /tmp -Confirm")]
    public async Task Prompt_in_a_non_interactive_session_is_an_error(string text)
    {
        var result = await ShellProcess.RunAsync(["-NonInteractive", "-Command", text]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("-NonInteractive");
    }

    [SkippableFact]
    public async Task Interrupt_stops_the_command_and_gives_130()
    {
        Skip.If(OperatingSystem.IsWindows(), "There is no SIGINT to send on Windows.");
        var started = Path.Combine(_folder, "started");
        using var shell = ShellProcess.Start("-c", $"try {{ Set-Content '{started}' 1; Start-Sleep 50; 'late' }} finally {{ Write-Host stopped }}");
        for (var i = 0; i < 600 && !File.Exists(started); i++) await Task.Delay(50);
        await Task.Delay(200);
        await shell.InterruptAsync();

        var result = await shell.FinishAsync();

        result.ExitCode.ShouldBe(130);
        result.Output.ShouldBe("stopped\n");
    }

    [Fact]
    public async Task Module_is_there_and_help_and_version_answer()
    {
        (await ShellProcess.CommandAsync("(Get-Module Clembench).Name")).Output.ShouldBe("Clembench\n");
        (await ShellProcess.RunAsync(["-Help"])).Output.ShouldContain("-Command <text>");
        (await ShellProcess.RunAsync(["-Version"])).Output.ShouldStartWith("Clembench.Shell ");
    }

    private string Script(string text)
    {
        var path = Path.Combine(_folder, "script.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
