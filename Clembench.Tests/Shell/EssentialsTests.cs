using System.Management.Automation;
using System.Reflection;
using Clembench.Shell.Hosting;

namespace Clembench.Tests.Shell;

public sealed class EssentialsTests(ShellSession session) : IClassFixture<ShellSession>
{
    private const string Objects = "$o = [pscustomobject]@{ A = 2; B = 'x' }, [pscustomobject]@{ A = 1; B = 'y' }, [pscustomobject]@{ A = 2; B = 'Z' }; ";

    [Theory]
    // Select-Object
    [InlineData("1..10 | Select-Object -First 3", "1|2|3")]
    [InlineData("1..10 | Select-Object -First 2 -Skip 3", "4|5")]
    [InlineData("1..10 | Select-Object -Last 2", "9|10")]
    [InlineData("1..10 | Select-Object -Last 2 -Skip 1", "8|9")]
    [InlineData("1..10 | Select-Object -First 1 -Last 1", "1|10")]
    [InlineData("1..5 | Select-Object -SkipLast 3", "1|2")]
    [InlineData("1..5 | Select-Object -Index 1, 3", "2|4")]
    [InlineData("1, 2, 1, 3 | Select-Object -Unique", "1|2|3")]
    [InlineData("'a', 'A' | Select-Object -Unique", "a|A")]
    [InlineData(Objects + "$o | Select-Object -ExpandProperty B", "x|y|Z")]
    [InlineData(Objects + "$o[0] | Select-Object B, @{ n = 'C'; e = { $_.A * 2 } }", "@{B=x; C=4}")]
    [InlineData(Objects + "$o[0] | Select-Object * -ExcludeProperty A", "@{B=x}")]
    [InlineData(Objects + "$o[0] | Select-Object -ExcludeProperty A", "@{B=x}")]
    [InlineData(Objects + "($o[0] | Select-Object Nope).psobject.Properties.Name", "Nope")]
    // Sort-Object
    [InlineData("3, 1, 2 | Sort-Object", "1|2|3")]
    [InlineData("3, 1, 2 | Sort-Object -Descending", "3|2|1")]
    [InlineData("'b', 'A', 'c' | Sort-Object", "A|b|c")]
    [InlineData("3, 1, 3 | Sort-Object -Unique", "1|3")]
    [InlineData("5, 3, 9 | Sort-Object -Top 2", "3|5")]
    [InlineData("5, 3, 9 | Sort-Object -Bottom 1", "9")]
    [InlineData(Objects + "$o | Sort-Object A, @{ Expression = 'B'; Descending = $true } | ForEach-Object B", "y|Z|x")]
    [InlineData(Objects + "$o | Sort-Object A | ForEach-Object B", "y|x|Z")]
    [InlineData("'10', '9' | Sort-Object { [int]$_ }", "9|10")]
    // Group-Object, Measure-Object, Compare-Object, Get-Unique
    [InlineData(Objects + "$o | Group-Object A | ForEach-Object { \"$($_.Name)=$($_.Count)\" }", "1=1|2=2")]
    [InlineData("('a', 'b', 'a' | Group-Object -AsHashTable).a.Count", "2")]
    [InlineData("'a', 'b', 'a' | Group-Object -NoElement | ForEach-Object Count", "2|1")]
    [InlineData("$m = 1..4 | Measure-Object -Sum -Average -Minimum -Maximum; $m.Count; $m.Sum; $m.Average; $m.Minimum; $m.Maximum", "4|10|2.5|1|4")]
    [InlineData("(2, 4, 4, 4, 5, 5, 7, 9 | Measure-Object -StandardDeviation).StandardDeviation.ToString('F4')", "2.1381")]
    [InlineData(Objects + "($o | Measure-Object A -Sum).Sum", "5")]
    [InlineData("$t = 'a b', 'c' | Measure-Object -Line -Word -Character; $t.Lines; $t.Words; $t.Characters", "2|3|4")]
    [InlineData("(@() | Measure-Object).Count", "0")]
    [InlineData("Compare-Object 1, 2, 3 2, 3, 4 | ForEach-Object { \"$($_.InputObject)$($_.SideIndicator)\" }", "4=>|1<=")]
    [InlineData("Compare-Object 1, 2 1, 3 -IncludeEqual -ExcludeDifferent | ForEach-Object InputObject", "1")]
    [InlineData("1, 1, 2, 1 | Get-Unique", "1|2|1")]
    // Objects
    [InlineData("$o = [pscustomobject]@{ A = 1 }; $o | Add-Member B 2; $o | Add-Member ScriptProperty C { $this.A + 5 }; \"$($o.B) $($o.C)\"", "2 6")]
    [InlineData("([pscustomobject]@{ A = 1 } | Get-Member -MemberType NoteProperty).Name", "A")]
    [InlineData("(New-Object psobject -Property @{ X = 1 }).X; New-Object string 'a', 3; (New-Object System.Collections.ArrayList).GetType().Name", "1|aaa|ArrayList")]
    [InlineData("1, 2 | Tee-Object -Variable v | Out-Null; $v.Count", "2")]
    public void Objects_are_handled_as_in_pwsh(string script, string expected) => session.Run(script).ShouldBe(expected);

