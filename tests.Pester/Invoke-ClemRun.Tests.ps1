BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:savedKeys = Clear-KeyEnvironment
    Push-Location $TestDrive

    function New-Run([string] $Name, [string] $Text) {
        $folder = Join-Path (Get-Item $TestDrive).FullName $Name
        $null = New-Item -ItemType Directory $folder -Force
        $file = Join-Path $folder 'nightly.yaml'
        [System.IO.File]::WriteAllText($file, $Text)
        $file
    }
}

AfterAll {
    Pop-Location
    Restore-Environment $script:savedKeys
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Invoke-ClemRun' {
    It 'plays what the file says, writes its outputs and passes' {
        $file = New-Run 'a' @'
name: every night
models: [mock]
games:
  - name: hellogame
    experiments: [greet_en]
    instances: [0, 1, 2]
results: out/{date}
settings: { temperature: 0, max_tokens: 100, repeat: 2, throttle_limit: 4 }
outputs: { junit: reports/junit.xml, tables: [csv] }
fail_on: ['Played<95', 'mock/hellogame: Quality < 50', 'Failed>0', 'Episodes<6']
'@
        $report = Invoke-ClemRun $file -ErrorVariable problems
        $problems | Should -BeNullOrEmpty
        $report.GetType().FullName | Should -BeExactly 'Clembench.Specifications.RunReport'
        $report.Name | Should -Be 'every night'
        $report.Passed | Should -BeTrue
        $report.Total, $report.Played, $report.Failed, $report.NotStarted, $report.Left | Should -Be @(6, 6, 0, 0, 0)
        $report.Rows[0].Played | Should -Be 100
        $report.Games[0].Success | Should -Be 6
        $results = Join-Path (Split-Path $file) "out/$(Get-Date -Format yyyy-MM-dd)"
        $report.ResultsPath | Should -Be $results
        (Get-ClemEpisode $results).Count | Should -Be 6

        $summary = Get-Content (Join-Path $results 'summary.json') -Raw | ConvertFrom-Json
        $summary.passed | Should -BeTrue
        $summary.scores[0].played | Should -Be 100
        $summary.thresholds.Count | Should -Be 4
        $junit = [xml](Get-Content (Join-Path $results 'reports/junit.xml') -Raw)
        $junit.testsuites.testsuite[0].tests | Should -Be '4'
        $junit.testsuites.testsuite[0].failures | Should -Be '0'
        $junit.testsuites.testsuite[1].testcase.name | Should -Be 'hellogame'
        Join-Path $results 'results.csv' | Should -Exist

        $text = $report | Out-String -Width 200
        $text | Should -BeLike '*every night*Passed*True*6: 6 played*mock*'

        # The same night again goes on where it was.
        $again = Invoke-ClemRun $file -WarningAction SilentlyContinue
        $again.Reused, $again.Played | Should -Be @(6, 0)
        $again.Passed | Should -BeTrue
        (Invoke-ClemRun $file -Force).Played | Should -Be 6
    }

    It 'fails by an error for each condition that is missed, after everything is written' {
        $file = New-Run 'b' "models: [mock]`ngames: [hellogame]`nfail_on: ['Quality<101', 'Played<10', 'none-*: Played<1']`n"
        $report = Invoke-ClemRun $file -ErrorVariable problems -ErrorAction SilentlyContinue
        $report.Passed | Should -BeFalse
        $problems.Count | Should -Be 2
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Run.ThresholdMissed*'
        "$($problems[0])" | Should -BeLike 'nightly: not passed: mock: Quality<101 (*)'
        "$($problems[1])" | Should -BeLike 'nightly: not passed: none-`*: Played<1 (not measured)'
        Join-Path $report.ResultsPath 'summary.json' | Should -Exist

        # The command line's conditions stand in place of the file's.
        (Invoke-ClemRun $file -FailOn 'Played<10' -WarningAction SilentlyContinue).Passed | Should -BeTrue
        { Invoke-ClemRun $file -FailOn 'Playd<10' -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Specification.BadThreshold*'
    }

    It 'says once what a condition is about, in words that a page of test results can show' {
        $file = New-Run 'h' "models: [mock]`ngames: [{ name: taboo, instances: [0] }]`noutputs: { junit: junit.xml }`nfail_on: ['mock/taboo: Quality < 101', 'Played<=10', 'Failed>0', 'Minutes>=60']`n"
        $report = Invoke-ClemRun $file -ErrorVariable problems -ErrorAction SilentlyContinue
        "$($problems[0])" | Should -Be 'nightly: not passed: mock/taboo: Quality<101 (100)'
        $report.Thresholds[0].Threshold | Should -Be 'mock/taboo: Quality < 101'
        $report | Out-String -Width 100 | Should -BeLike '*Missed * mock/taboo: Quality<101 (100)*'
        $junit = [xml](Get-Content (Join-Path $report.ResultsPath 'junit.xml') -Raw)
        $junit.testsuites.testsuite[0].testcase.name | Should -Be @(
            'mock/taboo: Quality at least 101', 'mock: Played above 10', 'run: Failed at most 0', 'run: Minutes below 60')
        $junit.testsuites.testsuite[0].testcase[0].failure.message | Should -Be 'mock/taboo: Quality<101 (100)'
    }

    It 'compares with the results of the day before' {
        $file = New-Run 'c' "models: [mock]`ngames: [hellogame]`nbaseline: previous`nfail_on: ['Change<-5', 'Played<50']`n"
        $first = Invoke-ClemRun $file
        $first.BaselinePath | Should -BeNullOrEmpty
        $first.Passed | Should -BeTrue
        $yesterday = Join-Path (Split-Path $file) 'results/2020-01-01'
        Move-Item $first.ResultsPath $yesterday
        $second = Invoke-ClemRun $file
        $second.BaselinePath | Should -Be $yesterday
        $second.Changes[0].Model | Should -Be 'mock'
        $second.Changes[0].Comparison.Game | Should -Be 'all'
        $second.Changes[0].Comparison.Instances | Should -Be 20
        $second.Changes[0].Comparison.MeanDifference | Should -Be 0
        (Invoke-ClemRun $file -FailOn 'Change<=0' -WarningAction SilentlyContinue -ErrorAction SilentlyContinue).Passed | Should -BeFalse
    }

    It 'reports models that cannot be played, and plays the others' {
        $file = New-Run 'd' "models: [mock, gpt-4o-mini, nosuchmodel, { model_name: gone, backend: llamacpp, path: ./gone.gguf }]`ngames: [hellogame]`n"
        $report = Invoke-ClemRun $file -ErrorVariable problems -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $report.Played | Should -Be 20
        $report.MissingModels.Model | Sort-Object | Should -Be @('gone', 'gpt-4o-mini', 'nosuchmodel')
        ($report.MissingModels | Where-Object Model -EQ 'gpt-4o-mini').Reason | Should -BeLike '*Set-ClemKey openai*'
        @($problems).ForEach{ "$_" } | Should -BeLike '*MissingModels>0 (3)'
    }

    It 'stops at a limit, and tells what is left' {
        $file = New-Run 'e' "models: [mock]`ngames: [hellogame]`nlimits: { max_episodes: 5 }`n"
        $report = Invoke-ClemRun $file -WarningVariable warned -WarningAction SilentlyContinue
        $report.Played, $report.Left | Should -Be @(5, 15)
        $report.Stopped | Should -BeLike '5 episode*'
        $report.Passed | Should -BeTrue
        (Invoke-ClemRun $file -FailOn 'Left>0' -ErrorAction SilentlyContinue -WarningAction SilentlyContinue).Passed | Should -BeFalse
    }

    It 'writes nothing with -WhatIf' {
        $file = New-Run 'f' "models: [mock]`ngames: [hellogame]`n"
        Invoke-ClemRun $file -WhatIf | Should -BeNullOrEmpty
        Join-Path (Split-Path $file) 'results' | Should -Not -Exist
    }

    It 'finds the registry beside the file, from wherever it is started' {
        $file = New-Run 'g' "models: [beside]`ngames: [{ name: hellogame, instances: [0] }]`n"
        Set-Content (Join-Path (Split-Path $file) 'model_registry.json') '[{"model_name": "beside", "backend": "mock"}]'
        (Invoke-ClemRun $file).Games[0].Model | Should -Be 'beside'
    }

    It 'says of a folder that it is none' {
        { Invoke-ClemRun $TestDrive -ErrorAction Stop } | Should -Throw '*is a folder*'
    }

    It 'says what is wrong with <Case>' -ForEach @(
        @{ Case = 'a missing key'; Text = "models: [mock]`n"; Id = 'Clem.Specification.Invalid'; Says = "*'games' is missing*" }
        @{ Case = 'a misspelt key'; Text = "models: [mock]`ngames: [hellogame]`nlimits: { max_episods: 3 }`n"; Id = 'Clem.Specification.Invalid'; Says = "*max_episods*did you mean 'max_episodes'*" }
        @{ Case = 'a key that is near to two'; Text = "models: [mock]`ngame: [hellogame]`n"; Id = 'Clem.Specification.Invalid'; Says = "*did you mean 'games'*" }
        @{ Case = 'a misspelt date'; Text = "models: [mock]`ngames: [hellogame]`nresults: results/{dat}`n"; Id = 'Clem.Specification.Invalid'; Says = "*'{dat}'*{date}*" }
        @{ Case = 'a wrong type'; Text = "models: mock`ngames: [hellogame]`n"; Id = 'Clem.Specification.Invalid'; Says = "*'models'*" }
        @{ Case = 'no YAML'; Text = "models: [mock`n"; Id = 'Clem.Specification.Syntax'; Says = '*nightly.yaml, line*' }
        @{ Case = 'a list'; Text = "- models: [mock]`n  games: [hellogame]`n- x`n"; Id = 'Clem.Specification.Invalid'; Says = '*not one object*' }
        @{ Case = 'a condition that is none'; Text = "models: [mock]`ngames: [hellogame]`nfail_on: [Played]`n"; Id = 'Clem.Specification.BadThreshold'; Says = "*'Played'*" }
        @{ Case = 'a game that is not there'; Text = "models: [mock]`ngames: [nosuchgame, hellogame]`n"; Id = 'Clem.Game.NotFound'; Says = '*nothing was played*' }
        @{ Case = 'an experiment that is not there'; Text = "models: [mock]`ngames: [{ name: hellogame, experiments: [none] }]`n"; Id = 'Clem.Instance.NotFound'; Says = '*greet_en*' }
    ) {
        $file = New-Run 'bad' $Text
        Invoke-ClemRun $file -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike "$Id*"
        "$($problems[0]) $($problems[0].ErrorDetails.RecommendedAction)" | Should -BeLike $Says
        Join-Path (Split-Path $file) 'results' | Should -Not -Exist
    }
}
