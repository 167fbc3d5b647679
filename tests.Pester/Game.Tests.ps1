BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Get-ClemGame' {
    It 'lists hellogame with its facts' {
        $game = Get-ClemGame hellogame
        $game.Name | Should -BeExactly 'hellogame'
        $game.Players | Should -Be 1
        $game.Languages | Should -Contain 'en'
        $game.Roles | Should -Be @('Greeter')
    }

    It 'takes wildcards and filters' {
        (Get-ClemGame hello*).Name | Should -Contain 'hellogame'
        (Get-ClemGame -Language EN -Player 1).Name | Should -Contain 'hellogame'
        Get-ClemGame hellogame -Language xx | Should -BeNullOrEmpty
        Get-ClemGame nothing* | Should -BeNullOrEmpty
    }

    It 'says so when there is no such game' {
        { Get-ClemGame nothing -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Game.NotFound*'
    }

    It 'finds the games of a checkout below the working directory, which come first' {
        New-Item -ItemType Directory (Join-Path $TestDrive 'checkout/hellogame/in') -Force | Out-Null
        '{"game_name": "hellogame", "description": "another", "players": 1, "languages": ["de"]}' |
            Set-Content (Join-Path $TestDrive 'checkout/hellogame/clemgame.json')
        try {
            (Get-ClemGame hellogame).Description | Should -Be 'another'
        }
        finally {
            Remove-Item (Join-Path $TestDrive 'checkout') -Recurse
        }
    }

    It 'reports a broken registry with file, line and column, and lists the others' {
        $file = Join-Path $TestDrive 'game_registry.json'
        "[`n  {`"game_name`": }`n]" | Set-Content $file
        try {
            $games = Get-ClemGame -ErrorVariable problems -ErrorAction SilentlyContinue
            $games.Name | Should -Contain 'hellogame'
            $problems.Count | Should -Be 1
            "$($problems[0])" | Should -BeLike '*game_registry.json, line 2, column *not valid JSON.'
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.GameRegistry.Syntax*'
        }
        finally {
            Remove-Item $file
        }
    }
}

Describe 'The tables of games' {
    It 'show names whole in 100 columns: <Command>' -ForEach @(
        @{ Command = 'Get-ClemGame'; Names = 'textmapworld_graphreasoning', 'multimodal_referencegame' }
        @{ Command = 'Get-ClemInstance adventuregame, textmapworld_graphreasoning'; Names = 'textmapworld_graphreasoning', 'home_hard_plan_two_hands_en' }
        @{ Command = 'Invoke-ClemGame adventuregame, textmapworld_graphreasoning mock -InstanceId 0 -ResultsPath ./tables -WarningAction Ignore'; Names = 'textmapworld_graphreasoning/medium/0', 'adventuregame/home_hard_plan_two_hands_en/0' }
        @{ Command = 'Get-ClemModel'; Names = 'SmolLM2-360M-Instruct-GGUF', 'openai_compatible', 'registry/model_registry.json' }
    ) {
        $text = Invoke-Expression $Command | Out-String -Width 100
        ($text -split "`n" | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 100
        foreach ($name in $Names) { $text | Should -BeLike "*$name*" }
    }
}

Describe 'Get-ClemInstance' {
    It 'lists the instances of a game' {
        $instances = Get-ClemInstance hellogame
        $instances.Count | Should -BeGreaterThan 5
        $instances[0].Experiment | Should -BeExactly 'greet_en'
        $instances[0].InstanceId | Should -Be 0
        $instances[0].Properties.prompt | Should -Match 'GREET:'
        Get-ClemInstance hellogame -Experiment xx* | Should -BeNullOrEmpty
    }

    It 'takes games by pipeline' {
        (Get-ClemGame hellogame | Get-ClemInstance).Count | Should -Be (Get-ClemInstance hellogame).Count
    }

    It 'refuses a file of another form in words: <Text>' -ForEach @(
        @{ Text = '{'; Id = 'Clem.Instance.Syntax' }
        @{ Text = '[]'; Id = 'Clem.Instance.Malformed' }
        @{ Text = '{"experiments": [{"name": "x"}]}'; Id = 'Clem.Instance.Malformed' }
        @{ Text = '{"experiments": [{"name": "x", "game_instances": [{}]}]}'; Id = 'Clem.Instance.Malformed' }
        @{ Text = '{"experiments": [{"name": "x", "game_instances": [{"game_id": 1}, {"game_id": 1}]}]}'; Id = 'Clem.Instance.Malformed' }
    ) {
        $file = Join-Path $TestDrive 'instances.json'
        $Text | Set-Content $file
        { Get-ClemInstance hellogame -Path $file -ErrorAction Stop } | Should -Throw -ErrorId "$Id*"
    }

    It 'says so when the file is missing' {
        { Get-ClemInstance hellogame -Path (Join-Path $TestDrive 'none.json') -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Path.NotFound*'
    }
}

Describe 'New-ClemInstance' {
    It 'makes the same instances from the same seed' {
        $one = New-ClemInstance taboo -Seed 5
        $one.Count | Should -BeGreaterThan 10
        $one[0].Game | Should -BeExactly 'taboo'
        (New-ClemInstance taboo -Seed 5).Properties.target_word -join ' ' | Should -BeExactly ($one.Properties.target_word -join ' ')
        (New-ClemInstance taboo -Seed 6).Properties.target_word -join ' ' | Should -Not -BeExactly ($one.Properties.target_word -join ' ')
    }

    It 'writes a file that can be played' {
        $file = Join-Path $TestDrive 'new.json'
        $made = New-ClemInstance wordle -Seed 3 -Path $file
        (Get-ClemInstance wordle -Path $file).Count | Should -Be $made.Count
        $played = Get-ClemModel mock | Invoke-ClemGame wordle -InstancePath $file -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'results')
        $played.Outcome | Select-Object -Unique | Should -Be 'Success'
    }

    It 'is an error, and writes nothing, where the game has no such experiment' {
        $file = Join-Path $TestDrive 'nosuch.json'
        New-ClemInstance taboo -Seed 1 -Experiment nosuch -Path $file -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Instance.NotFound*'
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*everyday_en*abstract_en*'
        $file | Should -Not -Exist
    }

    It 'writes nothing with -WhatIf' {
        $file = Join-Path $TestDrive 'none.json'
        New-ClemInstance taboo -Seed 1 -Path $file -WhatIf | Should -BeNullOrEmpty
        Test-Path $file | Should -BeFalse
    }

    It 'says so when a game has no generator' {
        { New-ClemInstance hellogame -Seed 1 -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Game.NoGenerator*'
    }
}

Describe 'The packaged games' {
    It 'are all played to success by mock' {
        $episodes = Get-ClemModel mock | Invoke-ClemGame * -ResultsPath (Join-Path $TestDrive 'all')
        ($episodes | Group-Object Game).Count | Should -Be (Get-ClemGame).Count
        @($episodes | Where-Object Outcome -NE 'Success').Count | Should -Be 0
    }
}
