BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:savedKeys = Clear-KeyEnvironment
    Push-Location $TestDrive
}

AfterAll {
    Pop-Location
    Restore-Environment $script:savedKeys
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Invoke-ClemGame with mock' {
    It 'plays every instance to success, then reuses, and plays anew with -Force' {
        $results = Join-Path $TestDrive 'r1'
        $first = @(Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath $results -WarningVariable warned)
        $first.Count | Should -Be (Get-ClemInstance hellogame).Count
        $first.Outcome | Sort-Object -Unique | Should -Be 'Success'
        $first.Reused | Should -Not -Contain $true
        $first[0].GetType().FullName | Should -BeExactly 'Clembench.Results.Episode'
        $warned | Should -BeNullOrEmpty

        $second = @(Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath $results -WarningVariable warned -WarningAction SilentlyContinue)
        $second.Count | Should -Be $first.Count
        $second.Reused | Should -Not -Contain $false
        "$warned" | Should -BeLike '*reused*-Force*'

        $third = @(Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath $results -Force)
        $third.Reused | Should -Not -Contain $true
    }

    It 'takes models by <How>' -ForEach @(
        @{ How = 'name'; Model = 'mock' }
        @{ How = 'wildcard'; Model = 'moc?' }
        @{ How = 'another name'; Model = 'programmatic' }
        @{ How = 'hashtable'; Model = @{ model_name = 'mock' } }
        @{ How = 'JSON'; Model = '{"model_name": "mock"}' }
        @{ How = 'Python-style JSON'; Model = "{'model_name': 'mock'}" }
    ) {
        $episodes = @(Invoke-ClemGame hellogame -Model $Model -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'r2') -Force)
        $episodes.Count | Should -Be 1
        $episodes[0].Outcome | Should -Be 'Success'
    }

    It 'takes games by the pipeline' {
        $results = Join-Path $TestDrive 'r18'
        @(Get-ClemGame hellogame | Invoke-ClemGame -Model mock -InstanceId 0 -ResultsPath $results).Outcome | Should -Be 'Success'
    }

    It 'takes one model for each role' {
        (Invoke-ClemGame hellogame -PlayerModel mock -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'r3')).Outcome | Should -Be 'Success'
        { Invoke-ClemGame hellogame -PlayerModel mock, mock -ResultsPath (Join-Path $TestDrive 'r3') -ErrorAction Stop } |
            Should -Throw -ErrorId 'Clem.Run.LineUpMismatch*'
    }

    It 'plays <Game> with two models, each in its role' -ForEach @(
        @{ Game = 'taboo' }
        @{ Game = 'referencegame' }
        @{ Game = 'imagegame' }
        @{ Game = 'guesswhat' }
    ) {
        $results = Join-Path $TestDrive 'two'
        $one, $other = 'one', 'other' | ForEach-Object { @{ model_name = $_; backend = 'mock' } }
        $episode = @(Invoke-ClemGame $Game -PlayerModel $one, $other -InstanceId 0 -ResultsPath $results)[0]
        $episode.Model | Should -BeExactly 'one--other'
        $episode.Outcome | Should -Be 'Success'
        $episode.Path | Should -BeLike '*one--other*'
        $record = Get-Content (Join-Path $episode.Path 'interactions.json') -Raw | ConvertFrom-Json
        $record.players.'Player 1'.model_name | Should -BeExactly 'one'
        $record.players.'Player 2'.model_name | Should -BeExactly 'other'
        $record.players.'Player 1'.game_role, $record.players.'Player 2'.game_role | Should -BeExactly (Get-ClemGame $Game).Roles
        $record.player_models.'0'.model_spec.model_name, $record.player_models.'1'.model_spec.model_name | Should -BeExactly @('one', 'other')

        # The other way round is another line-up, and one model for all roles a third.
        @(Invoke-ClemGame $Game -PlayerModel $other, $one -InstanceId 0 -ResultsPath $results)[0].Model | Should -BeExactly 'other--one'
        @(Invoke-ClemGame $Game -PlayerModel $one -InstanceId 0 -ResultsPath $results)[0].Model | Should -BeExactly 'one'
    }

    It 'takes one model for a game whose other role it plays itself, and says so when there are two' {
        $results = Join-Path $TestDrive 'shared'
        @(Invoke-ClemGame privateshared -PlayerModel mock -InstanceId 0 -ResultsPath $results)[0].Outcome | Should -Be 'Success'
        { Invoke-ClemGame privateshared -PlayerModel mock, mock -ResultsPath $results -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Run.LineUpMismatch*'
    }

    It 'writes nothing with -WhatIf' {
        $results = Join-Path $TestDrive 'r4'
        Invoke-ClemGame hellogame mock -ResultsPath $results -WhatIf | Should -BeNullOrEmpty
        $results | Should -Not -Exist
    }

    It 'tells once why a model cannot be loaded, with what to do, and records nothing of it' {
        $results = Join-Path $TestDrive 'r-unloadable'
        $broken = @{ model_name = 'broken-template'; backend = 'slow'; requests_per_minute = 'many' }
        Register-ClemBackend -Name slow -ScriptBlock { param($Model, $Messages, $Options) @{ Prompt = $Messages; Response = @{}; ResponseText = 'GREET: x' } } | Out-Null
        $episodes = @(Invoke-ClemGame hellogame $broken, mock -ResultsPath $results -ErrorVariable problems -ErrorAction SilentlyContinue -WarningVariable warned -WarningAction SilentlyContinue -InformationVariable told)
        $episodes.Model | Sort-Object -Unique | Should -Be 'mock'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Model.BadRate*'
        "$($problems[0])" | Should -BeLike "The model 'broken-template' cannot be loaded: *requests_per_minute*"
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike 'Correct the entry*'
        "$warned" | Should -BeLike "*20 episode(s) were not started*broken-template*same command plays them then*"
        "$told" | Should -BeLike '*20 not started*'
        Join-Path $results 'broken-template' | Should -Not -Exist
    }

    It 'says what to do about episodes that failed' {
        Register-ClemBackend -Name wrongkey -ScriptBlock { param($Model, $Messages, $Options) throw 'no luck' } | Out-Null
        $null = Invoke-ClemGame hellogame @{ model_name = 'w'; backend = 'wrongkey' } -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'r-wrong') -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Run.EpisodesFailed*'
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*. The same command plays them again*'
    }

    It 'selects experiments and instances, and says so when nothing is left' {
        $results = Join-Path $TestDrive 'r5'
        @(Invoke-ClemGame hellogame mock -Experiment greet* -InstanceId 1, 3 -ResultsPath $results).InstanceId | Sort-Object | Should -Be @(1, 3)
        { Invoke-ClemGame hellogame mock -Experiment none -ResultsPath $results -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Instance.NotFound*'
    }

    It 'writes the older layout' {
        $results = Join-Path $TestDrive 'r6'
        $episode = Invoke-ClemGame hellogame mock -InstanceId 0 -Layout Seed -ResultsPath $results
        $folder = Join-Path $results 'mock-t0.0/hellogame/0_greet_en/episode_0'
        $episode.Path | Should -Be (Get-Item $folder).FullName
        foreach ($file in 'instance.json', 'interactions.json', 'requests.json') { Join-Path $folder $file | Should -Exist }
        (Get-ClemEpisode $results).Outcome | Should -Be 'Success'
    }

    It 'repeats into folders of their own, and shards part the work' {
        $results = Join-Path $TestDrive 'r7'
        @(Invoke-ClemGame hellogame mock -InstanceId 0 -Repeat 3 -ResultsPath $results).Repeat | Sort-Object | Should -Be @(1, 2, 3)
        (Get-ChildItem (Join-Path $results 'mock') -Directory).Name | Should -Be @('epoch_00001', 'epoch_00002', 'epoch_00003')

        $results = Join-Path $TestDrive 'r8'
        $parts = 1..3 | ForEach-Object { @(Invoke-ClemGame hellogame mock -Shard "$_/3" -ResultsPath $results).Count }
        ($parts | Measure-Object -Sum).Sum | Should -Be (Get-ClemInstance hellogame).Count
        @(Get-ClemEpisode $results).Count | Should -Be (Get-ClemInstance hellogame).Count
        { Invoke-ClemGame hellogame mock -Shard 4/3 -ResultsPath $results -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Run.BadShard*'
    }

    It 'gives episodes as they end: the first one ends the pipeline' {
        $episode = Invoke-ClemGame hellogame mock -ResultsPath (Join-Path $TestDrive 'r9') -ThrottleLimit 1 | Select-Object -First 1
        $episode.Outcome | Should -Be 'Success'
    }
}

Describe 'Invoke-ClemGame beside earlier results' {
    It 'neither reuses nor replaces episodes of another temperature' {
        $results = Join-Path $TestDrive 'r12'
        Invoke-ClemGame hellogame mock -InstanceId 0, 1 -ResultsPath $results | Out-Null
        $episodes = @(Invoke-ClemGame hellogame mock -InstanceId 0, 1, 2 -Temperature 0.7 -ResultsPath $results -ErrorVariable problems -ErrorAction SilentlyContinue)
        $episodes.InstanceId | Should -Be 2
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Run.OtherSettings*'
        "$($problems[0])" | Should -BeLike '2 episode(s) were not played*'
        @(Invoke-ClemGame hellogame mock -InstanceId 0, 1 -Temperature 0.7 -ResultsPath $results -Force).Reused | Should -Not -Contain $true
    }

    It 'says how many episodes of a changed entry it replaces' {
        $results = Join-Path $TestDrive 'r13'
        Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath $results | Out-Null
        Invoke-ClemGame hellogame @{ model_name = 'mock'; backend = 'mock'; note = 'changed' } -InstanceId 0 -ResultsPath $results -WarningVariable warned -WarningAction SilentlyContinue | Out-Null
        "$warned" | Should -BeLike '*1 complete episode(s)*played anew*'
    }

    It 'shows with -WhatIf what would be played and what reused' {
        $results = Join-Path $TestDrive 'r14'
        Invoke-ClemGame hellogame mock -InstanceId 0, 1 -ResultsPath $results | Out-Null
        $before = @(Get-ChildItem $results -Recurse -File).Count
        Invoke-ClemGame hellogame mock -InstanceId 0, 1, 2 -ResultsPath $results -WhatIf | Should -BeNullOrEmpty
        @(Get-ChildItem $results -Recurse -File).Count | Should -Be $before
    }

    It 'stops at -MaxEpisodes, says so, and continues with the same command' {
        $results = Join-Path $TestDrive 'r15'
        $first = @(Invoke-ClemGame hellogame mock -MaxEpisodes 3 -ResultsPath $results -WarningVariable warned -WarningAction SilentlyContinue)
        $first.Count | Should -Be 3
        "$warned" | Should -BeLike '*stopped before its end*MaxEpisodes*'
        # They are the first of the plan, so that two models' first episodes can be compared.
        $first.InstanceId | Sort-Object | Should -Be @((Get-ClemInstance hellogame).InstanceId | Select-Object -First 3)
        $second = @(Invoke-ClemGame hellogame mock -MaxEpisodes 3 -ResultsPath $results -WarningAction SilentlyContinue)
        @($second | Where-Object Reused).Count | Should -Be 3
        @($second | Where-Object { -not $_.Reused }).Count | Should -Be 3
    }

    It 'does not take a missing path for none: <_>' -ForEach 'InstancePath', 'ResultsPath', 'Shard' {
        $given = @{ $_ = $null }
        { Invoke-ClemGame hellogame mock @given } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }

    It 'ends with a summary on the information stream' {
        Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'r16') -InformationVariable said | Out-Null
        "$said" | Should -BeLike '1 episode(s) played in * s (*/s), 0 reused, 0 failed.'
        $said[0].Tags | Should -Contain 'Summary'
    }

    It 'leaves out a model that cannot be recorded, and plays the others' {
        $episodes = @(Invoke-ClemGame hellogame @{ model_name = 'owner/model'; backend = 'mock' }, 'mock' -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'r17') -ErrorVariable problems -ErrorAction SilentlyContinue)
        $episodes.Model | Should -Be 'mock'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Results.UnusableName*'
    }

    It 'names the registry file that it cannot read' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'broken-registry')
        '[{"model_name": "mine", "backend": "mock"' | Set-Content (Join-Path $folder 'model_registry.json')
        Push-Location $folder
        try {
            Invoke-ClemGame hellogame mine -ErrorVariable problems -ErrorAction SilentlyContinue | Out-Null
            "$problems" | Should -BeLike '*model_registry.json, line 2, column 1*'
        }
        finally {
            Pop-Location
        }
    }
}

