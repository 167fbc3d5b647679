# The guide as one command, with the packaged model in several states of disorder, as folders and on a hub on loopback.

BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/HubServer.ps1')
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:saved = Clear-KeyEnvironment
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    # Not every program that runs these tests can start a model's own process.
    $env:CLEMBENCH_LLAMA_IN_PROCESS = '1'
    Push-Location $TestDrive
    $script:canPlay = (Get-ClemModel tiny-greeter-gguf).Availability -eq 'Ready'

    $packaged = Join-Path (Get-Module Clembench).ModuleBase 'models/tiny-greeter'
    function New-Greeter([string] $Folder, [scriptblock] $Change) {
        $null = New-Item -ItemType Directory $Folder -Force
        Get-ChildItem $packaged -File | Where-Object Extension -NE '.gguf' | Copy-Item -Destination $Folder
        if ($Change) {
            $file = Join-Path $Folder 'tokenizer_config.json'
            $config = Get-Content $file -Raw | ConvertFrom-Json -AsHashtable
            & $Change $config
            [System.IO.File]::WriteAllText($file, (ConvertTo-Json $config -Depth 10))
        }
    }

    $hub = Join-Path $TestDrive 'hub'
    New-Greeter (Join-Path $hub 'acme/greeter')
    # A template that ends answers with another token than the model does: the check of the template cannot know, the records show it.
    $script:astray = "{% for m in messages %}{{ '<|turn|>' + m['role'] + '\n' + m['content'] + ('<|pad|>' if m['role'] == 'assistant' else '<|end|>') + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\n' }}{% endif %}"
    New-Greeter (Join-Path $hub 'acme/astray') { param($config) $config['chat_template'] = $script:astray }
    New-Greeter (Join-Path $hub 'acme/base') { param($config) $config.Remove('chat_template') }
    New-Greeter (Join-Path $hub 'acme/closed')
    $script:server = Start-HubServer $hub -Gated 'acme/closed'
    $script:cache = Join-Path $TestDrive 'cache'
    $script:old = Use-HubServer $script:server -Cache $script:cache

    # The short names of the types, in the order in which they come, each as often as in a row.
    function Get-Order($Objects) {
        $last = ''
        @(foreach ($one in $Objects) { if ($one.GetType().Name -ne $last) { $last = $one.GetType().Name; $last } })
    }

    # By name: where the engine's assembly is loaded twice, a type literal means one of them.
    function Select-Type($Objects, [string] $Name) { @($Objects | Where-Object { $_.GetType().Name -eq $Name }) }

    function Skip-WithoutLlama {
        if (-not $script:canPlay) { Set-ItResult -Skipped -Because "llama.cpp's libraries are not here" }
        -not $script:canPlay
    }
}

AfterAll {
    Restore-HubEnvironment $script:old
    Stop-HubServer $script:server
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME, Env:CLEMBENCH_LLAMA_IN_PROCESS
    Restore-Environment $script:saved
}