    [Theory]
    [InlineData("[ordered]@{ a = 1; b = @(1, 'x'); c = $null; d = $true } | ConvertTo-Json -Compress", "{\"a\":1,\"b\":[1,\"x\"],\"c\":null,\"d\":true}")]
    [InlineData("@{ a = 1.0 } | ConvertTo-Json", "{\n  \"a\": 1.0\n}")]
    [InlineData("1, 2 | ConvertTo-Json -Compress", "[1,2]")]
    [InlineData("'a' | ConvertTo-Json -AsArray -Compress", "[\"a\"]")]
    [InlineData("[DayOfWeek]::Friday | ConvertTo-Json; [DayOfWeek]::Friday | ConvertTo-Json -EnumsAsStrings", "5|\"Friday\"")]
    [InlineData("@{ a = @{ b = @{ c = @{ d = 1 } } } } | ConvertTo-Json -Compress -WarningAction Ignore", "{\"a\":{\"b\":{\"c\":\"System.Collections.Hashtable\"}}}")]
    [InlineData("(@{ a = @{ b = @{ c = @{ d = 1 } } } } | ConvertTo-Json -Compress 3>&1)[0]", "Resulting JSON is truncated as serialization has exceeded the set depth of 2.")]
    [InlineData("[datetime]::new(2020, 1, 2, 3, 4, 5, [DateTimeKind]::Utc) | ConvertTo-Json", "\"2020-01-02T03:04:05Z\"")]
    [InlineData("[pscustomobject]@{ A = [pscustomobject]@{ B = 'é' } } | ConvertTo-Json -Compress", "{\"A\":{\"B\":\"é\"}}")]
    [InlineData("$d = [System.Collections.ObjectModel.ReadOnlyDictionary[string,int]]::new([System.Collections.Generic.Dictionary[string,int]]::new()); $d | ConvertTo-Json -Compress", "{}")]
    [InlineData("$j = '{\"a\":[1,2.5,\"x\"],\"b\":{\"c\":null}}' | ConvertFrom-Json; $j.a.Count; $j.a[0].GetType().Name; $j.a[1].GetType().Name; $null -eq $j.b.c", "3|Int64|Double|True")]
    [InlineData("('{\"a\":1,\"A\":2}' | ConvertFrom-Json -AsHashtable).Keys -join ','", "a,A")]
    [InlineData("'[1,2]' | ConvertFrom-Json | ForEach-Object { $_ + 1 }", "2|3")]
    [InlineData("('[1,2]' | ConvertFrom-Json -NoEnumerate).GetType().Name", "Object[]")]
    [InlineData("('{\"d\":\"2020-01-02T03:04:05Z\"}' | ConvertFrom-Json).d.Kind", "Utc")]
    [InlineData("'{', '\"a\": 1', '}' | ConvertFrom-Json | ForEach-Object a", "1")]
    [InlineData("'{}' | Test-Json", "True")]
    [InlineData("[pscustomobject]@{ A = 1; B = 'x,\"y' } | ConvertTo-Csv", "\"A\",\"B\"|\"1\",\"x,\"\"y\"")]
    [InlineData("[pscustomobject]@{ A = 1; B = 'x' } | ConvertTo-Csv -UseQuotes AsNeeded -Delimiter ';'", "A;B|1;x")]
    [InlineData("'A,B', '1,\"x,\"\"y\"' | ConvertFrom-Csv | ForEach-Object B", "x,\"y")]
    [InlineData("'1,2' | ConvertFrom-Csv -Header P, Q | ForEach-Object Q", "2")]
    [InlineData("[pscustomobject]@{ A = 1 } | Export-Csv t.csv; [pscustomobject]@{ A = 2 } | Export-Csv t.csv -Append; Get-Content t.csv; (Import-Csv t.csv).Count", "\"A\"|\"1\"|\"2\"|2")]
    [InlineData("ConvertTo-SecureString abc -AsPlainText -Force | ConvertFrom-SecureString -AsPlainText", "abc")]
    [InlineData("Set-Content d.psd1 '@{ A = 1; B = @(2, 3) }'; (Import-PowerShellDataFile d.psd1).B -join '+'", "2+3")]
    public void Data_is_written_and_read_as_in_pwsh(string script, string expected)
        => session.Run(script).ReplaceLineEndings("\n").ShouldBe(expected);

