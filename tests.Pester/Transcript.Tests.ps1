BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive
    New-Item -ItemType Directory (Join-Path $TestDrive 'user/backends') -Force | Out-Null

    # A model that greets badly, in colours, right to left and with markup.
    @'
param($Model, $Messages, $Options)
$text = "$([char]27)[31mred$([char]27)[0m <script>alert(1)</script> \input{x} $([char]0x202e)שלום 中文"
@{ Prompt = @($Messages); Response = @{ text = $text }; ResponseText = $text }
'@ | Set-Content ./user/backends/hostile_api.ps1
    Invoke-ClemGame hellogame @{ model_name = 'hostile'; backend = 'hostile' } -InstanceId 0, 1 -ResultsPath ./results | Out-Null
    Invoke-ClemGame hellogame mock -InstanceId 0, 1, 2 -ResultsPath ./results | Out-Null
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Export-ClemTranscript' {
    It 'writes beside the records by default' {
        $files = @(Get-ClemEpisode -Model mock | Export-ClemTranscript)
        $files.Count | Should -Be 3
        $files[0] | Should -BeOfType ([System.IO.FileInfo])
        $files[0].FullName | Should -BeExactly (Join-Path $TestDrive 'results/mock/hellogame/greet_en/instance_00000/transcript.html')
        (Get-ClemEpisode -Model mock).Count | Should -Be 3
        (Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath ./results -WarningAction SilentlyContinue).Reused | Should -BeTrue
    }

    It 'writes each form into a folder of its own' {
        $files = @(Export-ClemTranscript ./results -Format Html, Markdown, Latex -OutDirectory ./out)
        $files.Count | Should -Be 15
        './out/hostile/hellogame/greet_en/instance_00000.html' | Should -Exist
        './out/mock/hellogame/greet_en/instance_00002.md' | Should -Exist
        './out/mock/hellogame/greet_en/instance_00001.tex' | Should -Exist
        @(Get-ChildItem ./out -Recurse -File -Force).Count | Should -Be 15
    }

    It 'writes what a model says so that nothing of it is live' {
        Get-ClemEpisode -Model hostile | Select-Object -First 1 | Export-ClemTranscript -Format Html, Markdown, Latex -OutDirectory ./inert | Out-Null
        foreach ($ending in 'html', 'md', 'tex') {
            $text = Get-Content "./inert/hostile/hellogame/greet_en/instance_00000.$ending" -Raw
            $text | Should -Not -MatchExactly '[\x1b\u202e]'
            $text | Should -MatchExactly '中文'
        }
        Get-Content ./inert/hostile/hellogame/greet_en/instance_00000.html -Raw | Should -Not -MatchExactly '<script'
        Get-Content ./inert/hostile/hellogame/greet_en/instance_00000.html -Raw | Should -MatchExactly 'Not in the form asked for'
        Get-Content ./inert/hostile/hellogame/greet_en/instance_00000.tex -Raw | Should -MatchExactly '\\textbackslash\{\}input\\\{x\\\}'
    }

    It 'keeps repetitions apart' {
        Invoke-ClemGame hellogame mock -InstanceId 0 -Repeat 2 -ResultsPath ./repeated | Export-ClemTranscript -OutDirectory ./out2 | Out-Null
        './out2/mock/epoch_00001/hellogame/greet_en/instance_00000.html' | Should -Exist
        './out2/mock/epoch_00002/hellogame/greet_en/instance_00000.html' | Should -Exist
    }

    It 'does not let one episode replace another of the same name' {
        Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath ./other | Out-Null
        $files = @(Get-ClemEpisode ./results, ./other -Model mock | Export-ClemTranscript -OutDirectory ./out3 -ErrorAction SilentlyContinue -ErrorVariable problems)
        $files.Count | Should -Be 3
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Transcript.SameName*'
    }

    It 'writes nothing with -WhatIf, and says what has no dialogue' {
        Export-ClemTranscript ./results -OutDirectory ./none -WhatIf | Should -BeNullOrEmpty
        './none' | Should -Not -Exist
        New-Item -ItemType Directory ./broken/m/g/e/instance_00000 -Force | Out-Null
        '{"error": "Failed", "message": "no reply"}' | Set-Content ./broken/m/g/e/instance_00000/error.json
        { Export-ClemTranscript ./broken -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Results.NoDialogue*'
        Get-ChildItem ./broken -Recurse -Filter transcript* | Should -BeNullOrEmpty
    }
}