Describe 'Invoke-ClemGame with models that cannot be played' {
    It 'warns once for each backend that lacks a key, and plays the others' {
        $episodes = @(Get-ClemModel | Invoke-ClemGame hellogame -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'r10') -WarningVariable warned -WarningAction SilentlyContinue)
        # The packaged models play too, where llama.cpp's libraries are.
        @($episodes.Model) -notlike 'tiny-greeter-*' | Sort-Object | Should -Be @('mock', 'mock-noisy')
        @($warned -match "no key for the backend 'openai'").Count | Should -Be 1
        @($warned -match 'Set-ClemKey openai\b').Count | Should -Be 1
    }

    It 'is an error when none is left' {
        { Invoke-ClemGame hellogame (Get-ClemModel -Backend openai) -ResultsPath (Join-Path $TestDrive 'r11') -ErrorAction Stop -WarningAction SilentlyContinue } |
            Should -Throw -ErrorId 'Clem.Run.NoModelAvailable*'
    }

    It 'says what to do about a backend that is not trusted, and about one that has changed' {
        $work = Join-Path $TestDrive 'untrusted'
        New-Item -ItemType Directory $work | Out-Null
        $env:CLEMBENCH_USER_HOME = Join-Path $work 'user'
        Push-Location $work
        try {
            'param($Model, $Messages, $Options) @{ Prompt = $Messages; Response = "x"; ResponseText = "x" }' | Set-Content ./my_api.ps1
            '[{"model_name": "mm", "backend": "my"}]' | Set-Content ./model_registry.json
            $play = { Invoke-ClemGame hellogame mm -ResultsPath ./r -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue; "$warned" }
            $said = & $play
            $said | Should -BeLike "mm cannot be played: *my_api.ps1' is not trusted*"
            $said | Should -BeLike "*Register-ClemBackend -LiteralPath '$(Join-Path $work 'my_api.ps1')'*"
            Register-ClemBackend ./my_api.ps1 | Out-Null
            '# changed' | Add-Content ./my_api.ps1
            $said = & $play
            $said | Should -BeLike '*has changed since it was trusted*'
            $said | Should -BeLike '*Register-ClemBackend -LiteralPath *'
            '[{"model_name": "mm", "backend": "nosuch"}]' | Set-Content ./model_registry.json
            & $play | Should -BeLike "*there is no backend 'nosuch' here*"
        }
        finally {
            Pop-Location
            Remove-Item Env:CLEMBENCH_USER_HOME
        }
    }

    It 'says at once, and once, that nothing listens at a model''s address' {
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        $entries = foreach ($name in 'one', 'two') { @{ model_name = $name; backend = 'openai_compatible'; model_id = 'm'; base_url = "http://127.0.0.1:$port/v1" } }
        $messages = @(Invoke-ClemGame hellogame -Model $entries -InstanceId 0, 1 -RetryLimit 1 -ResultsPath (Join-Path $TestDrive 'refused') -ErrorAction SilentlyContinue 3>&1)
        $warnings = @($messages | Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | ForEach-Object { "$_" })
        $warnings.Count | Should -Be 1
        $warnings[0] | Should -BeLike "The model '*' cannot be reached at http://127.0.0.1:$port/v1*: nothing listens there*Check that the server runs*asked again*"
        # Before the first episode ends, and the retries go on.
        $messages[0] | Should -BeOfType ([System.Management.Automation.WarningRecord])
        @($messages | Where-Object { $_.GetType().Name -eq 'Episode' }).Count | Should -Be 4
    }

    It 'plays a mock that errs alike each time, with all kinds of ends' {
        $play = { param($Folder) Get-ClemModel mock-noisy | Invoke-ClemGame taboo, guesswhat -ResultsPath (Join-Path $TestDrive $Folder) }
        $first = & $play 'noisy1'
        $first.Outcome | Sort-Object -Unique | Should -Be @('Success', 'Lose', 'Aborted')
        $key = { "$_ $($_.Outcome) $($_.MainScore)" }
        (& $play 'noisy2' | ForEach-Object $key | Sort-Object) | Should -Be ($first | ForEach-Object $key | Sort-Object)
        (Invoke-ClemGame taboo -Model @{ model_name = 'other'; backend = 'mock'; error_rate = 1 } -ResultsPath (Join-Path $TestDrive 'noisy3')).Outcome | Should -Not -Contain 'Success'
        Invoke-ClemGame taboo -Model @{ model_name = 'wrong'; backend = 'mock'; error_rate = 2 } -ResultsPath (Join-Path $TestDrive 'noisy4') -ErrorVariable problems -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$($problems[0])" | Should -BeLike '*error_rate*number from 0 to 1*'
        (Get-ClemModel mock).Name | Should -Be 'mock'
    }

    It 'is an error when there is no such model or game' {
        { Invoke-ClemGame hellogame no-such-model -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.NotFound*'
        { Invoke-ClemGame nogame mock -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Game.NotFound*'
    }
}

Describe 'What a run records' {
    BeforeAll {
        $script:recorded = Join-Path $TestDrive 'recorded'
        Invoke-ClemGame hellogame mock -InstanceId 0, 1 -ResultsPath $script:recorded | Out-Null
    }

    It 'warns of a folder without episodes, and names an instance file that is a folder' {
        $empty = Join-Path $TestDrive 'no-episodes'
        New-Item -ItemType Directory $empty | Out-Null
        Get-ClemEpisode $empty -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warned" | Should -BeLike "*no recorded episode*$empty*"
        Get-ClemEpisode $script:recorded -WarningVariable warned | Out-Null
        $warned | Should -BeNullOrEmpty
        Invoke-ClemGame hellogame mock -InstancePath $empty -ResultsPath (Join-Path $TestDrive 'never') -ErrorVariable problems -ErrorAction SilentlyContinue
        "$($problems[0])" | Should -BeLike '*it is a folder*'
    }

    It 'names the same version everywhere' {
        $said = foreach ($file in [System.IO.Directory]::GetFiles($script:recorded, '*.json', 'AllDirectories')) {
            $text = [System.IO.File]::ReadAllText($file)
            if ($text -match '"clem_version": "([^"]*)"') { $Matches[1] }
        }
        @($said | Select-Object -Unique).Count | Should -Be 1
        $said[0] | Should -Match '^Clembench.PowerShell \d'
    }

    It 'is found by folders and texts from the pipeline' {
        $folder = Get-Item $script:recorded
        @($folder | Get-ClemEpisode).Count | Should -Be 2
        @($script:recorded | Get-ClemEpisode).Count | Should -Be 2
        @($folder | Get-ClemRequest).Count | Should -BeGreaterThan 0
        @($folder | Get-ClemInteraction).Count | Should -Be @(Get-ClemInteraction $script:recorded).Count
        @($script:recorded | Get-ClemInteraction).Count | Should -Be @(Get-ClemInteraction $script:recorded).Count
        @(Get-ClemEpisode $script:recorded | Get-ClemInteraction).Count | Should -Be @(Get-ClemInteraction $script:recorded).Count
    }

    It 'counts the requests that there were, and has clemcore''s metric under a name of its own' {
        $folder = Join-Path $TestDrive 'counted'
        foreach ($game in 'imagegame', 'taboo', 'codenames', 'matchit_ascii', 'wordle_withcritic') {
            $episode = Invoke-ClemGame $game mock -InstanceId 0 -ResultsPath $folder | Select-Object -First 1
            $requests = @($episode | Get-ClemRequest).Count
            $episode.RequestCount | Should -Be $requests -Because $game
            $read = Get-ClemEpisode $folder -Game $game | Select-Object -First 1
            $read.RequestCount, $read.ScoredRequestCount | Should -Be @($requests, $read.Scores['Request Count']) -Because $game
            $episode.ScoredRequestCount | Should -Be $read.ScoredRequestCount -Because $game
        }
        # The questioner of privateshared is a program.
        $shared = Invoke-ClemGame privateshared mock -InstanceId 0 -ResultsPath $folder | Select-Object -First 1
        $shared.RequestCount | Should -Be @($shared | Get-ClemRequest | Where-Object Player -EQ 'Player 1').Count
        # Of imagegame clemcore counts the steps of the protocol.
        $image = Get-ClemEpisode $folder -Game imagegame | Select-Object -First 1
        $image.ScoredRequestCount | Should -BeGreaterThan $image.RequestCount
    }

    It 'is listed by Get-ClemEpisode as Invoke-ClemGame gave it' {
        $episodes = @(Get-ClemEpisode $script:recorded)
        $episodes.Count | Should -Be 2
        $episodes[0].MainScore | Should -Be 100
        $episodes[0].RequestCount | Should -Be 1
        $episodes[0].Turns | Should -Be 1
        @(Get-ClemEpisode $script:recorded -Outcome Lose).Count | Should -Be 0
        @(Get-ClemEpisode $script:recorded -Model mock -Game hello* -Experiment greet_en -Outcome Success).Count | Should -Be 2
        @(Get-ClemEpisode (Join-Path $script:recorded 'm*')).Count | Should -Be 2
        @(Get-ClemEpisode -LiteralPath $script:recorded).Count | Should -Be 2
    }

    It 'has the dialogue' {
        $events = @(Get-ClemEpisode $script:recorded | Select-Object -First 1 | Get-ClemInteraction)
        $events.Type | Should -Be @('send message', 'get message', 'send message', 'get message', 'greeting successful')
        $events[0].From | Should -Be 'GM'
        $events[0].To | Should -Be 'Player 1'
        $events[1].Content | Should -Match '^GREET:'
    }

    It 'has prompts and responses to navigate' {
        $request = Get-ClemEpisode $script:recorded | Select-Object -First 1 | Get-ClemRequest | Select-Object -First 1
        $request.Prompt.role | Should -Be 'user'
        $request.Prompt.content | Should -Match 'GREET:'
        $request.ResponseText | Should -Be $request.Response.clem_player.response
        ($request.PromptJson | ConvertFrom-Json).content | Should -Be $request.Prompt.content
    }

    It 'is named when it is broken, and the rest is still listed' {
        $copy = Join-Path $TestDrive 'broken'
        Copy-Item $script:recorded $copy -Recurse
        $file = Join-Path $copy 'mock/hellogame/greet_en/instance_00000/interactions.json'
        '{"meta": ' | Set-Content $file
        $episodes = @(Get-ClemEpisode $copy -ErrorVariable problems -ErrorAction SilentlyContinue)
        $episodes.Count | Should -Be 1
        "$($problems[0])" | Should -BeLike '*instance_00000*interactions.json, line *not valid JSON.'
    }
}

Describe 'Invoke-ClemGame against an OpenAI-style server' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Support/OpenAiServer.ps1')
        $script:instanceFile = Join-Path $TestDrive 'many.json'
        $instances = foreach ($i in 0..199) { @{ game_id = $i; prompt = "Greet number $i — `"quoted`", é, 😀, مرحبا"; target_name = "N$i" } }
        @{ experiments = @(@{ name = 'many'; game_instances = $instances }) } | ConvertTo-Json -Depth 6 | Set-Content $script:instanceFile -Encoding utf8
    }

    It 'records 200 prompts and responses that equal what the server logged' {
        $server = Start-OpenAiServer -Reply { param($Request, $Index) "GREET: Hello and welcome — `"$Index`" 😀 N$Index`n" }
        try {
            $results = Join-Path $TestDrive 'server'
            $model = @{ model_name = 'loopback'; backend = 'openai_compatible'; model_id = 'm'; base_url = $server.BaseUrl }
            $episodes = @(Invoke-ClemGame hellogame $model -InstancePath $script:instanceFile -ResultsPath $results -ThrottleLimit 16)
            $episodes.Count | Should -Be 200
            @($episodes | Where-Object Outcome -EQ 'Error').Count | Should -Be 0
            $episodes[0].PromptTokens | Should -BeGreaterThan 0

            $requests = @(Get-ClemRequest $results | Where-Object Player -EQ 'Player 1')
            $requests.Count | Should -Be 200
            $server.Calls.Count | Should -Be 200
            $compact = { param($Text) $Text | ConvertFrom-Json -AsHashtable | ConvertTo-Json -Depth 20 -Compress }
            $logged = @{}
            foreach ($call in $server.Calls) { $logged[(& $compact $call.RequestBody)] = & $compact $call.ResponseBody }
            foreach ($request in $requests) {
                $sent = & $compact $request.PromptJson
                $logged.ContainsKey($sent) | Should -BeTrue
                & $compact $request.ResponseJson | Should -BeExactly $logged[$sent]
                # As objects they say the same.
                $request.Prompt | ConvertTo-Json -Depth 20 -Compress | Should -BeExactly $sent
                $request.Response.choices[0].message.content.Trim() | Should -BeExactly $request.ResponseText
            }
        }
        finally {
            Stop-OpenAiServer $server
        }
    }

    It 'records no password of an address' {
        $server = Start-OpenAiServer -Reply { param($Request, $Index) 'GREET: Hello' }
        try {
            $results = Join-Path $TestDrive 'password'
            $address = $server.BaseUrl.Replace('http://', 'http://u:secretpw@')
            $model = @{ model_name = 'loopback'; backend = 'openai_compatible'; base_url = $address; model_config = @{ other = @('https://v:secretpw@host/x') } }
            Invoke-ClemGame hellogame $model -InstanceId 0 -ResultsPath $results | Out-Null
            $files = [System.IO.Directory]::GetFiles($results, '*.json', 'AllDirectories')
            $files.Count | Should -BeGreaterThan 3
            foreach ($file in $files) { [System.IO.File]::ReadAllText($file) | Should -Not -BeLike '*secretpw*' }
            ($files | Where-Object { [System.IO.Path]::GetFileName($_) -eq 'run.json' } | ForEach-Object { [System.IO.File]::ReadAllText($_) }) | Should -BeLike "*$($server.BaseUrl)*"
        }
        finally {
            Stop-OpenAiServer $server
        }
    }

    It 'ends episodes as errors when the key is refused, without trying again and without a key in any record' {
        $server = Start-OpenAiServer -Reply { param($Request, $Index) @{ Status = 401; Body = '{"error": {"message": "bad key sk-secret-123456"}}' } }
        $env:CLEMBENCH_OPENAI_COMPATIBLE_API_KEY = 'sk-secret-123456'
        try {
            $results = Join-Path $TestDrive 'refused'
            $model = @{ model_name = 'loopback'; backend = 'openai_compatible'; model_id = 'm'; base_url = $server.BaseUrl }
            $episodes = @(Invoke-ClemGame hellogame $model -InstanceId 0, 1 -ResultsPath $results -ErrorVariable warned -ErrorAction SilentlyContinue)
            $episodes.Outcome | Should -Be @('Error', 'Error')
            $server.Calls.Count | Should -Be 2
            "$warned" | Should -BeLike '*2 episode(s) ended in an error*'
            "$warned $($episodes.Error)" | Should -Not -BeLike '*sk-secret-123456*'
            foreach ($file in Get-ChildItem $results -Recurse -File) { Get-Content $file.FullName -Raw | Should -Not -BeLike '*sk-secret-123456*' }
        }
        finally {
            Remove-Item Env:CLEMBENCH_OPENAI_COMPATIBLE_API_KEY
            Stop-OpenAiServer $server
        }
    }

    It 'gives up a model that fails again and again, and plays the other one to its end' {
        $server = Start-OpenAiServer -Reply { param($Request, $Index) @{ Status = 404; Body = '{"error": {"message": "no such model"}}' } }
        try {
            $results = Join-Path $TestDrive 'given-up'
            $model = @{ model_name = 'broken'; backend = 'openai_compatible'; model_id = 'm'; base_url = $server.BaseUrl }
            $episodes = @(Invoke-ClemGame hellogame $model, 'mock' -ThrottleLimit 2 -ResultsPath $results -ErrorAction SilentlyContinue)
            @($episodes | Where-Object { $_.Model -eq 'mock' -and $_.Outcome -eq 'Success' }).Count | Should -Be (Get-ClemInstance hellogame).Count
            $failed = @($episodes | Where-Object Model -EQ 'broken')
            $failed.Count | Should -Be (Get-ClemInstance hellogame).Count
            $failed.Outcome | Sort-Object -Unique | Should -Be 'Error'
            @($failed.Error -like '*not asked any more*no such model*').Count | Should -BeGreaterThan 9
            $server.Calls.Count | Should -BeLessThan 10
        }
        finally {
            Stop-OpenAiServer $server
        }
    }

    It 'answers from the cache what was asked before, and says so in the record' {
        $server = Start-OpenAiServer -Reply { param($Request, $Index) 'GREET: hello, welcome Amara' }
        try {
            $model = @{ model_name = 'cached'; backend = 'openai_compatible'; model_id = 'm'; base_url = $server.BaseUrl }
            foreach ($run in 1, 2) {
                (Invoke-ClemGame hellogame $model -InstanceId 0 -Cache -ResultsPath (Join-Path $TestDrive "cache$run")).Outcome | Should -Be 'Success'
            }
            $server.Calls.Count | Should -Be 1
            $file = 'cached/hellogame/greet_en/instance_00000/player_1.requests.json'
            $first, $second = 1, 2 | ForEach-Object { Get-Content (Join-Path $TestDrive "cache$_/$file") -Raw | ConvertFrom-Json -AsHashtable }
            $first.calls[0].call.ContainsKey('from_cache') | Should -BeFalse
            $second.calls[0].call.from_cache | Should -BeTrue
            $second.calls[0].call.raw_response_obj | ConvertTo-Json -Depth 9 | Should -Be ($first.calls[0].call.raw_response_obj | ConvertTo-Json -Depth 9)
        }
        finally {
            Stop-OpenAiServer $server
        }
    }

    It 'counts what calls cost and stops at -MaxCost' {
        $server = Start-OpenAiServer -Reply { param($Request, $Index) 'GREET: hello, welcome' }
        try {
            $model = @{ model_name = 'priced'; backend = 'openai_compatible'; model_id = 'm'; base_url = $server.BaseUrl; pricing = @{ prompt = 1000000; completion = 0 } }
            $episodes = @(Invoke-ClemGame hellogame $model -ThrottleLimit 1 -MaxCost 0.5 -ResultsPath (Join-Path $TestDrive 'priced') -WarningVariable warned -WarningAction SilentlyContinue)
            $episodes.Count | Should -Be 1
            $episodes[0].Cost | Should -Be $episodes[0].PromptTokens
            "$warned" | Should -BeLike '*MaxCost*'
        }
        finally {
            Stop-OpenAiServer $server
        }
    }

    It 'tries again after a passing failure' {
        $server = Start-OpenAiServer -Reply { param($Request, $Index) if ($Index -eq 0) { @{ Status = 429; Headers = @{ 'Retry-After' = '0' }; Body = '{}' } } else { 'GREET: hello, welcome Amara' } }
        try {
            $model = @{ model_name = 'loopback'; backend = 'openai_compatible'; model_id = 'm'; base_url = $server.BaseUrl }
            (Invoke-ClemGame hellogame $model -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'again')).Outcome | Should -Be 'Success'
            $server.Calls.Count | Should -Be 2
        }
        finally {
            Stop-OpenAiServer $server
        }
    }
}
