BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive

    function Set-Score([string] $Path, [int] $Aborted, $Score) {
        New-Item -ItemType Directory $Path -Force | Out-Null
        "{`"episode scores`": {`"Aborted`": $Aborted, `"Main Score`": $Score}}" | Set-Content (Join-Path $Path 'scores.json')
    }

    foreach ($id in 0..19) {
        Set-Score "./results/good/taboo/high_en/instance_000$('{0:00}' -f $id)" 0 (50 + $id)
        Set-Score "./results/bad/taboo/high_en/instance_000$('{0:00}' -f $id)" ([int]($id -lt 5)) ($id -lt 5 ? 'NaN' : 40)
    }
    Set-Score './results/good/wordle/easy/instance_00000' 0 100.0
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Measure-ClemBenchmark' {
    It 'gives the models by clemscore, of each the total and its games' {
        $rows = Measure-ClemBenchmark
        $rows[0].GetType().FullName | Should -BeExactly 'Clembench.Scoring.Benchmark.BenchmarkRow'
        ($rows | ForEach-Object { "$_ $($_.ClemScore) $($_.Played) $($_.Quality) $($_.Episodes)" }) | Should -Be @(
            'good/all 79.75 100 79.75 21', 'good/taboo 59.5 100 59.5 20', 'good/wordle 100 100 100 1'
            'bad/all 30 75 40 20', 'bad/taboo 30 75 40 20')
        $rows[1].Low | Should -BeLessThan 59.5
        $rows[1].High | Should -BeGreaterThan 59.5
        $rows[3].PlayedLow | Should -BeGreaterThan 50
        # The only episode of wordle scored 100: nothing varies, and Wilson's interval of 1 of 1 stands in.
        $rows[2].Low, $rows[2].High, $rows[2].QualityLow | Should -Be @(20.65, 100, 20.65)
        (Measure-ClemBenchmark -Bootstrap 0)[1].Low | Should -BeNullOrEmpty
    }

    It 'groups by <GroupBy>' -ForEach @(
        @{ GroupBy = 'Model'; Rows = @('good/all', 'bad/all') }
        @{ GroupBy = 'Experiment'; Rows = @('good/all', 'good/taboo/high_en', 'good/wordle/easy', 'bad/all', 'bad/taboo/high_en') }
        @{ GroupBy = 'Language'; Rows = @('good/all', 'good/all/en', 'bad/all', 'bad/all/en') }
    ) {
        @(Measure-ClemBenchmark ./results -GroupBy $GroupBy | ForEach-Object { "$_" }) | Should -Be $Rows
    }

    It 'takes episodes from the pipeline' {
        Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath ./played | Measure-ClemBenchmark -GroupBy Model |
            ForEach-Object { "$($_.Model) $($_.ClemScore)" } | Should -BeExactly 'mock 100'
        (Get-ClemEpisode ./played | Measure-ClemBenchmark).Count | Should -Be 2
    }

    It 'writes the tables that clemcore writes' {
        $rows = Measure-ClemBenchmark ./results -WriteTable -WhatIf
        $rows.Count | Should -Be 5
        './results/results.csv' | Should -Not -Exist

        Measure-ClemBenchmark ./results -WriteTable | Out-Null
        Get-Content ./results/results.csv | Should -Be @(
            ',"-, clemscore","all, Average % Played","all, Average Quality Score","taboo, % Played","taboo, Quality Score","wordle, % Played","wordle, Quality Score"'
            'bad,30.0,75.0,40.0,75.0,40.0,,'
            'good,79.75,100.0,79.75,100.0,59.5,100.0,100.0')
        @(Get-Content ./results/raw.csv)[0..2] | Should -Be @(
            ',game,model,experiment,episode,metric,value'
            '0,taboo,bad,high_en,instance_00000,Aborted,1.0'
            '1,taboo,bad,high_en,instance_00000,Main Score,')
        @(Get-Content ./results/raw.csv)[-1] | Should -BeExactly '122,wordle,good,easy,instance_00000,Played,1.0'
        './results/results.html' | Should -FileContentMatchMultiline '^<table border="1" class="dataframe">'

        # A second run reads scores only, not what the first one wrote.
        $before = Get-Content ./results/results.csv -Raw
        Measure-ClemBenchmark ./results -WriteTable -StandardDeviation -Format Csv, Parquet | Out-Null
        (@(Get-Content ./results/results.csv)[0] -split '","') | Should -Contain 'taboo, Quality Score (std)'
        './results/raw.parquet' | Should -Exist
        Measure-ClemBenchmark ./results -WriteTable | Out-Null
        Get-Content ./results/results.csv -Raw | Should -BeExactly $before
    }

    It 'has the columns with the deviation for trees of the time when clemcore always wrote them' {
        Set-Score './older/m-t0.0/taboo/0_high_en/episode_0' 0 40
        Measure-ClemBenchmark ./older -WriteTable | Out-Null
        (@(Get-Content ./older/results.csv)[0] -split '","') | Should -Contain 'taboo, Quality Score (std)"'
        Measure-ClemBenchmark ./older -WriteTable -StandardDeviation:$false | Out-Null
        @(Get-Content ./older/results.csv)[0] | Should -Not -BeLike '*(std)*'
    }

    It 'writes tables for one folder only' {
        { Measure-ClemBenchmark ./results, ./older -WriteTable -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Tables.OneFolder*'
    }

    It 'counts the rest when a file is broken, and says what it does not count' {
        Set-Score './broken/m/taboo/e/instance_00000' 0 40
        Set-Score './broken/m/taboo/e/instance_00001' 0 oops
        New-Item -ItemType Directory ./broken/m/taboo/e/instance_00002, ./broken/m/taboo/e/instance_00003 | Out-Null
        '{}' | Set-Content ./broken/m/taboo/e/instance_00002/error.json
        '{}' | Set-Content ./broken/m/taboo/e/instance_00003/interactions.json
        $rows = Measure-ClemBenchmark ./broken -ErrorVariable problems -ErrorAction SilentlyContinue -WarningVariable warnings -WarningAction SilentlyContinue
        $rows[0].Episodes | Should -Be 1
        $problems.Count | Should -Be 1
        "$($problems[0])" | Should -BeLike '*instance_00001*scores.json, line 1, column *not valid JSON.'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Scores.BrokenFile*'
        @($warnings | ForEach-Object { "$_" }) | Should -Be @(
            'Not counted: 1 that failed (m: taboo 1); the same Invoke-ClemGame command plays them again.'
            "Not counted: 1 without scores.json (m: taboo 1); Measure-ClemScore -Update writes it where the game's rules are known.")
        New-Item -ItemType Directory ./empty | Out-Null
        Measure-ClemBenchmark ./empty -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike 'There are no scores in *empty*'
    }

    It 'marks a model that failed or aborted all of a game, says which, and does not let it win by that' {
        foreach ($id in 0..3) {
            Set-Score "./gaps/steady/taboo/e/instance_0000$id" 0 50
            Set-Score "./gaps/steady/wordle/e/instance_0000$id" 0 60
            # clemcore's clemscore of this one is 1 of 2 played x 100: it leaves wordle out of the mean of Quality.
            Set-Score "./gaps/aborting/taboo/e/instance_0000$id" 0 100
            Set-Score "./gaps/aborting/wordle/e/instance_0000$id" 1 NaN
            Set-Score "./gaps/failing/taboo/e/instance_0000$id" 0 100
            $null = New-Item -ItemType Directory "./gaps/failing/wordle/e/instance_0000$id", "./gaps/gone/taboo/e/instance_0000$id"
            '{}' | Set-Content "./gaps/failing/wordle/e/instance_0000$id/error.json"
            '{}' | Set-Content "./gaps/gone/taboo/e/instance_0000$id/error.json"
        }
        $rows = Measure-ClemBenchmark ./gaps -GroupBy Model -WarningVariable warnings -WarningAction SilentlyContinue
        ($rows | ForEach-Object { "$($_.Model) $($_.ClemScore) $($_.IsIncomplete) $($_.Failed) $($_.Note)" }) | Should -Be @(
            'steady 55 False 0 '
            'aborting 50 True 0 wordle: all 4 aborted'
            'failing 100 True 4 wordle: all 4 failed'
            'gone  True 4 taboo: all 4 failed; wordle: not played')
        "$($warnings[0])" | Should -BeLike 'Not counted: 8 that failed (failing: wordle 4; gone: taboo 4); *'
        "$($warnings[1])" | Should -BeLike 'Marked `* : *aborting lacks wordle: all 4 aborted. failing lacks wordle: all 4 failed. gone lacks taboo: all 4 failed; wordle: not played.*'
        $text = $rows | Format-Table | Out-String -Width 100
        $text | Should -Match '(?m)^aborting +all +50\.00 \* +'
        $text | Should -Match '(?m)^steady +all +55\.00 +'
        $game = Measure-ClemBenchmark ./gaps -WarningAction SilentlyContinue | Where-Object { "$_" -eq 'aborting/wordle' }
        $game.IsIncomplete, $game.Note | Should -Be @($true, 'all 4 aborted')
        $game | Format-Table | Out-String -Width 100 | Should -Match '(?m)^aborting +wordle +– \* +0\.00 +– +4'

        # What clemcore writes is written as clemcore writes it.
        Measure-ClemBenchmark ./gaps -WriteTable -WarningAction SilentlyContinue | Out-Null
        Get-Content ./gaps/results.csv | Should -Contain 'aborting,50.0,50.0,100.0,100.0,100.0,0.0,'
        (Get-Content ./gaps/results.csv) -join ' ' | Should -Not -BeLike '*gone*'
    }

    It 'knows failed episodes of the pipeline, too' {
        # Nothing listens at the port of a listener that was stopped.
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        $failed = Invoke-ClemGame taboo -Model @{ model_name = 'm'; backend = 'openai_compatible'; base_url = "http://127.0.0.1:$port/v1" } -InstanceId 0 -Experiment everyday_en -RetryLimit 0 -ResultsPath ./unreached -ErrorAction SilentlyContinue
        (@($failed) | Measure-ClemBenchmark -WarningAction SilentlyContinue).Note | Should -Be 'taboo: the only one failed'
    }

    It 'tells an interval where everything was won or lost: Wilson''s' {
        foreach ($id in 0..9) {
            Set-Score "./extreme/all/taboo/e/instance_0000$id" 0 100
            Set-Score "./extreme/none/taboo/e/instance_0000$id" 0 0
        }
        $rows = Measure-ClemBenchmark ./extreme
        ($rows | ForEach-Object { "$_ $($_.Low) $($_.High)" }) | Should -Be @('all/all 72.25 100', 'all/taboo 72.25 100', 'none/all 0 27.75', 'none/taboo 0 27.75')
        (Measure-ClemBenchmark ./extreme -Bootstrap 0)[0].Low | Should -BeNullOrEmpty
    }

    It 'shows names whole by experiment' {
        $game, $experiment = 'textmapworld_graphreasoning', 'home_hard_plan_two_hands_en'
        Set-Score "./long/a-model-with-quite-a-long-name-8b/$game/$experiment/instance_00000" 0 40
        $text = Measure-ClemBenchmark ./long -GroupBy Experiment | Format-Table | Out-String -Width 100
        $text | Should -Not -BeLike '*…*'
        ($text -split "`n" | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 101
        foreach ($part in $game, $experiment) { $text | Should -BeLike "*$part*" }
    }

    It 'exports as CSV by plain properties' {
        Measure-ClemBenchmark ./results | Export-Csv ./rows.csv
        @(Import-Csv ./rows.csv)[0].ClemScore | Should -Be 79.75
    }

    It 'fits a page of 100 columns' {
        $lines = (Measure-ClemBenchmark ./results | Format-Table | Out-String -Width 100) -split "`n"
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 100
        ($lines -join ' ') | Should -Match 'Model\s+Game\s+ClemScore\s+95 %\s+Played\s+Quality\s+N'
    }
}

Describe 'Compare-ClemModel' {
    It 'compares on the instances that both models played' {
        $rows = Compare-ClemModel -Reference bad -Difference good
        $rows[0].GetType().FullName | Should -BeExactly 'Clembench.Scoring.Benchmark.ModelComparison'
        ($rows | ForEach-Object { "$_ $($_.Instances) $($_.MeanDifference) $($_.Played)" }) | Should -Be @('good - bad (all) 20 29.5 25', 'good - bad (taboo) 20 29.5 25')
        $rows[1].Low | Should -BeGreaterThan 0
        $rows[1].PValue | Should -BeLessThan 0.001
        $rows[1].MoreEpisodes | Should -Be 0
        $rows[1].PlayedMoreByDifference | Should -Be 5
        # Five that only one of them played: 2 ÷ 2⁵.
        $rows[1].PlayedPValue | Should -Be 0.0625
    }

    It 'takes wildcards, and is the other way round with the names exchanged' {
        (Compare-ClemModel ./results -Reference g* -Difference *)[1].MeanDifference | Should -Be -29.5
    }

    It 'says so when a model is not there, or nothing is shared' {
        { Compare-ClemModel -Reference nobody -Difference good -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Comparison.ModelNotFound*'
        { Compare-ClemModel -Reference * -Difference good -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Comparison.Ambiguous*'
        Compare-ClemModel -Reference good -Difference nobody -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Comparison.ModelNotFound*'
        Set-Score './apart/a/taboo/e/instance_00000' 0 40
        Set-Score './apart/b/taboo/e/instance_00001' 0 40
        { Compare-ClemModel ./apart -Reference a -Difference b -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Comparison.NothingShared*'
    }

    It 'takes only the games and experiments that are asked for, and says who is better' {
        foreach ($id in 0..9) {
            Set-Score "./two/a/taboo/easy/instance_0000$id" 0 (50 + $id)
            Set-Score "./two/b/taboo/easy/instance_0000$id" 0 (20 + $id)
            Set-Score "./two/a/taboo/hard/instance_0000$id" 0 (10 + $id)
            Set-Score "./two/b/taboo/hard/instance_0000$id" 0 (60 + $id)
            Set-Score "./two/a/wordle/easy/instance_0000$id" 0 50
            Set-Score "./two/b/wordle/easy/instance_0000$id" 0 50
        }
        $compare = { param($More) Compare-ClemModel ./two -Reference a -Difference b @More | ForEach-Object { "$($_.Game) $($_.Instances) $($_.MeanDifference) $($_.Better)" } }
        & $compare @{ Game = 'wordle' } | Should -Be @('all 10 0 ', 'wordle 10 0 ')
        & $compare @{ Game = 'tab*'; Experiment = 'easy' } | Should -Be @('all 10 -30 a', 'taboo 10 -30 a')
        & $compare @{ Experiment = 'hard' } | Should -Be @('all 10 50 b', 'taboo 10 50 b')
        @($played = Invoke-ClemGame hellogame, taboo -Model mock, mock-noisy -InstanceId 0 -ResultsPath ./both; $played | Compare-ClemModel -Reference mock -Difference mock-noisy -Game hello*).Game | Should -Be @('all', 'hellogame')
        Compare-ClemModel ./two -Reference a -Difference b -Game none -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warned" | Should -BeLike '*games and experiments that were asked for*'
        Compare-ClemModel ./two -Reference a -Difference b -Experiment hard | Out-String -Width 100 | Should -BeLike '*b less a: above 0, b is better*Game*Diff*Better*taboo*50.00*b*'
    }

    It 'completes the names of models' {
        Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath ./played | Out-Null
        $text = 'Compare-ClemModel ./played -Reference mo'
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be 'mock'
    }

    It 'fits a page of 100 columns' {
        $lines = (Compare-ClemModel -Reference bad -Difference good | Format-Table | Out-String -Width 100) -split "`n"
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 100
        ($lines -join ' ') | Should -Match 'Game\s+N\s+Diff\s+95 %\s+p\s+d\s+More\s+Better'
    }
}