    [Theory]
    [InlineData("'abc', 'def' | Select-String e | ForEach-Object { \"$($_.LineNumber) $_\" }", "2 def")]
    [InlineData("'a1b2' | Select-String '\\d' -AllMatches | ForEach-Object { $_.Matches.Value }", "1|2")]
    [InlineData("'ab' | Select-String B -CaseSensitive -Quiet; 'a.b' | Select-String '.' -SimpleMatch -Raw; 'x', 'y' | Select-String x -NotMatch -Raw", "False|a.b|y")]
    [InlineData("'one', 'two', 'three' | Set-Content s.txt; (Select-String two s.txt -Context 1).Context.PostContext", "three")]
    [InlineData("'a', 'b' | Join-String -Separator ', ' -SingleQuote; 1..3 | Join-String -Separator - -FormatString '{0:d2}'", "'a', 'b'|01-02-03")]
    [InlineData("[pscustomobject]@{ A = 1 } | Format-Table | Out-String -Stream | ForEach-Object TrimEnd", "|A|-|1|")]
    [InlineData("[pscustomobject]@{ A = 1; B = 2 } | Format-List A, @{ n = 'Sum'; e = { $_.A + $_.B } } | Out-String -Stream", "|A   : 1|Sum : 3|")]
    [InlineData("[pscustomobject]@{ A = 1 } | Format-Table @{ n = 'N'; e = { 'v' } } -HideTableHeaders | Out-String -Stream | ForEach-Object TrimEnd", "|v|")]
    [InlineData("'a', 'b' | ForEach-Object { [pscustomobject]@{ N = $_ } } | Format-Wide -Column 2 | Out-String -Stream | ForEach-Object { $_ -replace ' +', ' ' }", "|a b|")]
    [InlineData("[pscustomobject]@{ A = 1 } | Format-Custom | Out-String -Stream | Select-String 'A = 1' | ForEach-Object { $_.Line.Trim() }", "A = 1")]
    [InlineData("1, 2 | Out-File o.txt; Get-Content o.txt; 3 > o.txt; 4 >> o.txt; Get-Content o.txt", "1|2|3|4")]
    public void Text_is_made_as_in_pwsh(string script, string expected) => session.Run(script).ShouldBe(expected);