Describe 'Show-ClemTranscript' {
    It 'gives plain lines where no terminal is' {
        $lines = @(Get-ClemEpisode -Model mock | Select-Object -First 1 | Show-ClemTranscript)
        $lines[0] | Should -BeExactly 'hellogame, greet_en, instance 0'
        $lines[1] | Should -BeExactly 'Success, score 100'
        $lines -match '^── Round 0 ─+$' | Should -HaveCount 1
        ($lines | ForEach-Object Length | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 100
        $lines -join '' | Should -Not -MatchExactly '\x1b'
    }

    It 'shows escape sequences of a model as symbols' {
        $text = (Get-ClemEpisode -Model hostile | Show-ClemTranscript -Width 60) -join "`n"
        $text | Should -Not -MatchExactly '[\x1b\u202e]'
        $text | Should -MatchExactly '⟨ESC⟩\[31mred⟨ESC⟩\[0m'
        $text | Should -MatchExactly 'Not in the form asked for'
    }

    It 'colours what it says itself when asked for by PSStyle, unless NO_COLOR is set' {
        $before = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'Ansi'
            $lines = @(Get-ClemEpisode -Model mock | Select-Object -First 1 | Show-ClemTranscript -NoPager)
            $lines[1] | Should -BeExactly "$($PSStyle.Foreground.Green)Success, score 100$($PSStyle.Reset)"
            $env:NO_COLOR = '1'
            @(Get-ClemEpisode -Model mock | Select-Object -First 1 | Show-ClemTranscript)[1] | Should -BeExactly 'Success, score 100'
        }
        finally {
            $PSStyle.OutputRendering = $before
            Remove-Item Env:NO_COLOR -ErrorAction SilentlyContinue
        }
    }
}

Describe 'The views' {
    It 'show the outcome in colour, unless NO_COLOR is set or the text is plain' {
        $before = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'Ansi'
            $episodes = @(Get-ClemEpisode ./results)
            $text = $episodes | Format-Table | Out-String -Width 100
            $text | Should -MatchExactly ([regex]::Escape("$($PSStyle.Foreground.Green)Success$($PSStyle.Reset)"))
            $text | Should -MatchExactly ([regex]::Escape("$($PSStyle.Foreground.Magenta)Aborted$($PSStyle.Reset)"))
            $env:NO_COLOR = '1'
            $episodes | Format-Table | Out-String -Width 100 | Should -Not -MatchExactly ([regex]::Escape($PSStyle.Foreground.Green))
            Remove-Item Env:NO_COLOR
            $PSStyle.OutputRendering = 'PlainText'
            $episodes | Format-Table | Out-String -Width 100 | Should -Not -MatchExactly '\x1b'
        }
        finally {
            $PSStyle.OutputRendering = $before
            Remove-Item Env:NO_COLOR -ErrorAction SilentlyContinue
        }
    }

    It 'show what a model said as symbols, as a table and as a list' {
        $events = Get-ClemEpisode -Model hostile | Select-Object -First 1 | Get-ClemInteraction
        $requests = Get-ClemEpisode -Model hostile | Select-Object -First 1 | Get-ClemRequest
        foreach ($text in ($events | Out-String -Width 100), ($events | Format-List | Out-String -Width 100), ($requests | Out-String -Width 100), ($requests | Format-List | Out-String -Width 100)) {
            $text | Should -Not -MatchExactly '\x1b\[31m|\u202e'
            $text | Should -MatchExactly '⟨ESC⟩\[31mred'
        }
    }

    It 'fit 100 columns (<Name>)' -ForEach (Get-ChildItem (Join-Path $PSScriptRoot '../Clembench.PowerShell/Formatting/*.Format.ps1xml') | ForEach-Object { @{ Name = $_.Name; File = $_.FullName } }) {
        $views = ([xml](Get-Content -LiteralPath $File -Raw)).Configuration.ViewDefinitions.View
        $views | Should -Not -BeNullOrEmpty
        # What comes alone, such as the report of a run, is a list.
        foreach ($view in @($views | Where-Object { $_.TableControl })) {
            $columns = @($view.TableControl.TableHeaders.TableColumnHeader)
            $fixed = 0
            foreach ($column in $columns) { $fixed += [int]$column.Width }
            $fixed + $columns.Count - 1 | Should -BeLessOrEqual 100 -Because $view.Name
            # Only the last column may take what is left.
            foreach ($column in @($columns | Select-Object -SkipLast 1)) { $column.Width | Should -Not -BeNullOrEmpty -Because "$($view.Name) $($column.Label)" }
        }
    }

    It 'are there for every type that a cmdlet gives' {
        $shown = Get-ChildItem (Join-Path $PSScriptRoot '../Clembench.PowerShell/Formatting/*.Format.ps1xml') |
            ForEach-Object { ([xml](Get-Content -LiteralPath $_.FullName -Raw)).Configuration.ViewDefinitions.View } | ForEach-Object { $_.ViewSelectedBy.TypeName }
        $given = Get-Command -Module Clembench | ForEach-Object { $_.OutputType } | ForEach-Object { $_.Type } | Where-Object { $_.Namespace -match '^Clembench' } | ForEach-Object { $_.FullName }
        foreach ($type in $given) { $shown | Should -Contain $type }
    }
}

