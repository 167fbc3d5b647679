BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/HubServer.ps1')

    $script:root = Join-Path $TestDrive 'hub'
    function Add-HubFile([string] $Id, [string] $Name, [string] $Content) {
        $path = Join-Path $script:root "$Id/$Name"
        New-Item -ItemType Directory -Force (Split-Path $path) | Out-Null
        [System.IO.File]::WriteAllText($path, $Content)
    }

    $escape = [char]27
    Add-HubFile 'owner/chat' 'README.md' "---`nlicense: apache-2.0`nlanguage:`n- en`n---`n`n# A model`n`nText with $escape[31mcolour and a bell$([char]7).`n"
    Add-HubFile 'owner/chat' 'config.json' '{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "max_position_embeddings": 8192}'
    Add-HubFile 'owner/chat' 'model.safetensors' 'weights'
    Add-HubFile 'owner/chat' 'tokenizer.json' '{}'
    Add-HubFile 'owner/chat@v1' 'config.json' '{"n_positions": 1024}'
    Add-HubFile 'owner/vision-gguf' 'config.json' '{"model_type": "gemma3", "text_config": {"max_position_embeddings": 131072}}'
    Add-HubFile 'owner/vision-gguf' 'vision-q4.gguf' 'weights'
    Add-HubFile 'owner/vision-gguf' 'mmproj-vision.gguf' 'projector'
    Add-HubFile 'owner/gated' 'README.md' 'Secret card'
    Add-HubFile 'owner/gated' 'config.json' '{"max_position_embeddings": 4096}'
    Add-HubFile 'owner/broken' 'config.json' '{"max_position_embeddings": '
    Add-HubFile 'owner/broken' 'adapter_model.safetensors' 'adapter'

    $script:info = @{
        'owner/chat' = @{
            cardData = @{ license = 'apache-2.0'; language = @('en', 'de'); base_model = 'owner/base' }
            tags = @('license:apache-2.0', "bad$([char]27)[2Jtag"); downloads = 4321; lastModified = '2026-01-02T03:04:05.000Z'
            safetensors = @{ total = 135000000 }
        }
        'owner/vision-gguf' = @{ cardData = @{ license = 'other'; license_name = 'gemma' }; gguf = @{ total = 4000000000; architecture = 'gemma3'; context_length = 131072 } }
    }
    $script:hub = Start-HubServer $script:root -Gated 'owner/gated' -Info $script:info
    $script:environment = Use-HubServer $script:hub -Cache (Join-Path $TestDrive 'cache')
}

AfterAll {
    Restore-HubEnvironment $script:environment
    Stop-HubServer $script:hub
}

