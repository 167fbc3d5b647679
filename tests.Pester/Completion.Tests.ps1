BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
}

Describe 'Completion' {
    BeforeEach {
        $script:work = Join-Path $TestDrive ([guid]::NewGuid())
        New-Item -ItemType Directory $script:work | Out-Null
        $env:CLEMBENCH_USER_HOME = Join-Path $script:work 'user'
        Push-Location $script:work
    }

    AfterEach {
        Pop-Location
        Remove-Item Env:CLEMBENCH_USER_HOME
    }

    It 'completes names of the current location' {
        '[{"model_name": "only-here", "backend": "mock"}]' | Set-Content (Join-Path $script:work 'model_registry.json')
        $text = 'Get-ClemModel only-'
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be 'only-here'
    }

    It 'completes models, games and experiments of recorded episodes' {
        Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath ./elsewhere | Out-Null
        foreach ($case in @(@('-Model mo', 'mock'), @('-Game hel', 'hellogame'))) {
            $text = "Get-ClemEpisode ./elsewhere $($case[0])"
            (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be $case[1]
        }
        $text = 'Get-ClemEpisode -LiteralPath ./elsewhere -Experiment '
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be @(Get-ClemEpisode ./elsewhere)[0].Experiment
        $text = 'Get-ClemEpisode -Model mo'
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Not -Contain 'mock'
    }

    It 'completes games, experiments and keys of the current location' {
        New-Item -ItemType Directory ./mygame/in | Out-Null
        '{"game_name": "mygame", "players": 1}' | Set-Content ./mygame/clemgame.json
        '{"experiments": [{"name": "my-experiment", "game_instances": []}]}' | Set-Content ./mygame/in/instances.json
        '{"my_backend": {"api_key": "x"}}' | Set-Content ./key.json
        foreach ($case in @(@('Get-ClemGame myg', 'mygame'), @('Get-ClemInstance mygame -Experiment my-', 'my-experiment'), @('Get-ClemKey my_', 'my_backend'))) {
            (TabExpansion2 $case[0] $case[0].Length).CompletionMatches.CompletionText | Should -Be $case[1]
        }
    }
}