    [Theory]
    [InlineData("1..4 | Set-Content a.txt; Add-Content a.txt 5; (Get-Content a.txt).Count; Get-Content a.txt -Tail 2; Get-Content a.txt -TotalCount 1", "5|4|5|1")]
    [InlineData("Set-Content n.txt 'a' -NoNewline; (Get-Content n.txt -Raw).Length; (Get-Content n.txt -AsByteStream)[0]; Clear-Content n.txt; (Get-Item n.txt).Length", "1|97|0")]
    [InlineData("Set-Content u.txt 'é' -Encoding utf8BOM; (Get-Content u.txt -AsByteStream | Select-Object -First 3) -join ','", "239,187,191")]
    [InlineData("(New-Item dir/sub -ItemType Directory -Force).Name; Test-Path dir -PathType Container; Test-Path dir -PathType Leaf; Test-Path nope", "sub|True|False|False")]
    [InlineData("New-Item d2/f.txt -Force -Value hi | Out-Null; Copy-Item d2 d3 -Recurse; Move-Item d3/f.txt d3/g.txt; Rename-Item d3/g.txt h.txt; (Get-ChildItem d3).Name; Get-Content d3/h.txt", "h.txt|hi")]
    [InlineData("New-Item d4/x/y.txt -Force | Out-Null; (Get-ChildItem d4 -Recurse -File).Name; (Get-ChildItem d4 -Directory).Name; Get-ChildItem d4 -Recurse -Name", "y.txt|x|x|x/y.txt")]
    [InlineData("New-Item d5/a.txt, d5/b.log -Force | Out-Null; (Get-ChildItem d5/*.txt).Name; (Get-ChildItem d5 -Filter *.log).Name; (Get-ChildItem d5 -Exclude *.log).Name", "a.txt|b.log|a.txt")]
    [InlineData("New-Item e1/a.txt -Force | Out-Null; (Copy-Item e1/a.txt e1/b.txt -PassThru).Name; (Move-Item e1/b.txt e1/c.txt -PassThru).Name; Copy-Item e1/* e1/z -WhatIf; (Get-ChildItem e1).Name", "b.txt|c.txt|a.txt|c.txt")]
    [InlineData("New-Item d6/a.txt -Force | Out-Null; Remove-Item d6 -Recurse -WhatIf; Test-Path d6; Remove-Item d6 -Recurse; Test-Path d6", "True|False")]
    [InlineData("New-Item 'w[1].txt' -Force | Out-Null; Test-Path -LiteralPath 'w[1].txt'; Remove-Item -LiteralPath 'w[1].txt'; Test-Path -LiteralPath 'w[1].txt'", "True|False")]
    [InlineData("Join-Path a b c; Split-Path a/b/c.txt; Split-Path a/b/c.txt -Leaf; Split-Path a/b/c.txt -LeafBase; Split-Path a/b/c.txt -Extension", "a/b/c|a/b|c.txt|c|.txt")]
    [InlineData("mkdir d7 | Out-Null; Push-Location d7; Split-Path $pwd -Leaf; Pop-Location; (Get-Item d7).PSIsContainer", "d7|True")]
    [InlineData("mkdir d8 | Out-Null; New-PSDrive T FileSystem (Convert-Path d8) | ForEach-Object Name; Set-Content T:/x 1; Get-ChildItem T: -Name; Remove-PSDrive T; Test-Path T:", "T|x|False")]
    [InlineData("$env:CLEM_T = 'v'; Get-Content env:CLEM_T; (Get-Item env:CLEM_T).Value; Remove-Item env:CLEM_T; Test-Path env:CLEM_T; Set-Content variable:q 3; $q", "v|v|False|3")]
    [InlineData("Set-Content h.txt abc -NoNewline; (Get-FileHash h.txt).Hash.Substring(0, 8); (Get-FileHash h.txt -Algorithm MD5).Hash", "BA7816BF|900150983CD24FB0D6963F7D28E17F72")]
    public void Items_are_handled_as_in_pwsh(string script, string expected) => session.Run(script).ShouldBe(expected);