Describe 'Get-ClemModelCard' {
    It 'gives the facts of a model' {
        $card = Get-ClemModelCard owner/chat
        $card.GetType().FullName | Should -BeExactly 'Clembench.HuggingFace.ModelCard'
        "$card" | Should -BeExactly 'owner/chat'
        $card.HuggingFaceId | Should -BeExactly 'owner/chat'
        $card.Revision | Should -BeExactly 'main'
        $card.Commit | Should -Match '^[0-9a-f]{40}$'
        $card.License | Should -BeExactly 'apache-2.0'
        $card.Gated | Should -Be 'None'
        $card.Private | Should -BeFalse
        $card.Languages | Should -Be @('en', 'de')
        $card.BaseModel | Should -Be @('owner/base')
        $card.ContextSize | Should -Be 8192
        $card.Architecture | Should -BeExactly 'LlamaForCausalLM'
        $card.ModelType | Should -BeExactly 'llama'
        $card.ParameterCount | Should -Be 135000000
        $card.Backends | Should -Be @('huggingface_local')
        $card.Downloads | Should -Be 4321
        $card.LastModified.Year | Should -Be 2026
        $card.Files.Name | Should -Be @('README.md', 'config.json', 'model.safetensors', 'tokenizer.json')
        ($card.Files | Where-Object Name -EQ 'model.safetensors').Backend | Should -Be 'huggingface_local'
        ($card.Files | Where-Object Name -EQ 'model.safetensors').Size | Should -Be 7
        ($card.Files | Where-Object Name -EQ 'tokenizer.json').Backend | Should -BeNullOrEmpty
    }

    It 'gives the text without front matter and control characters' {
        $card = Get-ClemModelCard owner/chat
        $card.Text | Should -Match '^# A model'
        $card.Text | Should -Match 'with .\[31mcolour'
        $card.Text | Should -Not -Match 'license'
        ($card.Text -replace '[\n\t]') | Should -Not -Match '\p{Cc}'
        $card.Tags -join '' | Should -Not -Match '\p{Cc}'
    }

    It 'reads another revision' {
        $card = Get-ClemModelCard owner/chat -Revision v1
        $card.Revision | Should -BeExactly 'v1'
        $card.ContextSize | Should -Be 1024
        $card.Text | Should -BeNullOrEmpty
        $card.Backends.Count | Should -Be 0
        $card.Commit | Should -Not -Be (Get-ClemModelCard owner/chat).Commit
    }

    It 'knows GGUF files and models of several kinds of input' {
        $card = Get-ClemModelCard owner/vision-gguf
        $card.ContextSize | Should -Be 131072
        $card.ModelType | Should -Be 'gemma3'
        $card.License | Should -Be 'gemma'
        $card.ParameterCount | Should -Be 4000000000
        $card.Backends | Should -Be @('llamacpp')
        ($card.Files | Where-Object Name -Like 'mmproj*').Backend | Should -BeNullOrEmpty
    }

    It 'gives what everybody may see of a gated model, with a warning that says what to do' {
        $card = Get-ClemModelCard owner/gated -WarningVariable warnings -WarningAction SilentlyContinue
        $card.Gated | Should -Be 'Manual'
        $card.Text | Should -BeNullOrEmpty
        $card.ContextSize | Should -BeNullOrEmpty
        $card.Files.Count | Should -Be 2
        $warnings.Count | Should -Be 2
        $warnings[0].Message | Should -Match 'gated'
        $warnings[0].Message | Should -Match 'Set-ClemKey huggingface'
    }

    It 'warns of a configuration that is not JSON' {
        $card = Get-ClemModelCard owner/broken -WarningVariable warnings -WarningAction SilentlyContinue
        $card.ContextSize | Should -BeNullOrEmpty
        $card.Backends.Count | Should -Be 0
        $warnings.Message | Should -Match "'config.json'.*not JSON"
    }

    It 'takes several ids from the pipeline, and one that fails does not stop the others' {
        $cards = 'owner/chat', 'owner/absent', 'not an id', 'owner/vision-gguf' | Get-ClemModelCard -ErrorVariable errors -ErrorAction SilentlyContinue
        $cards.HuggingFaceId | Should -Be @('owner/chat', 'owner/vision-gguf')
        $errors.FullyQualifiedErrorId | Should -Be @(
            'Clem.Hub.RepositoryNotFound,Clembench.PowerShell.Cmdlets.GetClemModelCardCommand'
            'Clem.Hub.InvalidRepositoryId,Clembench.PowerShell.Cmdlets.GetClemModelCardCommand')
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $errors[0].TargetObject | Should -Be 'owner/absent'
        $errors[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        (Get-ClemModelCard owner/chat, owner/vision-gguf).Count | Should -Be 2
    }

    It 'takes entries of the registry by their HuggingFaceId' {
        $registry = Join-Path $TestDrive 'entries.json'
        '[{"model_name": "mine", "backend": "huggingface_local", "huggingface_id": "owner/chat"}]' | Set-Content $registry
        (Get-ClemModel mine -RegistryPath $registry | Get-ClemModelCard).ContextSize | Should -Be 8192
    }

    It 'says of an entry that is of no model of the hub what to do, and goes on' {
        $registry = Join-Path $TestDrive 'some.json'
        '[{"model_name": "far", "backend": "openai"}, {"model_name": "mine", "backend": "huggingface_local", "huggingface_id": "owner/chat"}]' | Set-Content $registry
        $cards = Get-ClemModel far, mine -RegistryPath $registry | Get-ClemModelCard -ErrorVariable errors -ErrorAction SilentlyContinue
        $cards.HuggingFaceId | Should -Be 'owner/chat'
        @($errors).Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Hub.NoRepository,*'
        "$($errors[0])" | Should -BeLike "*'far' (backend 'openai')*"
        $errors[0].TargetObject.Name | Should -Be 'far'
        $errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*owner/name*'
        (Get-ClemModelCard -InputObject (Get-ClemModel mine -RegistryPath $registry) -Revision v1).ContextSize | Should -Be 1024
    }

    It 'says of a revision that is not there which it is' {
        { Get-ClemModelCard owner/chat -Revision absent -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Hub.RevisionNotFound,*'
    }

    It 'refuses what is no id or revision before anything is asked: <Value>' -ForEach @(
        @{ Value = '../x' }, @{ Value = 'a/b/c' }, @{ Value = 'https://huggingface.co/a/b' }, @{ Value = 'a/..' }
    ) {
        $before = $script:hub.Calls.Count
        { Get-ClemModelCard $Value -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Hub.InvalidRepositoryId,*'
        { Get-ClemModelCard owner/chat -Revision '../x' -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Hub.InvalidRevision,*'
        $script:hub.Calls.Count | Should -Be $before
    }

    It 'refuses an empty id or revision' {
        { Get-ClemModelCard '' } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Get-ClemModelCard owner/chat -Revision '' } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }

    It 'uses the token of the environment and never shows it' {
        $env:HF_TOKEN = 'hf_wrong_0123456789'
        $private = Start-HubServer $script:root -Token 'hf_right_0123456789'
        $endpoint = $env:HF_ENDPOINT
        try {
            $env:HF_ENDPOINT = $private.Endpoint
            Get-ClemModelCard owner/chat -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Hub.InvalidToken,*'
            "$($errors[0]) $($errors[0].ErrorDetails.RecommendedAction) $($errors[0].Exception)" | Should -Not -Match 'hf_wrong'
            $env:HF_TOKEN = 'hf_right_0123456789'
            (Get-ClemModelCard owner/chat).ContextSize | Should -Be 8192
            ($private.Calls | Select-Object -Last 1).Headers['Authorization'] | Should -BeExactly 'Bearer hf_right_0123456789'
        }
        finally {
            $env:HF_ENDPOINT = $endpoint
            Remove-Item Env:HF_TOKEN
            Stop-HubServer $private
        }
    }

    It 'says that it is offline' {
        $env:HF_HUB_OFFLINE = '1'
        try { { Get-ClemModelCard owner/chat -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Hub.Offline,*' }
        finally { Remove-Item Env:HF_HUB_OFFLINE }
    }

    It 'refuses an address that is none' {
        $endpoint = $env:HF_ENDPOINT
        $env:HF_ENDPOINT = 'huggingface.co'
        try { { Get-ClemModelCard owner/chat } | Should -Throw -ErrorId 'Clem.Hub.InvalidEndpoint,*' }
        finally { $env:HF_ENDPOINT = $endpoint }
    }

    It 'is shown as a list that fits a screen, and as a table' {
        $list = Get-ClemModelCard owner/chat | Out-String
        $list | Should -Match 'HuggingFaceId\s*: owner/chat'
        $list | Should -Match 'Parameters\s*: 135 million'
        $list | Should -Match 'ContextSize\s*: 8192'
        $list | Should -Match 'Access\s*: open'
        $list | Should -Not -Match 'A model'
        Get-ClemModelCard owner/chat | Format-Table | Out-String | Should -Match 'owner/chat\s+apache-2.0\s+8192\s+135M\s+huggingface_local'
        (Get-ClemModelCard owner/chat).Files | Out-String | Should -Match 'model.safetensors\s+7\s+huggingface_local'
    }
}
