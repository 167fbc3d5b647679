BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/HubServer.ps1')
    . (Join-Path $PSScriptRoot 'Support/Checkpoint.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive

    $root = Join-Path $TestDrive 'hub'
    New-Checkpoint (Join-Path $root 'acme/tiny-chat') -Template $ChatMl
    New-Checkpoint (Join-Path $root 'acme/second-chat') -Template $ChatMl
    New-Checkpoint (Join-Path $root 'acme/second-chat@old') -Template "{{ raise_exception('an old one') }}"
    New-Checkpoint (Join-Path $root 'acme/no-template-chat') -Template $null
    New-Checkpoint (Join-Path $root 'acme/plain-base') -Template $null -Control '</s>' -Eos '</s>'
    New-Checkpoint (Join-Path $root 'acme/slow-chat') -Template $ChatMl -Slow
    New-Checkpoint (Join-Path $root 'acme/no-system') -Template ("{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + $ChatMl)
    New-Checkpoint (Join-Path $root 'acme/closed-chat') -Template $ChatMl
    New-Gguf (Join-Path $root 'acme/tiny-gguf/tiny-q8_0.gguf') -Template $ChatMl
    $null = [System.IO.Directory]::CreateDirectory((Join-Path $root 'acme/empty'))
    [System.IO.File]::WriteAllText((Join-Path $root 'acme/empty/README.md'), 'nothing')
    $script:hub = Start-HubServer $root -Gated 'acme/closed-chat' -Info @{ 'acme/tiny-gguf' = @{ gguf = @{ architecture = 'tiny'; context_length = 2048; chat_template = $ChatMl; bos_token = '<s>'; eos_token = '<|im_end|>' } } }
    $script:old = Use-HubServer $script:hub -Cache (Join-Path $TestDrive 'cache')
}

AfterAll {
    Restore-HubEnvironment $script:old
    Stop-HubServer $script:hub
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Test-ClemTemplate with the hub' {
    It 'reports on a sound model, and proposes its entry' {
        $report = Test-ClemTemplate -HuggingFaceId acme/tiny-chat
        $report.Passed | Should -BeTrue
        $report.Error | Should -BeNullOrEmpty
        $report.HuggingFaceId | Should -Be 'acme/tiny-chat'
        $report.Source | Should -Be 'premade'
        $report.EosToken | Should -Be '<|im_end|>'
        $report.BosToken | Should -BeNullOrEmpty
        $report.EosToCull | Should -Be '<|im_end|>'
        $report.TokenizerClass | Should -Be 'Qwen2Tokenizer'
        $report.VocabularySize | Should -Be 259
        $report.ContextSize | Should -Be 4096
        $report.ChatTemplate | Should -BeExactly $ChatMl
        $report.Rendered | Should -BeLike "<|im_start|>user`n*<|im_start|>assistant`n"
        @($report.Checks | Where-Object { -not $_.Passed -and $_.Severity -ne 'Information' }).Count | Should -Be 0
        $report.Suggestion.Name | Should -Be 'tiny-chat'
        $report.Suggestion.Backend | Should -Be 'huggingface_local'
        $report.Suggestion.Properties.premade_chat_template | Should -BeTrue
        $report.Suggestion.Properties.eos_to_cull | Should -BeExactly '<\|im_end\|>'
    }

    It 'streams one report for each model, and one that fails does not stop the others' {
        $ids = 'acme/tiny-chat', 'acme/not-there', 'no id at all', 'acme/no-template-chat', 'acme/closed-chat', 'acme/empty', 'acme/second-chat'
        $reports = @(Test-ClemTemplate -HuggingFaceId $ids -ErrorAction SilentlyContinue -ErrorVariable problems)
        $reports.Name | Should -Be $ids
        $reports.Passed | Should -Be @($true, $false, $false, $false, $false, $false, $true)
        $problems.FullyQualifiedErrorId | ForEach-Object { $_.Split(',')[0] } | Should -Be @(
            'Clem.Hub.RepositoryNotFound', 'Clem.Hub.InvalidRepositoryId', 'Clem.Hub.GatedRepository', 'Clem.Template.NoTokenizer')
        foreach ($report in $reports | Where-Object Passed -EQ $false) {
            $report.Error | Should -Not -BeNullOrEmpty
            $report.Error.Trim().Split("`n").Count | Should -Be 1
        }
        foreach ($problem in $problems) { $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty }

        # A template that merely does not pass is a verdict and no error.
        $reports[3].Error | Should -BeLike '*no chat template*'
        $reports[3].Suggestion.Properties.premade_chat_template | Should -BeFalse
        $reports[3].Suggestion.Properties.custom_chat_template | Should -BeLike '*<|im_start|>*'
    }

    It 'gives each report as soon as it is there' {
        $first = 'acme/tiny-chat', 'acme/not-there' | Test-ClemTemplate -ErrorAction Stop | Select-Object -First 1
        $first.Passed | Should -BeTrue
    }

    It 'checks a revision' {
        (Test-ClemTemplate acme/second-chat -Revision old).Error | Should -BeLike '*an old one*'
        { Test-ClemTemplate acme/second-chat -Revision none -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Hub.RevisionNotFound*'
    }

    It 'needs no network once the files are in the cache' {
        $null = Test-ClemTemplate acme/tiny-chat, acme/slow-chat
        $calls = $script:hub.Calls.Count
        $env:HF_HUB_OFFLINE = '1'
        try {
            $reports = @(Test-ClemTemplate acme/tiny-chat, acme/slow-chat -WarningVariable warnings)
            $reports.Passed | Should -Be @($true, $true)
            $warnings.Count | Should -Be 0
            { Test-ClemTemplate acme/never-seen -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Hub.*'
        }
        finally { [System.Environment]::SetEnvironmentVariable('HF_HUB_OFFLINE', $null) }
        $script:hub.Calls.Count | Should -Be $calls
    }

    It 'warns of a system role that the template refuses' {
        $report = Test-ClemTemplate acme/no-system
        $report.Passed | Should -BeTrue
        $check = $report.Checks | Where-Object Name -EQ 'SystemMessage'
        $check.Passed | Should -BeFalse
        $check.Verdict | Should -Be 'warning'
        $check.Message | Should -BeLike '*System role not supported*line 1*'
    }

    It 'says why a base model cannot be used' {
        $report = Test-ClemTemplate acme/plain-base
        $report.Passed | Should -BeFalse
        $report.Suggestion | Should -BeNullOrEmpty
        $report.Error | Should -BeLike '*base model*'
    }

    It 'proposes slow_tokenizer where there is no other' {
        (Test-ClemTemplate acme/slow-chat).Suggestion.Properties.slow_tokenizer | Should -BeTrue
    }

    It 'reads a GGUF repository without fetching weights' {
        $report = Test-ClemTemplate acme/tiny-gguf
        $report.Passed | Should -BeTrue
        $report.Source | Should -Be 'gguf'
        $report.Suggestion.Backend | Should -Be 'llamacpp'
        $report.Suggestion.Properties.filename | Should -Be 'tiny-q8_0.gguf'
        $report.ContextSize | Should -Be 2048
        @($script:hub.Calls | Where-Object Path -Like '*resolve*tiny-q8_0.gguf').Count | Should -Be 0
    }

    It 'answers with a bool' {
        Test-ClemTemplate acme/tiny-chat -Quiet | Should -BeTrue
        Test-ClemTemplate acme/tiny-chat, acme/no-template-chat -Quiet | Should -BeFalse
        Test-ClemTemplate acme/not-there -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
    }
}

Describe 'Test-ClemTemplate with files' {
    It 'checks folders, by wildcards too' {
        $reports = @(Test-ClemTemplate -Path (Join-Path $TestDrive 'hub/acme/*-chat'))
        $reports.Count | Should -Be 5
        ($reports | Where-Object Name -Like '*tiny-chat').Suggestion.Properties.path | Should -Be (Join-Path (Get-Item $TestDrive).FullName 'hub/acme/tiny-chat')
        (Test-ClemTemplate -LiteralPath (Join-Path $TestDrive 'hub/acme/tiny-chat')).Passed | Should -BeTrue
        { Test-ClemTemplate -Path (Join-Path $TestDrive 'none') -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Path.NotFound*'
    }

    It 'checks a tokenizer_config.json and a GGUF file, from the pipeline too' {
        (Test-ClemTemplate -Path (Join-Path $TestDrive 'hub/acme/tiny-chat/tokenizer_config.json')).Passed | Should -BeTrue
        $report = Get-ChildItem (Join-Path $TestDrive 'hub/acme/tiny-gguf/*.gguf') | Test-ClemTemplate
        $report.Passed | Should -BeTrue
        $report.Source | Should -Be 'gguf'
        $report.VocabularySize | Should -Be 4
        $report.Suggestion.Properties.path | Should -BeLike '*tiny-q8_0.gguf'
    }

    It 'writes an error for a broken tokenizer.json, beside the report' {
        $folder = Join-Path $TestDrive 'broken-tokenizer'
        New-Checkpoint $folder -Template $ChatMl
        [System.IO.File]::WriteAllText((Join-Path $folder 'tokenizer.json'), '{"model": ')
        $report = Test-ClemTemplate -Path $folder -ErrorAction SilentlyContinue -ErrorVariable problems
        $report.Passed | Should -BeFalse
        $report.Suggestion | Should -BeNullOrEmpty
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Tokenizer.InvalidFile*'
        { Test-ClemTemplate -Path $folder -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Tokenizer.InvalidFile*'
    }

    It 'names file, place and cause of <Cause>' -ForEach @(
        @{ Cause = 'a syntax error'; Text = '{"chat_template": '; Like = '*tokenizer_config.json, line 1*' }
        @{ Cause = 'a wrong type'; Text = '{"chat_template": 7}'; Like = '*tokenizer_config.json: $.chat_template is a number*' }
        @{ Cause = 'a template that does not compile'; Text = '{"chat_template": "{% for %}"}'; Like = '*line 1 of the template*' }
    ) {
        $folder = Join-Path $TestDrive 'broken'
        $null = [System.IO.Directory]::CreateDirectory($folder)
        [System.IO.File]::WriteAllText((Join-Path $folder 'tokenizer_config.json'), $Text)
        $report = Test-ClemTemplate -Path $folder -ErrorAction SilentlyContinue
        $report.Passed | Should -BeFalse
        $report.Error | Should -BeLike ($Like.Replace('[', '`['))
    }
}

Describe 'Test-ClemTemplate with entries and templates' {
    It 'checks the entry that a name selects, and entries from the pipeline' {
        $entry = Resolve-ClemModel @{ model_name = 'mine'; backend = 'huggingface_local'; huggingface_id = 'acme/tiny-chat'; premade_chat_template = $true }
        $report = $entry | Test-ClemTemplate
        $report.Name | Should -Be 'mine'
        $report.Passed | Should -BeTrue
        $report.Suggestion.Name | Should -Be 'mine'
        (Test-ClemTemplate -Model $entry).Passed | Should -BeTrue

        $custom = Resolve-ClemModel @{ model_name = 'own'; backend = 'huggingface_local'; huggingface_id = 'acme/tiny-chat'; custom_chat_template = "{{ raise_exception('mine') }}" }
        $report = $custom | Test-ClemTemplate
        $report.Source | Should -Be 'custom'
        $report.Error | Should -BeLike '*mine*'
    }

    It 'refuses models whose template is applied elsewhere' {
        $report = Get-ClemModel gpt-4o-mini | Test-ClemTemplate -ErrorAction SilentlyContinue -ErrorVariable problems
        $report.Passed | Should -BeFalse
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Template.NoCheckpoint*'
    }

    It 'checks a template alone, or in place of the model''s own' {
        $report = Test-ClemTemplate -Template $ChatMl
        $report.Passed | Should -BeTrue
        $report.Source | Should -Be 'custom'
        $report = Test-ClemTemplate acme/no-template-chat -Template $ChatMl
        $report.Passed | Should -BeTrue
        $report.Suggestion.Properties.custom_chat_template | Should -BeExactly $ChatMl
        $report.Suggestion.Properties.premade_chat_template | Should -BeFalse
    }

    It 'shows the tokenizer and the template when asked to' {
        $report = Test-ClemTemplate acme/tiny-chat
        $shown = $report | Out-String -Width 100
        $shown | Should -BeLike '*passes*MinimalConversation*Suggestion*'
        $shown | Should -Not -BeLike '*add_generation_prompt*'
        $shown | Should -Not -BeLike '*pad_token*'
        Test-ClemTemplate acme/tiny-chat -i | Out-String -Width 100 | Should -BeLike '*vocabulary 259*eos_token <|im_end|>*'
        Test-ClemTemplate acme/tiny-chat -t | Out-String -Width 100 | Should -BeLike '*add_generation_prompt*'
        $report.Checks | Out-String -Width 100 | Should -BeLike '*MinimalConversation*passed*'
        @($shown.Split("`n") | Where-Object { $_.TrimEnd().Length -gt 100 }).Count | Should -Be 0
    }
}

Describe 'The views of a report' {
    It 'has a line for each model in a table' {
        $table = Test-ClemTemplate acme/tiny-chat, acme/no-template-chat | Format-Table | Out-String -Width 200
        $table | Should -Match '(?m)^Name +Source +Passed +EosToCull +Context +Remarks'
        $table | Should -Match '(?m)^acme/tiny-chat +premade +True +<\|im_end\|> +4096'
        $table | Should -Match '(?m)^acme/no-template-chat .*False .*no chat template'
    }

    It 'shows a few properties where another kind of object came first' {
        $shown = @(Get-ClemModel mock; Test-ClemTemplate acme/tiny-chat) | Out-String -Width 200
        $shown | Should -BeLike '*EosToCull*'
        $shown | Should -Not -BeLike '*TemplateNames*'
    }

    It 'shows no empty lines for what is not known' {
        $missing = Test-ClemTemplate acme/not-there -i -t -ErrorAction SilentlyContinue
        $missing | Out-String -Width 100 | Should -Not -Match '(?m)^(Tokenizer|ChatTemplate|Model)\b'
        $folder = Join-Path $TestDrive 'no-context'
        New-Checkpoint $folder -Template $ChatMl
        Remove-Item (Join-Path $folder 'config.json')
        $config = Get-Content (Join-Path $folder 'tokenizer_config.json') -Raw | ConvertFrom-Json
        $config.PSObject.Properties.Remove('model_max_length')
        $config | ConvertTo-Json -Depth 9 | Set-Content (Join-Path $folder 'tokenizer_config.json')
        Test-ClemTemplate -Path $folder | Out-String -Width 100 | Should -Match '(?m)^Model +: Qwen2Tokenizer, 259 tokens\r?$'
    }
}

Describe 'Text of strangers' {
    It 'does not steer the terminal' {
        $escape = [char]27
        $report = Test-ClemTemplate -Template "${escape}[31mred{{ messages[0].content }}{{ raise_exception('${escape}[2J') if messages | length > 5 }}"
        $report.Rendered | Should -BeLike "*$escape*"
        $report.Error | Should -Not -BeLike "*$escape*"
        $report | Out-String | Should -Not -BeLike "*$escape``[31m*"
        (Format-ClemPrompt -Template "${escape}[31m" -Message 'x') | Out-String | Should -Not -BeLike "*$escape*"
    }
}

Describe 'Test-ClemTemplate and Register-ClemModel' {
    It 'registers what is proposed' {
        $file = Join-Path $TestDrive 'registered.json'
        $entry = Test-ClemTemplate acme/tiny-chat | Register-ClemModel -Path $file
        $entry.Name | Should -Be 'tiny-chat'
        $written = Get-Content $file -Raw | ConvertFrom-Json
        $written[0].huggingface_id | Should -Be 'acme/tiny-chat'
        $written[0].premade_chat_template | Should -BeTrue
        $written[0].eos_to_cull | Should -BeExactly '<\|im_end\|>'
        @(Get-ClemModel tiny-chat -RegistryPath $file | Test-ClemModel | Where-Object { $_.Name -in 'Schema', 'EosToCull', 'ChatTemplate', 'ContextSize' -and -not $_.Passed }).Count | Should -Be 0
    }

    It 'registers a template to start from with a warning, and nothing where nothing is proposed' {
        $file = Join-Path $TestDrive 'registered2.json'
        $null = Test-ClemTemplate acme/no-template-chat, acme/plain-base | Register-ClemModel -Path $file -WarningVariable warnings -WarningAction SilentlyContinue -ErrorVariable problems -ErrorAction SilentlyContinue
        (Get-Content $file -Raw | ConvertFrom-Json).model_name | Should -Be 'no-template-chat'
        "$warnings" | Should -BeLike '*custom_chat_template*'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Registry.NothingProposed*'
        "$($problems[0])" | Should -BeLike '*base model*'
        (Get-ClemModel no-template-chat -RegistryPath $file | Test-ClemTemplate).Passed | Should -BeTrue
    }
}

Describe 'Test-ClemModel' {
    It 'compiles the custom template' {
        $bad = Resolve-ClemModel @{ model_name = 'x'; backend = 'mock'; premade_chat_template = $false; custom_chat_template = "a`n{% if %}" }
        $check = $bad | Test-ClemModel | Where-Object Name -EQ 'ChatTemplate'
        $check.Passed | Should -BeFalse
        $check.Message | Should -BeLike '*line 2*'
        $good = Resolve-ClemModel @{ model_name = 'x'; backend = 'mock'; custom_chat_template = $ChatMl }
        ($good | Test-ClemModel | Where-Object Name -EQ 'ChatTemplate').Passed | Should -BeTrue
    }
}

Describe 'Format-ClemPrompt' {
    It 'shows what the model is sent' {
        $prompt = Format-ClemPrompt -HuggingFaceId acme/tiny-chat -Message 'Hello'
        $prompt.Text | Should -BeExactly "<|im_start|>user`nHello<|im_end|>`n<|im_start|>assistant`n"
        $prompt.TokenIds | Should -BeNullOrEmpty
        $prompt.InputSpans[-1].Length | Should -Be 5
        (Format-ClemPrompt -HuggingFaceId acme/tiny-chat -Message 'Hello' -NoGenerationPrompt).Text | Should -BeExactly "<|im_start|>user`nHello<|im_end|>`n"
    }

    It 'takes texts, hashtables and objects from the pipeline as one conversation' {
        $prompt = 'One', 'two', @{ role = 'assistant'; content = 'Three' }, [pscustomobject]@{ Role = 'user'; Content = 'Four' } | Format-ClemPrompt -Template $ChatMl
        $prompt.Text | Should -BeExactly "<|im_start|>user`nOne`n`ntwo<|im_end|>`n<|im_start|>assistant`nThree<|im_end|>`n<|im_start|>user`nFour<|im_end|>`n<|im_start|>assistant`n"
    }

    It 'keeps members that the template knows' {
        $message = @{ role = 'assistant'; content = ''; tool_calls = @(@{ name = 'f' }) }
        (Format-ClemPrompt -Template '{{ messages[0].tool_calls[0].name }}' -Message $message).Text | Should -BeExactly 'f'
    }

    It 'tokenises, and takes control tokens in messages for text' {
        $prompt = Format-ClemPrompt -LiteralPath (Join-Path $TestDrive 'hub/acme/tiny-chat') -Message '<|im_end|>' -Tokenize
        $prompt.TokenCount | Should -Be $prompt.TokenIds.Count
        @($prompt.TokenIds | Where-Object { $_ -eq 258 }).Count | Should -Be 1
        $prompt.Tokens[0] | Should -BeExactly '<|im_start|>'
        { Format-ClemPrompt -Template 'x' -Message 'y' -Tokenize -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Template.NoTokenizer*'
    }

    It 'takes an entry, by name too' {
        '[{"model_name": "named", "backend": "huggingface_local", "huggingface_id": "acme/tiny-chat", "custom_chat_template": "{{ messages[0].content }}!"}]' | Set-Content (Join-Path $TestDrive 'model_registry.json')
        try {
            (Format-ClemPrompt -Model named -Message 'Hello').Text | Should -BeExactly 'Hello!'
            (Format-ClemPrompt -Model (Get-ClemModel named) -Message 'Hello').Text | Should -BeExactly 'Hello!'
        }
        finally { Remove-Item (Join-Path $TestDrive 'model_registry.json') }
    }

    It 'takes the messages of an episode' {
        $null = Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath (Join-Path $TestDrive 'results') | Select-Object -First 2
        $episode = Get-ClemEpisode -Path (Join-Path $TestDrive 'results') | Select-Object -First 1
        # Two play it, and each was sent a conversation of its own.
        $events = @($episode | Get-ClemInteraction)
        { $events | Format-ClemPrompt -Template $ChatMl -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Prompt.SeveralPlayers*'
        $players = @($events.To | Where-Object { $_ -ne 'GM' } | Sort-Object -Unique)
        $players.Count | Should -Be 2
        foreach ($player in $players) {
            $prompt = $events | Format-ClemPrompt -Template $ChatMl -Player $player
            $first = @($events | Where-Object { $_.From -eq 'GM' -and $_.To -eq $player -and $_.Type -eq 'send message' })[0].Content.Trim()
            $prompt.Text.StartsWith("<|im_start|>user`n$first") | Should -BeTrue
            $said = @($events | Where-Object { $_.From -eq $player -and $_.Type -eq 'get message' }).Count
            [regex]::Matches($prompt.Text, '<\|im_start\|>assistant').Count | Should -Be ($said + 1)
        }
        $several = @($events; Get-ClemEpisode -Path (Join-Path $TestDrive 'results') | Select-Object -Skip 1 -First 1 | Get-ClemInteraction)
        { $several | Format-ClemPrompt -Template $ChatMl -Player $players[0] -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Prompt.SeveralEpisodes*'
    }

    It 'formats each call of an episode, and one player''s events' {
        $folder = Join-Path $TestDrive 'two-players'
        $null = Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath $folder | Select-Object -First 1
        $episode = Get-ClemEpisode -Path $folder | Select-Object -First 1
        $requests = @($episode | Get-ClemRequest)
        $prompts = @($requests | Format-ClemPrompt -Template $ChatMl)
        $prompts.Count | Should -Be $requests.Count
        $prompts[0].Text | Should -BeLike '<|im_start|>user*<|im_start|>assistant*'
        @($episode | Get-ClemRequest | Format-ClemPrompt -Template $ChatMl -Player $requests[0].Player).Count | Should -Be @($requests | Where-Object Player -EQ $requests[0].Player).Count
        { $requests | Format-ClemPrompt -Template $ChatMl -Player 'Nobody' -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Prompt.NoSuchPlayer*'
        { @($requests) + 'x' | Format-ClemPrompt -Template $ChatMl -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Prompt.MixedMessages*'
    }

    It 'finds the messages in the form of each service' -ForEach @(
        @{ Prompt = @{ model = 'm'; messages = @(@{ role = 'user'; content = 'Hi' }) }; Text = 'user:Hi;' }
        @{ Prompt = @{ system = 'Be brief.'; messages = @(@{ role = 'user'; content = 'Hi' }) }; Text = 'system:Be brief.;user:Hi;' }
        @{ Prompt = @{ messages = @(@{ role = 'user'; content = @(@{ type = 'text'; text = 'H' }, @{ type = 'text'; text = 'i' }) }) }; Text = 'user:Hi;' }
        @{ Prompt = @{ role = 'user'; content = 'Hi' }; Text = 'user:Hi;' }
        @{ Prompt = @{ inputs = '<|im_start|>user' }; Text = $null }
    ) {
        $folder = Join-Path $TestDrive 'service'
        if (-not (Test-Path $folder)) { $null = Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath $folder | Select-Object -First 1 }
        $episode = Get-ClemEpisode -Path $folder | Select-Object -First 1
        $file = @(Get-ChildItem $episode.Path -Filter 'player_*.requests.json' | Where-Object { (Get-Content $_.FullName -Raw | ConvertFrom-Json).calls.Count })[0].FullName
        $record = Get-Content $file -Raw | ConvertFrom-Json
        $record.calls = @($record.calls[0])
        $record.calls[0].call.manipulated_prompt_obj = $Prompt
        $record | ConvertTo-Json -Depth 20 | Set-Content $file
        $request = $episode | Get-ClemRequest | Where-Object Player -EQ $record.meta.player_name
        $template = '{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}'
        if ($Text) { ($request | Format-ClemPrompt -Template $template).Text | Should -BeExactly $Text }
        else { { $request | Format-ClemPrompt -Template $template -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Prompt.NoMessages*' }
    }

    It 'tells a file''s name from a template' {
        [System.IO.File]::WriteAllText((Join-Path $TestDrive 'mine.jinja'), $ChatMl)
        foreach ($name in './mine.jinja', 'mine.jinja', (Join-Path $TestDrive 'mine.jinja')) {
            { Format-ClemPrompt -Template $name -Message 'x' -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Template.FileName*'
            { Test-ClemTemplate -Template $name -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Template.FileName*'
        }
        (Format-ClemPrompt -Template 'no-such.jinja' -Message 'x').Text | Should -BeExactly 'no-such.jinja'
    }

    It 'says what is no message, and which template refuses' {
        { 'fine', 42 | Format-ClemPrompt -Template $ChatMl -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Prompt.BadMessage*'
        { @{ role = 'user'; content = [scriptblock]::Create('1') } | Format-ClemPrompt -Template $ChatMl -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Prompt.BadMessage*'
        { @{ content = 'x' } | Format-ClemPrompt -Template $ChatMl -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Prompt.BadMessage*'
        { 'x' | Format-ClemPrompt -Template "{{ raise_exception('no') }}" -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Template.Raised*'
        'fine', 42 | Format-ClemPrompt -Template $ChatMl -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }
}