    [Theory]
    [InlineData("function f { Set-Variable z 9 -Scope 1; Get-Variable z -Scope 1 -ValueOnly }; f; $z", "9|9")]
    [InlineData("New-Variable n1 1 -Description d -PassThru | ForEach-Object { $_.Value; $_.Description }; (Set-Variable n1 2 -PassThru).Value; New-Variable n1 3 -Force; $n1", "1|d|2|3")]
    [InlineData("$w1 = 1; $w2 = 2; Clear-Variable w?; $null -eq $w1; Remove-Variable w*; (Get-Variable w?).Count", "True|0")]
    [InlineData("Set-Variable a 1; (Get-Variable a).Value; Clear-Variable a; $null -eq $a; Remove-Variable a; Test-Path variable:a", "1|True|False")]
    [InlineData("Set-Alias gd2 Get-Date; (gd2).Year -gt 2000; (Get-Alias gd2).Definition", "True|Get-Date")]
    [InlineData("Invoke-Expression '1 + 1'; Invoke-Expression '$iv = 6'; $iv", "2|6")]
    [InlineData("(Measure-Command { Start-Sleep -Milliseconds 30 }).TotalMilliseconds -ge 30", "True")]
    [InlineData("Get-Date 2020-01-02 -Format yyyy/MM/dd; (Get-Date -AsUTC).Kind; (New-TimeSpan -Minutes 3).TotalSeconds; (New-TimeSpan 2020-01-01 2020-01-02).Days", "2020/01/02|Utc|180|1")]
    [InlineData("Get-Random -Minimum 5 -Maximum 6; (1..5 | Get-Random -Count 3).Count; (Get-Random -SetSeed 1) -eq (Get-Random -SetSeed 1); (New-Guid).Guid.Length", "5|3|True|36")]
    [InlineData("(Get-Process -Id $PID).Id -eq $PID; (Get-Culture).GetType().Name", "True|CultureInfo")]
    [InlineData("Write-Output 1 2; , (1, 2) | Write-Output | Measure-Object | ForEach-Object Count; Write-Warning w 3>&1; Write-Information i 6>&1; Write-Host a b -Separator - 6>&1", "1|2|2|w|i|a-b")]
    [InlineData("Write-Error bad -ErrorId E1 -Category InvalidData -RecommendedAction mend -TargetObject 5 -ErrorVariable e -ErrorAction SilentlyContinue; $e[0].CategoryInfo.Category; $e[0].ErrorDetails.RecommendedAction; $e[0].TargetObject", "InvalidData|mend|5")]
    [InlineData("(TabExpansion2 'Get-ChildI' 10).CompletionMatches.CompletionText; (TabExpansion2 'Get-Item -Pat' 13).CompletionMatches[0].CompletionText", "Get-ChildItem|-Path")]
    [InlineData("New-Item tabbed.txt | Out-Null; (TabExpansion2 'Get-Item tabb' 13).CompletionMatches.ListItemText; Microsoft.PowerShell.Utility\\Write-Output q", "tabbed.txt|q")]
    [InlineData("try { Write-Error stop -ErrorAction Stop } catch { $_.Exception.Message }", "stop")]
    public void Session_commands_work_as_in_pwsh(string script, string expected) => session.Run(script).ShouldBe(expected);

    [Theory]
    [InlineData("cat", "ls", "sort", "rm", "mv", "cp", "diff", "tee", "write", "compare", "man", "sleep", "ps", "mount", "rmdir", "start")]
    public void Names_of_programs_are_aliases_on_Windows_only(params string[] names)
        => session.Run($"{string.Join(", ", names.Select(n => $"'{n}'"))} | Where-Object {{ Test-Path alias:$_ }}")
            .ShouldBe(OperatingSystem.IsWindows() ? string.Join('|', names) : string.Empty);

    [Fact]
    public void Aliases_of_pwsh_on_every_system_are_there()
        => session.Run("Get-Alias gci, gc, dir, del, copy, move, ren, echo, cd, pwd, ft, fl, select, where, foreach, measure, group, gm, sls | ForEach-Object Definition")
            .ShouldBe("Get-ChildItem|Get-Content|Get-ChildItem|Remove-Item|Copy-Item|Move-Item|Rename-Item|Write-Output|Set-Location|Get-Location|Format-Table|Format-List|Select-Object|Where-Object|ForEach-Object|Measure-Object|Group-Object|Get-Member|Select-String");

