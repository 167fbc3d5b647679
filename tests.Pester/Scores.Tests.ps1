BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive
    Invoke-ClemGame hellogame mock -ResultsPath ./results | Out-Null

    # An episode of a game whose rules nobody here knows, and one whose record is broken.
    foreach ($id in 0, 1) {
        New-Item -ItemType Directory "./strange/m/strange/e/instance_0000$id" -Force | Out-Null
        '{"meta": {"game_name": "strange", "experiment_name": "e", "game_id": 0}, "turns": []}' |
            Set-Content "./strange/m/strange/e/instance_0000$id/interactions.json"
    }
    New-Item -ItemType Directory './strange/m/hellogame/e/instance_00000' -Force | Out-Null
    '{"turns": ' | Set-Content './strange/m/hellogame/e/instance_00000/interactions.json'
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Measure-ClemScore' {
    It 'scores the episodes of ./results, in the order of their folders' {
        $scores = Measure-ClemScore
        $scores.Count | Should -Be @(Get-ClemEpisode).Count
        $scores[0].GetType().FullName | Should -BeExactly 'Clembench.Scoring.EpisodeScore'
        "$($scores.Path)" | Should -BeExactly "$((Get-ClemEpisode).Path)"
        $scores[0].Outcome | Should -Be 'Success'
        $scores[0].MainScore | Should -Be 100
        $scores[0].Scores['Request Count'] | Should -Be 1
        $scores[0].TurnScores[0]['Parsed Request Count'] | Should -Be 1
        $scores.Updated | Should -Not -Contain $true
    }

    It 'takes episodes from the pipeline, and scores of them what was said, not what scores.json says' {
        $episode = @(Get-ClemEpisode)[0]
        $file = Join-Path $episode.Path 'scores.json'
        $before = Get-Content $file -Raw
        '{"turn scores": {}, "episode scores": {"Aborted": 0, "Success": 0, "Lose": 1, "Main Score": 1}}' | Set-Content $file
        $score = Get-ClemEpisode -LiteralPath $episode.Path | Measure-ClemScore
        $score.MainScore | Should -Be 100

        Measure-ClemScore $episode.Path -Update -WhatIf | Out-Null
        Get-Content $file -Raw | Should -Not -BeExactly $before
        (Measure-ClemScore -LiteralPath $episode.Path -Update).Updated | Should -BeTrue
        Get-Content $file -Raw | Should -BeExactly $before
        (Measure-ClemScore -Update).Updated | Should -Not -Contain $true
    }

    It 'says once that it does not know the rules of a game, and goes on after a broken record' {
        Measure-ClemScore ./strange -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems.Count | Should -Be 2
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Results.BrokenFile*'
        $problems[1].FullyQualifiedErrorId | Should -BeLike 'Clem.Score.NoRules*'
        "$($problems[1])" | Should -BeLike "*'strange'*"
        { Measure-ClemScore ./nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Path.NotFound*'
    }

    It 'scores a variant by the rules of the game that its registry entry names' {
        New-Item -ItemType Directory ./variant/m/greetings/e/instance_00000 -Force | Out-Null
        '{"game_name": "greetings", "main_game": "hellogame", "players": 1}' | Set-Content ./variant/clemgame.json
        '{"meta": {"game_name": "greetings"}, "turns": [[{"from": "GM", "to": "GM", "action": {"type": "greeting successful", "content": ""}}]]}' |
            Set-Content ./variant/m/greetings/e/instance_00000/interactions.json
        (Measure-ClemScore ./variant/m).MainScore | Should -Be 100
    }

    It 'gives a failed episode with its cause' {
        New-Item -ItemType Directory ./failed/m/hellogame/e/instance_00004 -Force | Out-Null
        '{"error": "Timeout", "message": "no answer"}' | Set-Content ./failed/m/hellogame/e/instance_00004/error.json
        $score = Measure-ClemScore ./failed
        "$($score.Outcome) $($score.Error) $($score.InstanceId)" | Should -BeExactly 'Error no answer 4'
    }

    It 'fits a page of 100 columns' {
        $lines = (Measure-ClemScore | Format-Table | Out-String -Width 100) -split "`n"
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 100
        ($lines -join ' ') | Should -Match 'Model\s+Game/Experiment/Id\s+Outcome\s+Score'
    }
}