Describe 'Add-ClemModel' {
    It 'shows its plan with -WhatIf, and leaves nothing' {
        $out = @(Add-ClemModel acme/greeter -WhatIf)
        Get-Order $out | Should -Be @('ModelCard', 'TemplateReport')
        $out[1].Suggestion.Properties.eos_to_cull | Should -BeExactly '<\|end\|>'
        Join-Path $TestDrive 'user/model_registry.json' | Should -Not -Exist
        $script:cache | Should -Not -Exist
        Join-Path $TestDrive 'results' | Should -Not -Exist
        @($script:server.Calls | Where-Object Path -Like '*model.safetensors*').Count | Should -Be 0
        Get-ClemModel greeter | Should -BeNullOrEmpty
        @([System.IO.Directory]::GetDirectories([System.IO.Path]::GetTempPath(), 'clembench-*') | Where-Object { Test-Path (Join-Path $_ 'models--acme--greeter') }).Count | Should -Be 0
    }

    It 'takes entries by their id, and says of those that have none what to do' {
        $registry = Join-Path $TestDrive 'piped.json'
        Set-Content $registry '[{"model_name": "far", "backend": "openai"}, {"model_name": "near", "backend": "huggingface_local", "huggingface_id": "acme/greeter"}]'
        $out = @(Get-ClemModel far, near -RegistryPath $registry | Add-ClemModel -WhatIf -ErrorVariable problems -ErrorAction SilentlyContinue)
        Get-Order $out | Should -Be @('ModelCard', 'TemplateReport')
        @($problems).Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Hub.NoRepository,*'
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Path*'
    }

    It 'adds a model of the hub whose entry is right at once' {
        if (Skip-WithoutLlama) { return }
        $out = @(Add-ClemModel acme/greeter -Force)
        Get-Order $out | Should -Be @('ModelCard', 'TemplateReport', 'ModelEntry', 'Episode', 'ResultCheck')
        $out[0].HuggingFaceId | Should -Be 'acme/greeter'
        $out[1].Passed | Should -BeTrue
        $entry = $out[2]
        $entry.Source | Should -Be (Join-Path $TestDrive 'user/model_registry.json')
        $entry.Properties.huggingface_id | Should -Be 'acme/greeter'
        $entry.Properties.premade_chat_template | Should -BeTrue
        @(Select-Type $out Episode).Count | Should -Be 20
        $checks = @(Select-Type $out ResultCheck)
        $checks.Count | Should -Be 100
        $checks.Passed | Should -Not -Contain $false
        (Get-ClemModel greeter).Availability | Should -Be 'Ready'
        @($script:server.Calls | Where-Object { $_.Path -like '*model.safetensors*' -and $_.Method -eq 'GET' }).Count | Should -Be 1
    }

    It 'writes and plays nothing anew when it is called again' {
        if (Skip-WithoutLlama) { return }
        $before = [System.IO.File]::ReadAllText((Join-Path $TestDrive 'user/model_registry.json'))
        # Nothing is to be confirmed, so nobody is asked.
        $out = @(Add-ClemModel acme/greeter)
        Get-Order $out | Should -Be @('ModelCard', 'TemplateReport', 'ModelEntry', 'Episode', 'ResultCheck')
        (Select-Type $out Episode).Reused | Should -Not -Contain $false
        [System.IO.File]::ReadAllText((Join-Path $TestDrive 'user/model_registry.json')) | Should -BeExactly $before
    }

    It 'mends an entry whose EOS text is wrong, in a second round' {
        if (Skip-WithoutLlama) { return }
        $registry = Join-Path $TestDrive 'mended.json'
        $results = Join-Path $TestDrive 'mended'
        $out = @(Add-ClemModel acme/astray -Force -RegistryPath $registry -ResultsPath $results -InformationVariable told)
        Get-Order $out | Should -Be @('ModelCard', 'TemplateReport', 'ModelEntry', 'Episode', 'ResultCheck', 'ModelEntry', 'Episode', 'ResultCheck')
        $entries = @(Select-Type $out ModelEntry)
        $entries[0].Properties.eos_to_cull | Should -BeExactly '<\|pad\|>'
        $entries[1].Properties.eos_to_cull | Should -BeLike '*<\|end\|>'
        $checks = @(Select-Type $out ResultCheck)
        @($checks | Where-Object { !$_.Passed }).Name | Select-Object -Unique | Should -Be 'EosCulled'
        $checks[-100..-1].Passed | Should -Not -Contain $false
        "$told" | Should -BeLike "*'astray' is added*2 round(s)*"
        # The file has the entry once, as it was mended, and no other file has it.
        $written = @(Get-Content $registry -Raw | ConvertFrom-Json)
        $written.Count | Should -Be 1
        $written[0].eos_to_cull | Should -BeExactly $entries[1].Properties.eos_to_cull
        Get-ClemModel astray | Should -BeNullOrEmpty
        Test-ClemResult $results -RegistryPath $registry -Quiet | Should -BeTrue
    }

    It 'stops at the limit of rounds, and says how to go on' {
        if (Skip-WithoutLlama) { return }
        $registry = Join-Path $TestDrive 'limited.json'
        $null = Add-ClemModel acme/astray -Force -RegistryPath $registry -ResultsPath (Join-Path $TestDrive 'limited') -RoundLimit 1 -ErrorAction SilentlyContinue -ErrorVariable problems
        @($problems).Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Add.CheckFailed,*'
        $problems[0].Exception.InnerException.Id | Should -Be 'Clem.Add.RoundLimit'
        "$problems" | Should -BeLike '*checking the records*EosCulled failed in 20 episode(s)*'
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*-RoundLimit*stays in*the same command*'
        $written = Get-Content $registry -Raw | ConvertFrom-Json
        $written.eos_to_cull | Should -BeExactly '<\|pad\|>'

        # The same command with more rounds begins with the entry that stands there.
        $out = @(Add-ClemModel acme/astray -Force -RegistryPath $registry -ResultsPath (Join-Path $TestDrive 'limited'))
        Get-Order $out | Should -Be @('ModelCard', 'TemplateReport', 'ModelEntry', 'Episode', 'ResultCheck', 'ModelEntry', 'Episode', 'ResultCheck')
        (Select-Type $out Episode | Select-Object -First 20).Reused | Should -Not -Contain $false
    }

    It 'refuses a model without a chat template, in words' {
        $registry = Join-Path $TestDrive 'refused.json'
        $out = @(Add-ClemModel acme/base -Force -RegistryPath $registry -ErrorAction SilentlyContinue -ErrorVariable problems)
        Get-Order $out | Should -Be @('ModelCard', 'TemplateReport')
        $out[1].Passed | Should -BeFalse
        @($problems).Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Add.TemplateFailed,*'
        "$problems" | Should -BeLike '*acme/base*checking the chat template*no chat template*base model*'
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Template*Nothing was registered*'
        $registry | Should -Not -Exist
    }

    It 'adds it with a template that is given' {
        if (Skip-WithoutLlama) { return }
        $template = (Get-Content (Join-Path $TestDrive 'hub/acme/greeter/tokenizer_config.json') -Raw | ConvertFrom-Json).chat_template
        $out = @(Add-ClemModel acme/base -Template $template -Name given -Property @{ open_weight = $true } -Force -RegistryPath (Join-Path $TestDrive 'given.json') -ResultsPath (Join-Path $TestDrive 'given'))
        $entry = Select-Type $out ModelEntry
        $entry.Name | Should -Be 'given'
        $entry.OpenWeight | Should -BeTrue
        $entry.Properties.premade_chat_template | Should -BeFalse
        $entry.Properties.custom_chat_template | Should -BeExactly $template
        (Select-Type $out ResultCheck).Passed | Should -Not -Contain $false
    }

    It 'adds a folder, by -Path, by the pipeline of files, and as an id that is a path' {
        if (Skip-WithoutLlama) { return }
        # The name of the folder is that of the model that was added from the hub.
        $arguments = @{ Name = 'folder'; Force = $true; RegistryPath = (Join-Path $TestDrive 'folders.json'); ResultsPath = (Join-Path $TestDrive 'folders') }
        $first = @(Add-ClemModel -Path ./hub/acme/greet* @arguments)
        Get-Order $first | Should -Be @('TemplateReport', 'ModelEntry', 'Episode', 'ResultCheck')
        $first[1].Properties.path | Should -Be (Join-Path $TestDrive 'hub/acme/greeter')
        foreach ($again in @(Get-Item ./hub/acme/greeter | Add-ClemModel @arguments), @(Add-ClemModel ./hub/acme/greeter @arguments)) {
            Get-Order $again | Should -Be @('TemplateReport', 'ModelEntry', 'Episode', 'ResultCheck')
            (Select-Type $again Episode).Reused | Should -Not -Contain $false
        }
    }

    It 'does not take the name of another model' {
        $registry = Join-Path $TestDrive 'taken.json'
        [System.IO.File]::WriteAllText($registry, '[{"model_name": "greeter", "backend": "openai", "model_id": "greeter-9"}]')
        $null = Add-ClemModel acme/greeter -Force -RegistryPath $registry -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems[0].Exception.InnerException.Id | Should -Be 'Clem.Add.NameTaken'
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Name*'
        [System.IO.File]::ReadAllText($registry) | Should -BeLike '*greeter-9*'
    }

    It 'does not write where nobody can be asked' {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try {
            $registry = Join-Path $TestDrive 'asked.json'
            $null = $shell.AddScript("Set-Location '$TestDrive'; Import-Module '$((Get-Module Clembench).Path)'; Add-ClemModel acme/greeter -Name asked -RegistryPath '$registry'")
            $null = $shell.Invoke()
            @($shell.Streams.Error).Count | Should -Be 1
            $shell.Streams.Error[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Add.EntryFailed,*'
            $shell.Streams.Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Force*'
            $registry | Should -Not -Exist
        }
        finally { $shell.Dispose() }
    }

    It 'tells each model that cannot be added, and goes on' {
        $out = @('acme/never', 'acme/closed', 'not an id', 'acme/base' | Add-ClemModel -Force -ErrorAction SilentlyContinue -ErrorVariable problems)
        Get-Order $out | Should -Be @('ModelCard', 'TemplateReport')
        $problems.FullyQualifiedErrorId | ForEach-Object { $_.Split(',')[0] } | Should -Be @('Clem.Add.CardFailed', 'Clem.Add.TemplateFailed', 'Clem.Add.CardFailed', 'Clem.Add.TemplateFailed')
        $problems[1].ErrorDetails.RecommendedAction | Should -BeLike '*Set-ClemKey huggingface*'
    }

    It 'says that the hub is away' {
        $away = Start-HubServer (Join-Path $TestDrive 'hub')
        $endpoint = $env:HF_ENDPOINT
        try {
            $env:HF_ENDPOINT = $away.Endpoint
            Stop-HubServer $away
            $null = Add-ClemModel acme/greeter -Name away -Force -ErrorAction SilentlyContinue -ErrorVariable problems
            @($problems).Count | Should -Be 1
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Add.CardFailed,*'
            $problems[0].CategoryInfo.Category | Should -Be 'ConnectionError'
            "$problems" | Should -BeLike "*Adding 'acme/greeter' stopped while reading the model's card*"
            $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*Nothing was registered*'
            Get-ClemModel away | Should -BeNullOrEmpty
        }
        finally { $env:HF_ENDPOINT = $endpoint }
    }
}