    [Fact]
    public void First_stops_the_commands_before_it()
        => session.Run("$seen = 0; 1..1000 | ForEach-Object { $seen = $_; $_ } | Select-Object -First 2 | Out-Null; $seen").ShouldBe("2");

    [Theory]
    [InlineData("Get-Item nope", "PathNotFound")]
    [InlineData("Remove-Item nope", "PathNotFound")]
    [InlineData("Get-Content nope", "PathNotFound")]
    [InlineData("Get-Content .", "GetContainerContentException")]
    [InlineData("Set-Content no/folder.txt 1", "GetContentWriterDirectoryNotFoundError")]
    [InlineData("1 | Out-File no/folder.txt", "FileOpenFailure")]
    [InlineData("Remove-Variable nope", "VariableNotFound")]
    [InlineData("Write-Error bad", "Microsoft.PowerShell.Commands.WriteErrorException")]
    [InlineData("Get-Variable nope", "VariableNotFound")]
    [InlineData("Get-Process no-such-process", "NoProcessFoundForGivenName")]
    [InlineData("New-Object No.Such.Type", "TypeNotFound")]
    [InlineData("1 | Select-Object -ExpandProperty Nope", "ExpandPropertyNotFound")]
    [InlineData("'x' | Measure-Object -Sum", "NonNumericInputObject")]
    [InlineData("'{' | ConvertFrom-Json", "System.ArgumentException")]
    [InlineData("@{ 1 = 2 } | ConvertTo-Json", "NonStringKeyInDictionary")]
    [InlineData("[pscustomobject]@{ A = 1 } | Add-Member A 2", "MemberAlreadyExists")]
    [InlineData("Add-Type 'class C {}'", "SourceNotSupported")]
    [InlineData("ConvertTo-SecureString abc", "ImportSecureString_NotSupported")]
    [InlineData("Get-Content x -Tail 1 -TotalCount 1", "TailAndHeadCannotCoexist")]
    public void What_cannot_be_done_is_an_error_with_an_id(string script, string id)
    {
        var errors = session.Errors(script);

        errors.Count.ShouldBe(1);
        errors[0].FullyQualifiedErrorId.ShouldBe($"{id},Microsoft.PowerShell.Commands.{errors[0].InvocationInfo.MyCommand.Name.Replace("-", string.Empty, StringComparison.Ordinal)}Command");
        errors[0].Exception.Message.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void Every_cmdlet_class_is_in_the_session_and_named_after_its_command()
    {
        var classes = typeof(ShellEngine).Assembly.GetTypes()
            .Select(t => (Type: t, Cmdlet: t.GetCustomAttribute<CmdletAttribute>())).Where(t => t.Cmdlet is not null).ToArray();

        classes.Length.ShouldBeGreaterThan(80);
        foreach (var (type, cmdlet) in classes)
        {
            type.Name.ShouldBe($"{cmdlet!.VerbName}{cmdlet.NounName}Command");
            session.Run($"(Get-Command {cmdlet.VerbName}-{cmdlet.NounName}).ImplementingType.FullName").ShouldBe(type.FullName);
        }
    }

    [Fact]
    public void Missing_manifest_is_refused()
        => Should.Throw<FileNotFoundException>(() => ShellEngine.CreateInitialSessionState(new ShellEngineOptions { ModuleManifestPath = "/no/Clembench.psd1" }));

    [Theory]
    [InlineData("Microsoft.PowerShell.Management")]
    [InlineData("Microsoft.PowerShell.Utility")]
    public void The_modules_that_bare_sessions_load_have_what_the_shell_has(string module) =>
        session.Run($"(Import-PowerShellDataFile '{Path.Join(ShellEngine.BundledModulePath, module, module + ".psd1")}').CmdletsToExport | Sort-Object")
            .ShouldBe(session.Run($"(Get-Command -CommandType Cmdlet -ListImported | Where-Object {{ $_.ModuleName -eq '{module}' }}).Name | Sort-Object"));
}
