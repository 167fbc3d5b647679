BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/Checkpoint.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive

    $script:checkpoint = Join-Path $TestDrive 'tiny-chat'
    New-Checkpoint $script:checkpoint -Template $ChatMl

    # One episode of a local model, as clemcore 3.7 lays it out and our backends record it.
    function New-LocalEpisode {
        param([string] $Root, [int] $Id, [hashtable] $Entry, [string] $Model = 'recorded', [string] $Full, [string] $Reply, [string] $Prefix = '')

        $message = 'Greet Ada.'
        $folder = Join-Path $Root "$Model/hellogame/greet_en/instance_$('{0:00000}' -f $Id)"
        $null = [System.IO.Directory]::CreateDirectory($folder)
        function Write-Record([string] $Name, $Value) { [System.IO.File]::WriteAllText((Join-Path $folder $Name), (ConvertTo-Json $Value -Depth 20)) }
        $time = '2026-03-01T10:00:00.000000'
        $prompt = [ordered]@{ inputs = "<|im_start|>user`n$message<|im_end|>`n<|im_start|>assistant`n"; max_new_tokens = 300; temperature = 0.0 }
        if ($Prefix -eq '') { $prompt['messages'] = @([ordered]@{ role = 'user'; content = $message }) }
        Write-Record 'player_1.requests.json' ([ordered]@{
                meta = @{ player_name = 'Player 1' }
                calls = @([ordered]@{ round = 0; call = [ordered]@{ timestamp = $time; manipulated_prompt_obj = $prompt; raw_response_obj = [ordered]@{ response = "$Prefix$Full" } } })
            })
        Write-Record 'interactions.json' ([ordered]@{
                meta = [ordered]@{ game_name = 'hellogame'; experiment_name = 'greet_en'; game_id = $Id }
                player_models = @{ '0' = [ordered]@{ model_spec = $Entry; gen_args = @{ temperature = 0.0 } } }
                players = [ordered]@{ GM = @{ model_name = 'programmatic' }; 'Player 1' = @{ model_name = $Model } }
                turns = @(, @(
                        [ordered]@{ from = 'GM'; to = 'Player 1'; timestamp = $time; action = @{ type = 'send message'; content = $message } }
                        [ordered]@{ from = 'Player 1'; to = 'GM'; timestamp = $time; action = @{ type = 'get message'; content = $Reply } }))
            })
    }

    $script:entry = @{ model_name = 'recorded'; backend = 'huggingface_local'; path = $script:checkpoint; premade_chat_template = $true; eos_to_cull = '</s>' }
    $script:wrong = Join-Path $TestDrive 'wrong'
    foreach ($id in 0..2) { New-LocalEpisode $script:wrong $id $script:entry -Full 'GREET: hello<|im_end|>' -Reply 'GREET: hello<|im_end|>' }
    $script:sound = Join-Path $TestDrive 'sound [1]'
    $right = $script:entry.Clone()
    $right.eos_to_cull = '<\|im_end\|>'
    New-LocalEpisode $script:sound 0 $right -Full 'GREET: hello<|im_end|>' -Reply 'GREET: hello'
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Test-ClemResult' {
    It 'passes a sound record in five checks' {
        $checks = @(Test-ClemResult -LiteralPath $script:sound)
        $checks.Name | Should -Be @('TemplateApplied', 'HasOutput', 'OutputFollowsPrompt', 'EosInResponse', 'EosCulled')
        $checks.Passed | Should -Not -Contain $false
        $checks[0].GetType().FullName | Should -BeExactly 'Clembench.Results.ResultCheck'
        $checks[0].Model, $checks[0].Game, $checks[0].Experiment, $checks[0].InstanceId | Should -Be @('recorded', 'hellogame', 'greet_en', 0)
        @($checks | Where-Object { $_.Suggestion }).Count | Should -Be 0
    }

    It 'takes episodes by the pipeline, and gives the first checks before the last episode' {
        @(Get-ClemEpisode $script:wrong | Test-ClemResult).Count | Should -Be 15
        $seen = 0
        $null = Get-ClemEpisode $script:wrong | ForEach-Object { $script:seen++; $_ } | Test-ClemResult | Select-Object -First 1
        $seen | Should -BeLessOrEqual 1
    }

    It 'takes paths with wildcards' {
        @(Test-ClemResult (Join-Path $TestDrive 'wro*/*/hellogame/greet_en/instance_0000[01]')).Count | Should -Be 10
        { Test-ClemResult (Join-Path $TestDrive 'none') -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Path.NotFound*'
    }

    It 'answers with a bool' {
        Test-ClemResult -LiteralPath $script:sound -Quiet | Should -BeTrue
        Test-ClemResult $script:wrong -Quiet | Should -BeFalse
        Test-ClemResult (Join-Path $TestDrive 'none') -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
        $null = New-Item -ItemType Directory (Join-Path $TestDrive 'empty')
        Test-ClemResult (Join-Path $TestDrive 'empty') -Quiet -WarningAction SilentlyContinue | Should -BeFalse
    }

    It 'goes on after a broken episode' {
        $broken = Join-Path $TestDrive 'broken'
        foreach ($id in 0..2) { New-LocalEpisode $broken $id $script:entry -Full 'hello<|im_end|>' -Reply 'hello' }
        [System.IO.File]::WriteAllText((Join-Path $broken 'recorded/hellogame/greet_en/instance_00001/player_1.requests.json'), '{"calls": [')
        @(Test-ClemResult $broken -ErrorAction SilentlyContinue -ErrorVariable problems).Count | Should -Be 10
        $problems.FullyQualifiedErrorId | Should -BeLike 'Clem.Results.BrokenFile*'
        Test-ClemResult $broken -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
    }

    It 'has a view' {
        $text = Test-ClemResult $script:wrong | Where-Object { !$_.Passed } | Select-Object -First 1 | Out-String -Width 200
        $text | Should -BeLike '*recorded/hellogame/greet_en/0*EosCulled*False*im_end*'
    }

    It 'checks mock in what applies' {
        $checks = @(Get-ClemModel mock | Invoke-ClemGame hellogame -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'mock') | Test-ClemResult)
        $checks.Name | Should -Be @('HasOutput', 'EosCulled')
        $checks.Passed | Should -Not -Contain $false
    }
}

