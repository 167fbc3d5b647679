BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/HubServer.ps1')
    . (Join-Path $PSScriptRoot 'Support/Checkpoint.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive

    $root = Join-Path $TestDrive 'hub'
    New-Gguf (Join-Path $root 'acme/tiny-gguf/tiny-Q4_0.gguf') -Template $ChatMl
    New-Gguf (Join-Path $root 'acme/tiny-gguf/tiny-Q8_0.gguf') -Template $ChatMl
    New-Checkpoint (Join-Path $root 'acme/tiny-chat') -Template $ChatMl
    # Of a family that is converted, as far as one can tell before the weights are there.
    [System.IO.File]::WriteAllText((Join-Path $root 'acme/tiny-chat/config.json'), '{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "max_position_embeddings": 4096}')
    [System.IO.File]::WriteAllBytes((Join-Path $root 'acme/tiny-chat/model.safetensors'), [byte[]]::new(5000))
    New-Gguf (Join-Path $root 'acme/closed/m.gguf') -Template $ChatMl
    $script:hub = Start-HubServer $root -Gated 'acme/closed'
    $script:old = Use-HubServer $script:hub -Cache (Join-Path $TestDrive 'cache')

    $script:registry = Join-Path $TestDrive 'model_registry.json'
    [System.IO.File]::WriteAllText($script:registry, @'
[
  {"model_name": "local-gguf", "backend": "llamacpp", "huggingface_id": "acme/tiny-gguf", "model_config": {"filename": "*Q4_0.gguf", "eos_to_cull": "<\\|im_end\\|>"}},
  {"model_name": "local-chat", "backend": "huggingface_local", "huggingface_id": "acme/tiny-chat", "premade_chat_template": true, "eos_to_cull": "<\\|im_end\\|>"},
  {"model_name": "local-closed", "backend": "llamacpp", "huggingface_id": "acme/closed", "filename": "m.gguf", "requires_api_key": true},
  {"model_name": "local-gone", "backend": "llamacpp", "huggingface_id": "acme/never", "filename": "m.gguf"},
  {"model_name": "local-other", "backend": "llamacpp", "huggingface_id": "acme/tiny-gguf", "filename": "*Q6*.gguf"},
  {"model_name": "remote", "backend": "openai_compatible", "base_url": "http://127.0.0.1:9/v1"}
]
'@)
}

AfterAll {
    Restore-HubEnvironment $script:old
    Stop-HubServer $script:hub
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Save-ClemModel' {
    It 'says what it would fetch with -WhatIf, and fetches nothing' {
        $entry = Get-ClemModel local-gguf | Save-ClemModel -WhatIf
        $entry.Name | Should -Be 'local-gguf'
        Test-Path (Join-Path $TestDrive 'cache/models--acme--tiny-gguf/snapshots') | Should -BeFalse
        @($script:hub.Calls | Where-Object Path -Like '*Q4_0.gguf*').Count | Should -Be 0
    }

    It 'fetches the GGUF file that the pattern means, once' {
        $entry = Get-ClemModel local-gguf | Save-ClemModel
        $entry.GetType().FullName | Should -BeExactly 'Clembench.Models.ModelEntry'
        $files = @(Get-ChildItem (Join-Path $TestDrive 'cache/models--acme--tiny-gguf/snapshots') -Recurse -File)
        $files.Name | Should -Be 'tiny-Q4_0.gguf'
        (Get-FileHash $files[0].FullName).Hash | Should -Be (Get-FileHash (Join-Path $TestDrive 'hub/acme/tiny-gguf/tiny-Q4_0.gguf')).Hash
        $calls = @($script:hub.Calls | Where-Object Path -Like '*Q4_0.gguf*').Count
        $null = Save-ClemModel local-gguf
        @($script:hub.Calls | Where-Object Path -Like '*Q4_0.gguf*').Count | Should -Be $calls
    }

    It 'fetches configuration, tokenizer and weights of a checkpoint' {
        $null = Save-ClemModel -Name local-chat
        @(Get-ChildItem (Join-Path $TestDrive 'cache/models--acme--tiny-chat/snapshots') -Recurse -File).Name | Sort-Object |
            Should -Be (@('config.json', 'generation_config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json') | Sort-Object)
    }

    It 'tells each failure, and goes on' {
        $saved = @(Save-ClemModel local-gone, local-closed, local-other, local-gguf, not-registered -ErrorAction SilentlyContinue -ErrorVariable problems)
        $saved.Name | Should -Be 'local-gguf'
        $problems.FullyQualifiedErrorId | ForEach-Object { $_.Split(',')[0] } | Should -Be @(
            'Clem.Hub.RepositoryNotFound', 'Clem.Hub.GatedRepository', 'Clem.Model.NoSuchFile', 'Clem.Model.NotFound')
        $problems[1].ErrorDetails.RecommendedAction | Should -BeLike '*Set-ClemKey huggingface*'
        $problems[2].ErrorDetails.RecommendedAction | Should -BeLike '*tiny-Q4_0.gguf*'
    }

    It 'lets models through that need no files' {
        (Save-ClemModel remote).Name | Should -Be 'remote'
        @(Save-ClemModel rem*, local-g*f).Name | Should -Be @('remote', 'local-gguf')
    }
}

Describe 'Availability of local models' {
    It 'is NeedsDownload until the files are here, and NeedsKey where the hub wants one' {
        if ((Get-ClemModel local-gguf).Availability -eq 'NeedsBackend') {
            Set-ItResult -Skipped -Because 'the native library of llama.cpp is not here'
            return
        }

        $env:HF_HUB_CACHE = Join-Path $TestDrive 'another'
        (Get-ClemModel local-gguf).Availability | Should -Be 'NeedsDownload'
        (Get-ClemModel local-closed).Availability | Should -Be 'NeedsKey'
        (Save-ClemModel local-gguf).Availability | Should -Be 'Ready'
        { Invoke-ClemGame hellogame local-chat -ErrorAction Stop -WarningVariable script:warned -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'Clem.Run.NoModelAvailable*'
        "$script:warned" | Should -BeLike '*Save-ClemModel*-Download*'
        $env:HF_HUB_CACHE = Join-Path $TestDrive 'cache'
    }

    It 'Invoke-ClemGame -Download fetches what is missing before it plays' {
        if ((Get-ClemModel local-gguf).Availability -eq 'NeedsBackend') {
            Set-ItResult -Skipped -Because 'the native library of llama.cpp is not here'
            return
        }

        $env:HF_HUB_CACHE = Join-Path $TestDrive 'third'
        Invoke-ClemGame hellogame local-chat -InstanceId 0 -Download -WhatIf -ResultsPath (Join-Path $TestDrive 'r') -ErrorAction Stop | Should -BeNullOrEmpty
        Test-Path (Join-Path $TestDrive 'third/models--acme--tiny-chat/blobs') | Should -BeFalse
        # The weights are no model's: what matters here is that they come, and that the run says why it cannot go on.
        $null = Invoke-ClemGame hellogame local-chat -InstanceId 0 -Download -ResultsPath (Join-Path $TestDrive 'r') -ErrorAction SilentlyContinue -ErrorVariable problems
        @(Get-ChildItem (Join-Path $TestDrive 'third/models--acme--tiny-chat/snapshots') -Recurse -File).Name | Should -Contain 'model.safetensors'
        "$problems" | Should -BeLike "*The model 'local-chat' cannot be loaded*"
        Join-Path $TestDrive 'r' | Should -Not -Exist
        $env:HF_HUB_CACHE = Join-Path $TestDrive 'cache'
    }
}