Describe 'Measure-ClemBenchmark -Plot' {
    It 'draws in text that fits' {
        $lines = @(Measure-ClemBenchmark ./results -Plot)
        $lines[0] | Should -BeOfType ([string])
        $lines -match '^mock +█+▓* +100\.00' | Should -HaveCount 1
        ($lines | ForEach-Object Length | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 100
        $lines -join '' | Should -MatchExactly 'Played'
    }
}

Describe 'Export-ClemPlot' {
    BeforeAll {
        $script:noFont = $false
        Measure-ClemBenchmark ./results | Export-ClemPlot ./probe.png -ErrorVariable problems -ErrorAction SilentlyContinue | Out-Null
        if ($problems) { $script:noFont = $problems[0].FullyQualifiedErrorId -like 'Clem.Plot.NoFont*' }
    }

    It 'draws <Kind> as <Ending>' -ForEach @(
        @{ Kind = 'Leaderboard'; Ending = 'png'; Begins = '^.PNG' }
        @{ Kind = 'Scatter'; Ending = 'svg'; Begins = '^<\?xml' }
        @{ Kind = 'Scatter'; Ending = 'pdf'; Begins = '^%PDF' }
    ) {
        if ($script:noFont) { Set-ItResult -Skipped -Because 'there is no font on this machine'; return }
        $file = Export-ClemPlot "./plot.$Ending" ./results -Kind $Kind -Bootstrap 10
        $file | Should -BeOfType ([System.IO.FileInfo])
        Get-Content $file.FullName -Raw | Should -Match $Begins
    }

    It 'takes rows and episodes from the pipeline' {
        if ($script:noFont) { Set-ItResult -Skipped -Because 'there is no font on this machine'; return }
        (Measure-ClemBenchmark ./results | Export-ClemPlot ./rows.svg).Length | Should -BeGreaterThan 1000
        (Get-ClemEpisode ./results -Model mock | Export-ClemPlot ./episodes.svg -Game hellogame -Title 'One').Length | Should -BeGreaterThan 1000
    }

    It 'says what it cannot draw, and writes nothing' {
        { Export-ClemPlot ./plot.gif ./results } | Should -Throw -ErrorId 'Clem.Plot.UnknownFormat*'
        Export-ClemPlot ./whatif.png ./results -WhatIf | Should -BeNullOrEmpty
        './whatif.png' | Should -Not -Exist
        if ($script:noFont) { Set-ItResult -Skipped -Because 'there is no font on this machine'; return }
        { Export-ClemPlot ./none.png ./results -Game chess -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Plot.NothingToDraw*'
        './none.png' | Should -Not -Exist
    }
}