Describe 'Test-ClemResult | Register-ClemModel' {
    It 'writes the entry that mends what was found, once' {
        $registry = Join-Path $TestDrive 'mended.json'
        $written = @(Test-ClemResult $script:wrong | Where-Object { !$_.Passed } | Register-ClemModel -Path $registry)
        $written.Count | Should -Be 1
        $written[0].Properties.eos_to_cull | Should -BeExactly '<\|im_end\|>'
        $written[0].Properties.path | Should -Be $script:checkpoint
        @(Get-Content $registry -Raw | ConvertFrom-Json).Count | Should -Be 1

        # The registry has learnt, and the old record has not.
        $again = @(Test-ClemResult $script:wrong -RegistryPath $registry | Where-Object { !$_.Passed })
        $again.Count | Should -Be 3
        @($again | Where-Object { $_.Suggestion }).Count | Should -Be 0
        $again[0].Message | Should -BeLike '*play again*'
    }

    It 'mends an entry of the working directory where it stands' {
        $there = Join-Path $TestDrive 'there'
        $null = New-Item -ItemType Directory $there
        Push-Location $there
        try {
            [System.IO.File]::WriteAllText((Join-Path $there 'model_registry.json'), (ConvertTo-Json @(, $script:entry) -Depth 5))
            $written = @(Test-ClemResult $script:wrong | Where-Object { !$_.Passed } | Register-ClemModel -WarningVariable warnings)
            $written[0].Source | Should -Be (Join-Path (Get-Item $there).FullName 'model_registry.json')
            $warnings | Should -BeNullOrEmpty
            (Get-ClemModel recorded).Properties.eos_to_cull | Should -BeExactly '<\|im_end\|>'
        }
        finally { Pop-Location }
    }

    It 'warns where nothing can be proposed, and is silent about what passed' {
        $registry = Join-Path $TestDrive 'nothing.json'
        $empty = Join-Path $TestDrive 'silent'
        New-LocalEpisode $empty 0 $script:entry -Full '<|im_end|>' -Reply ''
        Test-ClemResult $empty | Register-ClemModel -Path $registry -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike '*HasOutput*'
        Test-ClemResult -LiteralPath $script:sound | Register-ClemModel -Path $registry -WarningVariable warnings | Should -BeNullOrEmpty
        $warnings | Should -BeNullOrEmpty
        Test-Path $registry | Should -BeFalse
    }

    It 'warns once for each model, with a count' {
        $failed = Join-Path $TestDrive 'failed'
        Register-ClemBackend -Name nolu -ScriptBlock { param($Model, $Messages, $Options) throw 'no luck' } | Out-Null
        $null = Invoke-ClemGame hellogame @{ model_name = 'w'; backend = 'nolu' } -InstanceId 0, 1, 2 -ResultsPath $failed -ErrorAction SilentlyContinue
        Test-ClemResult $failed | Register-ClemModel -Path (Join-Path $TestDrive 'none.json') -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        @($warnings) | Should -HaveCount 1
        "$warnings" | Should -BeLike "*'w'*× HasOutput*no luck*"
    }

    It 'proposes an output_split_prefix' {
        $split = Join-Path $TestDrive 'split'
        $decoded = "<|im_start|> user`nGreet Ada.<|im_end|> `n<|im_start|> assistant`n"
        New-LocalEpisode $split 0 $script:entry -Full 'hello<|im_end|>' -Prefix $decoded -Reply "${decoded}hello<|im_end|>"
        $entry = Test-ClemResult $split | Where-Object { !$_.Passed } | Register-ClemModel -Path (Join-Path $TestDrive 'split.json')
        $entry.Properties.output_split_prefix | Should -BeExactly "assistant`n"
        $entry.Properties.eos_to_cull | Should -BeExactly '<\|im_end\|>'
    }
}

Describe 'The loop of the guide with a real model' {
    It 'plays, finds a wrong eos_to_cull, mends the entry, plays again and passes: <_>' -ForEach 'tiny-greeter-gguf', 'tiny-greeter-hf' {
        $model = Get-ClemModel $_
        if ($model.Availability -ne 'Ready') {
            Set-ItResult -Skipped -Because "$_ cannot be played here: $($model.Availability)"
            return
        }

        $results = Join-Path $TestDrive "real-$_"
        $user = Join-Path $TestDrive 'user'
        $sound = @($model | Invoke-ClemGame hellogame -ResultsPath $results -ThrottleLimit 16)
        $sound.Outcome | Sort-Object -Unique | Should -Be 'Success'
        @($sound | Test-ClemResult | Where-Object { !$_.Passed }).Message | Should -BeNullOrEmpty

        # Deliberately wrong.
        $properties = @{}
        $model.Properties.Keys | Where-Object { $_ -notin 'model_name', 'backend', 'path' } | ForEach-Object { $properties[$_] = $model.Properties[$_] }
        $properties.path = [System.IO.Path]::GetFullPath($model.Properties.path, [System.IO.Path]::GetDirectoryName($model.Source))
        $properties.eos_to_cull = '</s>'
        $wrong = Register-ClemModel -Name "wrong-$_" -Backend $model.Backend -Property $properties
        $failed = @($wrong | Invoke-ClemGame hellogame -ResultsPath $results | Test-ClemResult | Where-Object { !$_.Passed })
        $failed.Name | Sort-Object -Unique | Should -Be 'EosCulled'

        $mended = @($failed | Register-ClemModel)
        $mended.Count | Should -Be 1
        $again = @(Get-ClemModel "wrong-$_" | Invoke-ClemGame hellogame -ResultsPath $results -WarningAction SilentlyContinue)
        $again.Reused | Should -Not -Contain $true
        $again.Outcome | Sort-Object -Unique | Should -Be 'Success'
        $again | Test-ClemResult -Quiet | Should -BeTrue
    }
}
